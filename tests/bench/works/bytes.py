"""Bytes: up, down and echoed by a command in Python, and how much memory that takes, the page's own body with it."""

from tests.bench.processes import Peak, proportional_set
from tests.bench.program import FLOOR, QTSHELL, TAURI, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Work, beside_tauri, one_by_one, page

_WAYS = {"up": "up", "down": "down", "echo": "echoed"}
_SIZE = 100 * 2**20


def _peaks(stage: Stage, program: Program) -> Figures:
    figures = {}
    for way in _WAYS:
        with stage.running(program, [f"work=bytes-peak&way={way}&size={_SIZE}"]) as running:
            running.report()
            before = proportional_set(running.pid)
            with Peak(running.pid).watching() as peak:
                running.report()
                peak.look()
            figures[way] = (peak.most - before) * 2**20 / _SIZE
    return figures


WORKS = (
    Work(
        "bytes",
        "bytes up, down and echoed",
        (QTSHELL, TAURI, FLOOR),
        page("work=bytes"),
        tuple(
            Figure(f"{way}-{mebibytes}", f"{mebibytes} MiB of bytes {title}", "ms", (beside_tauri(0.7),))
            for mebibytes in (1, 10, 100)
            for way, title in _WAYS.items()
        ),
        seconds=10,
    ),
    Work(
        "bytes-peak",
        "memory for 100 MiB of bytes",
        (QTSHELL, TAURI),
        one_by_one(_peaks),
        tuple(
            Figure(way, f"most memory, 100 MiB of bytes {title}", "× the body", (Bar(3),))
            for way, title in _WAYS.items()
        ),
        seconds=15,
    ),
)
