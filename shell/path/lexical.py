"""Paths as text, as Rust's `std::path` and Tauri's commands see them on a system whose paths have `/` between parts.

No file is looked for: `..` takes away the part before it, whatever that is. Each result is Tauri's, the surprising ones
too (crate tauri, `path/plugin.rs`): `normalize("..")` is `..` while `normalize("../a")` is `a`, and a part that ends
with a backslash is not parted from the next.
"""

import posixpath
from collections.abc import Callable, Iterable

from shell.path.errors import PathError

_ROOT = "/"


def resolve(paths: Iterable[str], folder: str) -> str:
    """Follow paths one after another, as a shell does that changes into each; an absolute one starts anew.

    Args:
        paths: The paths.
        folder: Where to start from, absolute.
    """
    whole = posixpath.join(folder, *paths)
    return _folded(whole, posixpath.join)


def normalize(path: str) -> str:
    """Take `.`, `..` and doubled separators out of a path. One at the end stays, and stands for itself and one more."""
    result = _folded(path, _joined)
    if not result and path in {".", ".."}:
        return path
    return result + _ROOT if _ends_apart(path) else result


def join(paths: Iterable[str]) -> str:
    """Put the parts of a path together and normalize the whole; `.` where nothing is left of it."""
    whole = "".join(path if not path or _ends_apart(path) else path + _ROOT for path in paths)
    return _folded(whole, _joined) or "."


def dirname(path: str) -> str:
    """The path without its last part.

    Raises:
        PathError: It has none.
    """
    folder = _without_last(path)
    if folder is None:
        raise PathError("path does not have a parent")
    return folder


def basename(path: str, suffix: str | None = None) -> str:
    """The last part of a path.

    Args:
        path: The path.
        suffix: What is taken off its end, if it ends so; the dot belongs to it.

    Raises:
        PathError: The path ends in `..`, or has no parts.
    """
    name = _file_name(path)
    if name is None:
        raise PathError("path does not have a basename")
    return name.removesuffix(suffix) if suffix else name


def extname(path: str) -> str:
    """What follows the last dot in the last part of a path; a dot at its beginning does not count.

    Raises:
        PathError: There is no such dot.
    """
    stem, dot, extension = (_file_name(path) or "").rpartition(".")
    if not dot or not stem:
        raise PathError("path does not have an extension")
    return extension


def is_absolute(path: str) -> bool:
    """Whether a path starts at the root."""
    return path.startswith(_ROOT)


def parts(path: str) -> list[str]:
    """The parts of a path, as Rust's `Path::components`: the root is one, and `.` only where a path starts with it."""
    named = [part for number, part in enumerate(path.split(_ROOT)) if part and (part != "." or number == 0)]
    return [_ROOT, *named] if is_absolute(path) else named


def _folded(path: str, put: Callable[[str, str], str]) -> str:
    result = ""
    for part in parts(path):
        if part == "..":
            # What has been folded has neither `.` nor separators at its end, and need not be looked through.
            end = result.rfind(_ROOT)
            result = result[: end or 1] if end >= 0 else ""
        elif part != ".":
            result = put(result, part)
    return result


def _joined(path: str, part: str) -> str:
    return part if part == _ROOT else path + part if not path or _ends_apart(path) else f"{path}/{part}"


def _ends_apart(path: str) -> bool:
    # Tauri takes a backslash at the end of a part for a separator on every system.
    return path.endswith(("/", "\\"))


def _file_name(path: str) -> str | None:
    last = next(reversed(parts(path)), None)
    return None if last in {None, _ROOT, ".", ".."} else last


def _without_last(path: str) -> str | None:
    last = next(reversed(parts(path)), _ROOT)
    return None if last == _ROOT else _trimmed(_trimmed(path).removesuffix(last))


def _trimmed(path: str) -> str:
    """The path without the separators and the `.` that follow its last part."""
    while path.endswith("/.") or (path.endswith("/") and path != _ROOT):
        path = path[:-1]
    return path
