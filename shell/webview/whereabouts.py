"""Whose document a page shows: by what Chromium knows of it, and by nothing that it says."""

from PySide6.QtWebEngineCore import QWebEnginePage

from shell.acl import Caller
from shell.webview.origin import AppOrigins, origin_of
from shell.webview.urls import written


class Whereabouts:
    """Where the document of a page is.

    Args:
        page: The page.
        origins: Origins of the app's own pages.
    """

    def __init__(self, page: QWebEnginePage, origins: AppOrigins) -> None:
        self._page = page
        self._origins = origins
        self._look()

    def identify(self, window: str, webview: str, document: int) -> Caller:
        """Who the document is.

        Args:
            window: Label of the window that shows it.
            webview: Label of its webview.
            document: Its number.
        """
        self._look()
        url = self._url()
        return Caller(
            window=window,
            webview=webview,
            url=url,
            origin=origin_of(url),
            document=document,
            local=self._origins.holds(url),
        )

    def is_there(self, caller: Caller) -> bool:
        """Whether the page shows a document of this caller's origin."""
        # On the way of every message, so what is known of this URL is not found out again.
        if self._frame.url() == self._seen:
            return True
        url = self._url()
        is_there = url == caller.url or origin_of(url) == caller.origin != "null"
        if is_there:
            self._look()
        return is_there

    def _look(self) -> None:
        self._frame = self._page.mainFrame()
        self._seen = self._frame.url()

    def _url(self) -> str:
        # `page.url()` is where a navigation under way leads to; the frame's is where the document came from.
        return written(self._page.mainFrame().url())
