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
        self._waiting: list[Callable[[], None]] = []
        self._next: list[Callable[[], None]] = []

    def ask(self, then: Callable[[], None]) -> None:
        """Call back when the echo is there. Who asks while one is on its way, waits for the one after it."""
        self._next.append(then)
        if not self._waiting:
            self._go()

    def _go(self) -> None:
        self._waiting, self._next = self._next, []
        self.profile.clearHttpCache()

    def _back(self) -> None:
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()
        if self._next and not self._waiting:
            self._go()
