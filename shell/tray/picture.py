"""The picture of an icon, for a light desktop and a dark one."""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage, QPixmap

from shell.given import expect
from shell.image import ImageError, ImageSource, image_from
from shell.tray.errors import TrayError
from shell.value import frozen
from shell.window import Theme

type IconSource = ImageSource | QIcon
"""What a tray icon's picture can be made from: the path of an image file, its bytes, an image or an icon of Qt's."""

_SMALL = 22


@frozen
class Picture:
    """What an icon looks like.

    Attributes:
        light: On a light desktop, and on a dark one where there is nothing else.
        dark: On a dark desktop.
        as_template: Whether macOS colours it as it does its own, from its opacity alone.
    """

    light: QIcon
    dark: QIcon | None = None
    as_template: bool = False

    def on(self, theme: Theme) -> QIcon:
        """The picture for a desktop of this theme."""
        icon = QIcon(self.dark if self.dark is not None and theme is Theme.DARK else self.light)
        if sys.platform == "darwin":
            icon.setIsMask(self.as_template)
        return icon


def icon_of(source: IconSource, root: Path) -> QIcon:
    """The icon that is meant.

    Args:
        source: What it is made from.
        root: The folder that relative paths start from.

    Raises:
        TrayError: There is no image in it.
    """
    if isinstance(source, QIcon):
        return source
    expect(source, (QImage, Path, str, bytes), "a tray icon's picture", "a file, its bytes, a QImage or a QIcon")
    try:
        return QIcon(QPixmap.fromImage(image_from(root / source if isinstance(source, str | Path) else source)))
    except ImageError as error:
        raise TrayError(f"invalid icon: {error}") from None


def no_icon() -> QIcon:
    """A picture of nothing. Without any, Qt complains, and panels show their sign for a missing picture."""
    pixmap = QPixmap(_SMALL, _SMALL)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)
