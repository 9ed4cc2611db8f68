"""Finding the configuration of a folder, and reading it."""

import errno
import os
import sys
from pathlib import Path
from typing import Any, Literal

from shell.config.config import Config, default_config, structured, with_frontend
from shell.config.document import has_page, kind_of, read_document
from shell.config.errors import ConfigError, JsonPath, listed, shown, unbroken
from shell.config.frontend import Frontend
from shell.config.tree import comes_from, merged
from shell.value import frozen

type Platform = Literal["linux", "macos", "windows", "android", "ios"]

OWN_NAME = "shell.toml"
TAURI_NAMES = ("tauri.conf.json", "tauri.conf.json5", "Tauri.toml")

_OF_PAGES = (".html", ".htm")
_PLATFORMS: dict[str, Platform] = {"darwin": "macos", "win32": "windows", "android": "android", "ios": "ios"}


@frozen
class Found:
    """A configuration that was found.

    Attributes:
        file: Where it is.
        name: What messages call it: its path from the folder that was given, or as it was given.
    """

    file: Path
    name: str


def current_platform() -> Platform:
    """Name the platform that this program runs on, as the names of Tauri's files do."""
    return _PLATFORMS.get(sys.platform, "linux")


def kept_back(config: Config) -> frozenset[Path]:
    """List what of a configuration's folder no page gets, where that folder is the frontend or in it.

    Tauri's command line does not build a program whose frontend holds `src-tauri`; a folder that is both works here.

    Returns:
        The configuration's files, and the folders of capabilities and permissions, whether they are there or not; the
        whole folder where it is only a part of the frontend.
    """
    frontend = config.frontend
    if config.file is None or frontend is None:
        return frozenset()
    around = [source for source in (frontend.folder, *frontend.files) if source and config.root.is_relative_to(source)]
    if around and config.root not in around:
        return frozenset({config.root})
    if not around and not frontend.files:
        return frozenset()
    names = {config.file.name, OWN_NAME, *TAURI_NAMES, "capabilities", "permissions"}
    for platform in {*_PLATFORMS.values(), current_platform()}:
        names.update(name for own in (OWN_NAME, TAURI_NAMES[0]) for name in _platform_names(own, platform))
    places = [config.root / name for name in names]
    return frozenset([*places, *(Path(os.path.realpath(place)) for place in places)])


def load(
    path: Path | str, *, platform: Platform | None = None, dev: bool = False, dev_url: str | None = None
) -> Config:
    """Read the configuration of a program, with its platform's file merged in, and find its frontend.

    In a folder it is `shell.toml`, or one of `tauri.conf.json`, `tauri.conf.json5` and `Tauri.toml`; if there is none,
    the same in `src-tauri`; if there is none either, the folder is the frontend of a program with one window. A folder
    may have a `shell.toml` beside Tauri's own file, and then that holds, alone.

    Args:
        path: A folder, or a configuration file.
        platform: Whose file is merged in, such as `tauri.linux.conf.json`; that of this machine otherwise.
        dev: Whether the dev server is the frontend, if the configuration names one.
        dev_url: A dev server to use in place of the one that it names.

    Raises:
        ConfigError: There is no program, or its configuration cannot be used; a line for each mistake.
    """
    given = Path(path)
    name = unbroken(str(path))
    if not name:
        raise ConfigError('"": expected a folder or a configuration file')
    match kind_of(given, name):
        case "folder":
            if not os.access(given, os.X_OK):
                raise ConfigError(f"{name}: cannot be read: {os.strerror(errno.EACCES)}")
            found = _find(given.absolute())
        case "file" if given.suffix in _OF_PAGES:
            raise ConfigError(f"{name}: a page is run by the folder that it is in: {unbroken(str(given.parent))}")
        case "file":
            found = Found(given.absolute(), name)
        case "missing":
            raise ConfigError(f"{name}: no such file or folder")
        case _:
            raise ConfigError(f"{name}: expected a folder or a configuration file")
    if found is not None:
        return _read(found, platform or current_platform(), dev, dev_url)
    folder = given.resolve()
    if dev_url is None and not has_page(folder, name):
        problem = f"{name}: no index.html, and no {listed((OWN_NAME, *TAURI_NAMES))} in it or in its src-tauri"
        program = given / "app.py"
        raise ConfigError(f"{problem}; there is {unbroken(str(program))}" if program.is_file() else problem)
    config = default_config(Frontend(folder=folder))
    return config if dev_url is None else with_frontend(config, dev_url=dev_url)


def _find(folder: Path) -> Found | None:
    for below in ("", "src-tauri/"):
        own = f"{below}{OWN_NAME}"
        if _exists(folder / own, own):
            return Found(folder / own, own)
        names = [name for name in TAURI_NAMES if _exists(folder / below / name, below + name)]
        if len(names) > 1:
            raise ConfigError(f"{below or './'}: there are {listed(names, 'and')}; keep one of them")
        if names:
            return Found(folder / below / names[0], below + names[0])
    return None


def _read(found: Found, platform: Platform, dev: bool, dev_url: str | None) -> Config:
    tree = read_document(found.file, found.name)
    patch: Any = None
    patch_name = found.name
    for name in _platform_names(found.file.name, platform):
        file = found.file.with_name(name)
        patch_name = found.name.removesuffix(found.file.name) + name
        if _exists(file, patch_name):
            patch = read_document(file, patch_name)
            if not isinstance(patch, dict):
                raise ConfigError(f"{patch_name}: $: expected an object, got {shown(patch)}")
            tree = merged(tree, patch)
            break

    def blame(at: JsonPath) -> str:
        return patch_name if patch is not None and comes_from(patch, at) else found.name

    root = found.file.parent.resolve()
    config = structured(tree, blame, root, found.name, found.file)
    return with_frontend(config, dev=dev, dev_url=dev_url, blame=blame)


def _platform_names(name: str, platform: Platform) -> tuple[str, ...]:
    """List the files that are merged over one, of which the first that exists is; a file of another name has none."""
    if name == OWN_NAME:
        return (f"shell.{platform}.toml",)
    if name in TAURI_NAMES:
        return f"tauri.{platform}.conf.json", f"tauri.{platform}.conf.json5", f"Tauri.{platform}.toml"
    return ()


def _exists(file: Path, name: str) -> bool:
    if kind_of(file, name) != "missing":
        return True
    if file.is_symlink():
        raise ConfigError(f"{name}: cannot be read: it is a symbolic link to nothing")
    return False
