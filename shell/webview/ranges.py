"""The part of a file that a request asks for."""

import re

import attrs

_RANGE = r"[ \t]*(?:\d{1,18}-(?:\d{1,18})?|-\d{1,18})[ \t]*"
_SET = re.compile(rf"bytes={_RANGE}(?:,{_RANGE})*", re.IGNORECASE | re.ASCII)


class RangeError(Exception):
    """A range that the file does not have, or a header that is none; answered with 416 where that can be said."""


@attrs.frozen
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
        What to serve: the whole of the file where nothing, or several ranges at once, are asked for.

    Raises:
        RangeError: The range starts behind the file's end, or the header is malformed. RFC 9110 lets a server
            ignore the latter; here nothing may reach Qt that it could read in another way.
    """
    whole = ByteRange(0, size)
    if header is None or size == 0:
        return whole
    if not _SET.fullmatch(header.strip(" \t")):
        raise RangeError(f"{header[:60]!r} is no range of bytes")
    wanted = header.partition("=")[2].split(",")
    if len(wanted) > 1:
        return whole
    first, _, last = (part.strip(" \t") for part in wanted[0].partition("-"))
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise RangeError("the last 0 bytes are no range")
        return ByteRange(size - length, size)
    start, stop = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        raise RangeError(f"{header[:60]!r} ends before it starts")
    if start >= size:
        raise RangeError(f"{header[:60]!r} starts behind the end, at {size} bytes")
    return ByteRange(start, stop)
