"""The keyboard, which a webview loses in ways that no person means."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from shell.webview.page import Page


class KeyboardFocus:
    """Gives a webview the keyboard, and gives it back where it was lost with a renderer, or while it was hidden.

    Args:
        view: What shows the page.
        page: The page.
    """

    def __init__(self, view: QWidget, page: Page) -> None:
        self._view = view
        self._had_it = False
        page.visibleChanged.connect(lambda visible: self._renew() if visible else None)

    def take(self) -> None:
        """Give the page the keyboard, as far as its window has it."""
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def remember(self) -> None:
        """The renderer is gone, and with it what Qt shows its picture in, which the keyboard was with."""
        self._had_it = self._has_it()

    def restore(self) -> None:
        """Give the keyboard back to a page that is there again, unless it is elsewhere by now."""
        if not self._had_it:
            return
        self._had_it = False
        if self._view.window().focusWidget() is None or self._has_it():
            self._view.setFocus()

    def _renew(self) -> None:
        # WORKAROUND: Chromium takes the keyboard from a page that is hidden, and Qt (6.12) gives it back only when its
        # widget gets it anew. That of a window which is minimized and restored at once has never lost it.
        focused = QApplication.focusWidget()
        if focused is not None and self._is_part(focused):
            focused.clearFocus()
            focused.setFocus()

    def _has_it(self) -> bool:
        focused = self._view.window().focusWidget()
        return focused is not None and self._is_part(focused)

    def _is_part(self, widget: QWidget) -> bool:
        return widget is self._view or self._view.isAncestorOf(widget)
