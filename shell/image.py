"""Images: pictures as their pixels, from files, from the bytes of files, and from pixels."""

import os
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from shell.given import expect

type ImageSource = QImage | Path | str | bytes
"""What an image can be made from: one that is there, the path of a file, or the bytes of one."""

_SAMPLES = 4
"""So many pixels in each direction make one of an image that becomes much smaller."""
_FORMAT = QImage.Format.Format_RGBA8888


class ImageError(ValueError):
    """There is no image in what was given for one; the text says why."""


def image_from(source: ImageSource) -> QImage:
    """The image that is meant.

    Raises:
        ImageError: There is none.
    """
    match source:
        case QImage():
            return source
        case bytes():
            return image_from_bytes(source)
        case _:
            expect(source, (str, os.PathLike), "an image", "a file, its bytes or a QImage")
            return image_from_file(Path(source))


def image_from_file(path: Path) -> QImage:
    """Read an image file, in any format that Qt knows (PNG, ICO, SVG, JPEG, …).

    Raises:
        ImageError: There is no such file, or no image in it.
    """
    try:
        # What is there and no file, such as /dev/zero, may have no end.
        data = path.read_bytes() if path.is_file() or not path.exists() else b""
    except OSError as error:
        raise ImageError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ImageError(f"{str(path)!r}: {error}") from None
    image = QImage.fromData(data)
    if image.isNull():
        raise ImageError(f"{path}: not an image in a format that is known")
    return image.convertToFormat(_FORMAT)


def image_from_bytes(data: bytes) -> QImage:
    """Read an image from the bytes of an image file.

    Raises:
        ImageError: They are none.
    """
    image = QImage.fromData(data)
    if image.isNull():
        raise ImageError("not an image in a format that is known")
    return image.convertToFormat(_FORMAT)


def image_from_rgba(rgba: bytes, width: int, height: int) -> QImage:
    """Make an image from its pixels.

    Args:
        rgba: Red, green, blue and alpha of each pixel, row by row from the top left, a byte each.
        width: Pixels in a row.
        height: Rows.

    Raises:
        ImageError: There are more or fewer bytes than the size has, or none at all.
    """
    if len(rgba) != width * height * 4 or not rgba:
        raise not_of_size(len(rgba), width, height)
    # The copy, for QImage only looks at memory that Python may free.
    return QImage(rgba, width, height, width * 4, _FORMAT).copy()


def not_of_size(given: int, width: int, height: int) -> ImageError:
    """What is wrong where pixels have another number of bytes than the size says.

    Args:
        given: How many there are.
        width: Pixels in a row.
        height: Rows.
    """
    return ImageError(f"an image of {width} × {height} pixels has {width * height * 4} bytes, not {given}")


def within(image: QImage, side: int) -> QImage:
    """An image that is no larger than a square; a smaller one stays as it is.

    Args:
        image: The image.
        side: Pixels of the square's side.
    """
    if max(image.width(), image.height()) <= side:
        return image
    keep = Qt.AspectRatioMode.KeepAspectRatio
    if max(image.width(), image.height()) > _SAMPLES * side:
        # To weigh all pixels of a large one takes long, and some of them are enough.
        image = image.scaled(QSize(side, side) * _SAMPLES, keep, Qt.TransformationMode.FastTransformation)
    return image.scaled(side, side, keep, Qt.TransformationMode.SmoothTransformation)


def rgba_form(image: QImage) -> QImage:
    """An image in the form that all of them have here."""
    return image.convertToFormat(_FORMAT)


def rgba_of(image: QImage) -> bytes:
    """The pixels of an image: red, green, blue and alpha, row by row from the top left, a byte each."""
    # Four bytes a pixel leave no room at the end of a row.
    return bytes(image.convertToFormat(_FORMAT).constBits())
