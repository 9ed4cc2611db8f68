"""Start: from the start of the process to the first call answered and the first paint, as the page tells them."""

import os
from pathlib import Path

from tests.bench.program import FLOOR, PYWEBVIEW, QTSHELL, TAURI, Program, Stage
from tests.bench.work import Figure, Figures, Work, beside_tauri, one_by_one

_PROGRAMS = (QTSHELL, TAURI, FLOOR, PYWEBVIEW)
_CACHES = Path("/proc/sys/vm/drop_caches")


def _warm(stage: Stage, program: Program) -> Figures:
    with stage.running(program, ["work=start"]) as running:
        times = running.report()
        return {key: (time - running.started) / 1000 for key, time in times.items()}


def _cold(stage: Stage, program: Program) -> Figures:
    os.sync()
    _CACHES.write_text("3")
    return _warm(stage, program)


def _cold_problem() -> str | None:
    return None if os.access(_CACHES, os.W_OK) else f"this account may not write to {_CACHES}"


def _figures(how: str) -> tuple[Figure, ...]:
    return (
        Figure("answered", f"start to first call answered, {how}", "s", (beside_tauri(0.85),)),
        Figure("painted", f"start to first paint, {how}", "s", (beside_tauri(0.85),)),
    )


WORKS = (
    Work("start", "start, warm", _PROGRAMS, one_by_one(_warm), _figures("warm"), seconds=1.5, runs=7),
    Work(
        "start-cold",
        "start, nothing in the system's caches",
        _PROGRAMS,
        one_by_one(_cold),
        _figures("cold"),
        seconds=3,
        problem=_cold_problem,
    ),
)
