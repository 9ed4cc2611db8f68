"""Chromium's helpers: the processes that it runs beside the program's own."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_NAME = b"QtWebEngineProc"
"""What the system calls them, which keeps 15 letters."""


def helpers_of(pid: int) -> Iterator[int]:
    """Those that a process has started, or forked. On Linux, where the system tells.

    Args:
        pid: The process.
    """
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread or a process may end at any time.
        with suppress(OSError):
            yield from filter(is_helper, map(int, children.read_text().split()))


def is_helper(pid: int) -> bool:
    """Whether a process is one of them."""
    try:
        return Path(f"/proc/{pid}/comm").read_bytes().strip() == _NAME
    except OSError:
        return False
