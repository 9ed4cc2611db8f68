"""Work that goes on beside what asked for it."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn


class Background:
    """Runs what nobody waits for, and keeps it from being collected while it runs."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def count(self) -> int:
        """How much of it runs still; from any thread."""
        return len(self._tasks)

    def run(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object] | None:
        """Run a coroutine on the running loop. What it raises, the loop logs.

        Returns:
            Its task; None where it has ended already.
        """
        task = asyncio.get_running_loop().create_task(work)
        # With eager tasks, work that never waits is done by now.
        if task.done():
            return None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def call(
        self, handler: Callable[..., object], *args: object, log: logging.Logger, name: str
    ) -> asyncio.Task[object] | None:
        """Call a handler, which may be a coroutine function. What it raises is logged; `SystemExit` ends the program.

        Args:
            handler: It.
            args: What it is called with.
            log: Where it is logged.
            name: What it is called there.

        Returns:
            The task of a coroutine that has not ended yet.
        """
        try:
            result = handler(*args)
        except SystemExit as left:
            _leave(left)
        except Exception:
            log.exception("%s failed", name)
        else:
            if inspect.isawaitable(result):
                return self.run(_finish(result, log, name))
        return None

    def cancel(self) -> None:
        """Cancel what still runs."""
        for task in tuple(self._tasks):
            task.cancel()


async def _finish(result: Awaitable[object], log: logging.Logger, name: str) -> None:
    try:
        await result
    except SystemExit as left:
        _leave(left)
    except Exception:
        log.exception("%s failed", name)


def _leave(left: SystemExit) -> None:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        # Nothing runs that could end.
        raise left from None
    # Where it was raised it would end the process in the middle of a call of Qt's; the loop ends the program in order.
    loop.call_soon(_raise, left)


def _raise(error: BaseException) -> NoReturn:
    raise error
