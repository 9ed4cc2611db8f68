"""`app.appDirectoriesOverride`: where a program keeps its own files, if not where the system has a place for them."""

import posixpath
from collections.abc import Mapping

from shell.config import ConfigError
from shell.config.sections import AppDirectoryOverrides
from shell.path import lexical
from shell.path.base_directory import APP_DIRECTORIES, BaseDirectory
from shell.value import frozen

_UNDER_ONE_ROOT = {
    BaseDirectory.APP_CONFIG: "",
    BaseDirectory.APP_DATA: "",
    BaseDirectory.APP_LOCAL_DATA: "",
    BaseDirectory.APP_CACHE: "caches",
    BaseDirectory.APP_LOG: "logs",
}


@frozen
class Override:
    """The place of one of the program's own folders.

    Attributes:
        base: The folder that `path` starts from; `None` for the program's.
        path: The way from there; absolute, where it starts from nowhere.
    """

    base: BaseDirectory | None
    path: str


def read_overrides(
    given: str | AppDirectoryOverrides | None, *, name: str = "<inline>"
) -> Mapping[BaseDirectory, Override]:
    """Read what the configuration says (crate tauri, `path/mod.rs`).

    Args:
        given: One root for all folders, or a place for each.
        name: What messages call the configuration.

    Raises:
        ConfigError: A path starts with a variable that stands for nothing, or for what is overridden.
    """
    if given is None:
        return {}
    if isinstance(given, str):
        return {
            directory: _override(posixpath.join(given, below) if below else given, name)
            for directory, below in _UNDER_ONE_ROOT.items()
        }
    places = {
        BaseDirectory.APP_CONFIG: given.config,
        BaseDirectory.APP_DATA: given.data,
        BaseDirectory.APP_LOCAL_DATA: given.local_data,
        BaseDirectory.APP_CACHE: given.cache,
        BaseDirectory.APP_LOG: given.log,
    }
    return {directory: _override(path, name) for directory, path in places.items() if path is not None}


def _override(path: str, name: str) -> Override:
    first, *rest = lexical.parts(path)
    if not first.startswith("$"):
        return Override(None, path)
    base = BaseDirectory.of_variable(first)
    if base is None or base in APP_DIRECTORIES:
        what = "what is overridden" if base else "nothing"
        others = ", ".join(one.variable for one in BaseDirectory if one not in APP_DIRECTORIES)
        raise ConfigError(
            f"{name}: $.app.appDirectoriesOverride: {first} stands for {what}; "
            f"expected a path, or one that starts with {others}"
        )
    return Override(base, "/".join(rest))
