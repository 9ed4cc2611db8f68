"""Where the pages come from: which folder, files or address is the frontend."""

import os
import re
from pathlib import Path

from shell.config.document import has_page, kind_of
from shell.config.errors import ConfigError, JsonPath, Mistakes, shown, unbroken
from shell.config.sections import BuildConfig
from shell.config.urls import has_host, is_remote
from shell.config.window import WindowConfig
from shell.value import frozen

_INDEX = "index.html"
_BARE_ADDRESS = re.compile(r"[A-Za-z0-9.-]+:\d{1,5}/?")
_DIST: JsonPath = ("build", "frontendDist")


@frozen(kw_only=True)
class Frontend:
    """Where the pages come from. Exactly one of `folder`, `files` and `url` is there.

    Attributes:
        folder: The folder that holds them, absolute.
        files: The files that they are, absolute; each is served under its name alone.
        url: The address that has them.
        dev: Whether `url` is that of a dev server.
        note: Why it is this one, where the configuration names another first; empty otherwise.
    """

    folder: Path | None = None
    files: tuple[Path, ...] = ()
    url: str | None = None
    dev: bool = False
    note: str = ""


def frontend_at(place: Path | str, *, base: Path | None = None, built: bool = True) -> Frontend:
    """Find the frontend that a folder or an address is, as Python code or a person names it.

    Args:
        place: A folder with an index.html, or the http or https address of a dev server.
        base: The folder that a relative one is in; the current one otherwise.
        built: Whether the folder has to be there, with its page in it.

    Raises:
        ConfigError: There is no such folder, or it has no index.html, or the address is none.
    """
    if isinstance(place, str) and is_remote(place):
        if not has_host(place):
            raise ConfigError(
                f'App: frontend: expected a folder or a URL such as "http://localhost:1420", got {shown(place)}'
            )
        return Frontend(url=place, dev=True)
    folder = _absolute((base or Path()) / place)
    if not built:
        return Frontend(folder=folder)
    name = f"App: frontend: {unbroken(str(folder))}"
    match kind_of(folder, name):
        case "missing":
            meant = f"; a dev server is http://{place}" if _BARE_ADDRESS.fullmatch(str(place)) else ""
            raise ConfigError(f"{name}: no such folder{meant}")
        case "folder":
            if not has_page(folder, name):
                raise ConfigError(f"{name}: no {_INDEX} in it")
            return Frontend(folder=folder)
        case _:
            raise ConfigError(f"{name}: expected a folder")


def find_frontend(
    build: BuildConfig, windows: tuple[WindowConfig, ...], root: Path, *, dev: bool = False
) -> Frontend | None:
    """Find the frontend of a configuration.

    A dev server is used where development is asked for. Otherwise it is `frontendDist`, as in a program that Tauri
    has built; where that has not been built yet, `devUrl` stands in for it, since most projects have theirs running.
    Without either it is the configuration's own folder, if that has an index.html.

    Args:
        build: What the configuration says.
        windows: The windows that will show it.
        root: Folder of the configuration.
        dev: Whether the dev server is asked for.

    Returns:
        The frontend; None where every window shows a page from elsewhere and none is needed.

    Raises:
        Mistakes: There is none, or it has no index.html though a window shows it.
        ConfigError: Its folder cannot be looked at.
    """
    dist = build.frontend_dist
    if dev and build.dev_url:
        return Frontend(url=build.dev_url, dev=True)
    if isinstance(dist, tuple):
        return Frontend(files=_files(dist, windows, root))
    if dist is not None and "://" in dist:
        if not is_remote(dist) or not has_host(dist):
            raise Mistakes.one(_DIST, f"expected a folder, a list of files or an http address, got {shown(dist)}")
        return Frontend(url=dist)
    if dist is not None:
        return _built(_absolute(root / dist), build, windows)
    if build.dev_url:
        return Frontend(url=build.dev_url, dev=True, note="build.frontendDist is not given")
    if has_page(root, str(root)):
        return Frontend(folder=root)
    if any(window.create and not window.remote for window in windows):
        raise Mistakes.one(_DIST, f"this key is required, since {root} has no {_INDEX}")
    return None


def _built(folder: Path, build: BuildConfig, windows: tuple[WindowConfig, ...]) -> Frontend:
    kind = kind_of(folder, str(folder))
    if kind == "missing" and build.dev_url:
        return Frontend(url=build.dev_url, dev=True, note=f"{folder}, build.frontendDist, has not been built")
    if kind == "missing":
        hook = build.before_build_command
        how = f" with {shown(hook.script)}" if hook and hook.script else ""
        raise Mistakes.one(_DIST, f"no such folder: {folder}; build the frontend first{how}")
    if kind != "folder":
        raise Mistakes.one(_DIST, f"expected a folder, and {folder} is none")
    if _needs(windows) and not has_page(folder, str(folder)):
        raise Mistakes.one(_DIST, f"{folder} has no {_INDEX}")
    return Frontend(folder=folder)


def _files(names: tuple[str, ...], windows: tuple[WindowConfig, ...], root: Path) -> tuple[Path, ...]:
    files = tuple(_absolute(root / name) for name in names)
    for index, file in enumerate(files):
        if kind_of(file, str(file)) == "missing":
            raise Mistakes.one((*_DIST, index), f"no such file: {file}")
    if _needs(windows) and not any(f.name == _INDEX or (f / _INDEX).is_file() for f in files):
        raise Mistakes.one(_DIST, f"expected {_INDEX} among the files")
    return files


def _needs(windows: tuple[WindowConfig, ...]) -> bool:
    """Tell whether windows show index.html, and none shows anything else."""
    pages = [window.url.partition("?")[0].partition("#")[0].strip("/") for window in windows if window.create]
    return bool(pages) and all(page in {"", _INDEX} for page in pages)


def _absolute(path: Path) -> Path:
    # Path.resolve raises on a circle of links in Python 3.12; this leaves that to whoever looks at the path.
    return Path(os.path.realpath(path))
