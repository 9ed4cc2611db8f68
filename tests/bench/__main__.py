"""`python -m tests.bench`: measures qtshell and its peers side by side in one run, and prints the ratios."""

import sys
from pathlib import Path

import click

from tests.bench import program
from tests.bench.machine import describe
from tests.bench.plot import plot
from tests.bench.program import Program, ProgramError, Stage, environment_of
from tests.bench.progress import Progress
from tests.bench.published import publish
from tests.bench.record import Record
from tests.bench.run import measure, plan
from tests.bench.table import table
from tests.bench.work import Work
from tests.bench.works import WORKS
from tests.desktop import desktop, missing_programs

LEAST_RUNS = 5


def those_there(works: list[Work]) -> list[Program]:
    """The programs that can run here. Which cannot, and are asked for, is told."""
    there = []
    for each in program.ALL:
        problem = each.problem()
        if problem is None:
            there.append(each)
        elif any(each.name == other.name for work in works for other in work.programs):
            click.echo(f"{each.title} is left out: {problem}", err=True)
    return there


@click.command()
@click.option("--only", multiple=True, type=click.Choice([work.name for work in WORKS]), help="Measure this alone.")
@click.option(
    "--plot", "picture", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Draw it, as SVG."
)
@click.option(
    "--json",
    "keep",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Keep each run in this file as it comes, and do not do again what it has.",
)
@click.option("--runs", type=click.IntRange(min=1), default=LEAST_RUNS, help="How often each program does each work.")
@click.option("--publish", "published", is_flag=True, help="Write RESULTS.md, the README's table and the picture anew.")
def main(only: tuple[str, ...], picture: Path | None, keep: Path | None, runs: int, published: bool) -> None:
    """Measure qtshell, Tauri, pywebview and a bare QWebEngineView side by side.

    Every bar that is not met makes the exit code 1.
    """
    missing = missing_programs()
    if missing:
        raise click.ClickException(f"not installed: {', '.join(missing)}; ./packaging/bench installs them")
    if published and only:
        raise click.UsageError("--publish is of all that is measured, not of --only some")
    works = [work for work in WORKS if not only or work.name in only]
    there = those_there(works)
    about = describe(there)
    try:
        record = Record(about) if keep is None else Record.read(keep, about)
    except ProgramError as error:
        raise click.ClickException(str(error)) from None
    tasks = []
    for work in works:
        task = plan(work, there, record, runs)
        problem = work.problem() if task.order else None
        if problem is None:
            tasks.append(task)
        else:
            click.echo(f"{work.title}: left out, for {problem}", err=True)
    whole = len(tasks) == len(works)
    if published and not whole:
        raise click.ClickException("not all can be measured here, and nothing would be published")
    progress = Progress(sum(task.seconds for task in tasks))
    try:
        with desktop(size=(1600, 1200)) as screen:
            stage = Stage(environment_of(screen.env))
            for task in tasks:
                if task.order:
                    measure(stage, task, record, keep, progress)
    except KeyboardInterrupt:
        whole = False
        click.echo("\ninterrupted; what was measured before follows", err=True)
    outcomes = record.outcomes(works)
    click.echo(about)
    click.echo()
    click.echo(table(outcomes.values()))
    if picture is not None:
        picture.write_text(plot(outcomes.values(), about), encoding="utf-8")
    if published:
        if not whole:
            raise click.ClickException("not all was measured, and nothing is published")
        publish(record, works)
    met = all(verdict.met for outcome in outcomes.values() for verdict in outcome.verdicts)
    ours = any("qtshell" in names for names in record.left_out.values())
    sys.exit(0 if met and whole and not ours else 1)


main()
