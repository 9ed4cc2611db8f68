"""An echo from Chromium: when it comes, all has been heard that pages had sent to the core before it was asked for."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import QWebEngineProfile


class Echo:
    """Asks Chromium for something that costs nothing, and waits for it in the queue that pages' messages wait in.

    Qt has no question for just that. It is a profile of its own, with no page and no cache, that is asked to clear its
    cache: Chromium hands that to other threads and back some times, which takes milliseconds where nobody floods it.

    Args:
        parent: Owns the profile.
    """

    def __init__(self, parent: QObject) -> None:
        self.profile = QWebEngineProfile(parent)
        self.profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
        self.profile.clearHttpCacheCompleted.connect(lambda: self._back())
        self._heard: list[Callable[[], None]] = []
        self._next: list[Callable[[], None]] = []

    def ask(self, then: Callable[[], None]) -> None:
        """Call back when the echo is there. Who asks while one is on its way, waits for the one after it."""
        if self._heard:
            self._next.append(then)
            return
        self._heard.append(then)
        self.profile.clearHttpCache()

    def _back(self) -> None:
        heard, self._heard, self._next = self._heard, self._next, []
        if self._heard:
            self.profile.clearHttpCache()
        for then in heard:
            then()
