"""Endurance: the memory of the core's own process after long work, and whether anything was lost or came twice.

Chromium itself keeps something of every document and lets go of it in steps: a bare QWebEngineView grows by more than
half in a thousand reloads. So its growth stands beside the core's.
"""

import sys
from pathlib import Path

from tests.bench.program import PROGRAMS, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Work, beside_floor, one_by_one


def _of(name: str, title: str, script: str) -> Program:
    return Program(name, title, Path(sys.executable), "shell", lambda *_: [str(PROGRAMS / script)])


_QTSHELL = _of("qtshell", "qtshell", "qtshell_endurance.py")
_FLOOR = _of("floor", "bare QWebEngineView", "floor_endurance.py")
_FLAT = (Bar(5),)
_AS_CHROMIUM = (Bar(5), beside_floor(1))


def _endure(stage: Stage, program: Program) -> Figures:
    return stage.run(program)


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
            Figure("reloads", "growth of the core, and then 1,000 reloads", "%", _AS_CHROMIUM),
            Figure("killed", "growth of the core, and then 200 dead renderers", "%", _AS_CHROMIUM),
        ),
        runs=1,
    ),
)
