"""The part of a file that a request asks for."""

import re

from shell.value import frozen

_NUMBER = r"\d{1,40}"
_RANGE = re.compile(rf"({_NUMBER})[ \t]*-[ \t]*({_NUMBER})?|-[ \t]*({_NUMBER})", re.ASCII)
_FURTHEST = 2**63 - 1
"""The largest number in a range that Chromium reads."""

_LONGEST = 256
"""Characters of the ranges that are read; players and downloads write one, of 40 at most."""


class RangeError(Exception):
    """A range that the file does not have, or that only some would read; answered with 416 where that can be said."""


@frozen
class ByteRange:
    """Bytes of a file, from `start` up to and without `stop`."""

    start: int
    stop: int


def requested_range(header: str | None, size: int) -> ByteRange:
    """Read the header `Range` (RFC 9110, section 14.2).

    Args:
        header: Its value, or None where there is none.
        size: The file's size in bytes.

    Returns:
        What to serve: the whole of the file where nothing is asked for, or several ranges at once, or what this server
        does not understand: another unit than bytes, or a range that ends before it starts.

    Raises:
        RangeError: The range starts behind the file's end, is none by the standard, or one of many. The standard lets a
            server ignore or reject such ones: Qt reads the header too, and may find a range in it.
    """
    whole = ByteRange(0, size)
    unit, equals, text = (header or "").partition("=")
    if not equals or unit.strip(" \t").lower() != "bytes" or size == 0:
        return whole
    if len(text) > _LONGEST:
        raise RangeError(f"the ranges have {len(text)} characters, and may have {_LONGEST}")
    # Elements of a list may be empty (section 5.6.1).
    found = [_RANGE.fullmatch(item) for part in text.split(",") if (item := part.strip(" \t"))]
    wanted = [match.groups() for match in found if match]
    if not wanted or len(wanted) < len(found):
        raise RangeError(f"{text[:60]!r} is no range of bytes")
    numbers = [tuple(None if part is None else int(part) for part in range_) for range_ in wanted]
    if len(numbers) > 1 or any(part is not None and part > _FURTHEST for part in numbers[0]):
        return whole
    first, last, length = numbers[0]
    if length is not None:
        if length == 0:
            raise RangeError("the last 0 bytes are no range")
        return ByteRange(max(0, size - length), size)
    start = first or 0
    if last is not None and last < start:
        return whole
    if start >= size:
        raise RangeError(f"{text[:60]!r} starts behind the end, at {size} bytes")
    return ByteRange(start, size if last is None else min(last + 1, size))
