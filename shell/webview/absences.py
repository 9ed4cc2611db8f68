"""Without which renderer the core does not grow: each is held alone for a moment, while all others run."""

from collections.abc import Iterable

import attrs

FOR_SURE = 4.0
"""Times as long as it took the core to grow before, until it does again if it grows for others."""
_MISSED = 16.0
"""Growths that did not come without somebody, before that one is ended: four absences that were long enough."""
_CAME = 1 / 32
"""Of those, as many that came, at most."""
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

    def next(self, pids: Iterable[int]) -> Absence | None:
        """Whom to hold, of the renderers that there are: whoever it most likely is, of those the least tried."""
        self._note(pids)
        absences = [*self._apart.values(), *(() if self._together.is_clear else (self._together,))]
        return min(absences, key=lambda absence: (absence.came, absence.missed)) if self._apart else None

    def clear(self) -> int | None:
        """The one without whom the core does not grow, if that is clear."""
        return next((pid for pid, absence in self._apart.items() if absence.is_clear), None)

    def likeliest(self, pids: Iterable[int]) -> int | None:
        """The one for whom most speaks of the renderers that there are, if it is clear that it is one of them."""
        self._note(pids)
        if not self._together.is_clear:
            return None
        return max(self._apart, key=lambda pid: self._apart[pid].missed - self._apart[pid].came, default=None)

    def _note(self, pids: Iterable[int]) -> None:
        self._apart = {pid: self._apart.get(pid) or Absence({pid}) for pid in sorted(pids)}
        self._together.pids = set(self._apart)
