"""Filters: what every allowed call goes through, in order, before its command."""

import functools
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from shell.given import expect_function
from shell.ipc.call import Call

type Proceed = Callable[[Call], Awaitable[Any]]
type Prepare = Callable[[Call], Awaitable[Call]]
type Filter = Callable[[Call, Proceed], Any]
type _Made = list[tuple[Filter, Awaitable[Any]]]
"""What filters were given as they proceeded, each with its filter."""


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
        expect_function(filter_, "App.filter", "call", "proceed")
        self._layers.append(filter_ if inspect.iscoroutinefunction(filter_) else _waiting(filter_))
        return filter_

    async def run(self, call: Call, perform: Proceed, prepare: Prepare, at_once: int) -> Any:
        """Send a call through all filters and then to `perform`.

        Args:
            call: The call.
            perform: What comes behind the filters.
            prepare: Reads the arguments of a large call, before a filter is asked.
            at_once: Bytes of arguments that need no such thing.

        Raises:
            RuntimeError: A filter has left what `proceed` gave it, and nobody has carried the call out, or can yet.
        """
        made: _Made = []
        proceed = perform
        # Nothing stands between two filters but a function: this is on the way of every call.
        for layer in reversed(self._layers):
            proceed = _through(layer, proceed, prepare, at_once, made)
        value = await proceed(call)
        for one in made:
            # Of one that has ended, as nearly all have, there is no frame.
            if getattr(one[1], "cr_frame", None) is not None:
                _expect_begun(one, value)
        return value


def _references(one: tuple[object, object]) -> int:
    return sys.getrefcount(one[1])


_OURS = _references((None, object()))
"""How many references there are to what nobody else has kept."""


def _expect_begun(one: tuple[Filter, Awaitable[Any]], value: object) -> None:
    # Who has kept it may carry the call out yet, in a task that has not had its turn or at another time.
    kept = _references(one) > _OURS
    layer, answer = one
    if (
        inspect.iscoroutine(answer)
        and inspect.getcoroutinestate(answer) == inspect.CORO_CREATED
        and (value is answer or not kept)
    ):
        # Python would tell of it too, but of a function of ours, and the page would be answered as if all were well.
        answer.close()
        name = getattr(layer, "__qualname__", type(layer).__name__)
        raise RuntimeError(
            f"the filter `{name}` has not awaited what proceed(call) gave it: `return await proceed(call)`, "
            "or without `await` where it is a plain function"
        )


def _through(layer: Filter, proceed: Proceed, prepare: Prepare, at_once: int, made: _Made) -> Proceed:
    def run(call: Call) -> Awaitable[Any]:
        if len(call.body) <= at_once or call.raw or call.read is not None:
            asked: Awaitable[Any] = layer(call, go_on)
            return asked
        return _prepared(layer, call, go_on, prepare)

    def go_on(call: Call) -> Awaitable[Any]:
        answer = proceed(call)
        made.append((layer, answer))
        return answer

    return run


async def _prepared(layer: Filter, call: Call, proceed: Proceed, prepare: Prepare) -> Any:
    return await layer(await prepare(call), proceed)


def _waiting(filter_: Filter) -> Filter:
    """Make a coroutine function of a filter that is none, which may return what is to be awaited."""

    @functools.wraps(filter_)
    async def run(call: Call, proceed: Proceed) -> Any:
        result = filter_(call, proceed)
        return await result if inspect.isawaitable(result) else result

    return run
