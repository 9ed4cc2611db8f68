"""The table: Markdown that reads well on a terminal too."""

from collections.abc import Iterable, Sequence

from tests.bench.outcome import Outcome, Spread, Verdict
from tests.bench.work import Better, Flat

TITLES = {"qtshell": "qtshell", "tauri": "Tauri", "floor": "bare", "pywebview": "pywebview"}
ABSENT = "–"
"""Where there is no figure."""


def number(value: float) -> str:
    """A number with about three digits."""
    if abs(value) >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.2g}" if abs(value) < 0.1 else f"{value:.3g}"


def _cell(spread: Spread | None) -> str:
    if spread is None:
        return ABSENT
    if spread.least == spread.most:
        return number(spread.middle)
    return f"{number(spread.middle)} ({number(spread.least)}–{number(spread.most)})"


def ratio_text(outcome: Outcome, beside: str) -> str:
    """qtshell's figure as a multiple of another program's."""
    ratio = outcome.ratio(beside)
    return ABSENT if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}"


def _verdict(verdict: Verdict, better: Better) -> str:
    sign = "within ±" if isinstance(verdict.bar, Flat) else "≤ " if better is Better.LESS else "≥ "
    beside = "" if verdict.bar.beside is None else f" × {TITLES[verdict.bar.beside]}"
    return f"{'✓' if verdict.met else '✗'} {sign}{verdict.bar.limit:g}{beside}"


def table(outcomes: Iterable[Outcome]) -> str:
    """All figures with their ratios and bars, a line each: medians, with the least and the most."""
    head = ["", "unit", *TITLES.values(), "÷ Tauri", "÷ bare", "asked for"]
    rows = [
        [
            outcome.figure.title,
            outcome.figure.unit,
            *(_cell(outcome.spreads.get(name)) for name in TITLES),
            ratio_text(outcome, "tauri"),
            ratio_text(outcome, "floor"),
            ", ".join(_verdict(verdict, outcome.figure.better) for verdict in outcome.verdicts) or ABSENT,
        ]
        for outcome in outcomes
    ]
    return "\n".join(lines(head, rows))


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """A table's lines, all of them as wide."""
    widths = [max(len(line[column]) for line in [head, *rows]) for column in range(len(head))]
    yield _line(head, widths)
    yield _line(["-" * width for width in widths], widths)
    for line in rows:
        yield _line(line, widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |"
