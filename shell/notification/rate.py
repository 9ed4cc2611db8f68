"""A bound on how fast pages may notify."""

import logging
import time
from collections.abc import Callable

import attrs

from shell.notification.errors import TooManyNotificationsError

log = logging.getLogger(__name__)


@attrs.define
class Allowance:
    """So many at once, and then one every so often.

    Attributes:
        burst: How many may come at once.
        every: Seconds after which another one may come.
        clock: Seconds that only grow.
        exhausted: Whether there was none when one was wanted last.
    """

    burst: int
    every: float
    clock: Callable[[], float] = time.monotonic
    exhausted: bool = attrs.field(default=False, init=False)
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
        self.exhausted = self._left < 1
        if not self.exhausted:
            self._left -= 1
        return not self.exhausted


class Allowances:
    """The allowance of each origin, whichever of its pages uses it.

    Args:
        burst: How many notifications may come at once.
        every: Seconds after which another one may come.
    """

    def __init__(self, burst: int, every: float) -> None:
        self._burst = burst
        self._every = every
        self._by_origin: dict[str, Allowance] = {}

    def spend(self, origin: str) -> None:
        """Use up one notification of an origin.

        Raises:
            TooManyNotificationsError: There was none.
        """
        allowance = self._by_origin.setdefault(origin, Allowance(self._burst, self._every))
        told = allowance.exhausted
        if allowance.take():
            return
        problem = (
            f"too many notifications: pages of {origin} may show {self._burst} at once, and then one every "
            f"{self._every:g} s"
        )
        if not told:
            log.warning("%s (App's limits.notifications)", problem)
        raise TooManyNotificationsError(problem)
