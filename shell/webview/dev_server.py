"""The dev server that pages come from while a frontend is written: what is shown while it does not answer."""

import logging

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtNetwork import QAbstractSocket, QNetworkProxy, QTcpSocket
from PySide6.QtWebEngineCore import QWebEngineLoadingInfo, QWebEngineSettings

from shell.webview.built_in import built_in_page
from shell.webview.loads import problem_of
from shell.webview.origin import origin_of
from shell.webview.page import Page
from shell.webview.urls import written

log = logging.getLogger(__name__)

_Status = QWebEngineLoadingInfo.LoadStatus
_ABORTED = -3
"""What Chromium calls a load that another one has replaced, or that was stopped."""
_FIRST_PAUSE, _LONGEST_PAUSE = 250, 2000


class DevServer(QObject):
    """A dev server, which is looked for again and again once a page has missed it.

    Args:
        url: Its address.
        command: The command that starts it; empty where the configuration names none.
        folder: The folder that the command is for.
        parent: Owns it.
    """

    answers = Signal()
    """Something listens at its address again."""

    def __init__(self, url: str, *, command: str, folder: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.url = url
        self.origin = origin_of(url)
        self.command = command
        self.folder = folder
        self._missing = False
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._look)
        self._next_pause = _FIRST_PAUSE
        self._socket: QTcpSocket | None = None

    @property
    def looks(self) -> bool:
        """Whether it is being looked for."""
        state = QAbstractSocket.SocketState.UnconnectedState if self._socket is None else self._socket.state()
        return self._pause.isActive() or state is not QAbstractSocket.SocketState.UnconnectedState

    def miss(self, error: str) -> None:
        """A page did not come from it.

        Args:
            error: What went wrong.
        """
        if not self._missing:
            self._missing = True
            hint = f"; {self.command} starts it" if self.command else ""
            log.warning(
                "no page comes from the dev server at %s (%s)%s; it is tried until one does", self.url, error, hint
            )
        self.look_later()

    def look_later(self) -> None:
        """Look for it again after a pause, each time a longer one."""
        if not self._pause.isActive():
            self._pause.start(self._next_pause)
            self._next_pause = min(2 * self._next_pause, _LONGEST_PAUSE)

    def found(self) -> None:
        """A page came from it."""
        if self._missing:
            log.info("pages come from the dev server at %s", self.url)
        self._missing = False
        # Another page may be waiting still: the timer runs on.
        self._next_pause = _FIRST_PAUSE

    def stop(self) -> None:
        """Look for it no more."""
        self._pause.stop()
        if self._socket is not None:
            self._socket.abort()

    def _look(self) -> None:
        if self._socket is None:
            self._socket = QTcpSocket(self)
            self._socket.setProxy(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy))
            self._socket.connected.connect(self._connected)
            self._socket.errorOccurred.connect(self._failed)
        self._socket.abort()
        url = QUrl(self.url)
        self._socket.connectToHost(url.host(), url.port(443 if url.scheme() == "https" else 80))

    def _connected(self) -> None:
        if self._socket is not None:
            self._socket.abort()
        self.answers.emit()

    def _failed(self, _error: QAbstractSocket.SocketError) -> None:
        self.look_later()


class DevServerPage(QObject):
    """Shows a built-in page in place of one that its dev server does not give, and loads that when it does.

    Attributes:
        waiting: Whether it does so now.
    """

    def __init__(self, page: Page, server: DevServer) -> None:
        super().__init__(page)
        self.waiting = False
        self._page = page
        self._server = server
        self._url = ""
        # Without an error page of Chromium's, nothing that is shown changes for a load that fails.
        page.settings().setAttribute(QWebEngineSettings.WebAttribute.ErrorPageEnabled, False)
        server.answers.connect(self._try)

    @property
    def is_shown(self) -> bool:
        """Whether the document that is there is the built-in page."""
        # `page.url()` is the one that it stands in for.
        return self.waiting and self._page.mainFrame().url().scheme() == "data"

    def reload(self) -> None:
        """Look for the page once more, now."""
        self._page.go(self._url)

    def ended(self, info: QWebEngineLoadingInfo) -> None:
        """Take note of what became of a load of the page, before anybody else does."""
        succeeded = info.status() is _Status.LoadSucceededStatus
        if origin_of(written(info.url())) != self._server.origin:
            self.waiting = self.waiting and not succeeded
        elif succeeded and not self.is_shown:
            if self.waiting:
                # The built-in page is in it, and nobody wants to go back there.
                self._page.history().clear()
            self.waiting = False
            self._server.found()
        elif info.status() is _Status.LoadFailedStatus and info.errorCode() != _ABORTED:
            self._wait(info)
        elif self.waiting:
            self._server.look_later()

    def _wait(self, info: QWebEngineLoadingInfo) -> None:
        self._url = written(info.url())
        problem = problem_of(info).removeprefix("net::")
        if not self.is_shown:
            server = self._server
            values = {
                "url": server.url,
                "command": [server.command] if server.command else [],
                "folder": server.folder,
                "error": problem,
            }
            self._page.show_html(built_in_page("dev-server", values), self._url)
        self.waiting = True
        self._server.miss(problem)

    def _try(self) -> None:
        if not self.waiting:
            return
        if self._page.isLoading():
            # The built-in page, or what a slow server is about to give: to begin anew would end that.
            self._server.look_later()
        else:
            self._page.go(self._url)
