"""Turns: of the requests that a page makes at once, so many are answered at a time."""

import itertools
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

_AT_ONCE = 64
_MANY_WAITING = 2048
"""Requests that a page may have waiting: each takes two files, of which Chromium lets a process have 8192."""
_PATIENCE = 5.0
"""Seconds after which an answer that is still on its way holds up nothing else: nobody may read it."""

type _Since = dict[int, float]


class _Page:
    """When each of its answers that are on their way was begun, and what waits; by number."""

    def __init__(self) -> None:
        self.begun: _Since = {}
        self.waiting: dict[int, QWebEngineUrlRequestJob] = {}


class Turns:
    """Has requests answered: at once where few are, and otherwise a page's as its answers arrive.

    An answer takes several messages between Chromium's threads, in which it waits for those that came before, other
    pages' among them, and a file that is open all the while. Thousands of them at once kept other pages waiting for
    seconds, and took all files that a process may have open.

    Args:
        answer: Answers a request.
        page_of: Tells which page makes one; None where nobody knows, and nothing for a page itself, which never waits.
        parent: Owns what is Qt's of it.
    """

    def __init__(
        self,
        answer: Callable[[QWebEngineUrlRequestJob], None],
        page_of: Callable[[QWebEngineUrlRequestJob], str | None],
        parent: QObject,
    ) -> None:
        self._answer = answer
        self._page_of = page_of
        self._numbers = itertools.count()
        self._anybody: _Since = {}
        self._pages: dict[str | None, _Page] = {}
        # Not while a request goes: that may be with its page and all others of it, or at the program's end.
        self._soon = QTimer(parent, singleShot=True, interval=0)
        self._soon.timeout.connect(self._all_go_on)
        self._timer = QTimer(parent, singleShot=True, interval=int(_PATIENCE * 1000))
        self._timer.timeout.connect(self._give_up_waiting)

    def take(self, job: QWebEngineUrlRequestJob) -> None:
        """Have a request answered when it is its turn. It may be gone before."""
        number = next(self._numbers)
        if len(self._anybody) < _AT_ONCE:
            job.destroyed.connect(lambda: self._anybody.pop(number, None))
            self._begin(number, job, self._anybody)
            return
        name = self._page_of(job)
        if name == "":
            self._answer(job)
            return
        page = self._pages.setdefault(name, _Page())
        job.destroyed.connect(lambda: self._gone(name, page, number))
        page.waiting[number] = job
        self._go_on(page)

    def are_many(self, page: str) -> bool:
        """Whether so many of a page's requests wait that it should make no more."""
        return page in self._pages and len(self._pages[page].waiting) >= _MANY_WAITING

    def _begin(self, number: int, job: QWebEngineUrlRequestJob, begun: _Since) -> None:
        begun[number] = time.monotonic()
        self._answer(job)

    def _go_on(self, page: _Page) -> None:
        while page.waiting and len(page.begun) < _AT_ONCE:
            number = next(iter(page.waiting))
            self._begin(number, page.waiting.pop(number), page.begun)
        if page.waiting and not self._timer.isActive():
            self._timer.start()

    def _gone(self, name: str | None, page: _Page, number: int) -> None:
        page.begun.pop(number, None)
        page.waiting.pop(number, None)
        if page.waiting:
            if not self._soon.isActive():
                self._soon.start()
        elif not page.begun and self._pages.get(name) is page:
            del self._pages[name]

    def _give_up_waiting(self) -> None:
        until = time.monotonic() - _PATIENCE
        for begun in (self._anybody, *(page.begun for page in self._pages.values())):
            for number in [number for number, since in begun.items() if since <= until]:
                del begun[number]
        self._all_go_on()

    def _all_go_on(self) -> None:
        for page in list(self._pages.values()):
            self._go_on(page)
