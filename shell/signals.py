"""The signals that ask a program to end."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from types import FrameType

log = logging.getLogger(__name__)

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_PATIENCE = 1.0
"""Seconds after which another signal ends a program that did not end on the first. Some that start programs send two at
once: to the program, and to its group."""


class Signals:
    """Hears Ctrl+C, requests to end, and that the terminal was closed, for as long as a loop runs.

    Args:
        loop: The loop.
        heard: Called on it with the exit code that a shell would see.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, heard: Callable[[int], None]) -> None:
        self._first: float | None = None
        for name in _NAMES:
            number = getattr(signal, name, None)
            # One that is ignored was meant to be, as under nohup.
            if number is None or signal.getsignal(number) is signal.SIG_IGN:
                continue
            try:
                loop.add_signal_handler(number, heard, 128 + number)
            except NotImplementedError:
                log.debug("signal %s is not heard", name)
                if number == signal.SIGINT and signal.getsignal(number) is signal.SIG_DFL:
                    # On Windows Python hears Ctrl+C, and the loop what it raises.
                    signal.signal(number, signal.default_int_handler)
            except (ValueError, RuntimeError):
                # Not where the program does not run in the main thread.
                log.debug("signal %s is not heard", name)
            else:
                # asyncio wakes the loop, and leaves nothing to do here. But the loop may be what does not answer.
                signal.signal(number, self._interrupt)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
        elif now - self._first > _PATIENCE:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
