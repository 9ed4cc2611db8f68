"""What is still to be measured, and the measuring of it, each run kept as it comes."""

from collections.abc import Sequence
from pathlib import Path

import attrs
import click

from tests.bench.program import Program, ProgramError, Stage
from tests.bench.progress import Progress
from tests.bench.record import Record
from tests.bench.work import Work


@attrs.frozen
class Task:
    """A work that is to be done.

    Attributes:
        work: Which.
        order: The programs, in turns, each as often as it still has to do it.
    """

    work: Work
    order: tuple[Program, ...]

    @property
    def seconds(self) -> float:
        """About how long it takes."""
        return len(self.order) * self.work.seconds


def plan(work: Work, there: Sequence[Program], record: Record, runs: int) -> Task:
    """What is still to be measured of a work."""
    names = {each.name for each in there}
    turns = [
        each
        for turn in range(work.runs or runs)
        for each in work.programs
        if each.name in names and record.count(work.name, each.name) <= turn
    ]
    return Task(work, tuple(turns))


def measure(stage: Stage, task: Task, record: Record, keep: Path | None, progress: Progress) -> None:
    """Let programs do a work in turns, and keep each run as it comes."""
    work = task.work
    for done, (each, figures) in enumerate(work.measure(stage, task.order), 1):
        if isinstance(figures, ProgramError):
            if each.name not in record.left_out.get(work.name, {}):
                reason = str(figures).splitlines()[0]
                record.leave_out(work.name, each.name, f"after {record.count(work.name, each.name)} runs: {reason}")
                click.echo(f"{work.title}: {each.title} is left out from now on: {figures}", err=True)
        else:
            record.add(work.name, each.name, figures)
        if keep is not None:
            record.write(keep)
        progress.run(f"{work.title}: {done} of {len(task.order)}", work.seconds)
    progress.work(work.title)
