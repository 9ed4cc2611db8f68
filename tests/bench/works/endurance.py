"""Endurance: the memory of the core's own process after long work, and whether anything was lost or came twice.

All of it is done three times, a tenth, a tenth and whole. What memory there is after each part of the third time is beside what
there was after the same part of the second, so that it can fall as well as grow. Chromium keeps 17 KiB of each document
until its renderer collects garbage, which that of a bare QWebEngineView, whose growth stands beside, may not do in thousands.
"""

import sys
from pathlib import Path

from tests.bench.program import PROGRAMS, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Flat, Work, one_by_one


def _of(name: str, title: str, script: str) -> Program:
    return Program(name, title, Path(sys.executable), "shell", lambda *_: [str(PROGRAMS / script)])


_QTSHELL = _of("qtshell", "qtshell", "qtshell_endurance.py")
_FLOOR = _of("floor", "bare QWebEngineView", "floor_endurance.py")
_FLAT = (Flat(5),)


def _endure(stage: Stage, program: Program) -> Figures:
    figures = stage.run(program)
    del figures["rounds"]
    return figures


WORKS = (
    Work(
        "endurance",
        "1,000,000 calls, 100,000 events, 1,000 reloads, 200 dead renderers",
        (_QTSHELL, _FLOOR),
        one_by_one(_endure),
        (
            Figure("lost", "calls, events and pages lost, or there twice", "", (Bar(0),)),
            Figure("calls", "growth of the core after 1,000,000 calls", "%", _FLAT),
            Figure("events", "growth of the core, and then 100,000 events", "%", _FLAT),
            Figure("reloads", "growth of the core, and then 1,000 reloads in one renderer", "%", _FLAT),
            Figure("killed", "growth of the core, and then 200 dead renderers", "%", _FLAT),
        ),
        seconds=150,
        runs=1,
    ),
)
