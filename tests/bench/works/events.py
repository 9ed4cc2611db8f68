"""Events: from a page past the core to all listeners."""

from tests.bench.program import QTSHELL, TAURI, Program, Stage
from tests.bench.work import Better, Figure, Figures, Measure, Work, beside_tauri, one_by_one


def _emit(times: int, windows: int) -> Measure:
    def measure(stage: Stage, program: Program) -> Figures:
        others = [f"work=listener&times={times}"] * (windows - 1)
        return stage.run(program, f"work=events&times={times}&others={len(others)}", *others)

    return one_by_one(measure)


def _figure(windows: str) -> tuple[Figure, ...]:
    return (Figure("rate", f"events, heard in {windows}", "/s", (beside_tauri(10),), Better.MORE),)


WORKS = (
    Work("events", "events, one window", (QTSHELL, TAURI), _emit(5000, 1), _figure("one window"), seconds=2.5),
    Work("events-10", "events, 10 windows", (QTSHELL, TAURI), _emit(2000, 10), _figure("10 windows"), seconds=6),
)
