"""Icons in the old trays of X11, which are small windows of ours: the pointer over them is seen whole."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from shell.tray.event import MouseButton, MouseButtonState, TrayIconEventType

_WIDGET = "QSystemTrayIconSys"
"""Qt's class for them (qsystemtrayicon_x11.cpp)."""
_BUTTONS = {
    Qt.MouseButton.LeftButton: MouseButton.LEFT,
    Qt.MouseButton.RightButton: MouseButton.RIGHT,
    Qt.MouseButton.MiddleButton: MouseButton.MIDDLE,
}
_Kind = TrayIconEventType
_PLAIN = {QEvent.Type.Enter: _Kind.ENTER, QEvent.Type.MouseMove: _Kind.MOVE, QEvent.Type.Leave: _Kind.LEAVE}
_WITH_BUTTON = {
    QEvent.Type.MouseButtonPress: (_Kind.CLICK, MouseButtonState.DOWN),
    QEvent.Type.MouseButtonRelease: (_Kind.CLICK, MouseButtonState.UP),
    QEvent.Type.MouseButtonDblClick: (_Kind.DOUBLE_CLICK, None),
}

type Heard = Callable[[TrayIconEventType, MouseButton | None, MouseButtonState | None], None]


def embedded_widgets() -> list[QWidget]:
    """Every icon of this program that is in such a tray."""
    return [widget for widget in QApplication.topLevelWidgets() if widget.metaObject().className() == _WIDGET]


class EmbeddedPointer(QObject):
    """Tells what the pointer does over such an icon, for as long as there is one."""

    def __init__(self, widget: QWidget, heard: Heard) -> None:
        super().__init__(widget)
        self._heard = heard
        widget.setMouseTracking(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Pass every event on."""
        kind = event.type()
        if kind in _PLAIN:
            self._heard(_PLAIN[kind], None, None)
        elif kind in _WITH_BUTTON and isinstance(event, QMouseEvent) and event.button() in _BUTTONS:
            told, state = _WITH_BUTTON[kind]
            self._heard(told, _BUTTONS[event.button()], state)
        return False
