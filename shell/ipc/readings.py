"""Turns at reading: of several large texts, and between them and everything else that the loop does."""

import asyncio
import collections
import sys
import time
from typing import Any

from shell.ipc.form import Form
from shell.ipc.limits import Limits
from shell.ipc.pieces import PIECE, Large, Reading
from shell.value import frozen

_SLICES = 2
"""So many of a document's slices are used for a text at once: what comes between two of them costs up to 0.5 ms."""
_LET_GO = 5000
"""Values that are let go at once."""


def _holders(large: Large) -> int:
    """How many hold the first, as this function sees it."""
    return sys.getrefcount(large[0])


_ALONE = _holders(collections.deque([[]]))


@frozen
class Read:
    """What was read.

    Attributes:
        value: It.
        large: Of it, the arrays and objects that are larger than a piece.
        objects: How many arrays and objects it has.
    """

    value: Any
    large: Large
    objects: int


class Readings:
    """Reads texts in turns: in a turn of the loop, some pieces of one.

    Args:
        loop: The loop.
        limits: How long it may be kept, and what a text may hold.
        piece: Bytes that are read at once.

    Attributes:
        under_way: How many are being let go.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits, piece: int = PIECE) -> None:
        self._loop = loop
        self._limits = limits
        self._piece = piece
        self._turn = asyncio.Lock()
        self.under_way = 0

    async def read(self, text: bytes, form: Form, held: int = 0) -> Read:
        """Read JSON as a value of a form.

        Args:
            text: The JSON.
            form: The form.
            held: Arrays and objects that others hold for the same document.

        Raises:
            msgspec.DecodeError: It is no JSON, or not of that form.
            UnicodeError: A string in it is no text.
            RecursionError: It is nested too deep.
            RefusedError: It holds more than one text may.
        """
        reading = Reading(text, form, self._limits, self._piece, held)
        try:
            while True:
                # Whoever waits longest is the next.
                async with self._turn:
                    reading.until = time.monotonic() + _SLICES * self._limits.slice_time
                    if reading.read_on():
                        return Read(reading.value, reading.large, reading.objects)
                    await asyncio.sleep(0)
        except BaseException:
            self.let_go(reading.large)
            raise

    def let_go(self, large: Large) -> None:
        """Let go of what was read and is not needed any more, little by little: all at once would take long.

        Args:
            large: Of what was read, what is large. Who keeps it keeps it whole.
        """
        self.under_way += 1
        self._loop.call_soon(self._let_go, large)

    def _let_go(self, large: Large) -> None:
        until = time.monotonic() + self._limits.slice_time
        while large:
            if not large[0] or _holders(large) > _ALONE:
                large.popleft()
            else:
                _empty(large[0])
            if time.monotonic() > until:
                self._loop.call_soon(self._let_go, large)
                return
        self.under_way -= 1


def _empty(large: list[Any] | dict[Any, Any]) -> None:
    """Let go of some of what it holds."""
    if isinstance(large, list):
        del large[-_LET_GO:]
    else:
        for _ in range(min(_LET_GO, len(large))):
            large.popitem()


def read_at_once(text: bytes, form: Form, piece: int = PIECE) -> Any:
    """As `Readings.read`, without a pause."""
    reading = Reading(text, form, Limits(objects=sys.maxsize, text=sys.maxsize, whole=sys.maxsize), piece)
    while not reading.read_on():
        pass
    return reading.value
