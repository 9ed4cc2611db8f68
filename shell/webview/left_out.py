"""Without whom the core does not grow: each renderer is left out for a moment, while all others run."""

import math
import random
from collections.abc import Callable, Generator, Iterable

from shell.webview.absences import FOR_SURE, Absences
from shell.webview.coincidences import Coincidences
from shell.webview.holding import Holding
from shell.webview.silence import Echo
from shell.webview.suspects import RUN

TOO_MUCH = 1 / 8
"""Of what the core may grow by: before somebody is ended it has grown by as much more."""
FAR_TOO_MUCH = 3.0
"""Times as much as it may grow by: where it is not clear for whom by then, the likeliest is ended."""
_AT_A_RUN = 1.0
"""Seconds in which it may grow on as fast as before, so that it is to be looked often."""
_LONGEST_ABSENCE = 2.0
"""Seconds for which somebody is held alone at most, where the core has grown by what it may; four times as many where
it has by twice as much, and nine times as many where it has by far too much; or as many as it takes, each time that it
was seen then to grow by too much."""
_LONGEST_PAUSE = 600.0
"""Seconds without growth after which it is not what it is looked for."""
_TIMES = (2, 5)
"""How many growths show how long it pauses between two: by chance, lest the pause be always longer that comes then."""
_LULL, _LONGEST_LULL = 0.25, 2.0
"""Seconds without growth after which all of a large message has come, and for which that is waited for at most."""
_MESSAGE = 256 << 20
"""Bytes by which the core grows for one message, at most."""
_LONGEST_ECHO = 0.25
"""Seconds for which it is waited at most until nothing is heard any more of somebody."""

type Steps[T] = Generator[float, None, T]
"""What takes a while: yields seconds after which it goes on, at the earliest."""


class LeftOut:
    """Holds each renderer alone once the core has just grown, until it would have grown on if not for that one.

    For what does not show while renderers take turns: who rests whenever it is held, and for a while after that. Those
    come first who have computed at each growth: where it pauses for minutes in between, few can be tried.

    Args:
        most: Bytes that the core may grow by.
        sign: By as many it grows for somebody.
        used: Bytes that it has.
        renderers: The processes of all renderers.
        computed: Seconds of a processor that one has had.
        holding: Holds them.
        echo: Says when all has been heard that pages had sent to the core before.
        in_dialog: Whether a dialog is open: no echo comes then.
        clock: The time.
        chance: What no page foresees.

    Attributes:
        looks_often: Whether it is to be gone on with 100 times a second now.
        grew: When the core was last seen to grow.
    """

    def __init__(
        self,
        most: int,
        sign: float,
        *,
        used: Callable[[], int],
        renderers: Callable[[], Iterable[int]],
        computed: Callable[[int], float],
        holding: Holding,
        echo: Echo,
        in_dialog: Callable[[], bool],
        clock: Callable[[], float],
        chance: random.Random,
    ) -> None:
        self._most = most
        self._sign = sign
        self._used = used
        self._renderers = renderers
        self._holding = holding
        self._echo = echo
        self._in_dialog = in_dialog
        self._clock = clock
        self._chance = chance
        self._absences = Absences()
        self._coincidences = Coincidences(sign, used, computed, clock)
        self._settles = self._never_settles = False
        self._seen = 0
        self.looks_often = False
        self.grew = -math.inf

    def look(self) -> None:
        """See who computes. To be called as often as it is looked whether the core grows."""
        self._coincidences.look(self._renderers())

    @property
    def tells(self) -> bool:
        """Whether it may tell for whom the core grows: it does not as well while all are held."""
        return self._absences.tell

    def forget(self) -> None:
        """Begin anew: the core has grown for another reason."""
        self._absences = Absences()

    def likeliest(self) -> int | None:
        """The one for whom it most likely grows, where it has grown by far too much.

        None where nobody is likely. Then it begins anew, and waits from now on until all of a message has come.
        """
        suspected = self._coincidences.suspected if self._settles else ()
        likeliest = self._absences.likeliest(self._renderers(), suspected)
        if likeliest is None and not self._settles:
            # What came in the middle of a large message spoke against everybody.
            self._settles, self._absences = True, Absences()
        return likeliest

    def find(self, enough: float, least: float) -> Steps[int | None]:
        """Leave out one after the other.

        Args:
            enough: What the core may have; with more nobody is held any longer.
            least: What it had before it grew.

        Returns:
            Without whom it does not grow, if that got clear.
        """
        self._never_settles = False
        try:
            while self._used() < enough and self._absences.tell:
                before = self._used()
                pause = yield from self._longest_pause()
                self._seen += self._used() - before
                longest = self._longest_absence(least)
                absence = self._absences.next(self._renderers(), self._coincidences.suspected)
                if math.isinf(pause) or pause > longest / 2 or absence is None:
                    return None
                if math.isinf(longest):
                    self._seen = 0
                self._holding.hold(absence.pids)
                yield from self._hear()
                yield from self._settle()
                longest = min(longest, FOR_SURE * pause)
                absence.note(longest / pause, came=math.isfinite((yield from self._grow(longest))))
                self._holding.let_go()
                guilty = self._absences.clear()
                if guilty is not None:
                    return guilty
        finally:
            self.looks_often = False
            self._holding.let_go()
        return None

    def _longest_absence(self, least: float) -> float:
        """Seconds for which one may be held alone: as long as it takes only where the core was seen to grow by much."""
        times = (self._used() - least) / self._most
        if times >= FAR_TOO_MUCH and self._seen >= TOO_MUCH * self._most:
            return math.inf
        return _LONGEST_ABSENCE * min(times, FAR_TOO_MUCH) ** 2

    def _longest_pause(self) -> Steps[float]:
        """See in what time the core grows by a sign, while nobody is held.

        Returns:
            Seconds, the most of several times: it may grow in pieces that come together. Infinitely many where it does
            not grow.
        """
        pause = 0.0
        # Who rests after being held has gone on when it grows for the first time.
        for number in range(1 + self._chance.randint(*_TIMES)):
            took = yield from self._grow(_LONGEST_PAUSE)
            if math.isinf(took):
                return took
            if number:
                pause = max(pause, took)
            yield from self._settle()
        return pause

    def _settle(self) -> Steps[None]:
        """Wait until all has come of a message by which the core grows, once it has grown by far too much.

        One of 256 MiB takes half a second, in which the core grows on whoever is held. Where it grows without a lull it
        is no message, and not waited for again: meanwhile nobody would be found.
        """
        if not self._settles or self._never_settles:
            return
        begun = grew = self._clock()
        before = lowest = self._used()
        while self._clock() - begun < _LONGEST_LULL and lowest - before < max(_MESSAGE, TOO_MUCH * self._most):
            used = self._used()
            lowest = min(lowest, used)
            if used - lowest >= self._sign:
                grew, lowest = self._clock(), used
            if self._clock() - grew >= _LULL:
                return
            yield 0.0
        self._never_settles = True

    def _grow(self, longest: float) -> Steps[float]:
        """Wait until the core has grown by a sign, or for so many seconds.

        Returns:
            The seconds in which it has; infinitely many where it has not.
        """
        begun, before = self._clock(), self._used()
        while (took := self._clock() - begun) < longest:
            used = self._used()
            before = min(before, used)
            if used - before >= self._sign:
                self.grew = self._clock()
                return took
            self.looks_often = bool(self._holding.pids) or took < _AT_A_RUN
            yield 0.0 if self.looks_often else RUN
        return math.inf

    def _hear(self) -> Steps[None]:
        """Wait until all has been heard that was sent before."""
        heard: list[bool] = []
        self._echo(lambda: heard.append(True))
        begun = self._clock()
        while not heard and not self._in_dialog() and self._clock() < begun + _LONGEST_ECHO:
            yield 0.0
