"""What measurements are made of: ratios, bars, the table and the picture."""

from xml.etree import ElementTree as ET

import pytest

from tests.bench.outcome import Outcome, Spread
from tests.bench.plot import plot
from tests.bench.table import number, table
from tests.bench.work import Bar, Better, Figure, Flat, beside_floor, beside_tauri
from tests.bench.works import WORKS


def outcome(figure: Figure, **values: float) -> Outcome:
    return Outcome(figure, {name: Spread.of([value, value / 2, value * 2]) for name, value in values.items()})


CALLS = Figure("calls", "one call", "ms", (beside_tauri(0.75), beside_floor(1.2)))
RATE = Figure("rate", "calls at once", "/s", (beside_tauri(10),), Better.MORE)


def test_a_bar_is_met_by_less_or_by_more_as_the_figure_has_it() -> None:
    assert [each.met for each in outcome(CALLS, qtshell=0.3, tauri=0.4, floor=0.2).verdicts] == [True, False]
    assert [each.met for each in outcome(RATE, qtshell=100, tauri=10).verdicts] == [True]
    assert [each.met for each in outcome(RATE, qtshell=99, tauri=10).verdicts] == [False]
    assert [each.met for each in outcome(Figure("lost", "lost", "", (Bar(0),)), qtshell=0).verdicts] == [True]


@pytest.mark.parametrize(("value", "met"), [(-6, False), (-5, True), (0, True), (5, True), (6, False)])
def test_what_is_to_be_flat_may_neither_grow_nor_shrink(value: float, met: bool) -> None:
    grown = outcome(Figure("grown", "growth", "%", (Flat(5),)), qtshell=value)
    assert [each.met for each in grown.verdicts] == [met]
    assert f"{'✓' if met else '✗'} within ±5" in table([grown])


def test_what_was_not_measured_is_judged_by_nothing() -> None:
    assert [each.bar.beside for each in outcome(CALLS, qtshell=0.3, floor=0.4).verdicts] == ["floor"]
    assert not outcome(CALLS, tauri=0.3).verdicts
    assert outcome(CALLS, tauri=0.3).ratio("tauri") is None


def test_the_table_has_medians_spreads_ratios_and_bars() -> None:
    text = table([outcome(CALLS, qtshell=0.3, tauri=0.4, floor=0.2), outcome(RATE, qtshell=100_000, tauri=5000)])
    head, _, calls, rate = text.splitlines()
    assert "÷ Tauri" in head
    for part in ("0.3 (0.15–0.6)", "0.75", "1.50", "✓ ≤ 0.75 × Tauri, ✗ ≤ 1.2 × bare"):
        assert part in calls
    for part in ("100,000 (50,000–200,000)", "20.0", "✓ ≥ 10 × Tauri"):
        assert part in rate
    assert len({len(line) for line in text.splitlines()}) == 1


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (0.0523, "0.052"), (1.234, "1.23"), (234.4, "234"), (123456.0, "123,000")]
)
def test_numbers_have_about_three_digits(value: float, shown: str) -> None:
    assert number(value) == shown


def test_the_picture_has_a_bar_for_each_figure_that_tauri_has_too() -> None:
    drawn = ET.fromstring(
        plot(
            [outcome(CALLS, qtshell=0.3, tauri=0.6), outcome(RATE, qtshell=5, tauri=10), outcome(CALLS, qtshell=1)], "x"
        )
    )
    names = [each.get("class") for each in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert names == ["ground", "better", "worse"]


def test_works_have_names_of_their_own_and_figures_too() -> None:
    assert len({work.name for work in WORKS}) == len(WORKS)
    for work in WORKS:
        assert len({figure.key for figure in work.figures}) == len(work.figures)
