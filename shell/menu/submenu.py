from collections.abc import Iterable

from PySide6.QtGui import QAction

from shell.given import expect
from shell.image import ImageSource, image_from
from shell.ipc.thread import any_thread, loop_only
from shell.menu.container import Container
from shell.menu.icon import qicon
from shell.menu.item import Item


@loop_only
class Submenu(Item, Container):
    """A menu that is an item of others; it can be shown at the mouse by itself, too."""

    def __init__(
        self,
        text: str,
        items: Iterable[Item] = (),
        *,
        id: str | None = None,  # noqa: A002  # Tauri's name
        enabled: bool = True,
        icon: ImageSource | None = None,
    ) -> None:
        """Make a submenu.

        Args:
            text: What it says; an `&` marks the letter that opens it from the keyboard.
            items: What is in it, in order.
            id: Its name for the program.
            enabled: Whether it can be opened.
            icon: A picture before the text: an image, or the path or the bytes of an image file.

        Raises:
            MenuError: An item is given twice.
            ImageError: There is no image in what was given for one.
        """
        Item.__init__(self, id)
        self._expect(text, str, "text", "a text")
        self._expect(enabled, bool, "enabled", "True or False")
        self._text = text
        self._enabled = enabled
        self._icon = None if icon is None else image_from(icon)
        Container.__init__(self, items)

    @any_thread
    def text(self) -> str:
        """Return what it says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Let it say something else."""
        expect(text, str, "set_text", "a text")
        self._text = text
        if self._qaction is not None:
            self._qaction.setText(text)

    @any_thread
    def is_enabled(self) -> bool:
        """Say whether it can be opened."""
        return self._enabled

    def set_enabled(self, enabled: bool) -> None:
        """Let it be opened or not."""
        expect(enabled, bool, "set_enabled", "True or False")
        self._enabled = enabled
        if self._qaction is not None:
            self._qaction.setEnabled(enabled)

    def set_icon(self, icon: ImageSource | None) -> None:
        """Give it another picture, or none.

        Raises:
            ImageError: There is no image in what was given for one. The submenu keeps the one that it has.
        """
        self._icon = None if icon is None else image_from(icon)
        if self._qaction is not None:
            self._qaction.setIcon(qicon(self._icon))

    def _make_qaction(self) -> QAction:
        # The menu's own, which lives as long as the menu does.
        qaction = self.widget.menuAction()
        self._fill(qaction)
        return qaction

    def _fill(self, qaction: QAction) -> None:
        qaction.setText(self._text)
        qaction.setEnabled(self._enabled)
        qaction.setIcon(qicon(self._icon))
        qaction.setIconVisibleInMenu(True)

    def chosen(self) -> None:
        """Nothing: it opens."""
