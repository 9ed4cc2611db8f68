import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from shell.menu.item import Item

log = logging.getLogger(__name__)


@attrs.frozen
class MenuEvent:
    """A person chose an item of a menu, or pressed its accelerator.

    Attributes:
        id: The item's id.
        item: The item.
    """

    id: str
    item: "Item"


type MenuHandler = Callable[[MenuEvent], object] | Callable[[MenuEvent], Awaitable[object]]


class Handling:
    """Calls handlers; those that are coroutine functions go on by themselves. What they raise is logged."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def call(self, handler: MenuHandler, event: MenuEvent) -> None:
        """Call a handler with an event."""
        try:
            result = handler(event)
        except Exception:
            log.exception("a handler of the menu item %s failed", event.id)
            return
        if inspect.isawaitable(result):
            task = asyncio.get_running_loop().create_task(_finish(result, event))
            if not task.done():
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)


async def _finish(result: Awaitable[object], event: MenuEvent) -> None:
    try:
        await result
    except Exception:
        log.exception("a handler of the menu item %s failed", event.id)
