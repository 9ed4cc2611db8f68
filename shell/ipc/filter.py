"""Filters: what every allowed call goes through, in order, before its command."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from shell.given import expect_function
from shell.ipc.call import Call

type Proceed = Callable[[Call], Awaitable[Any]]
type Filter = Callable[[Call, Proceed], Any]


class Filters:
    """The filters of an application; the first that was added sees a call first.

    A filter takes the call and `proceed`. It may await `proceed(call)` and return or change the result, hand on
    `call.replace(…)`, answer without proceeding, or refuse by raising. It may be a plain function, which returns
    `proceed(call)` itself or an answer.
    """

    def __init__(self) -> None:
        self._layers: list[Filter] = []

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._layers)

    def add(self, filter_: Filter) -> Filter:
        """Add a filter behind those that there are; a decorator."""
        expect_function(filter_, "App.filter")
        self._layers.append(filter_ if inspect.iscoroutinefunction(filter_) else _waiting(filter_))
        return filter_

    def run(self, call: Call, perform: Proceed) -> Awaitable[Any]:
        """Send a call through all filters and then to `perform`."""
        proceed = perform
        # Nothing stands between two filters but a function: this is on the way of every call.
        for layer in reversed(self._layers):
            proceed = _through(layer, proceed)
        return proceed(call)


def _through(layer: Filter, proceed: Proceed) -> Proceed:
    return lambda call: layer(call, proceed)


def _waiting(filter_: Filter) -> Filter:
    """Make a coroutine function of a filter that is none, which may return what is to be awaited."""

    @functools.wraps(filter_)
    async def run(call: Call, proceed: Proceed) -> Any:
        result = filter_(call, proceed)
        return await result if inspect.isawaitable(result) else result

    return run
