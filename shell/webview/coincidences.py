"""Who computes whenever the core grows: it takes a renderer time to send what is kept for it."""

import collections
import math
from collections.abc import Callable, Collection, Iterable, Mapping

from shell.value import frozen

_OFTEN = 0.25
"""Seconds between two looks."""
_BEFORE = 4
"""Looks before the first growth in which it may have been sent."""
_QUIET = 1.0
"""Seconds without growth after which all has come."""
_LONGEST = 10.0
"""Seconds after which it is as well to look what has come so far."""
_LEAST = 0.2 / (1 << 30)
"""Seconds of a processor that it takes to send a byte, at the least: it was measured to take 15 times as many."""
_GROWTHS = 4
"""Growths for all of which somebody has computed, before that is no chance."""


@frozen
class _Seen:
    time: float
    used: int
    computed: Mapping[int, float]


class Coincidences:
    """Which renderers have computed at each growth of the core as long as it takes to send as much.

    It proves nothing, for one may compute all the time, or draw what the program has loaded; but who has not computed
    is not the one for whom it grows, unless Chromium did long before what it was asked for.

    Args:
        sign: Bytes by which the core grows for somebody.
        used: Bytes that it has.
        computed: Seconds of a processor that a renderer has had.
        clock: The time.
    """

    def __init__(
        self,
        sign: float,
        used: Callable[[], int],
        computed: Callable[[int], float],
        clock: Callable[[], float],
    ) -> None:
        self._sign = sign
        self._used = used
        self._computed = computed
        self._clock = clock
        self._seen: collections.deque[_Seen] = collections.deque(maxlen=1 + _BEFORE)
        self._begun: _Seen | None = None
        self._grew = -math.inf
        self._times: dict[int, int] = {}

    def look(self, renderers: Iterable[int]) -> None:
        """See who has computed, and whether the core has grown. To be called as often as it is looked at all."""
        now = self._clock()
        if self._seen and now - self._seen[-1].time < _OFTEN:
            return
        seen = _Seen(now, self._used(), {pid: self._computed(pid) for pid in renderers})
        if self._seen and seen.used - self._seen[-1].used >= self._sign:
            self._grew = now
            self._begun = self._begun or self._seen[0]
        self._seen.append(seen)
        if self._begun is not None and (now - self._grew >= _QUIET or now - self._begun.time >= _LONGEST):
            self._compare(self._begun, seen)
            self._begun = None

    def _compare(self, begun: _Seen, done: _Seen) -> None:
        least = (done.used - begun.used) * _LEAST
        if least <= 0:
            return
        self._times = {
            pid: self._times.get(pid, 0) + 1 if computed - begun.computed.get(pid, 0.0) >= least else 0
            for pid, computed in done.computed.items()
        }

    @property
    def suspected(self) -> Collection[int]:
        """Who has computed at each of the last growths, if there were enough."""
        return {pid for pid, times in self._times.items() if times >= _GROWTHS}
