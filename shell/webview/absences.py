"""Without which renderer the core does not grow: each is held alone for a moment, while all others run."""

from collections.abc import Collection, Iterable

import attrs

FOR_SURE = 4.0
"""Times as long as it paused before, until the core grows again if it grows for others."""
_MISSED = 8.0
"""Growths that did not come without somebody, before that one is ended."""
_CAME = 1 / 16
"""Of those, as many that came, at most."""
_MISSED_AT_LEAST = 3.0
"""Before somebody is the likeliest without whom none has come."""
_MISSED_BY_ONE = 2.0
"""The same where nobody else is suspected."""
_CAME_WITHOUT_ALL = 3
"""Before it is taken to grow whoever is held."""


@attrs.define(eq=False)
class Absence:
    """Renderers that are held at one time, and what that showed.

    Attributes:
        pids: Their processes.
        missed: Times that the core would have grown meanwhile, as it had before, and did not.
        came: Times that it did.
    """

    pids: set[int]
    missed: float = 0.0
    came: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether it does not grow without them."""
        return self.missed >= _MISSED and self.came <= _CAME * self.missed

    def note(self, pauses: float, *, came: bool) -> None:
        """Note what an absence showed.

        Args:
            pauses: For how many times as long as the core had paused before.
            came: Whether it has grown.
        """
        if came:
            self.came += 1
        else:
            self.missed += min(1.0, pauses / FOR_SURE)


class Absences:
    """What shows for each renderer, and for all together.

    Who rests whenever it is held, and for a while after that, is not found by turns: all are held then. Of this it
    hears nothing before it is over, and nothing at all when another is held.
    """

    def __init__(self) -> None:
        self._apart: dict[int, Absence] = {}
        self._together = Absence(set())

    @property
    def tell(self) -> bool:
        """Whether they may tell for whom the core grows: it does not as well while all are held."""
        return self._together.is_clear or self._together.came < _CAME_WITHOUT_ALL

    def next(self, pids: Iterable[int], suspected: Collection[int] = ()) -> Absence | None:
        """Whom to hold, of the renderers that there are: who it most likely is, and all where it is nobody alone.

        Args:
            pids: Their processes.
            suspected: Those of them that come first.
        """
        self._note(pids)
        if not self._apart:
            return None
        absences: list[Absence] = list(self._apart.values())
        if not self._together.is_clear:
            absences.append(self._together)
        return min(
            absences,
            key=lambda absence: (
                absence.came,
                absence.pids.isdisjoint(suspected),
                absence is self._together,
                absence.missed,
            ),
        )

    def clear(self) -> int | None:
        """The one without whom the core does not grow, if that is clear."""
        return next((pid for pid, absence in self._apart.items() if absence.is_clear), None)

    def likeliest(self, pids: Iterable[int], suspected: Collection[int] = ()) -> int | None:
        """The one for whom most speaks of the renderers that there are, if it grows for any of them.

        Args:
            pids: Their processes.
            suspected: Those of them for whom less need be shown where it can be only one.
        """
        self._note(pids)
        missed = {pid: absence.missed for pid, absence in self._apart.items() if not absence.came}
        left = [pid for pid in missed if pid in suspected]
        if len(left) == 1 and missed[left[0]] >= _MISSED_BY_ONE:
            return left[0]
        first = max(missed, key=missed.__getitem__, default=None)
        if first is not None and missed[first] >= _MISSED_AT_LEAST:
            return first
        if not self._together.is_clear:
            return None
        return max(self._apart, key=lambda pid: self._apart[pid].missed - self._apart[pid].came, default=None)

    def _note(self, pids: Iterable[int]) -> None:
        self._apart = {pid: self._apart.get(pid) or Absence({pid}) for pid in sorted(pids)}
        self._together.pids = set(self._apart)
