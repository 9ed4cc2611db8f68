"""The end of what still runs when a program ends: it has so long, and no longer."""

import asyncio
import concurrent.futures
import logging
from collections.abc import Collection, Coroutine, Iterable, Mapping
from typing import Any

log = logging.getLogger(__name__)

type Work = asyncio.Future[Any] | concurrent.futures.Future[Any]


class Ending:
    """Waits for work of a program that ends, and names what it leaves behind. For the loop's thread.

    Args:
        grace_period: Seconds that each kind of work has.
    """

    def __init__(self, grace_period: float) -> None:
        self._grace_period = grace_period
        self._left_behind: set[asyncio.Future[Any]] = set()

    async def wait_for(self, work: Mapping[Work, str]) -> None:
        """Wait for work that comes to an end by itself, or has been told to.

        Args:
            work: It, and what it is called.
        """
        futures = {
            future if isinstance(future, asyncio.Future) else asyncio.wrap_future(future): name
            for future, name in work.items()
        }
        late = await self._wait(futures)
        self._leave(late, (futures[future] for future in late))
        for future in late:
            if not isinstance(future, asyncio.Task):
                # Nobody hears of what a thread says after this.
                future.cancel()

    async def run(self, work: Coroutine[Any, Any, object], name: str) -> None:
        """Run what tidies up. What it raises is logged.

        Args:
            work: It.
            name: What it is called.
        """
        task = asyncio.get_running_loop().create_task(work)
        if await self._wait([task]):
            self._leave([task], [name])
        elif not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", name, exc_info=error)

    async def cancel_rest(self) -> None:
        """Cancel every task but the one that calls this."""
        loop = asyncio.get_running_loop()
        # One that was told before, and did not heed it, is not told again.
        rest = {
            task
            for task in asyncio.all_tasks(loop) - {asyncio.current_task(loop)}
            if not (task in self._left_behind and task.cancelling())
        }
        for task in rest:
            task.cancel()
        late = await self._wait(rest)
        late -= self._left_behind
        self._leave(late, map(_name, late))
        for task in rest:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                loop.call_exception_handler(
                    {"message": "a task failed as the program ended", "exception": error, "task": task}
                )

    async def _wait[F: asyncio.Future[Any]](self, futures: Iterable[F]) -> set[F]:
        futures = set(futures)
        return (await asyncio.wait(futures, timeout=self._grace_period))[1] if futures else futures

    def _leave(self, late: Collection[asyncio.Future[Any]], names: Iterable[str]) -> None:
        if late:
            self._left_behind.update(late)
            for future in late:
                if isinstance(future, asyncio.Task):
                    # asyncio would say it of each once more, when the interpreter ends.
                    future._log_destroy_pending = False  # type: ignore[attr-defined]  # typeshed has it not
            log.error(
                "the program ends without waiting any longer for %s, still busy after %g s",
                ", ".join(sorted(set(names))),
                self._grace_period,
            )


def _name(task: asyncio.Task[Any]) -> str:
    return f"the task {getattr(task.get_coro(), '__qualname__', task.get_name())}"
