"""What is measured, as data: works, the figures that they have, and what is asked of each."""

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from tests.bench.program import HangError, Program, ProgramError, Stage


class Better(enum.Enum):
    """Which of two figures is the better one."""

    LESS = "less"
    MORE = "more"


@attrs.frozen
class Bar:
    """What is asked of qtshell's figure.

    Attributes:
        limit: The bound: at most where less is better, at least where more is.
        beside: Name of the program whose figure it is a multiple of; `None` for the figure itself.
    """

    limit: float
    beside: str | None = None

    def met(self, value: float, better: Better) -> bool:
        """Whether a figure, or its ratio, is good enough."""
        return value <= self.limit if better is Better.LESS else value >= self.limit


@attrs.frozen
class Flat(Bar):
    """A bound in both directions."""

    def met(self, value: float, better: Better) -> bool:
        """Whether a figure is near enough to nothing."""
        return abs(value) <= self.limit


@attrs.frozen
class Figure:
    """One number that a work has for each program.

    Attributes:
        key: What programs report it as.
        title: What it is called in tables.
        unit: Its unit.
        bars: What is asked of it.
        better: Which is better.
    """

    key: str
    title: str
    unit: str
    bars: tuple[Bar, ...] = ()
    better: Better = Better.LESS


type Figures = dict[str, float]
type Measure = Callable[[Stage, Sequence[Program]], Iterable[tuple[Program, Figures | ProgramError]]]
"""Lets programs do a work, each as often as it is in the sequence, and yields their figures, or why there are none."""


@attrs.frozen
class Work:
    """Something that programs do, and that is measured.

    Attributes:
        name: What `--only` picks it by.
        title: What it is called while it is measured.
        programs: Those that do it.
        measure: Lets them do it.
        figures: What they are.
        seconds: About how long one program takes for it once.
        runs: How many times it is done, if not as often as all.
        problem: Why it cannot be measured here; `None` where it can.
    """

    name: str
    title: str
    programs: tuple[Program, ...]
    measure: Measure
    figures: tuple[Figure, ...]
    seconds: float = 4.0
    runs: int | None = None
    problem: Callable[[], str | None] = lambda: None


def beside_tauri(limit: float) -> Bar:
    """So many times Tauri's figure."""
    return Bar(limit, "tauri")


def beside_floor(limit: float) -> Bar:
    """So many times the floor's figure."""
    return Bar(limit, "floor")


_TRIES = 5
"""How often a peer may fail at a work. Tauri names its callbacks by random numbers, and two of 40,000 now and then have
the same one; one of the two calls is then answered as if it had failed, or never."""


def one_by_one(measure: Callable[[Stage, Program], Figures]) -> Measure:
    """Measure one program after another. A peer that fails tries again, but not for ever; qtshell does not.

    One that hangs is ended, and tries again once.
    """

    def measure_all(stage: Stage, programs: Sequence[Program]) -> Iterator[tuple[Program, Figures | ProgramError]]:
        left = {program.name: 1 if program.name == "qtshell" else _TRIES for program in programs}
        for program in programs:
            outcome: Figures | ProgramError = ProgramError("it failed at earlier runs")
            while left[program.name] > 0:
                try:
                    outcome = measure(stage, program)
                    break
                except ProgramError as error:
                    outcome = error
                    left[program.name] -= _TRIES - 1 if isinstance(error, HangError) else 1
            yield program, outcome

    return measure_all


def page(query: str) -> Measure:
    """Measure one program after another with one window, whose page is of this query."""
    return one_by_one(lambda stage, program: stage.run(program, query))
