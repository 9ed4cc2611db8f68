"""Who shows tray icons on this desktop: whether there is somebody, and since when there is or is not."""

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

from shell.window.x11 import WindowManager

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection

WATCHER = "org.kde.StatusNotifierWatcher"
_OLD_TRAY = "_NET_SYSTEM_TRAY_S0"
_PATIENCE = 3000
"""Milliseconds that a host which has gone has to come back: a panel that restarts leaves no trace in windows."""


class TrayHost(QObject):
    """Knows whether this desktop shows tray icons.

    On Linux those are the hosts of StatusNotifierItems, which come and go on the session bus, or where there is none
    an old tray of X11.

    WORKAROUND: Qt (6.12) looks for a host of StatusNotifierItems once in a process, when the first `QSystemTrayIcon` is
    made or it is asked whether there is a tray; if there is none then, there never will be. So nobody makes one, or
    asks Qt, before there is a host.

    Attributes:
        changed: There is a host, or there is none any more.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._patience = QTimer(self, interval=_PATIENCE, singleShot=True)
        self._patience.timeout.connect(lambda: self._settle(False))
        self._available = self._watch_bus() if sys.platform == "linux" else QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def available(self) -> bool:
        """Whether icons are shown."""
        return self._available

    @property
    def missed(self) -> bool:
        """Whether a person looks for icons where none are shown. Off screen nobody looks."""
        return not self._available and QGuiApplication.platformName() != "offscreen"

    def _watch_bus(self) -> bool:
        from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher  # noqa: PLC0415  # not on every platform

        if QGuiApplication.platformName() == "offscreen":
            # Nobody looks: what is rendered off screen has no business in the tray of a desktop that may be there.
            return False
        bus = QDBusConnection.sessionBus()
        present = bus.isConnected() and _has_owner(bus, WATCHER)
        manager = WindowManager.of_application()
        if not present and manager is not None and manager.has_owner(_OLD_TRAY):
            # From here on Qt keeps to old trays, and looks after those that restart by itself.
            return True
        if bus.isConnected():
            watcher = QDBusServiceWatcher(WATCHER, bus, QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange, self)
            watcher.serviceOwnerChanged.connect(lambda _name, _old, new: self._owner_changed(new))
        return present

    def _owner_changed(self, owner: str) -> None:
        if owner:
            self._patience.stop()
            self._settle(True)
        else:
            self._patience.start()

    def _settle(self, available: bool) -> None:
        if available != self._available:
            self._available = available
            self.changed.emit()


def _has_owner(bus: "QDBusConnection", name: str) -> bool:
    from PySide6.QtDBus import QDBusMessage  # noqa: PLC0415

    service = "org.freedesktop.DBus"
    call = QDBusMessage.createMethodCall(service, "/org/freedesktop/DBus", service, "NameHasOwner")
    call.setArguments([name])
    return bus.call(call).arguments() == [True]
