"""Image files of whoever made them to keep the core, or to fill it: what they unfold to is known beforehand."""

import struct
from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtGui import QImageReader

from shell.image import ImageError

DECODED = frozenset({"png", "ico", "cur", "bmp", "jpeg", "jpg", "gif", "webp"})
"""Formats by their names in Qt, none of which is drawn, which may take any time, as SVG and PDF are."""

_PNG = b"\x89PNG\r\n\x1a\n"
_ICONS = (b"\0\0\1\0", b"\0\0\2\0")
_ICON_ENTRY = struct.Struct("<II")
_ICON_ENTRY_AT = 14
_CHUNK = struct.Struct(">I4s")
_AROUND_CHUNK = 12
_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_MOST_CHUNKS = 16_384
"""Of 8 KiB, as they are written, they have 128 MiB."""
_JPEG, _SCAN = b"\xff\xd8", b"\xff\xda"
_MOST_SCANS = 100
"""Of a picture that comes in scans, each goes through all of its pixels; those who write such make ten."""
_GIF = b"GIF8"
_SCREEN = struct.Struct("<HH")


def plain(data: bytes) -> bytes:
    """An image file as it is, or what of it has to be read for its picture.

    A PNG may carry texts, of which each takes a thousand times its bytes to read. An icon may be a PNG of another size
    than it says. A JPEG of some kilobytes may go through its picture thousands of times.

    Args:
        data: The bytes of the file.

    Raises:
        ImageError: It has more parts than any that was made to be looked at.
    """
    if data.startswith(_ICONS) and len(data) >= _ICON_ENTRY_AT + _ICON_ENTRY.size:
        # Qt reads the first picture of an icon.
        size, start = _ICON_ENTRY.unpack_from(data, _ICON_ENTRY_AT)
        within = data[start : start + size]
        data = within if within.startswith(_PNG) else data
    if data.startswith(_PNG):
        return _PNG + b"".join(_chunks(data))
    if data.startswith(_JPEG) and data.count(_SCAN) > _MOST_SCANS:
        raise ImageError(f"a JPEG of more than {_MOST_SCANS} scans")
    return data


def size_of(data: bytes, reader: QImageReader) -> QSize:
    """The size of the picture that is read from a file, as far as it can be told.

    Args:
        data: The bytes of the file.
        reader: Qt's reader of them, which of a GIF tells the size of its first frame, and reads what that is part of.
    """
    if data.startswith(_GIF) and len(data) >= len("GIF89a") + _SCREEN.size:
        return reader.size().expandedTo(QSize(*_SCREEN.unpack_from(data, len("GIF89a"))))
    return reader.size()


def _chunks(data: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        if len(data) - at < _CHUNK.size:
            return
        length, kind = _CHUNK.unpack_from(data, at)
        if kind in _PIXELS:
            yield data[at : at + length + _AROUND_CHUNK]
        at += length + _AROUND_CHUNK
    raise ImageError(f"a PNG of more than {_MOST_CHUNKS} chunks")
