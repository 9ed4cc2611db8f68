"""Memory: the proportional set of all processes of a program, once its windows have come to rest."""

import time

from tests.bench.processes import mapping, proportional_set
from tests.bench.program import FLOOR, PYWEBVIEW, QTSHELL, TAURI, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Work, beside_tauri, one_by_one

_REST = 3.0
_WINDOWS = (1, 5, 20)


_ENGINES = ("libQt6WebEngineCore", "libwebkit2gtk", "libjavascriptcoregtk")


def _problem() -> str | None:
    others = mapping(*_ENGINES)
    if not others:
        return None
    return f"what a program shares with others of the same engine would not count, and these run: {others}"


def _memory(stage: Stage, program: Program) -> Figures:
    figures = {}
    for windows in (1,) if program is PYWEBVIEW else _WINDOWS:
        with stage.running(program, ["work=ready"] * windows) as running:
            for _ in range(windows):
                running.report()
            time.sleep(_REST)
            figures[f"windows-{windows}"] = proportional_set(running.pid)
    if len(figures) > 1:
        first, last = _WINDOWS[0], _WINDOWS[-1]
        figures["further"] = (figures[f"windows-{last}"] - figures[f"windows-{first}"]) / (last - first)
    return figures


WORKS = (
    Work(
        "memory",
        "memory with 1, 5 and 20 windows",
        (QTSHELL, TAURI, FLOOR, PYWEBVIEW),
        one_by_one(_memory),
        (
            Figure("windows-1", "memory, one window", "MiB", (beside_tauri(0.85),)),
            Figure("windows-5", "memory, 5 windows", "MiB"),
            Figure("windows-20", "memory, 20 windows", "MiB"),
            Figure("further", "memory, a further window", "MiB", (Bar(20),)),
        ),
        seconds=12,
        problem=_problem,
    ),
)
