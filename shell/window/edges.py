from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QWindow

WIDTH = 5  # logical pixels, as in Tauri (crate tauri-runtime-wry, ``undecorated_resizing``)

_LEFT, _RIGHT, _TOP, _BOTTOM = Qt.Edge.LeftEdge, Qt.Edge.RightEdge, Qt.Edge.TopEdge, Qt.Edge.BottomEdge
_CURSORS = {
    _LEFT: Qt.CursorShape.SizeHorCursor,
    _RIGHT: Qt.CursorShape.SizeHorCursor,
    _TOP: Qt.CursorShape.SizeVerCursor,
    _BOTTOM: Qt.CursorShape.SizeVerCursor,
    _TOP | _LEFT: Qt.CursorShape.SizeFDiagCursor,
    _BOTTOM | _RIGHT: Qt.CursorShape.SizeFDiagCursor,
    _TOP | _RIGHT: Qt.CursorShape.SizeBDiagCursor,
    _BOTTOM | _LEFT: Qt.CursorShape.SizeBDiagCursor,
}


def edges_at(point: QPointF, size: QSize) -> Qt.Edge:
    """Return the edges of a window that a point inside of it is close to; two in a corner, none in the middle."""
    edges = Qt.Edge(0)
    if point.x() < WIDTH:
        edges |= _LEFT
    elif point.x() >= size.width() - WIDTH:
        edges |= _RIGHT
    if point.y() < WIDTH:
        edges |= _TOP
    elif point.y() >= size.height() - WIDTH:
        edges |= _BOTTOM
    return edges


class ResizeEdges(QObject):
    """Lets a person resize a window that has no borders to take hold of: its outermost pixels serve."""

    def __init__(
        self, handle: QWindow, *, applies: Callable[[], bool], show_cursor: Callable[[Qt.CursorShape | None], None]
    ) -> None:
        """Prepare for a native window, and do nothing yet.

        Args:
            handle: The native window.
            applies: Whether the person may resize the window now.
            show_cursor: Told which cursor says so, and ``None`` when the mouse is elsewhere.
        """
        super().__init__(handle)
        self._handle = handle
        self._applies = applies
        self._show_cursor = show_cursor
        self._edges = Qt.Edge(0)

    def watch(self, on: bool) -> None:
        """Begin, or end. Only while it watches do the window's events pass through here."""
        self._handle.removeEventFilter(self)
        if on:
            self._handle.installEventFilter(self)
        else:
            self._hover(Qt.Edge(0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Take a press on an edge from the page, and show over edges that they can be dragged."""
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            if event.buttons() == Qt.MouseButton.NoButton:
                self._hover(self._at(event.position()))
        elif kind == QEvent.Type.Leave:
            self._hover(Qt.Edge(0))
        elif (
            kind == QEvent.Type.MouseButtonPress
            and isinstance(event, QMouseEvent)
            and event.button() == Qt.MouseButton.LeftButton
            and (edges := self._at(event.position()))
        ):
            return self._handle.startSystemResize(edges)
        return False

    def _at(self, point: QPointF) -> Qt.Edge:
        return edges_at(point, self._handle.size()) if self._applies() else Qt.Edge(0)

    def _hover(self, edges: Qt.Edge) -> None:
        if edges != self._edges:
            self._edges = edges
            self._show_cursor(_CURSORS.get(edges))
