"""What comes out of a page when a person drags something from it: to other programs, and to the program's own pages."""

import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDir, QMimeData, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication
from PySide6.QtWidgets import QWidget

from shell.webview.urls import written

_TEXT = "text/plain"
_URLS = "text/uri-list"
_FILES_ONLY_FOR_OWNER = 0o700


class DragsOut(QObject):
    """The drags that begin in one view.

    A page chooses what is dragged, and the person who drags it does not see that. Chromium lets it name any URL, and
    whoever it is dropped on takes a file for one that a person has chosen: another program sends it or opens it, and a
    page reads it, were it the same page, which the drag has only left and come back to (Qt 6.12.0). So another program
    gets text, the URLs that the page may reach or have opened, and a picture of the page as a file. The program's own
    pages get all that is no file.

    Args:
        view: The view, which owns this.
        may_name: Whether the page may hand a URL to other programs.
        kept_back: Called with each URL that it may not.
    """

    _child_added = Signal()
    _ended = Signal()

    def __init__(self, view: QWidget, may_name: Callable[[str], bool], kept_back: Callable[[str], object]) -> None:
        super().__init__(view)
        self._view = view
        self._may_name = may_name
        self._kept_back = kept_back
        self._drag: QDrag | None = None
        self._of_pages: dict[str, bytes] = {}
        self._urls_of_pages: list[QUrl] = []
        self._child_added.connect(self._look_again, Qt.ConnectionType.QueuedConnection)

    def child_added(self) -> None:
        """Hear that the view has got a child, which may be the beginning of a drag.

        It is no more than a `QObject` then: looked for now, it would be one to Python for good. Nobody can ask for the
        data before the drag has its own loop, where this comes first.
        """
        self._child_added.emit()

    def look(self) -> None:
        """Look for a drag that has just begun, and see to what comes out of it."""
        drags = self._view.findChildren(QDrag, "", Qt.FindChildOption.FindDirectChildrenOnly)
        # One that has ended may be there for a while yet.
        if drags and drags[-1] is not self._drag and drags[-1].mimeData() is not None:
            self._begin(drags[-1])

    @contextmanager
    def among_pages(self) -> Iterator[None]:
        """Put back for a while what the program's own pages may have of what is dragged."""
        self.look()
        data = None if self._drag is None else self._drag.mimeData()
        if data is None:
            yield
            return
        urls = data.urls()
        _set_urls(data, self._urls_of_pages)
        for name, value in self._of_pages.items():
            data.setData(name, value)
        try:
            yield
        finally:
            for name in self._of_pages:
                data.removeFormat(name)
            _set_urls(data, urls)

    def end(self, then: Callable[[], object]) -> None:
        """End a drag, if there is one, and call a function once nothing of it is under way."""
        if self._drag is None:
            then()
        else:
            self._ended.connect(lambda: QTimer.singleShot(0, then))
            QDrag.cancel()

    def _look_again(self) -> None:
        self.look()
        if self._drag is not None and QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:
            # The person has let go while the page was still about to begin: it would hang on the pointer.
            QDrag.cancel()

    def _begin(self, drag: QDrag) -> None:
        self._drag = drag
        drag.destroyed.connect(self._end)
        data = drag.mimeData()
        self._of_pages = {name: bytes(data.data(name).data()) for name in data.formats() if name not in {_TEXT, _URLS}}
        for name in self._of_pages:
            data.removeFormat(name)
        urls = data.urls()
        self._urls_of_pages = [url for url in urls if not url.isLocalFile()]
        _set_urls(data, [url for url in urls if self._may_leave(url)])

    def _may_leave(self, url: QUrl) -> bool:
        if _is_picture(url):
            return True
        text = written(url)
        may = not url.isLocalFile() and self._may_name(text)
        if not may:
            self._kept_back(text)
        return may

    def _end(self) -> None:
        self._drag = None
        self._of_pages = {}
        self._ended.emit()


def _set_urls(data: QMimeData, urls: list[QUrl]) -> None:
    if urls:
        data.setUrls(urls)
    else:
        data.removeFormat(_URLS)


def _is_picture(url: QUrl) -> bool:
    """Whether it is a file that Qt has written for this drag: a picture, in a folder named by chance."""
    path = Path(url.toLocalFile())
    folder = path.parent
    name = rf"{re.escape(QCoreApplication.applicationName())}-[A-Za-z]{{6}}"
    if not url.isLocalFile() or folder.parent != Path(QDir.tempPath()) or not re.fullmatch(name, folder.name):
        return False
    try:
        return stat.S_IMODE(folder.lstat().st_mode) == _FILES_ONLY_FOR_OWNER and stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
