"""What an event loop runs at a given time."""

import asyncio
import heapq
import math
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimerEvent

_LONGEST_WAIT = 24 * 60 * 60
"""Seconds. A timer of Qt's counts milliseconds in 32 bits; what is to run later than this waits time and again."""
_FEW = 100
"""Cancelled handles that may stay until their time comes."""


class Later(QObject):
    """Runs what was asked for when its time has come, with one timer of Qt's for the earliest of all.

    qasync starts a timer for each: one of the coarse kind, which is up to a twentieth too early, and which stays until
    its time comes when what it is for has long been cancelled, as a time limit that was not needed is.

    Args:
        time: The loop's clock, in seconds.
        soon: Runs a handle in the loop's next turn.
    """

    def __init__(self, time: Callable[[], float], soon: Callable[[asyncio.Handle], None]) -> None:
        super().__init__()
        self._time = time
        self._soon = soon
        self._handles: list[asyncio.TimerHandle] = []
        self._cancelled = 0  # since all of them were last looked through
        self._timer = 0

    def __len__(self) -> int:
        """How many handles are kept, those among them that were cancelled too."""
        return len(self._handles)

    def add(self, handle: asyncio.TimerHandle) -> None:
        """Run a handle at its time."""
        heapq.heappush(self._handles, handle)
        if self._handles[0] is handle:
            self._wait()

    def note_cancelled(self) -> None:
        """One of the handles was cancelled; it may have come up already."""
        self._cancelled += 1
        if self._cancelled > max(_FEW, len(self._handles) // 2):
            self._handles = [handle for handle in self._handles if not handle.cancelled()]
            heapq.heapify(self._handles)
            self._cancelled = 0
            self._wait()

    def stop(self) -> None:
        """Run nothing any more."""
        self._handles.clear()
        self._wait()

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: N802, D102  # Qt's name
        now = self._time()
        while self._handles and self._handles[0].when() <= now:
            handle = heapq.heappop(self._handles)
            if not handle.cancelled():
                self._soon(handle)
        self._wait()

    def _wait(self) -> None:
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0
        if self._handles:
            seconds = min(max(self._handles[0].when() - self._time(), 0), _LONGEST_WAIT)
            self._timer = self.startTimer(math.ceil(seconds * 1000), Qt.TimerType.PreciseTimer)
