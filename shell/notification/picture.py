"""The picture of a notification: read by us, so that what is no picture is an error and not a blank."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QImageReader, QPixmap

from shell.image import ImageError
from shell.image_file import DECODED, plain, size_of
from shell.notification.errors import IconError
from shell.value import frozen

_SIDE = 256
"""Pixels of the longer side; larger pictures are made smaller, for they travel on the bus."""
_LARGEST_FILE = 16 * 1024 * 1024
_DRAWN = frozenset({"svg", "svgz", "xpm"})
"""Formats that only the program itself may give: Qt draws them while all of Python waits, were it for minutes."""
_MOST_PIXELS = 4096 * 4096
"""Of one that a page gives. To make a larger one smaller may take any memory."""
_LONGEST_NAME = 128
_MOST_HYPHENS = 16
"""Of a name. Qt looks for it in all themes, and without its last part again, as often as it has hyphens."""
_SUFFIXES = frozenset({".png", ".svg", ".jpg", ".jpeg", ".webp", ".gif", ".ico", ".bmp", ".xpm"})


@frozen
class Picture:
    """A picture, or the name of one.

    Attributes:
        image: Its pixels; None where the desktop looks it up.
        name: What the desktop's icon theme calls it; empty where it is sent.
    """

    image: QImage | None = None
    name: str = ""

    def pixmap(self, side: int) -> QPixmap:
        """The picture for a square of that many pixels."""
        icon = QIcon.fromTheme(self.name) if self.image is None else QIcon(QPixmap.fromImage(self.image))
        return icon.pixmap(side)


def picture_of(icon: str | Path | bytes | None, default: QIcon, *, trusted: bool = False) -> Picture:
    """Find the picture that a notification names.

    Args:
        icon: A file, the bytes of one, or a name in the icon theme; None takes the default.
        default: The program's icon.
        trusted: Whether the program itself names it, and no page: then it may be a drawing, and of any size.

    Raises:
        IconError: There is no such file, or no picture in it.
    """
    if icon is None:
        return Picture(default.pixmap(QSize(64, 64)).toImage())
    if isinstance(icon, bytes):
        return Picture(_decoded(icon, "the bytes of icon", trusted))
    if isinstance(icon, str) and _is_name(icon):
        return Picture(name=icon)
    path = Path(str(icon).removeprefix("file://"))
    try:
        size = path.stat().st_size
        data = path.read_bytes() if path.is_file() and size <= _LARGEST_FILE else b""
    except (OSError, ValueError) as error:
        raise IconError(f"icon: {path}: {getattr(error, 'strerror', None) or error}") from None
    return Picture(_decoded(data, f"icon: {path}", trusted))


def _is_name(icon: str) -> bool:
    # A name may hold dots, as org.gnome.Calculator does.
    name = not {"/", "\\"}.intersection(icon) and Path(icon).suffix.lower() not in _SUFFIXES
    if not icon or "\0" in icon or (name and not icon.isprintable()):
        raise IconError(f"icon: expected a file, a name or bytes, got {icon!r:.80}")
    if name and (len(icon) > _LONGEST_NAME or icon.count("-") > _MOST_HYPHENS):
        raise IconError(
            f"icon: expected a name of at most {_LONGEST_NAME} characters and {_MOST_HYPHENS} hyphens, got {icon!r:.80}"
        )
    return name


def _decoded(data: bytes, what: str, trusted: bool) -> QImage:
    try:
        data = plain(data)
    except ImageError as error:
        raise IconError(f"{what}: {error}") from None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    if reader.format().toStdString() not in (DECODED | _DRAWN if trusted else DECODED):
        raise IconError(f"{what}: not a picture in a format that is known")
    reader.setAutoTransform(True)
    size = size_of(data, reader)
    if not trusted and size.width() * size.height() > _MOST_PIXELS:
        raise IconError(f"{what}: {size.width()} × {size.height()} pixels are too many")
    if size.isValid() and max(size.width(), size.height()) > _SIDE:
        # Before it is decoded, so that a small file cannot become a huge picture.
        reader.setScaledSize(size.scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        raise IconError(f"{what}: not a picture in a format that is known")
    return image
