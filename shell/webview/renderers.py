"""The renderers of this process: those of its pages, and those of workers, of which Qt tells nobody."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from shell.helpers import helpers_of

_LOOK_EVERY = 0.005
_ECHOES = 3
"""Echoes in a row with no request before any of them, after which none is taken to be on its way."""


async def end_renderers(
    patience: float, heard: Callable[[], int], echo: Callable[[Callable[[], None]], object]
) -> None:
    """End the renderers that there are, and wait until they have ended. On Linux; elsewhere they end with this process.

    Args:
        patience: Seconds after which it is waited no longer.
        heard: How many requests the interceptors were asked about.
        echo: Calls back when all has been heard that pages had sent to the core before.
    """
    if sys.platform != "linux":
        return
    pids = set(renderers_of(os.getpid()))
    for pid in pids:
        # It may have ended meanwhile.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while any(map(_runs, pids)):  # noqa: ASYNC110  # the system tells only who forked them
                await asyncio.sleep(_LOOK_EVERY)
            # What they had asked for by then still comes to the interceptor, and must not find it gone.
            before, quiet = heard(), 0
            while quiet < _ECHOES:
                await _answer(echo)
                quiet = quiet + 1 if before == (before := heard()) else 0


async def _answer(echo: Callable[[Callable[[], None]], object]) -> None:
    came = asyncio.Event()
    echo(came.set)
    await came.wait()


def renderers_of(pid: int, *, forked: bool = False) -> Iterator[int]:
    """The renderers among the descendants of a process: other helpers fork them, which have one thread for that."""
    for helper in helpers_of(pid):
        # It may end at any time.
        with suppress(OSError):
            if forked and len(list(Path(f"/proc/{helper}/task").iterdir())) > 1:
                yield helper
                continue
        yield from renderers_of(helper, forked=True)


def _runs(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}
