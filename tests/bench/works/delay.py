"""Delay: of the core's loop, and of another window's calls, while something keeps the core or the machine busy."""

import os

from tests.bench.program import QTSHELL, TAURI, Program, Stage
from tests.bench.work import Bar, Better, Figure, Figures, Measure, Work, one_by_one

_FRAME = Bar(16)


_CORES = os.cpu_count() or 1


def _under(burden: str, seconds: int, *, reports: tuple[str, ...] = ("probe",), processes: int = 0) -> Measure:
    def measure(stage: Stage, program: Program) -> Figures:
        pages = (f"work=burden&burden={burden}&seconds={seconds}", f"work=probe&seconds={seconds - 1}")
        figures: Figures = {}
        settings = {"processes": processes} if processes else None
        with stage.running(program, pages, settings) as running:
            while not all(name in figures for name in reports):
                figures |= running.report()
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
        seconds=9,
    ),
    Work(
        "compute",
        "another window while a plain function computes",
        (QTSHELL, TAURI),
        _under("compute", 10),
        _figures("a plain function computing"),
        seconds=13,
    ),
    Work(
        "elsewhere",
        "another window while other processes keep every core busy",
        (QTSHELL,),
        _under("processes", 10, reports=("probe", "cores"), processes=_CORES),
        (
            *_figures("other processes computing on every core"),
            Figure("frames", "frames drawn there meanwhile", "/s", (), Better.MORE),
            Figure("cores", f"cores of {_CORES} that these processes had", "", (), Better.MORE),
        ),
        seconds=14,
    ),
)
