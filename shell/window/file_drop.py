from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class DropListener(Protocol):
    """Hears of files dragged over the webview of a label. Positions are logical, from its top-left corner."""

    def files_entered(self, label: str, paths: Sequence[str], position: QPointF) -> None:
        """Files came in."""

    def files_moved(self, label: str, position: QPointF) -> None:
        """They are now here."""

    def files_dropped(self, label: str, paths: Sequence[str], position: QPointF) -> None:
        """They were let go."""

    def files_left(self, label: str) -> None:
        """They are gone again."""


class FileDrops(QObject):
    """Takes the files that are dragged over a webview, so that the page does not; other drags pass.

    What is dragged inside a page or brought to it as text is the page's: HTML's own drag and drop goes on working.
    """

    def __init__(self, widget: QWidget, label: str, listener: DropListener) -> None:
        """Watch a webview's widget; lives as long as it does.

        Args:
            widget: The widget.
            label: The webview's label.
            listener: Who hears of it; another one from when `listener` is set.
        """
        super().__init__(widget)
        self._label = label
        self.listener = listener
        self._paths: list[str] = []
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the events of a drag of files, and say so; leave all others alone."""
        match event:
            case QDragEnterEvent():
                # What a page drags itself names what files it likes, and no person has chosen them.
                self._paths = [] if event.source() is not None else _local_files(event.mimeData())
                if self._paths:
                    event.acceptProposedAction()
                    self.listener.files_entered(self._label, self._paths, event.position())
                return bool(self._paths)
            case QDragMoveEvent() if self._paths:
                event.acceptProposedAction()
                self.listener.files_moved(self._label, event.position())
                return True
            case QDropEvent() if self._paths:
                event.acceptProposedAction()
                paths, self._paths = self._paths, []
                self.listener.files_dropped(self._label, paths, event.position())
                return True
            case _ if event.type() == QEvent.Type.DragLeave and self._paths:
                self._paths = []
                self.listener.files_left(self._label)
                return True
        return False


def _local_files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
