"""Calls: one after another, and all at once."""

from tests.bench.program import FLOOR, PYWEBVIEW, QTSHELL, TAURI
from tests.bench.work import Better, Figure, Work, beside_floor, beside_tauri, page

_BARS = (beside_tauri(0.75), beside_floor(1.2))

WORKS = (
    Work(
        "sequential",
        "one call after another",
        (QTSHELL, TAURI, FLOOR, PYWEBVIEW),
        page("work=sequential"),
        (
            Figure("nothing", "one call after another, no arguments", "ms", _BARS),
            Figure("kibibyte", "one call after another, 1 KiB of JSON", "ms", _BARS),
            Figure("more", "one call after another, 64 KiB of JSON", "ms", _BARS),
            # The same as the bare channel does: a string in, a string out, by a function in Python.
            Figure("greet", "one call after another, a command in Python", "ms", (beside_floor(1.3),)),
        ),
        seconds=4.5,
    ),
    Work(
        "at-once",
        "20,000 calls at once",
        (QTSHELL, TAURI, FLOOR),
        page("work=at-once"),
        (Figure("rate", "20,000 calls at once", "/s", (beside_tauri(10),), Better.MORE),),
        seconds=3,
    ),
)
