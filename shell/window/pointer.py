import enum

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QWidget

from shell.given import expect
from shell.ipc.thread import loop_only
from shell.window.cursor import CursorIcon, shape_of
from shell.window.dpi import Position, whole_pixels
from shell.window.frame import Frame
from shell.window.native import NativeWindow

_IGNORES_INPUT = Qt.WindowType.WindowTransparentForInput


class ResizeDirection(enum.StrEnum):
    """The edge or corner that is dragged."""

    EAST = "East"
    NORTH = "North"
    NORTH_EAST = "NorthEast"
    NORTH_WEST = "NorthWest"
    SOUTH = "South"
    SOUTH_EAST = "SouthEast"
    SOUTH_WEST = "SouthWest"
    WEST = "West"

    def edges(self) -> Qt.Edge:
        """Return Qt's edges for it."""
        edges = Qt.Edge(0)
        for name, edge in _EDGES.items():
            if name in self.value:
                edges |= edge
        return edges


_EDGES = {
    "North": Qt.Edge.TopEdge,
    "South": Qt.Edge.BottomEdge,
    "East": Qt.Edge.RightEdge,
    "West": Qt.Edge.LeftEdge,
}


@loop_only
class Pointer(NativeWindow):
    """The mouse over a window: its cursor, whether it counts, and dragging the window with it."""

    def __init__(self, label: str, frame: Frame) -> None:
        super().__init__(label, frame)
        self._icon = CursorIcon.DEFAULT
        self._cursor_visible = True
        self._content: QWidget | None = None
        self._edge_cursor: Qt.CursorShape | None = None
        frame.cursor_changed.connect(self._keep_cursor)

    def set_cursor_icon(self, icon: CursorIcon) -> None:
        """Choose the cursor over the window, whatever the page says; with ``DEFAULT`` the page chooses again."""
        self._icon = icon
        self._show_cursor()

    def set_cursor_visible(self, visible: bool) -> None:
        """Show the cursor over the window or not."""
        expect(visible, bool, "set_cursor_visible", "True or False")
        self._cursor_visible = visible
        self._show_cursor()

    def set_cursor_position(self, position: Position) -> None:
        """Move the cursor to a place counted from the top-left corner of the window's content."""
        content = self.frame.centralWidget() or self.frame
        logical = position.to_logical(content.devicePixelRatioF())
        QCursor.setPos(content.mapToGlobal(QPoint(whole_pixels(logical.x), whole_pixels(logical.y))))

    def set_cursor_grab(self, grab: bool) -> None:
        """Keep the cursor inside the window. No effect on Linux, as in Tauri."""

    def set_ignore_cursor_events(self, ignore: bool) -> None:
        """Let clicks go through to whatever lies below the window, or take them again."""
        expect(ignore, bool, "set_ignore_cursor_events", "True or False")
        self._set_flag(_IGNORES_INPUT, ignore)

    def start_dragging(self) -> None:
        """Let the window follow the mouse until the button that is down now is released; without one, do nothing."""
        if _a_button_is_down():
            self._handle.startSystemMove()

    def start_resize_dragging(self, direction: ResizeDirection) -> None:
        """Let an edge or a corner follow the mouse, likewise."""
        if _a_button_is_down():
            self._handle.startSystemResize(direction.edges())

    def _page_cursor(self) -> QCursor:
        """The cursor that the page wants."""
        return self.frame.cursor()

    def _show_edge_cursor(self, shape: Qt.CursorShape | None) -> None:
        if not self.closed:
            self._edge_cursor = shape
            self._show_cursor()

    def _override(self) -> Qt.CursorShape | None:
        if self._edge_cursor is not None:
            return self._edge_cursor
        return shape_of(self._icon) if self._cursor_visible else Qt.CursorShape.BlankCursor

    def _show_cursor(self) -> None:
        shape = self._override()
        if shape is not None:
            self._handle.setCursor(QCursor(shape))
        else:
            self._handle.setCursor(self._page_cursor())

    def _keep_cursor(self) -> None:
        shape = self._override()
        if shape is not None and self._handle.cursor().shape() != shape:
            self._handle.setCursor(QCursor(shape))


def _a_button_is_down() -> bool:
    # A page asks when it hears of the button, which may be up again by then: the window would hang on the pointer until
    # somebody clicks.
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
