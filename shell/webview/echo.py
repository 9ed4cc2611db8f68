"""An echo from Chromium: when it comes, all has been heard that pages had sent to the core before it was asked for."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
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

    def ask(self, then: Callable[[], None]) -> None:
        """Call back when the echo is there. One is asked for at a time."""
        self.profile.clearHttpCacheCompleted.connect(then, Qt.ConnectionType.SingleShotConnection)
        self.profile.clearHttpCache()
