"""The icon in the system's tray, as Qt puts it there."""

import sys
import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QMetaObject, QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from shell.tooltip import plain_tooltip
from shell.tray.embedded import EmbeddedPointer, embedded_widgets
from shell.tray.event import MouseButton, MouseButtonState, TrayIconEventType
from shell.value import frozen

_DOWN, _UP = MouseButtonState.DOWN, MouseButtonState.UP
_CLICK, _DOUBLE_CLICK = TrayIconEventType.CLICK, TrayIconEventType.DOUBLE_CLICK
_Reason = QSystemTrayIcon.ActivationReason
_BUTTONS = {
    _Reason.Trigger: MouseButton.LEFT,
    _Reason.Context: MouseButton.RIGHT,
    _Reason.MiddleClick: MouseButton.MIDDLE,
}


@frozen
class Gesture:
    """Something that the platform reports of the pointer over an icon."""

    type: TrayIconEventType
    button: MouseButton | None = None
    state: MouseButtonState | None = None


class Shows(Protocol):
    """A menu, which can be shown in several widgets."""

    def show_in(self, face: QWidget) -> None:
        """Show the items in a widget, and keep to it from now on."""

    def leave(self, face: QWidget) -> None:
        """Show them there no longer."""


class NativeIcon:
    """An icon that is in the tray from when it is made until it is removed.

    Its menu is fixed: hosts on Linux read it once, and Qt gives none back. For another menu, make another icon. The
    widget that shows the menu there is the icon's own: what Qt (6.12) makes of it for the bus, it never takes back, so
    that another icon with the same widget would use what is gone.
    """

    def __init__(
        self, icon: QIcon, tooltip: str, menu: Shows | None, heard: Callable[[Gesture], None], parent: QObject
    ) -> None:
        self._menu = menu
        self._face: QMenu | None = None
        self._heard = heard
        self._last_click = -1e9
        self._qt = QSystemTrayIcon(icon, parent)
        self._qt.setToolTip(plain_tooltip(tooltip))
        if menu is not None:
            self._face = QMenu()
            menu.show_in(self._face)
            self._qt.setContextMenu(self._face)
        before = embedded_widgets()
        _at_large(self._qt, "show")
        widget = next((widget for widget in embedded_widgets() if widget not in before), None)
        self._pointer = None if widget is None else EmbeddedPointer(widget, self._embedded)
        if self._pointer is None:
            # A click is told whole.
            self._qt.activated.connect(lambda reason: self._activated(reason))

    def set_icon(self, icon: QIcon) -> None:
        """Show another picture."""
        self._qt.setIcon(icon)

    def set_tooltip(self, tooltip: str) -> None:
        """Show another text when the pointer rests on it."""
        self._qt.setToolTip(plain_tooltip(tooltip))

    def rect(self) -> QRect | None:
        """Where it is, as Qt writes it; `None` where the platform does not say."""
        rect = self._qt.geometry()
        return rect if rect.isValid() else None

    def remove(self) -> None:
        """Take it out of the tray."""
        face = self._face
        if self._menu is not None and face is not None:
            self._menu.leave(face)
            # Not before: the icon uses it to its end.
            self._qt.destroyed.connect(lambda: face.deleteLater())
        _at_large(self._qt, "hide")
        self._qt.deleteLater()

    def _embedded(self, kind: TrayIconEventType, button: MouseButton | None, state: MouseButtonState | None) -> None:
        self._heard(Gesture(kind, button, state))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        button = _BUTTONS.get(reason, MouseButton.LEFT)
        if reason is _Reason.DoubleClick or (button is MouseButton.LEFT and self._follows_a_click()):
            # As on Windows: the second of two clicks is a double click and a release.
            self._heard(Gesture(_DOUBLE_CLICK, button))
        else:
            self._heard(Gesture(_CLICK, button, _DOWN))
        self._heard(Gesture(_CLICK, button, _UP))

    def _follows_a_click(self) -> bool:
        """Whether this left click is the second of a double click, which hosts on Linux have no message for."""
        if sys.platform != "linux":
            return False
        now, before = time.monotonic(), self._last_click
        double = (now - before) * 1000 <= QGuiApplication.styleHints().mouseDoubleClickInterval()
        self._last_click = -1e9 if double else now
        return double


def _at_large(receiver: QObject, slot: str) -> None:
    """Have a slot run while other threads may run Python.

    WORKAROUND: In those of an icon Qt (6.12) waits for its thread of D-Bus, and that thread for Python where it has
    something to say, as of an answer to what goes just then. PySide lets go of Python around a slot that is invoked,
    and not around a method.
    """
    QMetaObject.invokeMethod(receiver, slot, Qt.ConnectionType.DirectConnection)
