"""The thread that the loop runs on, where everything that touches pages happens."""

import asyncio
import collections
import threading
from collections.abc import Callable


class LoopThread:
    """Runs functions on the loop's thread, from any. Until there is a loop, every thread counts as its own."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ident: int | None = None
        self._handed_over: collections.deque[tuple[Callable[..., object], tuple[object, ...]]] = collections.deque()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop is there, and runs on the thread that calls this."""
        self._loop = loop
        self._ident = threading.get_ident()
        # What a loop before this one has not come to is lost with it.
        self._handed_over.clear()

    @property
    def is_current(self) -> bool:
        """Whether this is the loop's thread."""
        return self._ident is None or threading.get_ident() == self._ident

    def run(self, function: Callable[..., object], *args: object) -> None:
        """Call a function: at once on the loop's thread, soon from another; never once the loop is closed."""
        if self.is_current:
            function(*args)
        else:
            self.soon(function, *args)

    def soon(self, function: Callable[..., object], *args: object) -> None:
        """Call a function in a later turn of the loop, behind what was asked for before; never once it is closed."""
        loop = self._loop
        if loop is None:
            function(*args)
        elif loop.is_closed():
            # What is lost then would have had no page to go to.
            return
        elif self.is_current and not self._handed_over:
            loop.call_soon(function, *args)
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
        function, args = self._handed_over.popleft()
        function(*args)
