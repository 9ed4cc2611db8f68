from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView

from shell.ipc.thread import loop_only


@loop_only
class Devtools:
    """The developer tools of a page, in a window of their own.

    Attributes:
        allowed: Whether they may be opened.
    """

    def __init__(self, page: QWebEnginePage, label: str, *, allowed: bool) -> None:
        self.allowed = allowed
        self._page = page
        self._label = label
        self._view: QWebEngineView | None = None

    @property
    def is_open(self) -> bool:
        """Whether they are shown."""
        return self._view is not None and self._view.isVisible()

    def open(self) -> None:
        """Show them, where they are allowed."""
        if not self.allowed:
            return
        if self._view is None:
            self._view = QWebEngineView()
            self._view.setWindowTitle(f"Developer tools – {self._label}")
            self._view.resize(1000, 700)
        self._page.setDevToolsPage(self._view.page())
        self._view.show()

    def close(self) -> None:
        """Take them away again."""
        if self._view is not None:
            self._view.close()
            self._view.deleteLater()
            self._view = None

    def toggle(self) -> None:
        """Show them, or take them away."""
        if self.is_open:
            self.close()
        else:
            self.open()
