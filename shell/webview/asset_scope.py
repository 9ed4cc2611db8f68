"""Which files `asset:` serves."""

import logging
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from shell.acl import AclError
from shell.acl.globs import has_signs
from shell.acl.place import quoted
from shell.config.errors import unbroken
from shell.config.security import FsScope
from shell.webview.assets import LONGEST_PATH, regular_file
from shell.webview.path_glob import PathGlob

log = logging.getLogger(__name__)

_SCOPE = "app.security.assetProtocol.scope"

# Where a name in another case is the same file, a file is not to be had under it that was denied under its own.
_FOLDS_CASE = sys.platform in {"win32", "darwin"}


class AssetScope:
    """The files that pages may have from `asset:`; a file that is denied is never had, whatever allows it.

    As Tauri's scope of the asset protocol (crate tauri, `scope/fs.rs`). Where it differs: a path that leads through
    symbolic links must be allowed both as it is written and as the file's own, so that a link inside an allowed
    folder does not open what is outside of it; a pattern whose folder is itself reached through links holds for both.
    And a denial that says nothing of leading dots covers hidden files too.

    Safe to use from any thread.

    Args:
        scope: What the configuration says.
        folder_of: What `$APPDATA` and the like stand for, given with their `$`; None where they stand for nothing.

    Raises:
        AclError: A denial cannot be read. What is allowed by an entry that cannot be read is nothing.
    """

    def __init__(self, scope: FsScope, folder_of: Callable[[str], Path | None]) -> None:
        dot = scope.require_literal_leading_dot
        self._literal_dot = sys.platform != "win32" if dot is None else dot
        self._allowed = _Paths(self._literal_dot)
        self._denied = _Paths(bool(dot), folds_case=_FOLDS_CASE)
        for pattern in scope.allow:
            try:
                _add(self._allowed, pattern, folder_of)
            except AclError as error:
                log.warning("an entry of %s means nothing: %s", _SCOPE, error)
        for pattern in scope.deny:
            try:
                _add(self._denied, pattern, folder_of)
            except AclError as error:
                raise AclError(f"{_SCOPE}.deny: {error}") from None

    def allow_file(self, path: Path) -> None:
        """Allow one more file, unless it is denied."""
        self._allowed.add_literal(path)

    def allow_directory(self, path: Path, *, recursive: bool = True) -> None:
        """Allow the files in a folder, and with `recursive` in all folders below it, but for hidden ones."""
        self._allowed.add_folder(path, recursive=recursive)

    def forbid_file(self, path: Path) -> None:
        """Deny a file, from now on and whatever allows it."""
        self._denied.add_literal(path)

    def resolve(self, path: str) -> Path | None:
        """Find the file that a path means, if it may be had.

        Args:
            path: Absolute, as a page gave it.

        Returns:
            The file to open, with no symbolic link on the way. None where it may not be had.

        Raises:
            FileNotFoundError: It might be had, but there is no such file.
        """
        written = _normal(path)
        if written is None:
            return None
        real = regular_file(Path(written))
        if real is None:
            if self._holds(written):
                raise FileNotFoundError(written)
            return None
        return real if self._holds(written) and self._holds(real.as_posix()) else None

    def _holds(self, path: str) -> bool:
        return self._allowed.hold(path) and not self._denied.hold(path)


class _Paths:
    """Paths and patterns of paths, in the order in which they came."""

    def __init__(self, literal_dot: bool, *, folds_case: bool = False) -> None:
        self._literal_dot = literal_dot
        self._fold = str.casefold if folds_case else str
        self._literals: set[str] = set()
        self._globs: dict[str, PathGlob] = {}

    def hold(self, path: str) -> bool:
        path = self._fold(path)
        return path in self._literals or any(glob.matches(path) for glob in tuple(self._globs.values()))

    def add(self, pattern: str) -> None:
        for form in (pattern, _canonical(pattern)):
            text = self._fold(form)
            if not has_signs(text):
                self._literals.add(text)
            elif text not in self._globs:
                self._globs = {**self._globs, text: PathGlob(text, literal_dot=self._literal_dot)}

    def add_literal(self, path: Path) -> None:
        for form in _both_forms(path):
            self._literals.add(self._fold(form))

    def add_folder(self, path: Path, *, recursive: bool) -> None:
        for form in _both_forms(path):
            self.add(f"{_escaped(form.rstrip('/'))}/{'**' if recursive else '*'}")


def _add(paths: _Paths, pattern: str, folder_of: Callable[[str], Path | None]) -> None:
    """Put in what a variable stands for. As in Tauri, only a whole first part is one, and `..` is dropped."""
    parts = _slashes(pattern).split("/")
    if parts[0].startswith("$"):
        folder = folder_of(parts[0])
        if folder is None:
            log.warning("%r in %s means nothing: this system has no %s", pattern, _SCOPE, unbroken(parts[0]))
            return
        parts[0] = _escaped(folder.as_posix().rstrip("/"))
    rooted = pattern.startswith("/") or parts[0].startswith("/")
    text = "/".join(part for part in parts if part not in {"", ".", ".."})
    text = f"/{text}" if rooted and not text.startswith("/") else text
    if not has_signs(text.partition("/")[0]) and not Path(text).is_absolute():
        raise AclError(f"{quoted(pattern)} starts neither with a variable nor at the root")
    paths.add(text)


def _canonical(pattern: str) -> str:
    """The pattern with symbolic links followed in the folders that it spells out."""
    parts = pattern.split("/")
    plain = next((at for at, part in enumerate(parts) if has_signs(part)), len(parts))
    folder = "/".join(parts[:plain])
    if not Path(folder).is_absolute():
        return pattern
    real = Path(os.path.realpath(folder)).as_posix()
    return "/".join([_escaped(real.rstrip("/")) if plain < len(parts) else real, *parts[plain:]])


def _both_forms(path: Path) -> Iterable[str]:
    return (Path(os.path.normpath(path.absolute())).as_posix(), Path(os.path.realpath(path)).as_posix())


def _escaped(text: str) -> str:
    return "".join(f"[{char}]" if char in "?*[" else char for char in text)


def _slashes(path: str) -> str:
    return path.replace("\\", "/") if sys.platform == "win32" else path


def _normal(path: str) -> str | None:
    """The path with one slash between parts; None where it is relative, goes back up, or no file can have it."""
    parts = _slashes(path).split("/")
    if len(path) > LONGEST_PATH or ".." in parts or not Path(path).is_absolute():
        return None
    first, *others = parts
    return "/".join([first, *(part for part in others if part not in {"", "."})])
