"""The last resort where it does not get clear for whom the core grows: who was held longest while it did."""

import math
from collections.abc import Callable, Collection, Iterable

_HARD = 0.5
"""The part of a processor that is much for Chromium."""
_UNCLEAR = 120.0
"""Seconds in all in which Chromium worked hard and the core grew, so that nothing got clear, before that is enough."""
_LONG = 30.0
"""Of those seconds: for as many somebody was held, because of computing, who is ended then."""
_HALVED_EACH = 60.0
"""Of those seconds: after as many with nobody held, half as much as before is next to nothing for a renderer."""
_LONG_AGO = 300.0
"""Seconds after which those are forgotten, where none came."""
_SLOWLY = 30.0
"""Seconds in which the core grows by less than a step, when that is not what it is looked for."""
_FAR_TOO_MUCH = 2.0
"""Times as much as the core may grow by."""


class Growth:
    """When the core last had more than ever before, by a step.

    Args:
        used: Bytes that it has.
        step: How many more.
        clock: The time.
    """

    def __init__(self, used: Callable[[], int], step: float, clock: Callable[[], float]) -> None:
        self._used = used
        self._step = step
        self._clock = clock
        self._most, self._grew = used(), clock()

    def took(self) -> float:
        """Seconds in which it has grown by a step, where it just has; 0 where it has not."""
        used, now = self._used(), self._clock()
        if used - self._most < self._step:
            return 0.0
        took = now - self._grew
        self._most, self._grew = used, now
        return took

    def lasts(self, seconds: float) -> bool:
        """Whether it has grown by a step within so many seconds."""
        self.took()
        return self._clock() - self._grew < seconds


class Resort:
    """Adds up the seconds in which Chromium works hard and the core grows, and for how many of them who is held.

    Nothing is clear then: all that was asked for is done by the same threads, and whoever computes is held. Where that
    takes minutes in all, and the core has grown by the bound twice, who was held longest is ended, as a system ends a
    process that has no memory left. Most likely it is the right one.

    Args:
        most: Bytes that the core may grow by.
        step: Bytes that are growth.
        used: Bytes that it has.
        clock: The time.
    """

    def __init__(self, most: int, step: float, used: Callable[[], int], clock: Callable[[], float]) -> None:
        self._most = most
        self._step = step
        self._used = used
        self._clock = clock
        self._growth = Growth(used, step, clock)
        self._too_much = _FAR_TOO_MUCH * most
        self._unclear = self._at_large = self._noted = 0.0
        self._held: dict[int, float] = {}

    @property
    def part(self) -> float:
        """The part of next to nothing that a renderer may compute: it may grow for one who does little at a time."""
        return math.exp2(-(self._at_large // _HALVED_EACH))

    def begin(self) -> None:
        """The core grows from what it has now. What was noted lately still counts."""
        self._growth = Growth(self._used, self._step, self._clock)

    def note(self, load: float) -> float:
        """Note whether it grows.

        Args:
            load: The part of a processor that Chromium has taken since.

        Returns:
            Seconds in which it has grown by a step, where it just has.
        """
        took = self._growth.took() if load >= _HARD else 0.0
        if not 0 < took < _SLOWLY:
            return 0.0
        if self._clock() - self._noted > _LONG_AGO:
            self.forget()
        self._noted = self._clock()
        self._unclear += took
        return took

    def blame(self, pids: Collection[int], seconds: float) -> None:
        """Note who was held because of computing, in seconds that were noted."""
        if not pids:
            self._at_large += seconds
        for pid in pids:
            self._held[pid] = self._held.get(pid, 0.0) + seconds

    def first(self, renderers: Iterable[int], grown: int) -> int | None:
        """Who is to be ended, if somebody is.

        Args:
            renderers: Those that there are.
            grown: Bytes that the core has grown by.
        """
        if self._unclear < _UNCLEAR or grown < self._too_much:
            return None
        long = [pid for pid in renderers if self._held.get(pid, 0.0) >= _LONG]
        return max(long, key=self._held.__getitem__, default=None)

    def ended(self, pid: int, grown: int) -> None:
        """One has been ended. It may have been another, who was held as well; and Chromium goes on with what was asked.

        Args:
            pid: Who has.
            grown: Bytes that the core has grown by.
        """
        self._held.pop(pid, None)
        self._unclear = 0.0
        self._too_much = grown + self._most
        self.begin()

    def freed(self, grown: int) -> None:
        """The core has so much now, over what it began with."""
        self._too_much = min(self._too_much, max(_FAR_TOO_MUCH * self._most, grown + self._most))

    def forget(self) -> None:
        """It has got clear."""
        self._unclear = self._at_large = 0.0
        self._held.clear()
