"""Where our own windows for notifications stand: one above the other, in a corner of the screen."""

import itertools
from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from shell.notification.notification import Dismissal
from shell.notification.presenter import Listener, Request
from shell.notification.toast import Toast
from shell.value import frozen

_MARGIN = 16
_GAP = 8
_MOST_SHOWN = 5
"""More than these would cover the screen, and tall ones do sooner: the oldest makes room."""


@frozen
class _Entry:
    toast: Toast
    listener: Listener


class Toasts:
    """Shows notifications in windows of ours, in the lower right corner of the screen that the program is on.

    Args:
        window: A window of the program that is on the screen, if there is one.
    """

    def __init__(self, window: Callable[[], QWidget | None]) -> None:
        self._window = window
        self._numbers = itertools.count(1)
        self._shown: dict[int, _Entry] = {}

    async def capabilities(self) -> frozenset[str]:
        """See `Presenter`."""
        return frozenset({"actions", "body", "icon-static"})

    async def show(self, request: Request) -> int:
        """See `Presenter`."""
        number = next(self._numbers)
        # On Wayland a window has a place only beside another one of the program; elsewhere it outlives that.
        beside = self._window() if QGuiApplication.platformName().startswith("wayland") else None
        toast = Toast(request.notification, request.picture, beside)
        toast.clicked.connect(lambda: self._answered(number, lambda listener: listener.clicked()))
        toast.acted.connect(lambda action: self._answered(number, lambda listener: listener.acted(action)))
        toast.dismissed.connect(lambda: self._gone(number, Dismissal.DISMISSED))
        toast.expired.connect(lambda: self._gone(number, Dismissal.EXPIRED))
        # Its window may be closed, and take it along.
        toast.destroyed.connect(lambda: self._gone(number, Dismissal.UNDEFINED))
        replaced = self._shown.pop(request.replaces, None)
        if replaced is not None:
            _delete(replaced.toast)
        self._shown[number] = _Entry(toast, request.listener)
        toast.adjustSize()
        self._make_room()
        self._place()
        toast.show()
        return number

    def close(self, number: int) -> None:
        """See `Presenter`."""
        self._gone(number, Dismissal.CLOSED)

    def end(self) -> None:
        """See `Presenter`."""
        entries, self._shown = self._shown, {}
        for entry in entries.values():
            _delete(entry.toast)

    def _answered(self, number: int, tell: Callable[[Listener], None]) -> None:
        entry = self._shown.pop(number, None)
        if entry is not None:
            _delete(entry.toast)
            tell(entry.listener)
            entry.listener.gone(Dismissal.DISMISSED)
            self._place()

    def _gone(self, number: int, why: Dismissal) -> None:
        entry = self._shown.pop(number, None)
        if entry is None:
            return
        if why is not Dismissal.UNDEFINED:
            _delete(entry.toast)
        entry.listener.gone(why)
        self._place()

    def _area(self) -> QRect:
        window = self._window()
        screen = window.screen() if window is not None else QGuiApplication.primaryScreen()
        return screen.availableGeometry()

    def _make_room(self) -> None:
        room = self._area().height() - 2 * _MARGIN + _GAP
        while len(self._shown) > _MOST_SHOWN or (
            len(self._shown) > 1 and sum(entry.toast.height() + _GAP for entry in self._shown.values()) > room
        ):
            self._gone(next(iter(self._shown)), Dismissal.EXPIRED)

    def _place(self) -> None:
        area = self._area()
        bottom = area.bottom() - _MARGIN
        for entry in reversed(self._shown.values()):
            toast = entry.toast
            toast.move(area.right() - _MARGIN - toast.width(), bottom - toast.height())
            bottom -= toast.height() + _GAP


def _delete(toast: Toast) -> None:
    toast.hide()
    toast.deleteLater()
