"""Images that pages give: read within bounds, for who made one may have made it to keep the core, or to fill it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from shell.image import ImageError, rgba_form
from shell.image_file import DECODED, plain, size_of
from shell.ipc import RefusedError, Session
from shell.threads import Threads

_THREADS = 4
"""Images that are read at a time; a document has one read at a time."""
_threads = Threads(_THREADS, "image")
_LARGEST_FILE = 16 * 1024 * 1024
_ONE = 4
"""One image of a page may have this part of the pixels that all of them may have."""


def most_of_one(session: Session) -> int:
    """How many pixels one image may have that a page gives.

    Args:
        session: The page's document.
    """
    return session.limits.pixels // _ONE


def check_size(width: int, height: int, most: int) -> None:
    """Refuse what has too many pixels.

    Raises:
        ImageError: It has.
    """
    if width * height > most:
        raise ImageError(
            f"an image of a page has at most {most} pixels here, this one {width} × {height} (App's limits.pixels)"
        )


async def in_thread[**P](read: Callable[P, QImage], *args: P.args, **kwargs: P.kwargs) -> QImage:
    """Read an image in a thread: of those for images, so that it waits for none of the program's plain functions.

    Args:
        read: Reads it.
        args: What with.
        kwargs: Likewise.
    """
    return await asyncio.get_running_loop().run_in_executor(_threads, lambda: read(*args, **kwargs))


def read_image(data: bytes, most: int, side: int | None = None) -> QImage:
    """Read an image that a page gives, as the bytes of a file.

    Args:
        data: The bytes.
        most: How many pixels it may have.
        side: Pixels of a square that it becomes no larger than.

    Raises:
        ImageError: They are none, of another format, or the image is too large.
    """
    data = plain(data)
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    # Unlike `QImage.fromData`, it lets other threads of Python run.
    reader = QImageReader(buffer)
    if reader.format().toStdString() not in DECODED:
        raise ImageError("not an image in a format that is known")
    size = size_of(data, reader)
    check_size(size.width(), size.height(), most)
    if side is not None and max(size.width(), size.height()) > side:
        # It makes it smaller while others run, too.
        reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        raise ImageError("not an image in a format that is known")
    check_size(image.width(), image.height(), most)
    return rgba_form(image)


def read_image_file(path: Path, most: int, side: int | None = None) -> QImage:
    """Read an image file that a page names.

    Args:
        path: Where it is.
        most: How many pixels it may have.
        side: As for `read_image`.

    Raises:
        ImageError: It cannot be read, is too large or none.
    """
    data = _content(path)
    try:
        return read_image(data, most, side)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None


def _content(path: Path) -> bytes:
    try:
        # What is there and no file, such as /dev/zero, may have no end.
        if path.exists() and not path.is_file():
            return b""
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise ImageError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ImageError(f"{str(path)!r}: {error}") from None
    if len(data) > _LARGEST_FILE:
        raise ImageError(f"{path}: larger than {_LARGEST_FILE >> 20} MiB")
    return data


def keep_image(session: Session, image: QImage) -> int:
    """Keep an image for a page; returns its resource id.

    Raises:
        RefusedError: Those that it keeps have too many pixels.
        ResourceError: It holds too many resources.
    """
    pixels, most = image.width() * image.height(), session.limits.pixels
    if session.resources.size + pixels > most:
        raise RefusedError(
            f"the images of this page would have more than {most} pixels, and it has closed too few "
            "(App's limits.pixels)"
        )
    return session.resources.add(image, size=pixels)
