"""What msgspec says is wrong with a piece of JSON, as it would be said of the whole.

In its own words: it has no other way to tell where a text ends, or where in a value an error is.
"""

import contextlib
import re
from collections.abc import Iterator

import msgspec

type Path = tuple[Path, str] | None
"""Where something is: where what holds it is, and the last step there."""

_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_BYTE = re.compile(r"\(byte (\d+)\)")
_PLACE = re.compile(r" - at (`key` in )?`\$([^`]*)`\Z")
_INDEX = re.compile(r"\[(\d+)\]")
_LAST = 16
"""Bytes at the end of a text that has been cut in which what is wrong may be that it was cut."""


def where_more_follows(error: Exception) -> int | None:
    """Where what follows a value begins, if it is that which is wrong; msgspec names the place behind."""
    found = _TRAILING.search(str(error))
    return None if found is None else int(found[1]) - 1


def may_be_cut(error: Exception, window: memoryview) -> bool:
    """Whether what is wrong may be that a text was cut."""
    found = _BYTE.search(str(error))
    if found is None:
        return isinstance(error, msgspec.DecodeError)
    return int(found[1]) >= len(window) - _LAST


@contextlib.contextmanager
def errors_of(path: Path, at: int, index: int = 0) -> Iterator[None]:
    """Make of what is wrong with a piece what is wrong with the text.

    Args:
        path: Where the piece is.
        at: The same in bytes.
        index: Where in an array.
    """
    try:
        yield
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(_placed(str(error), path, index)) from None
    except msgspec.DecodeError as error:
        moved = _BYTE.sub(lambda found: f"(byte {int(found[1]) + at})", str(error))
        raise msgspec.DecodeError(moved) from None


def _placed(said: str, path: Path, index: int) -> str:
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(step)
    way = "".join(reversed(steps))
    found = _PLACE.search(said)
    if found is None:
        return f"{said} - at `${way}`" if way else said
    inside = _INDEX.sub(lambda number: f"[{int(number[1]) + index}]", found[2], count=1) if index else found[2]
    return f"{said[: found.start()]} - at {found[1] or ''}`${way}{inside}`"
