"""What is measured, as data: works, the figures that they have, and what is asked of each."""

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from tests.bench.program import Program, Stage


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
type Measure = Callable[[Stage, Sequence[Program]], Iterable[tuple[Program, Figures]]]
"""Lets programs do a work, each as often as it is in the sequence, and yields their figures."""


@attrs.frozen
class Work:
    """Something that programs do, and that is measured.

    Attributes:
        name: What `--only` picks it by.
        title: What it is called while it is measured.
        programs: Those that do it.
        measure: Lets them do it.
        figures: What they are.
        runs: How many times it is done, if not as often as all.
        problem: Why it cannot be measured here; `None` where it can.
    """

    name: str
    title: str
    programs: tuple[Program, ...]
    measure: Measure
    figures: tuple[Figure, ...]
    runs: int | None = None
    problem: Callable[[], str | None] = lambda: None


def beside_tauri(limit: float) -> Bar:
    """So many times Tauri's figure."""
    return Bar(limit, "tauri")


def beside_floor(limit: float) -> Bar:
    """So many times the floor's figure."""
    return Bar(limit, "floor")


def one_by_one(measure: Callable[[Stage, Program], Figures]) -> Measure:
    """Measure one program after another."""

    def measure_all(stage: Stage, programs: Sequence[Program]) -> Iterator[tuple[Program, Figures]]:
        for program in programs:
            yield program, measure(stage, program)

    return measure_all


def page(query: str) -> Measure:
    """Measure one program after another with one window, whose page is of this query."""
    return one_by_one(lambda stage, program: stage.run(program, query))
