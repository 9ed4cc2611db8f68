"""What is on its way to one document: gathered into deliveries, and no faster than the page takes them."""

import asyncio
import collections
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from shell.ipc import wire
from shell.ipc.limits import Limits
from shell.ipc.parcel import Parcels

_PING = b"[%d]" % wire.Kind.PING
_HANDED_OVER = 256
"""About how many bytes a message takes beside its own while it is handed from a thread to the loop."""
_DRAWN = 128
"""Bytes of chance that are asked of the system at once."""


def _steps() -> Iterator[int]:
    """From the number of one delivery to that of the next, so that nobody can tell it who has not got that delivery.

    Whoever could would acknowledge what is still to come, and post without end as if it waited for answers.
    """
    while True:
        for step in memoryview(os.urandom(_DRAWN)).cast("H"):
            yield step + 1


class Outbox:
    """Messages to one document, in order. For the loop's thread alone, but for `reserve`.

    Args:
        name: What the page calls its document.
        loop: The loop.
        deliver: Hands a text to the page.
        limits: How far the page may fall behind.
        on_overflow: Called when more messages wait than the page may ever be behind.

    Attributes:
        parcels: What waits to be fetched by the page.
        closed: Whether the document has gone.
        sent: Number of the last delivery.
    """

    def __init__(
        self,
        name: str,
        loop: asyncio.AbstractEventLoop,
        deliver: Callable[[str], None],
        limits: Limits,
        on_overflow: Callable[[], None],
    ) -> None:
        self.parcels = Parcels()
        self.closed = False
        self._name = wire.encode(name)
        self._loop = loop
        self._deliver = deliver
        self._limits = limits
        self._on_overflow = on_overflow
        self._messages: collections.deque[bytes] = collections.deque()
        self._waiting = 0
        self._taken_up = 0
        # Which of what waits are events of pages: up to where in all that was ever added, how many bytes, and whose.
        self._emitted: collections.deque[tuple[int, int, str]] = collections.deque()
        self._shares: collections.Counter[str] = collections.Counter()
        self._in_flight: collections.deque[tuple[int, int, int]] = collections.deque()
        self._posts = 0
        self._unacknowledged = 0
        self.sent = 0
        self._processed = 0
        self._steps = _steps()
        self._next = next(self._steps)
        self._answering = False
        self._flush_scheduled = False
        self._taken = asyncio.Event()
        self._room = threading.Condition()
        self._reserved = 0
        self._blocked = 0

    @property
    def backlog(self) -> int:
        """Bytes that the page has not taken yet."""
        return self._waiting + self._unacknowledged + self.parcels.size

    def share(self, emitter: str) -> int:
        """Bytes that wait because the page of a webview emitted them, which may be this one."""
        return self._shares.get(emitter, 0)

    def has_room_for(self, emitter: str) -> bool:
        """Whether a page may emit something more that goes here.

        No page's share gets larger than what is left then, of half of what may ever wait. So pages do not have another
        one given up, and who fills it, which may be this page itself, leaves room for who does not.
        """
        most, emitted = self._limits.overflow, self._shares.total()
        room = most // 2 - emitted
        # Nobody else is refused for what the page has asked for itself: it is given up where that leaves too little.
        if self._waiting - emitted <= most - most // 4:
            # What fills the rest may still come of itself.
            room = min(room, most - most // 16 - self._waiting)
        return self.share(emitter) <= room

    def add(self, message: bytes, emitter: str | None = None) -> None:
        """Put a message into the next delivery.

        Args:
            message: The message.
            emitter: The webview whose page emitted it, if one did.
        """
        if self._waiting > self._limits.overflow:
            self._on_overflow()
            return
        self._messages.append(message)
        self._waiting += len(message)
        if emitter is not None:
            self._count(len(message), emitter)
        if not self._flush_scheduled and not self._answering:
            self._flush_scheduled = True
            self._loop.call_soon(self._flush)

    def _count(self, size: int, emitter: str) -> None:
        emitted = self._emitted
        self._shares[emitter] += size
        if emitted and emitted[-1][2] == emitter and emitted[-1][1] < self._limits.delivery_size:
            # Small ones together: each by itself would take more than the message does.
            size += emitted.pop()[1]
        emitted.append((self._taken_up + self._waiting, size, emitter))

    def _flush(self) -> None:
        self._flush_scheduled = False
        while self._messages and self._has_window():
            self._deliver(self._take())

    def _has_window(self) -> bool:
        return self._unacknowledged < self._limits.window_size and len(self._in_flight) < self._limits.window_count

    def _take(self) -> str:
        messages = self._messages
        self.sent = self._next
        self._next += next(self._steps)
        parts = [b"[%b,%d" % (self._name, self.sent)]
        size = 0
        while messages and size < self._limits.delivery_size:
            message = messages.popleft()
            size += len(message)
            parts.append(message)
        self._waiting -= size
        self._taken_up += size
        emitted = self._emitted
        while emitted and emitted[0][0] <= self._taken_up:
            _, length, emitter = emitted.popleft()
            self._shares[emitter] -= length
            if not self._shares[emitter]:
                del self._shares[emitter]
        self._unacknowledged += size
        self._in_flight.append((self.sent, size, self._posts))
        if not self._has_window():
            # The page gets no more before it acknowledges this, and may have been waiting for more to do so.
            parts.append(_PING)
        # What a program has encoded itself may be no text. Others' messages are not lost with it.
        return b",".join(parts).decode(errors="replace") + "]"

    # The page has posted: what it is told now goes as the answer to its post.

    def begin_answer(self) -> None:
        """Keep what is added from now on for the answer to a post."""
        self._answering = True

    def end_answer(self) -> str:
        """The delivery that answers the post, or nothing; what does not fit follows by itself."""
        self._answering = False
        answer = self._take() if self._messages and self._has_window() else ""
        if self._messages and not self._flush_scheduled:
            self._flush_scheduled = True
            self._loop.call_soon(self._flush)
        return answer

    # Acknowledgement.

    def ping(self) -> int:
        """Ask for a sign of life; returns the number of a delivery that only a live page acknowledges."""
        self.add(_PING)
        return self._next

    @property
    def acknowledged(self) -> int:
        """Number of the last delivery that the page has processed."""
        return self._processed

    @property
    def unheeded(self) -> int:
        """How many posts have come since the oldest delivery that the page has not processed."""
        return self._posts - self._in_flight[0][2] if self._in_flight else 0

    def acknowledge(self, sequence: int) -> None:
        """The page has posted, and has processed all deliveries up to this one."""
        self._posts += 1
        in_flight = self._in_flight
        while in_flight and in_flight[0][0] <= sequence:
            self._processed, size, _ = in_flight.popleft()
            self._unacknowledged -= size
        if self._messages and not self._flush_scheduled and not self._answering:
            self._flush()
        self.relieve()

    # Waiting for the page.

    def relieve(self) -> None:
        """The page has taken something: let those go on who wait for it, if it has caught up."""
        if self._blocked:
            with self._room:
                self._room.notify_all()
        if not self._taken.is_set() and self.backlog <= self._limits.window_size:
            self._taken.set()

    async def drained(self) -> None:
        """Wait until the page has taken most of what was added, or has gone."""
        if self._waiting > self._limits.delivery_size:
            # Whoever waits after each message would otherwise add a whole window of them in one turn.
            await asyncio.sleep(0)
        while not self.closed and self.backlog > self._limits.window_size:
            self._taken.clear()
            await self._taken.wait()

    def reserve(self, size: int) -> bool:
        """In another thread, wait while the page is far behind; returns whether it is still there.

        Args:
            size: Bytes that are about to be handed to the loop's thread; `release` takes them back there.
        """
        with self._room:
            self._blocked += 1
            self._room.wait_for(lambda: self.closed or self.backlog + self._reserved <= self._limits.high_water)
            self._blocked -= 1
            self._reserved += size + _HANDED_OVER
        return not self.closed

    def release(self, size: int) -> None:
        """What was reserved has arrived on the loop's thread."""
        with self._room:
            self._reserved -= size + _HANDED_OVER
            if self._blocked:
                self._room.notify_all()

    def close(self) -> Sequence[collections.deque[Any]]:
        """The document has gone: forget everything, and let all go on who wait.

        Returns:
            What waited. To let go of many small messages takes long.
        """
        self.closed = True
        left = (self._messages, self._emitted)
        self._messages, self._emitted = collections.deque(), collections.deque()
        self._shares.clear()
        self._processed = self.sent
        self._in_flight.clear()
        self._waiting = self._unacknowledged = 0
        # It leads back here: so much of a document that has gone would wait to be found among all that there is.
        self._on_overflow = _gone
        self.parcels.clear()
        self._taken.set()
        with self._room:
            self._room.notify_all()
        return left


def _gone() -> None:
    """Nobody is left to be given up."""
