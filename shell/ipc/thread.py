"""The thread that the loop runs on, where everything that touches pages happens."""

import asyncio
import collections
import functools
import inspect
import threading
from collections.abc import Callable
from types import CoroutineType
from typing import Any

from shell.background import Background

_for_any_thread: set[Callable[..., Any]] = set()


class WrongThreadError(RuntimeError):
    """What only the loop's thread may do was asked for in another."""


class LoopThread:
    """Runs functions on the loop's thread, from any. Until there is a loop, every thread counts as its own.

    Attributes:
        latest: The thread of the loop that came last, whichever program's it is: a process has one at a time.
    """

    latest: int | None = None

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ident: int | None = None
        self._handed_over: collections.deque[tuple[Callable[..., object], tuple[object, ...]]] = collections.deque()
        self._background = Background()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop is there, and runs on the thread that calls this."""
        self._loop = loop
        self._ident = LoopThread.latest = threading.get_ident()
        # What a loop before this one has not come to is lost with it.
        self._handed_over.clear()

    @property
    def is_current(self) -> bool:
        """Whether this is the loop's thread."""
        return self._ident is None or threading.get_ident() == self._ident

    def run(self, function: Callable[..., object], *args: object) -> None:
        """Call a function: at once on the loop's thread, soon from another; never once the loop is closed.

        A coroutine function may be, whose coroutine the loop runs then; what it raises is logged.

        Raises:
            RuntimeError: It is a coroutine function, and no loop runs.
        """
        if self.is_current:
            self._call(function, args)
        else:
            self.soon(function, *args)

    def soon(self, function: Callable[..., object], *args: object) -> None:
        """Call a function in a later turn of the loop, behind what was asked for before; never once it is closed."""
        loop = self._loop
        if loop is None:
            self._call(function, args)
        elif loop.is_closed():
            # What is lost then would have had no page to go to.
            return
        elif self.is_current and not self._handed_over:
            loop.call_soon(self._call, function, args)
        else:
            # While something that threads have asked for waits, what the loop asks for goes the longer way too.
            self._handed_over.append((function, args))
            try:
                loop.call_soon_threadsafe(self._call_next)
            except RuntimeError:
                # It may close at any moment as this thread sees it.
                if not loop.is_closed():
                    raise

    def _call_next(self) -> None:
        self._call(*self._handed_over.popleft())

    def _call(self, function: Callable[..., object], args: tuple[object, ...]) -> None:
        result = function(*args)
        if isinstance(result, CoroutineType):
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                result.close()
                raise RuntimeError(
                    f"{result.__qualname__}: a coroutine function needs the loop, and none runs; "
                    "call it once the program runs, as in a function given to `app.setup`"
                ) from None
            self._background.run(result)


def any_thread[F: Callable[..., Any]](function: F) -> F:
    """Say of a method or the getter of a property that it may be called from any thread. A decorator."""
    _for_any_thread.add(function)
    return function


def loop_only[T](cls: type[T]) -> type[T]:
    """Have what a class has in public raise a `WrongThreadError` in other threads than the loop's. A decorator.

    Qt ends the process where a thread of its own touches what belongs to the loop's, and not always at once. What is
    there for any thread says so with `any_thread`.
    """
    for name, value in tuple(vars(cls).items()):
        if name.startswith("_"):
            continue
        if isinstance(value, property):
            if value.fget is not None and value.fget not in _for_any_thread:
                setattr(cls, name, value.getter(_checked(value.fget)))
        elif inspect.isfunction(value) and value not in _for_any_thread:
            setattr(cls, name, _checked(value))
    return cls


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    current, loops, name = threading.get_ident, LoopThread, function.__name__

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def wait(self: Any, *args: Any, **keywords: Any) -> Any:
            # Not before it runs: `asyncio.run_coroutine_threadsafe` takes a coroutine that a thread has made.
            if current() != loops.latest and loops.latest is not None:
                raise _wrong_thread(self, name)
            return await function(self, *args, **keywords)

        return wait

    code = function.__code__
    if code.co_argcount + code.co_kwonlyargcount == 1 and not code.co_flags & (
        inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
    ):

        @functools.wraps(function)
        def ask(self: Any) -> Any:
            # Qt looks at how many arguments a function takes that a signal is connected to.
            if current() != loops.latest and loops.latest is not None:
                raise _wrong_thread(self, name)
            return function(self)

        return ask

    @functools.wraps(function)
    def call(self: Any, *args: Any, **keywords: Any) -> Any:
        if current() != loops.latest and loops.latest is not None:
            raise _wrong_thread(self, name)
        return function(self, *args, **keywords)

    return call


def _wrong_thread(called: object, name: str) -> WrongThreadError:
    kind = type(called).__name__
    return WrongThreadError(
        f"{kind}.{name}: called in the thread {threading.current_thread().name!r}, and is for the loop's alone; "
        f"make the command `async def`, or have the loop call it: app.thread.run(…)"
    )
