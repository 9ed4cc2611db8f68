"""The thread that the loop runs on, where everything that touches pages happens."""

import asyncio
import threading
from collections.abc import Callable


class LoopThread:
    """Runs functions on the loop's thread, from any. Until there is a loop, every thread counts as its own."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ident: int | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop is there, and runs on the thread that calls this."""
        self._loop = loop
        self._ident = threading.get_ident()

    @property
    def is_current(self) -> bool:
        """Whether this is the loop's thread."""
        return self._ident is None or threading.get_ident() == self._ident

    def run(self, function: Callable[..., object], *args: object) -> None:
        """Call a function: at once on the loop's thread, soon from another."""
        if self._loop is None or self.is_current:
            function(*args)
        else:
            self._loop.call_soon_threadsafe(function, *args)
