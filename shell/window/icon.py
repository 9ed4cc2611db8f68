from pathlib import Path

from PySide6.QtGui import QIcon, QImage, QPixmap

from shell.image import image_from_bytes, image_from_file, image_from_rgba


def icon_from_file(path: Path) -> QIcon:
    """Read an icon from an image file, in any format that Qt knows (PNG, ICO, SVG, JPEG, …).

    Raises:
        ImageError: There is no such file, or no image in it.
    """
    return icon_from_image(image_from_file(path))


def icon_from_bytes(data: bytes) -> QIcon:
    """Read an icon from the bytes of an image file.

    Raises:
        ImageError: They are none.
    """
    return icon_from_image(image_from_bytes(data))


def icon_from_rgba(rgba: bytes, width: int, height: int) -> QIcon:
    """Make an icon from its pixels; see `image_from_rgba`.

    Raises:
        ImageError: There are more or fewer bytes than the size has, or none at all.
    """
    return icon_from_image(image_from_rgba(rgba, width, height))


def icon_from_image(image: QImage) -> QIcon:
    """Make an icon from an image."""
    return QIcon(QPixmap.fromImage(image))
