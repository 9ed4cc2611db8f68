from pathlib import Path

from PySide6.QtGui import QIcon, QImage, QPixmap


def icon_from_file(path: Path) -> QIcon:
    """Read an icon from an image file, in any format that Qt knows (PNG, ICO, SVG, JPEG, …).

    Raises:
        ValueError: There is no such file, or no image in it.
    """
    try:
        return icon_from_bytes(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except ValueError:
        raise ValueError(f"{path}: not an image in a format that is known") from None


def icon_from_bytes(data: bytes) -> QIcon:
    """Read an icon from the bytes of an image file.

    Raises:
        ValueError: They are none.
    """
    image = QImage.fromData(data)
    if image.isNull():
        raise ValueError("not an image in a format that is known")
    return icon_from_image(image)


def icon_from_rgba(rgba: bytes, width: int, height: int) -> QIcon:
    """Make an icon from its pixels.

    Args:
        rgba: Red, green, blue and alpha of each pixel, row by row from the top left, a byte each.
        width: Pixels in a row.
        height: Rows.

    Raises:
        ValueError: There are more or fewer bytes than the size has.
    """
    if len(rgba) != width * height * 4 or not rgba:
        raise ValueError(f"an image of {width} × {height} pixels has {width * height * 4} bytes, not {len(rgba)}")
    # The copy, for QImage only looks at memory that Python may free.
    return icon_from_image(QImage(rgba, width, height, width * 4, QImage.Format.Format_RGBA8888).copy())


def icon_from_image(image: QImage) -> QIcon:
    """Make an icon from an image."""
    return QIcon(QPixmap.fromImage(image))
