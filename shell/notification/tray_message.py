"""Notifications through the system's tray, as Windows and macOS show them for Qt.

Not tried: written after Qt's documentation of `QSystemTrayIcon.showMessage`.
"""

import itertools
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from shell.notification.errors import UnavailableError
from shell.notification.notification import Dismissal, Urgency
from shell.notification.presenter import Listener, Request

_SHOWN_FOR = 10_000
"""Milliseconds, where the notification does not say."""
_KINDS = {
    Urgency.LOW: QSystemTrayIcon.MessageIcon.NoIcon,
    Urgency.NORMAL: QSystemTrayIcon.MessageIcon.Information,
    Urgency.CRITICAL: QSystemTrayIcon.MessageIcon.Critical,
}


class TrayMessages:
    """Shows one message at a time, beside an icon that is in the tray for as long as the message.

    These messages have no buttons: what has some is left to the program's own windows.

    Args:
        name: The program's name.
        icon: The program's icon.
    """

    def __init__(self, name: str, icon: Callable[[], QIcon]) -> None:
        self._name = name
        self._icon = icon
        self._tray: QSystemTrayIcon | None = None
        self._numbers = itertools.count(1)
        self._current: tuple[int, Listener] | None = None
        self._timer = QTimer(singleShot=True)
        self._timer.timeout.connect(lambda: self._gone(Dismissal.EXPIRED))

    async def capabilities(self) -> frozenset[str]:
        """See `Presenter`."""
        self._require()
        return frozenset({"body", "icon-static"})

    async def show(self, request: Request) -> int:
        """See `Presenter`."""
        self._require()
        notification = request.notification
        if notification.actions:
            raise UnavailableError("this system's messages have no buttons")
        if self._current is not None and self._current[0] == request.replaces:
            self._current = None
        self._gone(Dismissal.REPLACED)
        tray = self._tray
        if tray is None:
            tray = self._tray = QSystemTrayIcon(self._icon())
            tray.setToolTip(self._name)
            tray.messageClicked.connect(lambda: self._clicked())
        number = next(self._numbers)
        self._current = number, request.listener
        time = _SHOWN_FOR if notification.timeout is None else round(notification.timeout * 1000)
        tray.show()
        if request.notification.icon is None:
            tray.showMessage(notification.title, notification.body, _KINDS[notification.urgency], time)
        else:
            tray.showMessage(notification.title, notification.body, QIcon(request.picture.pixmap(64)), time)
        if time:
            self._timer.start(time)
        else:
            self._timer.stop()
        return number

    def close(self, number: int) -> None:
        """See `Presenter`."""
        if self._current is not None and self._current[0] == number:
            self._gone(Dismissal.CLOSED)

    def end(self) -> None:
        """See `Presenter`."""
        self._current = None
        self._timer.stop()
        if self._tray is not None:
            self._tray.deleteLater()
            self._tray = None

    def _require(self) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            raise UnavailableError("nobody on this desktop shows notifications: there is no tray")

    def _clicked(self) -> None:
        if self._current is not None:
            self._current[1].clicked()
            self._gone(Dismissal.DISMISSED)

    def _gone(self, why: Dismissal) -> None:
        current, self._current = self._current, None
        if self._tray is not None:
            self._tray.hide()
        if current is not None:
            current[1].gone(why)
