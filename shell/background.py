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

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine on the running loop. What it raises, the loop logs."""
        task = asyncio.get_running_loop().create_task(work)
        # With eager tasks, work that never waits is done by now.
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def call(self, handler: Callable[..., object], *args: object, log: logging.Logger, name: str) -> None:
        """Call a handler, which may be a coroutine function. What it raises is logged; `SystemExit` ends the program.

        Args:
            handler: It.
            args: What it is called with.
            log: Where it is logged.
            name: What it is called there.
        """
        try:
            result = handler(*args)
        except SystemExit as left:
            _leave(left)
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
