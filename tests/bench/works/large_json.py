"""Large JSON: up and down, checked against types by a command in Python; and up to a command of Tauri's own in Rust."""

from tests.bench.program import QTSHELL, TAURI
from tests.bench.work import Figure, Work, beside_tauri, page

_WAYS = {"up": "up", "down": "down", "emit": "up, Tauri's command in Rust"}

WORKS = (
    Work(
        "json",
        "large JSON up and down",
        (QTSHELL, TAURI),
        page("work=json"),
        tuple(
            Figure(f"{way}-{mebibytes}", f"{mebibytes} MiB of JSON {title}", "ms", (beside_tauri(0.7),))
            for mebibytes in (1, 10)
            for way, title in _WAYS.items()
        ),
        seconds=8,
    ),
)
