"""A page's loads: whether the last has ended, how, and who waits for that."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineLoadingInfo

from shell.webview.evaluation import PageGoneError
from shell.webview.page import Page
from shell.webview.urls import written

if TYPE_CHECKING:
    from shell.webview.dev_server import DevServerPage

_Status, _Domain = QWebEngineLoadingInfo.LoadStatus, QWebEngineLoadingInfo.ErrorDomain


def problem_of(info: QWebEngineLoadingInfo) -> str:
    """Why a load failed, where Chromium says so."""
    if info.errorDomain() is _Domain.HttpStatusCodeDomain and info.errorCode() >= 400:
        # Chromium's own text is part of a page, with `$1` in it for who the answer came from.
        return f"its answer has the HTTP status {info.errorCode()}"
    return info.errorString()


class LoadError(Exception):
    """A page could not be loaded; the text says which, and why where Chromium says so."""


class Loads(QObject):
    """What becomes of a page's loads, one after another.

    Args:
        page: The page.
        has_bridge: Whether the document that is there has a bridge, as far as one is to come.
        replace: Loads one again that has come without; says whether that is tried.
        dev_server: What the page has in place of one that its dev server does not give; None where it has none.
    """

    ended = Signal(bool)
    """A load has ended, well or not."""
    missed = Signal(bool)
    """A dev server has not given the page, and it is waited for. Whether what is shown meanwhile is there."""

    def __init__(
        self,
        page: Page,
        *,
        has_bridge: Callable[[], bool],
        replace: Callable[[], bool],
        dev_server: "DevServerPage | None",
    ) -> None:
        super().__init__(page)
        self._page = page
        self._has_bridge = has_bridge
        self._replace = replace
        self._dev_server = dev_server
        self._waiting: list[asyncio.Future[None]] = []
        self._begun = 0
        self._is_asked = False
        self._went_well: bool | None = None
        self._problem = ""
        self._url = QUrl()
        self._is_document = False
        self._is_lost = False
        self._is_closed = False
        page.loadingChanged.connect(self._changed)

    @property
    def shows_document(self) -> bool:
        """Whether the last has ended with a document that is shown, which may be one of its server's about an error."""
        return self._went_well is not None and self._is_document

    def ask(self) -> None:
        """Another has been asked for, and is what is waited for from now on."""
        self._is_asked = True

    def stay(self) -> None:
        """A place in the document that is shown has been asked for: Chromium drops what was before, without a word."""
        self._is_asked = False
        if self._went_well is not None:
            self._settle(went_well=self._went_well)

    def lose(self, error: LoadError | None) -> None:
        """The renderer is gone, and with it a load that was under way.

        Args:
            error: Why the page is not loaded again; None where it is.
        """
        self._went_well = None
        self._is_lost = True
        if error is not None:
            self._fail(error)

    def close(self, error: PageGoneError) -> None:
        """End all waiting: the page is closed."""
        self._is_closed = True
        self._fail(error)

    async def wait(self) -> None:
        """Wait until the last has ended; at once where it has already.

        Raises:
            LoadError: It has not gone well.
            PageGoneError: The page was closed first.
        """
        if self._is_closed:
            raise PageGoneError(f"webview {self._page.label} was closed")
        if self._is_asked or self._went_well is None:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future
        elif not self._went_well:
            raise self._error()

    def _changed(self, info: QWebEngineLoadingInfo) -> None:
        if info.status() is _Status.LoadStartedStatus:
            self._begun += 1
            self._is_asked = False
            self._went_well = None
            self._is_lost = False
            return
        went_well = info.status() is _Status.LoadSucceededStatus
        if self._is_lost and not went_well:
            # It has not failed: the page is loaded again, or given up, which `lose` tells.
            return
        if self._dev_server is not None:
            self._dev_server.ended(info)
            if self._dev_server.waiting:
                # What waits for the page waits on; the built-in one is worth showing.
                self.missed.emit(self._dev_server.is_shown)
                return
        self._problem = problem_of(info)
        # The page tells that of the one before again by now, where this one becomes none.
        self._url = info.url()
        # One does as well after an answer with an error of its server's, or where it was stopped.
        self._is_document = not info.isErrorPage()
        if went_well and not self._has_bridge():
            self._look_for_bridge()
        else:
            self._has_ended(went_well=went_well)

    def _look_for_bridge(self) -> None:
        """A page has not said hello. End its load, unless Qt has given it none of its scripts: then it gets another."""
        begun = self._begun

        def looked(is_there: object) -> None:
            if self._is_closed or begun != self._begun:
                return
            if is_there or self._has_bridge() or not self._replace():
                self._has_ended(went_well=True)

        self._page.runJavaScript('"__TAURI_INTERNALS__" in window', looked)

    def _has_ended(self, *, went_well: bool) -> None:
        self._is_asked = False
        self._went_well = went_well
        self.ended.emit(went_well)
        self._settle(went_well=went_well)

    def _settle(self, *, went_well: bool) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if future.done():
                continue
            if went_well:
                future.set_result(None)
            else:
                future.set_exception(self._error())

    def _error(self) -> LoadError:
        why = f": {self._problem}" if self._problem else ""
        return LoadError(f"webview {self._page.label}: {written(self._url)} could not be loaded{why}")

    def _fail(self, error: PageGoneError | LoadError) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_exception(error)
