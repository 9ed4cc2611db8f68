"""Icons in the system's tray, by Tauri's names."""

from shell.tray.errors import TrayError, TrayIconRemovedError
from shell.tray.event import MouseButton, MouseButtonState, TrayIconEvent, TrayIconEventType, TrayIconHandler
from shell.tray.picture import IconSource
from shell.tray.tray_icon import TrayIcon, TrayMenu
from shell.tray.trays import Trays

__all__ = [
    "IconSource",
    "MouseButton",
    "MouseButtonState",
    "TrayError",
    "TrayIcon",
    "TrayIconEvent",
    "TrayIconEventType",
    "TrayIconHandler",
    "TrayIconRemovedError",
    "TrayMenu",
    "Trays",
]
