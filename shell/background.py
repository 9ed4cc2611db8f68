"""Work that goes on beside what asked for it."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any


class Background:
    """Runs what nobody waits for, and keeps it from being collected while it runs."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine on the running loop. What it raises, the loop logs."""
        task = asyncio.get_running_loop().create_task(work)
        # With eager tasks, work that never waits is done by now.
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def call(self, handler: Callable[..., object], *args: object, log: logging.Logger, name: str) -> None:
        """Call a handler, which may be a coroutine function. What it raises is logged.

        Args:
            handler: It.
            args: What it is called with.
            log: Where it is logged.
            name: What it is called there.
        """
        try:
            result = handler(*args)
        except Exception:
            log.exception("%s failed", name)
        else:
            if inspect.isawaitable(result):
                self.run(_finish(result, log, name))

    def cancel(self) -> None:
        """Cancel what still runs."""
        for task in tuple(self._tasks):
            task.cancel()


async def _finish(result: Awaitable[object], log: logging.Logger, name: str) -> None:
    try:
        await result
    except Exception:
        log.exception("%s failed", name)
