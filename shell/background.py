"""Work that goes on beside what asked for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Runs coroutines that nobody waits for, and keeps them from being collected while they run."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine on the running loop. What it raises, the loop logs."""
        task = asyncio.get_running_loop().create_task(work)
        # With eager tasks, work that never waits is done by now.
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
