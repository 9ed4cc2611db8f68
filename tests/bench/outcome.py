"""What was measured, and what it says: medians, ratios, and whether what is asked for is met."""

import statistics
from collections.abc import Mapping, Sequence

import attrs

from tests.bench.work import Bar, Figure


@attrs.frozen
class Spread:
    """Several runs of the same: the median, the least and the most."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values))


@attrs.frozen
class Verdict:
    """A bar, and how qtshell's figure stands to it.

    Attributes:
        bar: The bar.
        value: The ratio, or the figure itself where the bar is none of a ratio.
        met: Whether it is met.
    """

    bar: Bar
    value: float
    met: bool


@attrs.frozen
class Outcome:
    """A figure of all programs.

    Attributes:
        figure: Which.
        spreads: By the name of the program.
    """

    figure: Figure
    spreads: Mapping[str, Spread]

    def ratio(self, beside: str) -> float | None:
        """qtshell's figure as a multiple of another program's; `None` where one of them has none, or nothing to divide."""
        ours, theirs = self.spreads.get("qtshell"), self.spreads.get(beside)
        if ours is None or theirs is None or theirs.middle <= 0 or ours.middle < 0:
            return None
        return ours.middle / theirs.middle

    @property
    def verdicts(self) -> list[Verdict]:
        """How it stands to its bars, but for those beside a program that was not measured."""
        found = []
        for bar in self.figure.bars:
            value = self._own() if bar.beside is None else self.ratio(bar.beside)
            if value is not None:
                found.append(Verdict(bar, value, bar.met(value, self.figure.better)))
        return found

    def _own(self) -> float | None:
        ours = self.spreads.get("qtshell")
        return None if ours is None else ours.middle
