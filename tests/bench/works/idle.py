"""Idle: how much of a processor programs take while nobody asks anything of them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from tests.bench.processes import cpu_time
from tests.bench.program import FLOOR, QTSHELL, TAURI, Program, ProgramError, Stage
from tests.bench.work import Figure, Figures, Work, beside_floor

_REST = 75.0
"""The last of what comes with a start, Chromium does 70 s after it."""
_SECONDS = 60.0
_WINDOWS = (1, 5)


def _idle(stage: Stage, programs: Sequence[Program]) -> Iterator[tuple[Program, Figures | ProgramError]]:
    """All programs are idle at the same time: they hardly keep each other from anything, and all meet the same."""
    with ExitStack() as stack:
        idle: list[tuple[Program, dict[int, int] | ProgramError]] = [
            (program, _start(stage, program, stack)) for program in programs
        ]
        time.sleep(_REST)
        before, since = _spent(idle), time.monotonic()
        time.sleep(_SECONDS)
        after, taken = _spent(idle), time.monotonic() - since
    for program, started in idle:
        if isinstance(started, ProgramError):
            yield program, started
        else:
            yield (
                program,
                {f"windows-{windows}": (after[pid] - before[pid]) / taken for windows, pid in started.items()},
            )


def _start(stage: Stage, program: Program, stack: ExitStack) -> dict[int, int] | ProgramError:
    """Start a program once for each number of windows; returns the processes."""
    started = {}
    try:
        for windows in _WINDOWS:
            running = stack.enter_context(stage.running(program, ["work=ready"] * windows))
            for _ in range(windows):
                running.report()
            started[windows] = running.pid
    except ProgramError as error:
        return error
    return started


def _spent(idle: Sequence[tuple[Program, dict[int, int] | ProgramError]]) -> dict[int, float]:
    """The processor time of each."""
    return {
        pid: cpu_time(pid) for _, started in idle if not isinstance(started, ProgramError) for pid in started.values()
    }


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
        seconds=14,
    ),
)
