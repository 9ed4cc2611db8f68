from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow


class Frame(QMainWindow):
    """The top-level widget of a window: says what happens to it and asks before it closes. It decides nothing.

    Attributes:
        moved: It may have another position.
        resized: It has another size.
        activated: It got the keyboard (true) or lost it (false).
        state_changed: It was maximized, minimized, made fullscreen, or ended being so.
        scale_changed: It is on a monitor with another scale factor.
        cursor_changed: The mouse cursor over it has another shape.
    """

    moved = Signal()
    resized = Signal()
    activated = Signal(bool)
    state_changed = Signal()
    scale_changed = Signal()
    cursor_changed = Signal()

    def __init__(self, flags: Qt.WindowType, on_close: Callable[[], bool]) -> None:
        """Make a hidden frame.

        Args:
            flags: What kind of window it is.
            on_close: Asked when the person or the session wants it closed; says whether it closes.
        """
        super().__init__(None, flags)
        self._on_close = on_close

    def event(self, event: QEvent) -> bool:
        """Turn Qt's events into the signals above."""
        handled = super().event(event)
        match event.type():
            case QEvent.Type.WindowActivate:
                self.activated.emit(True)
            case QEvent.Type.WindowDeactivate:
                self.activated.emit(False)
            case QEvent.Type.WindowStateChange:
                self.state_changed.emit()
            case QEvent.Type.DevicePixelRatioChange:
                self.scale_changed.emit()
            case QEvent.Type.CursorChange:
                self.cursor_changed.emit()
        return handled

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802
        """Tell that it moved."""
        super().moveEvent(event)
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Tell that its size changed."""
        super().resizeEvent(event)
        self.resized.emit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask whether it may close."""
        if self._on_close():
            event.accept()
        else:
            event.ignore()
