"""`python -m tests.bench`: measures qtshell beside the floor in one run, and prints the ratios."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import attrs
import click

RUNS = 5


@attrs.frozen
class Work:
    """Something that is measured.

    Attributes:
        name: What `--only` picks it by.
        title: What it is called in the table.
        run: What the programs are told to do.
        figure: Which of their figures counts.
        unit: Its unit.
        bar: What is asked of it, in words.
        beside_floor: Whether the floor does it too.
        passes: Whether a ratio to the floor, or without a floor a figure, is good enough.
    """

    name: str
    title: str
    run: str
    figure: str
    unit: str
    bar: str
    beside_floor: bool
    passes: Callable[[float], bool]


WORKS = (
    Work(
        "sequential",
        "one call after another",
        "sequential",
        "milliseconds",
        "ms",
        "≤ 1.3 × floor",
        True,
        lambda r: r <= 1.3,
    ),
    Work("at-once", "20,000 calls at once", "at-once", "rate", "/s", "≥ 100,000 /s", False, lambda r: r >= 100_000),
    Work(
        "start",
        "start of process → first call answered",
        "start",
        "start",
        "s",
        "≤ 1.25 × floor",
        True,
        lambda r: r <= 1.25,
    ),
    Work(
        "memory",
        "memory of one window, all processes",
        "memory",
        "memory",
        "MiB",
        "≤ 1.1 × floor",
        True,
        lambda r: r <= 1.1,
    ),
)


def measure(program: str, work: str) -> dict[str, float]:
    """Run a program once in a process of its own; returns its figures."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # As an installed program runs: with its modules compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", f"tests.bench.programs.{program}", work, str(time.time())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode != 0 or not done.stdout.strip():
        raise click.ClickException(f"{program} failed at {work} with {done.returncode}:\n{done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def spread(values: list[float]) -> str:
    """A median with the least and the most beside it."""
    return (
        f"{statistics.median(values):,.3g} ({min(values):,.3g}–{max(values):,.3g})"
        if max(values) < 1000
        else (f"{statistics.median(values):,.0f} ({min(values):,.0f}–{max(values):,.0f})")
    )


def compare(work: Work) -> bool:
    """Measure one work, interleaved with the floor's, and print a row; returns whether the bar is met."""
    ours: list[float] = []
    floor: list[float] = []
    for number in range(RUNS):
        click.echo(f"\r{work.title}: run {number + 1} of {RUNS} ", nl=False, err=True)
        if work.beside_floor:
            floor.append(measure("bare", work.run)[work.figure])
        ours.append(measure("qtshell", work.run)[work.figure])
    click.echo("\r\033[K", nl=False, err=True)
    value = statistics.median(ours) / statistics.median(floor) if floor else statistics.median(ours)
    good = work.passes(value)
    beside = f"  floor {spread(floor)} {work.unit}  ratio {value:.2f}" if floor else ""
    click.echo(f"{'✓' if good else '✗'} {work.title}: {spread(ours)} {work.unit}{beside}  (bar {work.bar})")
    return good


def endure() -> bool:
    """A million calls leave the core's memory where it was, and a thousand navigations where they leave the floor's."""
    click.echo("\r1,000,000 calls and 1,000 navigations ", nl=False, err=True)
    ours = measure("qtshell", "endurance")
    floor = measure("bare_navigations", "endurance")
    click.echo("\r\033[K", nl=False, err=True)
    calls = ours["calls"] / ours["before"] - 1
    grown, floor_grown = ours["navigations"] - ours["calls"], floor["navigations"] - floor["before"]
    # Chromium itself keeps something of every navigation for a while, and lets go of it in steps.
    good = abs(calls) <= 0.05 and grown <= max(floor_grown, 0) + 0.05 * ours["before"]
    click.echo(
        f"{'✓' if good else '✗'} memory of the core: {ours['before']:.1f} MiB, {calls:+.1%} after 1,000,000 calls "
        f"(bar ±5 %), {grown:+.1f} MiB after 1,000 navigations (floor {floor_grown:+.1f} MiB; bar: no more than it)"
    )
    return good


@click.command()
@click.option(
    "--only", multiple=True, type=click.Choice([*(work.name for work in WORKS), "endurance"]), help="Measure only this."
)
def main(only: tuple[str, ...]) -> None:
    """Measure qtshell beside a bare QWebEngineView with a bare QWebChannel."""
    results = [compare(work) for work in WORKS if not only or work.name in only]
    if not only or "endurance" in only:
        results.append(endure())
    sys.exit(0 if all(results) else 1)


main()
