"""Notifications that Chromium wants shown: those of sub-frames and of service workers."""

import logging

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImageWriter
from PySide6.QtWebEngineCore import QWebEngineNotification

from shell.notification.errors import NotificationError
from shell.notification.notification import Dismissal, Notification
from shell.notification.notifier import Notifier
from shell.notification.rate import Allowances
from shell.notification.shown import Handlers
from shell.webview.origin import origin_of
from shell.webview.urls import written

log = logging.getLogger(__name__)


class ChromiumNotifications:
    """Shows them the way that all are shown, and tells Chromium what becomes of them.

    Args:
        notifier: Shows them.
        allowances: How many there may be.
    """

    def __init__(self, notifier: Notifier, allowances: Allowances) -> None:
        self._notifier = notifier
        self._allowances = allowances

    async def show(self, wanted: QWebEngineNotification) -> None:
        """Show what Chromium wants. It is told that it was closed where it cannot be shown."""
        closed = False

        def close(_: Dismissal | None = None) -> None:
            nonlocal closed
            if not closed:
                closed = True
                wanted.close()

        try:
            self._allowances.spend(origin_of(written(wanted.origin())))
            notification = Notification(wanted.title(), wanted.message(), _icon(wanted))
            shown = await self._notifier.notify(notification, Handlers(click=lambda: wanted.click(), close=close))
        except NotificationError as error:
            log.warning("%s: a notification is not shown: %s", written(wanted.origin()), error)
            close()
            return
        wanted.closed.connect(lambda: shown.close())
        wanted.show()


def _icon(wanted: QWebEngineNotification) -> bytes | None:
    image = wanted.icon()
    if image.isNull():
        return None
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(data.data())
