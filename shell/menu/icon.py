from PySide6.QtGui import QAction, QIcon, QImage, QPixmap

from shell.image import ImageSource, image_from
from shell.ipc.thread import loop_only
from shell.menu.event import MenuHandler
from shell.menu.normal import MenuItem


@loop_only
class IconMenuItem(MenuItem):
    """An item with a picture before its text."""

    def __init__(
        self,
        text: str,
        *,
        icon: ImageSource | None = None,
        id: str | None = None,  # noqa: A002  # Tauri's name
        enabled: bool = True,
        accelerator: str | None = None,
        action: MenuHandler | None = None,
    ) -> None:
        """Make an item, as `MenuItem`.

        Args:
            text: What it says.
            icon: The picture: an image, or the path or the bytes of an image file.
            id: Its name for the program.
            enabled: Whether it can be chosen.
            accelerator: Keys that choose it.
            action: Called with the `MenuEvent` when it is chosen.

        Raises:
            ImageError: There is no image in what was given for one.
            AcceleratorError: The accelerator is none.
        """
        super().__init__(text, id=id, enabled=enabled, accelerator=accelerator, action=action)
        self._icon = None if icon is None else image_from(icon)

    def set_icon(self, icon: ImageSource | None) -> None:
        """Give it another picture, or none.

        Raises:
            ImageError: There is no image in what was given for one. The item keeps the one that it has.
        """
        self._icon = None if icon is None else image_from(icon)
        if self._qaction is not None:
            self._qaction.setIcon(qicon(self._icon))

    def _fill(self, qaction: QAction) -> None:
        super()._fill(qaction)
        qaction.setIcon(qicon(self._icon))
        # Whatever the desktop thinks of pictures in menus: this item is one.
        qaction.setIconVisibleInMenu(True)


def qicon(image: QImage | None) -> QIcon:
    """An image as Qt's items show it."""
    return QIcon() if image is None else QIcon(QPixmap.fromImage(image))
