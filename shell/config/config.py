"""The configuration of a program, whole and checked."""

import re
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs

from shell.config.document import read_document
from shell.config.errors import ConfigError, Gathered, JsonPath, Mistakes, expected, path_text, unbroken
from shell.config.frontend import Frontend, find_frontend
from shell.config.mapping import to_mapping
from shell.config.record import KEY, record
from shell.config.sections import AppConfig, BuildConfig, BundleConfig, Plugins, ShellConfig
from shell.config.security import Csp
from shell.config.tree import plain
from shell.config.urls import UrlPattern
from shell.config.values import SEMVER, FileName, Identifier
from shell.config.window import WindowConfig
from shell.value import frozen

OWN_PLUGIN = "qtshell"

_RESOLVED = {KEY: None}
_V1 = 'this is a configuration of Tauri 1; "npx @tauri-apps/cli migrate" makes one of Tauri 2 of it'


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError:
        # It is gone. Nothing starts from there, as a rule: what is read from files has a folder of its own.
        return Path("/")


@frozen(kw_only=True)
class Config:
    """The configuration of a program, with Tauri's names and defaults.

    Attributes:
        identifier: The program's name among all others, such as `com.example.notes`; its data lives under it.
        product_name: The name that people know it by.
        main_binary_name: Not used.
        version: Its version, as semver has them.
        app: Its windows and what their pages may do.
        build: What is said of the frontend.
        bundle: What is said of the program where it is installed.
        plugins: What is said of each plugin, as JSON has it.
        shell: What qtshell alone knows, from `plugins.qtshell`.
        root: The folder that relative paths start from: that of the configuration.
        file: The configuration, absolute; None where it was not read from a file.
        name: What messages call it.
        frontend: Where the pages come from; None where nothing says, or no page is the program's own.
    """

    identifier: Identifier
    product_name: FileName | None = None
    main_binary_name: FileName | None = None
    version: str | None = None
    app: AppConfig = attrs.field(factory=AppConfig)
    build: BuildConfig = attrs.field(factory=BuildConfig)
    bundle: BundleConfig = attrs.field(factory=BundleConfig)
    plugins: Plugins = MappingProxyType({})
    shell: ShellConfig = attrs.field(factory=ShellConfig, metadata=_RESOLVED)
    root: Path = attrs.field(factory=_current_folder, metadata=_RESOLVED)
    file: Path | None = attrs.field(default=None, metadata=_RESOLVED)
    name: str = attrs.field(default="<inline>", metadata=_RESOLVED)
    frontend: Frontend | None = attrs.field(default=None, metadata=_RESOLVED)

    @classmethod
    def parse(cls, mapping: Mapping[str, Any], *, file: str = "<inline>") -> "Config":
        """Check a configuration that Python code holds; as `config_from`."""
        return config_from(mapping, file)

    def to_mapping(self) -> dict[str, Any]:
        """Write it with the keys of a file and every default that is not null; a file with this says the same."""
        return dict(to_mapping(self))

    @property
    def csp(self) -> Csp | None:
        """The policy that holds: `devCsp` where a dev server is the frontend and there is one, else `csp`."""
        security = self.app.security
        return (security.dev_csp if self.frontend and self.frontend.dev else None) or security.csp

    @property
    def network_hosts(self) -> tuple[UrlPattern, ...]:
        """What pages may reach: what `network` says, the hosts that the policy names, and where pages come from.

        A dev server is reached by WebSocket too, which is how it tells of changes.
        """
        found = [*self.shell.network]
        if self.csp:
            found += self.csp.hosts()
        found += [p for w in self.app.windows if w.remote and (p := UrlPattern.of_origin(w.url))]
        if self.frontend and self.frontend.url:
            schemes = ("http", "https", "ws", "wss") if self.frontend.dev else ()
            own = UrlPattern.of_origin(self.frontend.url, *schemes)
            found += [own] if own else []
        return tuple(dict.fromkeys(found))


def config_from(
    mapping: Mapping[str, Any],
    name: str = "<inline>",
    *,
    identifier: str | None = None,
    root: Path | None = None,
) -> Config:
    """Check a configuration that Python code holds, by the same rules as one in a file.

    Where `app.windows` is not given, there is one window, `main`; where it is an empty list, there is none.

    Args:
        mapping: The configuration, with the keys of a file.
        name: What messages call it.
        identifier: The identifier, where the mapping has none.
        root: The folder that relative paths start from; the current one otherwise.

    Returns:
        The configuration. Its frontend is not looked for; `with_frontend` does that.

    Raises:
        ConfigError: What is wrong, all of it.
    """
    try:
        tree = plain(mapping)
        if identifier is not None and isinstance(tree, dict):
            tree = {"identifier": identifier, **tree}
    except Mistakes as mistakes:
        raise _error(mistakes, lambda _: name) from None
    return structured(tree, lambda _: name, root or Path.cwd(), name)


def default_config(
    frontend: Frontend, *, identifier: str | None = None, product_name: str | None = None, root: Path | None = None
) -> Config:
    """Make the configuration of a program that has none: one window, `main`.

    Args:
        frontend: Where its page comes from.
        identifier: Its identifier; otherwise one made of the frontend's place, so that programs in two places do not
            share their data.
        product_name: Its name; otherwise that of the frontend's folder.
        root: The folder that relative paths start from; the frontend's otherwise, or the current one.

    Raises:
        ConfigError: The identifier or the name is not one.
    """
    place = str(frontend.folder or frontend.url or root or "")
    folder = frontend.folder.name if frontend.folder else ""
    bare = re.sub(r"[^A-Za-z0-9]+", "-", folder).strip("-").lower()[:64] or "app"
    mapping: dict[str, Any] = {
        "identifier": identifier or f"qtshell.{bare}-{zlib.crc32(place.encode(errors='surrogateescape')):08x}"
    }
    if product_name:
        mapping["productName"] = product_name
    base = root or frontend.folder or Path.cwd()
    config = config_from(mapping, "App", root=base)
    title = product_name or (config.identifier.rpartition(".")[2] if identifier else unbroken(folder)) or "qtshell"
    window = attrs.evolve(config.app.windows[0], title=title)
    app = attrs.evolve(config.app, windows=(window,))
    return attrs.evolve(config, app=app, frontend=frontend)


def with_frontend(
    config: Config, *, dev: bool = False, dev_url: str | None = None, blame: Callable[[JsonPath], str] | None = None
) -> Config:
    """Give a configuration the frontend that it names.

    Args:
        config: The configuration.
        dev: Whether its dev server is asked for, if it names one.
        dev_url: A dev server to use in place of the one that it names.
        blame: Names the file that what stands at a path came from; by default the configuration's own.

    Raises:
        ConfigError: There is no such folder or file, or no index.html in it; or `dev_url` is no address.
    """
    build = config.build
    if dev_url is not None:
        try:
            build = record(BuildConfig)({"devUrl": dev_url}, ())
        except Mistakes as mistakes:
            raise ConfigError(*(f"--dev-url: {m.text}" for m in mistakes.found)) from None
    try:
        frontend = find_frontend(build, config.app.windows, config.root, dev=dev or dev_url is not None)
    except Mistakes as mistakes:
        raise _error(mistakes, blame or (lambda _: config.name)) from None
    return attrs.evolve(config, frontend=frontend)


def structured(tree: Any, blame: Callable[[JsonPath], str], root: Path, name: str, file: Path | None = None) -> Config:
    """Make a configuration of a document in the JSON model.

    Args:
        tree: The document.
        blame: Names the file that what stands at a path came from.
        root: The folder that relative paths start from.
        name: What messages call it.
        file: Where it is.

    Raises:
        ConfigError: What is wrong, all of it.
    """
    if isinstance(tree, dict) and "tauri" in tree and "app" not in tree:
        raise ConfigError(f"{blame(('tauri',))}: $.tauri: {_V1}")
    gathered = Gathered()
    try:
        with gathered:
            config = record(Config)(tree, ())
        with gathered:
            own = _own(tree)
        gathered.check()
        version = _version(config.version, root)
    except Mistakes as mistakes:
        raise _error(mistakes, blame) from None
    given = tree.get("app", {})
    app = config.app if not isinstance(given, dict) or "windows" in given else _with_main(config)
    return attrs.evolve(config, app=app, version=version, shell=own, root=root, file=file, name=name)


def _own(tree: Any) -> ShellConfig:
    others = tree.get("plugins") if isinstance(tree, dict) else None
    if not isinstance(others, dict) or OWN_PLUGIN not in others:
        return ShellConfig()
    return record(ShellConfig)(others[OWN_PLUGIN], ("plugins", OWN_PLUGIN))


def _with_main(config: Config) -> AppConfig:
    title = config.product_name or config.identifier.rpartition(".")[2]
    return attrs.evolve(config.app, windows=(WindowConfig(title=title),))


def _version(version: str | None, root: Path) -> str | None:
    if version is None or SEMVER.fullmatch(version):
        return version
    at: JsonPath = ("version",)
    what = 'a version such as "1.2.3", or the path of a package.json'
    if not version.endswith(".json"):
        raise expected(what, version, at)
    package = read_document(root / version, version)
    found = package.get("version") if isinstance(package, dict) else None
    if not isinstance(found, str) or not SEMVER.fullmatch(found):
        raise Mistakes.one(at, f'{version} has no version such as "1.2.3"')
    return found


def _error(mistakes: Mistakes, blame: Callable[[JsonPath], str]) -> ConfigError:
    return ConfigError(*(f"{blame(m.at)}: {path_text(m.at)}: {m.text}" for m in mistakes.found))
