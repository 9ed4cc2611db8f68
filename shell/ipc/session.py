"""A document session: everything that the core holds for one document of a page, and lets go of with it."""

import asyncio
import base64
import collections
import logging
import threading
from collections.abc import Callable
from typing import Any

from shell.acl import Caller
from shell.ipc import wire
from shell.ipc.channel import Channel, callback_of
from shell.ipc.errors import RefusedError
from shell.ipc.limits import Limits
from shell.ipc.parcel import BYTES, JSON, Parcels
from shell.ipc.resource import Resources
from shell.ipc.thread import LoopThread

log = logging.getLogger(__name__)


class Session:
    """One document's life in the core, from its hello to its end.

    Attributes:
        caller: Who the document is.
        limits: How much it may ask for.
        alive: Whether the document is still there.
        resources: What it holds by number.
        parcels: What waits to be fetched by it.
        tasks: Its commands that are under way.
        on_end: Called once, in order, when the document is gone.
    """

    def __init__(
        self,
        caller: Caller,
        loop: asyncio.AbstractEventLoop,
        thread: LoopThread,
        deliver: Callable[[str], None],
        *,
        name: str,
        limits: Limits,
        on_overflow: Callable[[], None],
    ) -> None:
        self.caller = caller
        self.limits = limits
        self.alive = True
        self.resources = Resources()
        self.parcels = Parcels()
        self.tasks: set[asyncio.Task[None]] = set()
        self.on_end: list[Callable[[], None]] = []
        self._loop = loop
        self._thread = thread
        self._deliver = deliver
        self._name = wire.encode(name)
        self._on_overflow = on_overflow
        self._outbox: collections.deque[bytes] = collections.deque()
        self._waiting = 0
        self._in_flight: collections.deque[tuple[int, int]] = collections.deque()
        self._unacked = 0
        self._sequence = 0
        self._flush_scheduled = False
        self._receiving = False
        self._room = threading.Event()
        self._room.set()
        self._drained: asyncio.Event = asyncio.Event()
        self._drained.set()

    @property
    def backlog(self) -> int:
        """Bytes that the page has not taken yet."""
        return self._waiting + self._unacked + self.parcels.size

    # What goes to the page. Everything here runs on the loop's thread but `from_anywhere`.

    def resolve(self, call: int, value: Any) -> None:
        """Answer a call. Nothing happens when the document has gone.

        Raises:
            RefusedError: The value has no form in JSON.
        """
        if not self.alive:
            return
        if isinstance(value, bytes | bytearray | memoryview):
            self._answer_parked(call, BYTES, bytes(value))
            return
        encoded = wire.encode_value(value)
        if len(encoded) > self.limits.park_above:
            self._answer_parked(call, JSON, encoded)
        else:
            self.send(b"[0,%d,%b]" % (call, encoded))

    def reject(self, call: int, error: Any) -> None:
        """Refuse a call. Nothing happens when the document has gone.

        Raises:
            RefusedError: The error has no form in JSON.
        """
        if self.alive:
            self.send(b"[1,%d,%b]" % (call, wire.encode_value(error)))

    def answer_parcel(self, call: int, number: int) -> None:
        """Answer a call with a parcel itself, for a page that may not fetch it."""
        parcel = self.parcels.take(number)
        if parcel is None:
            self.reject(call, f"there is no parcel {number}")
        elif parcel.content_type == JSON:
            self.send(b'[0,%d,{"base64":null,"json":%b}]' % (call, wire.encode(parcel.data.decode())))
        else:
            self.send(b'[0,%d,{"base64":"%b","json":null}]' % (call, base64.b64encode(parcel.data)))

    def _answer_parked(self, call: int, content_type: str, data: bytes) -> None:
        parcel = self.parcels.park(content_type, data)
        self.send(b"[%d,%d,%d]" % (wire.Kind.RESOLVE_PARKED, call, parcel))

    def send(self, message: bytes) -> None:
        """Put a message into the next delivery. Nothing happens when the document has gone."""
        if not self.alive:
            return
        self._outbox.append(message)
        self._waiting += len(message)
        if self.backlog > self.limits.high_water:
            self._room.clear()
            self._drained.clear()
            if self.backlog > self.limits.overflow:
                self._overflow()
                return
        if not self._flush_scheduled and not self._receiving:
            self._flush_scheduled = True
            self._loop.call_soon(self._flush)

    def from_anywhere(self, send: Callable[..., None], *args: Any) -> None:
        """Run what sends on the loop's thread; in another thread, first wait while the page is far behind."""
        if self._thread.is_current:
            send(*args)
            return
        self._room.wait()
        if self.alive:
            self._thread.run(send, *args)

    async def drained(self) -> None:
        """Wait until the page has taken most of what was sent, or has gone."""
        if self.backlog > self.limits.window_size:
            self._drained.clear()
        await self._drained.wait()

    def ping(self) -> int:
        """Ask for a sign of life; returns the number of the delivery that the page will acknowledge."""
        self.send(b"[%d]" % wire.Kind.PING)
        return self._sequence + 1

    @property
    def acknowledged(self) -> int:
        """Number of the last delivery that the page has processed."""
        return self._in_flight[0][0] - 1 if self._in_flight else self._sequence

    def acknowledge(self, sequence: int) -> None:
        """The page has processed all deliveries up to this one."""
        in_flight = self._in_flight
        while in_flight and in_flight[0][0] <= sequence:
            self._unacked -= in_flight.popleft()[1]
        if self._outbox and not self._flush_scheduled and not self._receiving:
            self._flush()
        self.relieve()

    def relieve(self) -> None:
        """Let those go on who wait for the page, if it has caught up."""
        if self.backlog <= self.limits.window_size:
            self._room.set()
            self._drained.set()

    def _flush(self) -> None:
        self._flush_scheduled = False
        while self.alive and self._outbox and self._has_window():
            self._deliver(self._take())

    def _has_window(self) -> bool:
        return self._unacked < self.limits.window_size and len(self._in_flight) < self.limits.window_count

    def _take(self) -> str:
        outbox = self._outbox
        self._sequence += 1
        parts = [b"[%b,%d" % (self._name, self._sequence)]
        size = 0
        while outbox and size < self.limits.delivery_size:
            message = outbox.popleft()
            size += len(message)
            parts.append(message)
        self._waiting -= size
        self._unacked += size
        self._in_flight.append((self._sequence, size))
        return b",".join(parts).decode() + "]"

    # What comes from the page.

    def receive(self, work: Callable[[], None]) -> str:
        """Do work that the page asked for in this turn; returns what it gets for an answer at once."""
        self._receiving = True
        try:
            work()
        finally:
            self._receiving = False
        if not self._outbox or not self.alive or not self._has_window():
            return ""
        taken = self._take()
        if self._outbox and not self._flush_scheduled:
            self._flush_scheduled = True
            self._loop.call_soon(self._flush)
        return taken

    def channel(self, value: Any) -> Channel[Any]:
        """The channel behind an argument that the page wrote as `@tauri-apps/api` does.

        Raises:
            RefusedError: It is not one.
        """
        callback = callback_of(value)
        if callback is None:
            raise RefusedError(f"invalid channel {value!r}: expected a Channel, which is written as __CHANNEL__:ID")
        return Channel(self, callback)

    # The end.

    def end(self) -> None:
        """The document is gone: cancel, close and forget all that was there for it. Ending again does nothing."""
        if not self.alive:
            return
        self.alive = False
        for callback in self.on_end:
            try:
                callback()
            except Exception:
                log.exception("ending a document of %s", self.caller.webview)
        self.on_end.clear()
        for task in list(self.tasks):
            task.cancel("the page that called has gone")
        self.resources.clear()
        self.parcels.clear()
        self._outbox.clear()
        self._in_flight.clear()
        self._waiting = self._unacked = 0
        self._room.set()
        self._drained.set()

    def _overflow(self) -> None:
        log.error(
            "the page in webview %s takes no messages: %d MiB wait for it; it is given up",
            self.caller.webview,
            self.backlog >> 20,
        )
        self._on_overflow()
        self.end()
