from PySide6.QtCore import QMetaObject, QObject, QRectF, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from shell.window.constraints import UNLIMITED
from shell.window.largest import largest_for_pages, largest_size


class Panes(QWidget):
    """The inside of a window: webviews, each in its place.

    A pane is a webview's widget. Places are in logical pixels, from the top-left corner of the inside. A pane that
    resizes itself keeps its share of the inside in both directions when the window gets another size, as webviews do
    in Tauri (crate tauri-runtime-wry, `WebviewBounds`); any other keeps its place. By that none gets larger than the
    inside, unless it is no larger than what pages may ask for: a share may be many times the inside.
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[QWidget, QRectF] = {}
        self._shares: dict[QWidget, QRectF] = {}
        self._ends: dict[QWidget, QMetaObject.Connection] = {}

    def fill_with(self, pane: QWidget) -> None:
        """Put a pane in that takes all of the inside, and resizes itself."""
        self.setFocusProxy(pane)
        self._take(pane)
        self._shares[pane] = QRectF(0, 0, 1, 1)
        self._arrange()

    def add(self, pane: QWidget, place: QRectF) -> None:
        """Put a pane in, above those that are there, which keeps its place."""
        self._take(pane)
        self.set_place(pane, place)
        pane.show()

    def take_out(self, pane: QWidget) -> QRectF:
        """Let go of a pane that another window takes over; returns its place."""
        place = self.place(pane)
        QObject.disconnect(self._ends[pane])
        self._forget(pane)
        return place

    def place(self, pane: QWidget) -> QRectF:
        """Where a pane is."""
        return QRectF(self._places[pane])

    def set_place(self, pane: QWidget, place: QRectF) -> None:
        """Move or resize a pane. It may reach beyond the window's edge."""
        largest = largest_size(self.devicePixelRatioF())
        self._places[pane] = place = QRectF(
            _within(place.x(), -UNLIMITED, UNLIMITED),
            _within(place.y(), -UNLIMITED, UNLIMITED),
            _within(place.width(), 0, largest.width()),
            _within(place.height(), 0, largest.height()),
        )
        if pane in self._shares:
            self._shares[pane] = self._share(place)
        self._apply(pane)

    def set_auto_resize(self, pane: QWidget, auto_resize: bool) -> None:
        """Let a pane keep its share of the inside from now on, or its place."""
        if not auto_resize:
            self._shares.pop(pane, None)
        elif pane not in self._shares:
            self._shares[pane] = self._share(self._places[pane])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Give each pane its share of the new size."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Nothing: how small a window may be, its constraints say."""
        return QSize(0, 0)

    def _take(self, pane: QWidget) -> None:
        pane.setParent(self)
        self._ends[pane] = pane.destroyed.connect(lambda: self._forget(pane))

    def _forget(self, pane: QWidget) -> None:
        self._shares.pop(pane, None)
        self._places.pop(pane, None)
        self._ends.pop(pane, None)

    def _arrange(self) -> None:
        width, height = self.width(), self.height()
        most = largest_for_pages(self.devicePixelRatioF()).expandedTo(self.size())
        for pane, share in self._shares.items():
            self._places[pane] = QRectF(
                share.x() * width,
                share.y() * height,
                min(share.width() * width, most.width()),
                min(share.height() * height, most.height()),
            )
            self._apply(pane)

    def _share(self, place: QRectF) -> QRectF:
        width, height = max(self.width(), 1), max(self.height(), 1)
        return QRectF(place.x() / width, place.y() / height, place.width() / width, place.height() / height)

    def _apply(self, pane: QWidget) -> None:
        # Edges and not sizes are rounded, so that panes side by side leave no line free between them.
        pane.setGeometry(self._places[pane].toRect())


def _within(length: float, least: int, most: int) -> float:
    return min(max(length, least), most)
