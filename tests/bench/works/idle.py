"""Idle: how much of a processor programs take while nobody asks anything of them."""

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from tests.bench.processes import cpu_time
from tests.bench.program import FLOOR, QTSHELL, TAURI, Program, Stage
from tests.bench.work import Figure, Figures, Work, beside_floor

_REST = 10.0
_SECONDS = 60.0
_WINDOWS = (1, 5)


def _idle(stage: Stage, programs: Sequence[Program]) -> Iterator[tuple[Program, Figures]]:
    """All programs are idle at the same time: they hardly keep each other from anything, and all meet the same."""
    with ExitStack() as stack:
        idle = []
        for program in programs:
            for windows in _WINDOWS:
                running = stack.enter_context(stage.running(program, ["work=ready"] * windows))
                for _ in range(windows):
                    running.report()
                idle.append((windows, running.pid))
        time.sleep(_REST)
        before, since = [cpu_time(pid) for _, pid in idle], time.monotonic()
        time.sleep(_SECONDS)
        after, taken = [cpu_time(pid) for _, pid in idle], time.monotonic() - since
    spent = iter(zip(idle, before, after, strict=True))
    for program in programs:
        figures = itertools.islice(spent, len(_WINDOWS))
        yield program, {f"windows-{windows}": (end - begin) / taken for (windows, _), begin, end in figures}


WORKS = (
    Work(
        "idle",
        "60 idle seconds",
        (QTSHELL, TAURI, FLOOR),
        _idle,
        (
            Figure("windows-1", "processor while idle, one window", "ms/s", (beside_floor(1),)),
            Figure("windows-5", "processor while idle, 5 windows", "ms/s", (beside_floor(1),)),
        ),
    ),
)
