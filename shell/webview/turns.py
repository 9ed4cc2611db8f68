"""Turns: of the requests that a page makes at once, so many are answered at a time."""

import contextlib
import itertools
import logging
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

log = logging.getLogger(__name__)

_AT_ONCE = 64
_MANY_WAITING = 1024
"""Requests that all pages together may have waiting, or answered and not read: each takes three files, of which
Chromium lets a process have 8192."""
_FEW = 64
"""What a page may have all the same when others have as many."""
_MANY_OF_WORKERS = 256
"""What workers may have together, of whom nobody knows which page has made them."""
_PATIENCE = 5.0
"""Seconds after which an answer that is still on its way holds up nothing else: nobody may read it."""

_AT_A_TIME = 0.004
"""Seconds in which requests that waited are answered before others have the loop; the last may take longer."""

_FILES = 65_536
"""Files that the process may have where a page asks for much at once: before anybody is asked about a request, it has
taken one or two."""

type _Begun = dict[int, tuple[float, QWebEngineUrlRequestJob]]


class _Page:
    """When each of its answers that are on their way was begun, what waits, and what nobody reads; by number."""

    def __init__(self) -> None:
        self.begun: _Begun = {}
        self.waiting: dict[int, QWebEngineUrlRequestJob] = {}
        self.late: set[int] = set()

    @property
    def may_go_on(self) -> bool:
        """Whether something waits that may be answered."""
        return bool(self.waiting) and len(self.begun) < _AT_ONCE

    @property
    def held(self) -> int:
        """How many requests take files and are not on their way."""
        return len(self.waiting) + len(self.late)


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
        self._anybody: _Begun = {}
        self._pages: dict[str | None, _Page] = {}
        self._has_refused = False
        self._has_files = False
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
        if not self._has_files:
            self._has_files = True
            _have_files()
        name = self._page_of(job)
        if name == "":
            self._answer(job)
            return
        page = self._pages.setdefault(name, _Page())
        if name is None and page.held >= _MANY_OF_WORKERS:
            # No interceptor hears of what workers ask for, to stop it on its way.
            self._refuse(job)
            return
        job.destroyed.connect(lambda: self._gone(name, page, number))
        page.waiting[number] = job
        if len(page.waiting) == 1 and page.may_go_on:
            self._go_on(page)
        self._see_to_the_rest()

    def are_many(self, page: str) -> bool:
        """Whether so many of a page's requests wait, or of all pages', that it should make no more."""
        if page not in self._pages:
            return False
        held = self._pages[page].held
        return held >= _MANY_WAITING or (
            held >= _FEW and sum(one.held for one in self._pages.values()) >= _MANY_WAITING
        )

    def _refuse(self, job: QWebEngineUrlRequestJob) -> None:
        if not self._has_refused:
            self._has_refused = True
            log.warning("requests of workers are refused while %d of them wait", _MANY_OF_WORKERS)
        job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)

    def _begin(self, number: int, job: QWebEngineUrlRequestJob, begun: _Begun) -> None:
        begun[number] = (time.monotonic(), job)
        self._answer(job)

    def _go_on(self, page: _Page) -> None:
        number = next(iter(page.waiting))
        self._begin(number, page.waiting.pop(number), page.begun)

    def _see_to_the_rest(self) -> None:
        if not self._soon.isActive() and any(page.may_go_on for page in self._pages.values()):
            self._soon.start()
        if not self._timer.isActive() and any(page.waiting for page in self._pages.values()):
            self._timer.start()

    def _gone(self, name: str | None, page: _Page, number: int) -> None:
        page.begun.pop(number, None)
        page.waiting.pop(number, None)
        page.late.discard(number)
        if page.waiting:
            if not self._soon.isActive():
                self._soon.start()
        elif not page.begun and not page.late and self._pages.get(name) is page:
            del self._pages[name]

    def _give_up_waiting(self) -> None:
        until = time.monotonic() - _PATIENCE
        for page in self._pages.values():
            page.late.update(self._given_up(page.begun, until))
        for number, job in self._given_up(self._anybody, until).items():
            name = self._page_of(job)
            page = self._pages.setdefault(name, _Page())
            page.late.add(number)
            job.destroyed.connect(lambda name=name, page=page, number=number: self._gone(name, page, number))
        self._all_go_on()

    @staticmethod
    def _given_up(begun: _Begun, until: float) -> dict[int, QWebEngineUrlRequestJob]:
        late = {number: job for number, (since, job) in begun.items() if since <= until}
        for number in late:
            del begun[number]
        return late

    def _all_go_on(self) -> None:
        """Answer what waits, one request of each page after the other, for a few milliseconds."""
        until = time.monotonic() + _AT_A_TIME
        while ready := [name for name, page in self._pages.items() if page.may_go_on]:
            for name in ready:
                # Whoever goes is the last to go again. Others may be gone with what was answered.
                if (page := self._pages.pop(name, None)) is None:
                    continue
                self._pages[name] = page
                if page.may_go_on:
                    self._go_on(page)
                if time.monotonic() >= until:
                    self._see_to_the_rest()
                    return
        self._see_to_the_rest()


def _have_files() -> None:
    """Let the process have as many files as the system lets it, up to what is of use."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # most pages never ask for so much

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        # Some systems have a bound of their own below the one that they tell.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
