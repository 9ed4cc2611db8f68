"""The widget that shows a page."""

import time
from collections.abc import Callable

from PySide6.QtCore import QChildEvent
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragMoveEvent
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu

from shell.webview.devtools import Devtools
from shell.webview.drag_out import DragsOut

_Action = QWebEnginePage.WebAction
_ANSWERS_WITHIN = 2.5
"""Seconds that a page may take to say whether it wants what is dragged over it. Qt waits for three, each time."""
_PASSED_BY = 30.0
"""Seconds for which drags then pass it by."""


class View(QWebEngineView):
    """The widget. Its context menu has what a program's page needs, and no browser's commands.

    Args:
        devtools: The page's developer tools.
        may_name: Whether the page may hand a URL to other programs.
        kept_back: Called with each URL that it may not.

    Attributes:
        drags: The drags that begin in it.
    """

    _is_whole = False

    def __init__(self, devtools: Devtools, may_name: Callable[[str], bool], kept_back: Callable[[str], object]) -> None:
        super().__init__()
        self._devtools = devtools
        self._passed_by_until = 0.0
        self.drags = DragsOut(self, may_name, kept_back)
        self._is_whole = True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  # Qt's name
        """Offer editing where something can be edited, and copying where something is selected."""
        request = self.lastContextMenuRequest()
        actions: list[QWebEnginePage.WebAction] = []
        if request.isContentEditable():
            actions += [_Action.Undo, _Action.Redo, _Action.Cut, _Action.Copy, _Action.Paste, _Action.SelectAll]
        elif request.selectedText():
            actions.append(_Action.Copy)
        menu = QMenu(self)
        for action in actions:
            menu.addAction(self.page().action(action))
        if self._devtools.allowed:
            menu.addSeparator()
            menu.addAction("Inspect", self._devtools.open)
        if not menu.isEmpty():
            menu.popup(event.globalPos())

    def childEvent(self, event: QChildEvent) -> None:  # noqa: N802  # Qt's name
        """Notice that a drag begins: Chromium makes it a child of the view."""
        super().childEvent(event)
        if event.added() and self._is_whole:
            self.drags.child_added()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  # Qt's name
        """Tell the page what is dragged over it; of what another page of this program chose, all but files."""
        source = event.source()
        if isinstance(source, View):
            with source.drags.among_pages():
                super().dragEnterEvent(event)
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802  # Qt's name
        """Ask the page whether it wants what is dragged over it, unless it has lately kept everybody waiting."""
        began = time.monotonic()
        if began < self._passed_by_until:
            event.ignore()
            return
        super().dragMoveEvent(event)
        now = time.monotonic()
        if now - began > _ANSWERS_WITHIN:
            self._passed_by_until = now + _PASSED_BY
