"""Who makes more than the core takes, out of the one queue that all have, is held back until it has taken that."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping

from shell.webview.processes import Release
from shell.webview.silence import Echo
from shell.webview.usage import Usage

log = logging.getLogger(__name__)

_BUSY = ((0.8, 0.05), (0.2, 0.1))
"""From which part of a processor on that the core takes somebody may wait, and how often at most an echo is asked for
then, which takes half a millisecond. On a busy machine the core gets no more."""
_COMPUTES = 0.15
"""The part of a processor from which on a renderer may be one that floods."""
_LATE = 2
"""Looks after which an echo is late, and the first renderer is held; one look where somebody was held just before."""
_PERIOD = 10
"""Looks over which it is seen how much each computes: the system counts in hundredths of a second."""
_OTHERS_AFTER = 25
"""Looks since the first was held, after which others are, for which the system works much."""
_MUCH = 0.2
"""Of the system's work, as a part of that for the first."""
_ALL_AFTER = 100
"""Looks after which all are held that compute."""
_LONGEST = 3000
"""Looks for which they are held at most: if there is no echo then, that is not their doing."""
_MUCH_WORK = 0.1
"""The part of a processor that the system works for one that is held though it is not the first, or while a dialog is
open: no echo comes then."""
_WORTH_TELLING = 1.0
"""Seconds for which a renderer is held before that is told."""


class Backpressure:
    """Holds renderers back, by stopping them, that make more than the core takes.

    Chromium reads all that renderers send and puts it in one queue, however long that gets: a page with workers makes
    in a second what is taken in twenty, and everybody else's messages wait behind it. So while the core has much to do
    an echo is asked for, which comes behind all that waits. As long as it is late, who computes is stopped: at first
    the one for which the system works most, as it does for messages and not for mere computing; then others like it; at
    last all that compute.

    One task of Chromium's can keep the core's thread for half a second, so that another thread sees who computes.

    Args:
        echo: Where the echo comes from.
        pages: The processes of pages' renderers.
        renderers: Those of all renderers, of workers too, which takes a millisecond to find out.
        name: What to call a process in the log.
        most_threads: Threads that a renderer may have.
        end: Ends a renderer that has more.
        in_dialog: Whether a dialog is open.
        usage: What a process has had.
        hold: Stops a renderer.
        spent: Seconds of a processor that the core's thread has had.
        clock: The time.
    """

    def __init__(
        self,
        echo: Echo,
        *,
        pages: Callable[[], Iterable[int]],
        renderers: Callable[[], Iterable[int]],
        name: Callable[[int], str],
        most_threads: int,
        end: Callable[[int], None],
        in_dialog: Callable[[], bool],
        usage: Callable[[int], Usage | None],
        hold: Callable[[int], Release | None],
        spent: Callable[[], float] = time.thread_time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._echo = echo
        self._pages = pages
        self._renderers = renderers
        self._name = name
        self._most_threads = most_threads
        self._end = end
        self._in_dialog = in_dialog
        self._usage = usage
        self._hold = hold
        self._spent = spent
        self._clock = clock
        self._lock = threading.Lock()
        self._had = (0.0, 0.0)
        self._asked = 0.0
        self._waiting = False
        self._dialog = False
        self._looks = 0
        self._seen: tuple[float, Mapping[int, Usage]] = (0.0, {})
        self._held: dict[int, Release] = {}
        self._since = 0.0
        self._much = 0.0
        self._gave_up = False
        self._was_held = False
        self._told: set[int] = set()

    @property
    def waits(self) -> bool:
        """Whether it waits for an echo, and may hold somebody."""
        return self._waiting

    @property
    def in_dialog(self) -> bool:
        """Whether it waits for an echo that comes when a dialog is closed."""
        return self._waiting and self._dialog

    @property
    def holds(self) -> bool:
        """Whether somebody is held."""
        return bool(self._held)

    def look(self) -> None:
        """See whether somebody may wait, 100 times a second. For the core's thread."""
        now = self._clock()
        if self._waiting:
            self._look_for_dialog()
            self._tell(now)
            return
        (since, before), after = self._had, self._spent()
        self._had = (now, after)
        part = (after - before) / (now - since)
        # Who was held until now may begin anew at once.
        if self._was_held or any(part >= busy and now - self._asked >= pause for busy, pause in _BUSY):
            self._ask(now)

    def look_for_threads(self) -> None:
        """End renderers that have more threads than they may. For the core's thread."""
        for pid, usage in self._usages(self._renderers()).items():
            if usage.threads > self._most_threads:
                log.error(
                    "%s has %d threads, and may have %d (App's limits.workers)",
                    self._name(pid),
                    usage.threads,
                    self._most_threads,
                )
                self._end(pid)

    def watch(self, in_qt: Callable[[], bool]) -> None:
        """See who computes while an echo is waited for, and hold them if it is late. For any thread.

        To be called 50 times a second, and 100 times until somebody is held.

        Args:
            in_qt: Whether Qt has the core's thread: it is no page's doing where the program itself keeps it.
        """
        asked, after = self._asked, self._usages(self._renderers())
        # Each reading can take a while where another thread computes.
        now = self._clock()
        with self._lock:
            if not self._waiting or self._asked != asked:
                return
            for pid in self._held.keys() - after.keys():
                self._held.pop(pid)()
            self._looks += 1
            since, before = self._seen
            # Of those without a page nothing was known when the echo was asked for.
            self._seen = (since, {**after, **before})
            chosen = self._choose(now, after)
            if chosen and in_qt():
                self._hold_all(chosen, now)
                self._seen = (now, after)
            elif self._looks % _PERIOD == 0:
                self._seen = (now, after)
            if self._held and self._looks > _LONGEST:
                log.error("nothing comes of holding renderers back: they go on")
                self._gave_up = True
                self._let_go()

    def release(self) -> None:
        """Let all go on that are held, and wait for no echo."""
        with self._lock:
            self._waiting = False
            self._let_go()

    def _ask(self, now: float) -> None:
        seen = (now, self._usages(self._pages()))
        self._echo(self._heard)
        with self._lock:
            self._waiting = True
            self._asked = now
            self._dialog = False
            self._looks = _LATE - 1 if self._was_held else 0
            self._was_held = False
            self._gave_up = False
            self._seen = seen

    def _heard(self) -> None:
        with self._lock:
            self._was_held = bool(self._held)
            self._waiting = False
            self._let_go()

    def _look_for_dialog(self) -> None:
        dialog = self._in_dialog()
        with self._lock:
            if dialog and not self._dialog:
                # Nobody stays held for as long as a person takes.
                self._let_go()
                self._looks = 0
            self._dialog = dialog

    def _let_go(self) -> None:
        while self._held:
            self._held.popitem()[1]()

    def _usages(self, pids: Iterable[int]) -> Mapping[int, Usage]:
        return {pid: usage for pid in pids if (usage := self._usage(pid)) is not None}

    def _choose(self, now: float, after: Mapping[int, Usage]) -> Collection[int]:
        """Who is to be held now."""
        if self._looks < _LATE or self._gave_up:
            return ()
        since, before = self._seen
        period = now - since
        works = {
            pid: (usage.system - before[pid].system) / period
            for pid, usage in after.items()
            if pid not in self._held and usage.total - before[pid].total >= _COMPUTES * period
        }
        is_whole = self._looks % _PERIOD == 0
        if self._dialog:
            return [pid for pid, work in works.items() if is_whole and work >= _MUCH_WORK]
        if self._held:
            after_all, after_others = self._looks >= _ALL_AFTER, self._looks >= _OTHERS_AFTER
            return [
                pid for pid, work in works.items() if is_whole and (after_all or (after_others and work >= self._much))
            ]
        first = max(works, key=works.__getitem__, default=None)
        if first is None or (works[first] <= 0 and self._looks < _ALL_AFTER):
            return ()
        self._much = max(_MUCH * works[first], _MUCH_WORK)
        return (first,)

    def _hold_all(self, pids: Iterable[int], now: float) -> None:
        for pid in pids:
            release = self._hold(pid)
            if release is None:
                continue
            if not self._held:
                self._since = now
                self._looks = _LATE
            self._held[pid] = release

    def _tell(self, now: float) -> None:
        with self._lock:
            held = set(self._held) if now - self._since > _WORTH_TELLING else set()
        for pid in held - self._told:
            log.warning("%s is held back: pages make more than the program can take", self._name(pid))
        self._told |= held
