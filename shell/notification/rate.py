"""A bound on how fast somebody may do a thing."""

import time
from collections.abc import Callable

import attrs


@attrs.define
class Allowance:
    """So many at once, and then one every so often.

    Attributes:
        burst: How many may come at once.
        every: Seconds after which another one may come.
        clock: Seconds that only grow.
    """

    burst: int
    every: float
    clock: Callable[[], float] = time.monotonic
    _left: float = attrs.field(init=False)
    _since: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._left = float(self.burst)
        self._since = self.clock()

    def take(self) -> bool:
        """Use one up; returns whether there was one."""
        now = self.clock()
        self._left = min(self.burst, self._left + (now - self._since) / self.every)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
