from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class DropListener(Protocol):
    """Hears of files dragged over a webview. Positions are logical, from the webview's top-left corner."""

    def files_entered(self, paths: Sequence[str], position: QPointF) -> None:
        """Files came in."""

    def files_moved(self, position: QPointF) -> None:
        """They are now here."""

    def files_dropped(self, paths: Sequence[str], position: QPointF) -> None:
        """They were let go."""

    def files_left(self) -> None:
        """They are gone again."""


class FileDrops(QObject):
    """Takes the files that are dragged over a webview, so that the page does not; other drags pass.

    What is dragged inside a page or brought to it as text is the page's: HTML's own drag and drop goes on working.
    """

    def __init__(self, widget: QWidget, listener: DropListener) -> None:
        """Watch a webview's widget; lives as long as it does."""
        super().__init__(widget)
        self._listener = listener
        self._paths: list[str] = []
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the events of a drag of files, and say so; leave all others alone."""
        match event:
            case QDragEnterEvent():
                self._paths = _local_files(event.mimeData())
                if self._paths:
                    event.acceptProposedAction()
                    self._listener.files_entered(self._paths, event.position())
                return bool(self._paths)
            case QDragMoveEvent() if self._paths:
                event.acceptProposedAction()
                self._listener.files_moved(event.position())
                return True
            case QDropEvent() if self._paths:
                event.acceptProposedAction()
                paths, self._paths = self._paths, []
                self._listener.files_dropped(paths, event.position())
                return True
            case _ if event.type() == QEvent.Type.DragLeave and self._paths:
                self._paths = []
                self._listener.files_left()
                return True
        return False


def _local_files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
