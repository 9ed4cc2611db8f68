"""Filters: what every allowed call goes through, in order, before its command."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from shell.ipc.call import Call

type Proceed = Callable[[Call], Awaitable[Any]]
type Filter = Callable[[Call, Proceed], Any]


class Filters:
    """The filters of an application; the first that was added sees a call first.

    A filter takes the call and `proceed`. It may await `proceed(call)` and return or change the result, hand on
    `call.replace(…)`, answer without proceeding, or refuse by raising. It may be a plain function, which returns
    `proceed(call)` itself or an answer.

    Attributes:
        functions: The filters, in order.
    """

    def __init__(self) -> None:
        self.functions: list[Filter] = []

    def add(self, filter_: Filter) -> Filter:
        """Add a filter behind those that there are; a decorator."""
        self.functions.append(filter_)
        return filter_

    async def run(self, call: Call, perform: Proceed) -> Any:
        """Send a call through all filters and then to `perform`."""
        return await self._from(0, call, perform)

    async def _from(self, place: int, call: Call, perform: Proceed) -> Any:
        if place == len(self.functions):
            return await perform(call)

        async def proceed(call: Call) -> Any:
            return await self._from(place + 1, call, perform)

        result = self.functions[place](call, proceed)
        return await result if inspect.isawaitable(result) else result
