from collections.abc import Callable
from weakref import ref

from PySide6.QtCore import QEvent
from PySide6.QtGui import QActionEvent, QHideEvent, QShortcutEvent
from PySide6.QtWidgets import QMenuBar

from shell.menu.menu import Menu


class Bar(QMenuBar):
    """A menu as the bar of a window; it follows the menu as long as both are there."""

    def __init__(self, menu: Menu, on_change: Callable[[], object]) -> None:
        """Make a bar, for a window to take over.

        Args:
            menu: What is in it.
            on_change: Called when the bar may want another height.
        """
        super().__init__()
        self._on_change = on_change
        self._menu = ref(menu)
        menu.show_in(self)

    def event(self, event: QEvent) -> bool:
        """Choose the item whose accelerator was pressed, where that opens a menu of the bar, too."""
        menu = self._menu()
        if isinstance(event, QShortcutEvent) and event.isAmbiguous() and menu is not None and menu.host is not None:
            item = menu.host.first_with(event.key())
            if item is not None:
                item.qaction.trigger()
                return True
        return super().event(event)

    def actionEvent(self, event: QActionEvent) -> None:  # noqa: N802  # Qt's name
        """Tell that there are other items."""
        super().actionEvent(event)
        self._on_change()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        """Tell that they look otherwise."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._on_change()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  # Qt's name
        """Close the menu that is open below it, with all that is open below that."""
        super().hideEvent(event)
        menu = self._menu()
        if menu is not None:
            menu.close_over(self.window().windowHandle())
