"""For which renderers the core seems to grow, by what it grew by while they ran and while they were held."""

from collections.abc import Callable, Collection, Iterable

import attrs

RUN = 0.05
"""Seconds for which some renderers run alone; less where the core grows much then, or works long for what they ask."""
_SHORTEST_RUN = 0.01
"""Seconds for which they run at least."""
_ALLOWED = 0.05
"""The part of a processor that is next to nothing for a renderer, and that it may have while others are held."""
_ALLOWED_AT_ONCE = 0.02
"""Seconds of a processor that it may have beside that."""
_MANY = 4
"""Times that a sign is much, and less would show it as well."""
_CLEARLY = 3
"""How many times as fast it grows while somebody runs, where that is for them."""
_SIGNS = 16
"""For one renderer, before it is ended."""
_DOUBTS = 1 / 8
"""Of the signs, at most. Growth that is as likely at any time looks like that less than once in a thousand times."""
_HINTS_AT_ONE = 2
"""Signs for one renderer, or times in which Chromium worked on for it, before the others run as they like."""
_HINTS_AT_SOME = 1
"""The same for renderers that run together, before they run apart."""
_DOUBTS_OF_ALL = 8
"""Before it is taken to grow of itself."""


@attrs.define(eq=False)
class Turn:
    """Renderers that run at one time, and what shows whether the core grows for them.

    Attributes:
        pids: Their processes.
        running: Bytes that it has grown by for what they did, or meanwhile, since the last sign.
        held: The same while they were held, for as long.
        signs: That it grows for them.
        doubts: That it does not.
        works: Times in which Chromium worked on for them.
        run: Seconds for which they run.
    """

    pids: set[int]
    running: int = 0
    held: int = 0
    signs: int = 0
    doubts: int = 0
    works: int = 0
    run: float = RUN

    @property
    def hints(self) -> int:
        """That it may."""
        return max(self.signs, self.works)

    def add(self, running: int, held: int, sign: float) -> None:
        """Note what the core grew by.

        Args:
            running: Bytes, for what they did.
            held: Bytes, while they were held, for as long.
            sign: Bytes that are a sign.
        """
        # What is given back now and then hides no growth: before somebody is ended the core has grown on the whole.
        self.running += max(0, running)
        self.held += max(0, held)
        if running > _MANY * sign:
            self.shorten()
        if self.running + self.held < sign:
            return
        if self.running >= _CLEARLY * self.held:
            self.signs += 1
        else:
            self.doubts += 1
        self.running = self.held = 0

    def shorten(self) -> None:
        """Have them run for less."""
        self.run = max(_SHORTEST_RUN, self.run / 2)

    def halves(self) -> "tuple[Turn, Turn]":
        """Each half of them, of which nothing is known yet."""
        pids = sorted(self.pids)
        middle = len(pids) // 2
        return Turn(set(pids[:middle]), run=self.run), Turn(set(pids[middle:]), run=self.run)


class Suspects:
    """All renderers, each in one turn, and what is known of them.

    Attributes:
        others_run: Whether those run as they like for whom the core does not seem to grow.
        all: All turns.
    """

    def __init__(self) -> None:
        self.others_run = True
        self.all: list[Turn] = []

    def note(self, pids: Iterable[int]) -> bool:
        """Have each of the renderers that there are in one turn, and apart from others where the core grows for some.

        Returns:
            Whether some have come.
        """
        new = set(pids)
        turns: list[Turn] = []
        for turn in self.all:
            turn.pids &= new
            new -= turn.pids
            turns.extend(turn.halves() if len(turn.pids) > 1 and turn.hints >= _HINTS_AT_SOME else [turn])
        self.all = [turn for turn in (*turns, Turn(new)) if turn.pids]
        return bool(new)

    def first(self) -> Collection[Turn]:
        """Those for whom the core seems to grow, if it does not for others as well; or all."""
        some = [turn for turn in self.all if len(turn.pids) == 1 and turn.hints >= _HINTS_AT_ONE]
        return some if some and self.others_run else self.all

    def are_innocent(self) -> bool:
        """Whether the core grows of itself."""
        doubts = sum(turn.doubts for turn in self.all)
        return doubts >= _DOUBTS_OF_ALL and doubts > 2 * _DOUBTS * sum(turn.signs for turn in self.all)

    def take_guilty(self) -> int | None:
        """The one for whom it clearly grows, who is none of them any more."""
        clear = (turn for turn in self.all if len(turn.pids) == 1 and turn.doubts <= _DOUBTS * turn.signs)
        guilty = max(
            (turn for turn in clear if turn.signs >= _SIGNS), key=lambda turn: turn.signs - turn.doubts, default=None
        )
        if guilty is None:
            return None
        self.all.remove(guilty)
        [pid] = guilty.pids
        return pid


def pids_of(turns: Iterable[Turn]) -> set[int]:
    """All whose turns they are."""
    return {pid for turn in turns for pid in turn.pids}


class Allowance:
    """Which renderers have computed more than next to nothing from now on, or since they were there."""

    def __init__(self, clock: Callable[[], float], computed: Callable[[int], float]) -> None:
        self._clock = clock
        self._computed = computed
        self._since: dict[int, tuple[float, float]] = {}

    def exceeded(self, pids: Iterable[int], part: float = 1.0) -> Collection[int]:
        """Those of them, who computed most first; none when it is first asked for.

        Args:
            pids: Who may have.
            part: Of what is next to nothing, where less is too much already.
        """
        now = self._clock()
        exceeded: dict[int, float] = {}
        for pid in pids:
            had = self._computed(pid)
            begun, before = self._since.setdefault(pid, (now, had))
            if had - before > part * _ALLOWED * (now - begun) + _ALLOWED_AT_ONCE:
                exceeded[pid] = had - before
        return sorted(exceeded, key=exceeded.__getitem__, reverse=True)
