"""`python -m tests.bench`: measures qtshell and its peers side by side in one run, and prints the ratios."""

import sys
import time
from collections import defaultdict
from pathlib import Path

import click

from tests.bench import program
from tests.bench.machine import describe
from tests.bench.outcome import Outcome, Spread
from tests.bench.plot import plot
from tests.bench.program import Program, ProgramError, Stage, environment_of
from tests.bench.table import table
from tests.bench.work import Work
from tests.bench.works import WORKS
from tests.desktop import desktop, missing_programs

LEAST_RUNS = 5


def say(text: str) -> None:
    """Progress, where it disturbs no table."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text}", nl=False, err=True)
    elif text:
        click.echo(text, err=True)


def measure(stage: Stage, work: Work, absent: set[str], runs: int) -> list[Outcome]:
    """Let all programs that are there do a work, interleaved."""
    programs = [each for each in work.programs if each.name not in absent]
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    runs = work.runs or runs
    order = programs * runs
    begun = time.monotonic()
    say(f"{work.title}: {', '.join(each.name for each in programs)}, {runs} times")
    for done, (each, figures) in enumerate(work.measure(stage, order), 1):
        found[each.name].append(figures)
        if sys.stderr.isatty():
            say(f"{work.title}: {done} of {len(order)}, {time.monotonic() - begun:.0f} s")
    say("")
    return [
        Outcome(
            figure,
            {
                name: Spread.of([run[figure.key] for run in all_runs])
                for name, all_runs in found.items()
                if figure.key in all_runs[0]
            },
        )
        for figure in work.figures
    ]


def those_there(works: list[Work]) -> tuple[list[Program], set[str]]:
    """The programs that the works ask for, and the names of those that cannot run, which are told."""
    wanted = [each for each in program.ALL if any(each in work.programs for work in works)]
    absent = set()
    for each in wanted:
        problem = each.problem()
        if problem is not None:
            click.echo(f"{each.title} is left out: {problem}", err=True)
            absent.add(each.name)
    return [each for each in wanted if each.name not in absent], absent


@click.command()
@click.option("--only", multiple=True, type=click.Choice([work.name for work in WORKS]), help="Measure this alone.")
@click.option(
    "--plot", "picture", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Draw it, as SVG."
)
@click.option("--runs", type=click.IntRange(min=1), default=LEAST_RUNS, help="How often each program does each work.")
def main(only: tuple[str, ...], picture: Path | None, runs: int) -> None:
    """Measure qtshell, Tauri, pywebview and a bare QWebEngineView side by side.

    Every bar that is not met makes the exit code 1.
    """
    missing = missing_programs()
    if missing:
        raise click.ClickException(f"not installed: {', '.join(missing)}; ./packaging/bench installs them")
    works = [work for work in WORKS if not only or work.name in only]
    there, absent = those_there(works)
    about = describe(there)
    outcomes: list[Outcome] = []
    failed = False
    with desktop(size=(1600, 1200)) as screen:
        stage = Stage(environment_of(screen.env))
        for work in works:
            problem = work.problem()
            if problem is not None:
                click.echo(f"{work.title}: left out, for {problem}", err=True)
                continue
            try:
                outcomes += measure(stage, work, absent, runs)
            except ProgramError as error:
                failed = True
                click.echo(f"{work.title}: {error}", err=True)
            except KeyboardInterrupt:
                failed = True
                click.echo(f"\n{work.title}: interrupted; what was measured before it follows", err=True)
                break
    click.echo(about)
    click.echo()
    click.echo(table(outcomes))
    if picture is not None:
        picture.write_text(plot(outcomes, about), encoding="utf-8")
    met = all(verdict.met for outcome in outcomes for verdict in outcome.verdicts)
    sys.exit(0 if met and not failed else 1)


main()
