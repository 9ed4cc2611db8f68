"""Channels: messages from the core to a page. On both sides the command is in Python."""

from tests.bench.program import QTSHELL, TAURI
from tests.bench.work import Better, Figure, Work, beside_tauri, page

WORKS = (
    Work(
        "channels",
        "messages of channels",
        (QTSHELL, TAURI),
        page("work=channels"),
        (
            Figure("small", "messages of a channel, small", "/s", (beside_tauri(10),), Better.MORE),
            Figure("large", "messages of a channel, 64 KiB", "/s", (), Better.MORE),
        ),
        seconds=4,
    ),
)
