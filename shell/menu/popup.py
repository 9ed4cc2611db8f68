from weakref import ref

from PySide6.QtCore import QMetaObject, QObject, QPoint, QTimer
from PySide6.QtGui import QCursor
from shiboken6 import isValid

from shell.menu.container import Container
from shell.window import Position, Window
from shell.window.dpi import whole_pixels


class Popup:
    """The menu that is open by itself, if any is."""

    def __init__(self) -> None:
        self._menu: Container | None = None
        self._heard: list[QMetaObject.Connection] = []

    def show(self, menu: Container, window: Window, at: Position | None) -> None:
        """Show a menu until it is left, another is shown, or the window is no longer seen.

        Args:
            menu: The menu.
            window: The window that it is shown over.
            at: Where, counted from the top-left corner of the window's page; at the mouse if it is not given.
        """
        if self._menu is not None and self._menu is not menu:
            self._menu.widget.close()
        self._hear_no_more()
        widget, below = menu.widget, window.frame.windowHandle()
        widget.winId()
        # Wayland shows it only so.
        widget.windowHandle().setTransientParent(below)
        # Whoever made it may let go of it while it is open.
        self._menu = menu
        this = ref(self)

        def let_go() -> None:
            popup = this()
            if popup is not None and popup._menu is not None and not popup._menu.widget.isVisible():
                popup._menu = None

        # A menu that goes while it is open does not say that it hides.
        closes = below.visibleChanged.connect(
            lambda visible: None if visible or not isValid(widget) else widget.close()
        )

        def hidden() -> None:
            popup = this()
            if popup is not None:
                popup._hear_no_more()
            # What was chosen is told after the menu has hidden.
            QTimer.singleShot(0, let_go)

        hides = widget.aboutToHide.connect(hidden)
        self._heard = [closes, hides]
        widget.popup(_place(window, at))

    def _hear_no_more(self) -> None:
        heard, self._heard = self._heard, []
        for connection in heard:
            QObject.disconnect(connection)

    def close(self) -> None:
        """Let go of what is left, when the program ends."""
        self._menu = None


def _place(window: Window, at: Position | None) -> QPoint:
    if at is None:
        return QCursor.pos()
    logical = at.to_logical(window.scale_factor())
    return window.panes.mapToGlobal(QPoint(whole_pixels(logical.x), whole_pixels(logical.y)))
