"""Delay: of the core's loop, and of another window's calls, while something keeps the core busy."""

from tests.bench.program import QTSHELL, TAURI, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Measure, Work, one_by_one

_FRAME = Bar(16)


def _under(burden: str, seconds: int) -> Measure:
    def measure(stage: Stage, program: Program) -> Figures:
        pages = (f"work=burden&burden={burden}&seconds={seconds}", f"work=probe&seconds={seconds - 1}")
        with stage.running(program, pages) as running:
            while True:
                figures = running.report()
                if "probe" in figures:
                    return figures

    return one_by_one(measure)


def _figures(while_: str) -> tuple[Figure, ...]:
    return (
        Figure("loop", f"delay of the core's loop, {while_} (99 of 100)", "ms", (_FRAME,)),
        Figure("calls", f"another window's calls, {while_} (99 of 100)", "ms", (_FRAME,)),
        Figure("calls-most", f"another window's calls, {while_} (the longest)", "ms"),
    )


WORKS = (
    Work(
        "flood",
        "another window while one floods the core with calls",
        (QTSHELL, TAURI),
        _under("calls", 6),
        _figures("one window calling without end"),
    ),
    Work(
        "compute",
        "another window while a plain function computes",
        (QTSHELL, TAURI),
        _under("compute", 10),
        _figures("a plain function computing"),
    ),
)
