"""A document session: everything that the core holds for one document of a page, and lets go of with it."""

import asyncio
import base64
import collections
import logging
import time
from collections.abc import Callable
from typing import Any

import attrs

from shell.acl import Caller
from shell.ipc import wire
from shell.ipc.errors import RefusedError
from shell.ipc.limits import Limits
from shell.ipc.outbox import Outbox
from shell.ipc.parcel import BYTES, BYTES_TYPES, JSON, LARGEST_POSTED, Data, Parcels
from shell.ipc.resource import Resources
from shell.ipc.thread import LoopThread
from shell.ipc.upload import Uploads

log = logging.getLogger(__name__)

_RESOLVED = b"[%d,%%d,%%b]" % wire.Kind.RESOLVE
_REJECTED = b"[%d,%%d,%%b]" % wire.Kind.REJECT


@attrs.define
class Lasting:
    """What goes on when a document has gone, and counts for the next one in the same webview.

    Attributes:
        threads: Lets as many plain functions into the application's threads as may be there at a time.
        pending_calls: How many calls are under way that outlive their document.
        pending_size: How many bytes they hold.
        objects: How many arrays and objects those hold that are under way, with those that end with their document.
    """

    threads: asyncio.Semaphore
    pending_calls: int = 0
    pending_size: int = 0
    objects: int = 0


class Session:
    """One document's life in the core, from its hello to its end. For the loop's thread, but for `from_anywhere`.

    Attributes:
        caller: Who the document is.
        limits: How much it may ask for.
        thread: The loop's thread.
        alive: Whether the document is still there.
        outbox: What is on its way to it.
        uploads: What has come of large bodies.
        resources: What it holds by number.
        tasks: Its calls that are under way and end with it, in the order in which they began.
        pending_calls: How many of its calls are under way that end with it.
        pending_size: How many bytes they hold.
        lasting: What its webview has that does not end with it.
        reading: Lets one of its large calls be read at a time.
        writing: Lets one of its large answers be written at a time.
        unwritten: How many of those are not written yet.
        written: Bytes of the one that was written last.
        order: Lets what it asks of menus, tray icons and the like happen in the order in which it asks.
        emitting: How many of its events are under way, since one before them is large.
        telling: Lets one of those be told at a time, in the order in which it emits them.
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
        lasting: Lasting,
        on_overflow: Callable[[], None],
    ) -> None:
        self.caller = caller
        self.limits = limits
        self.thread = thread
        self.alive = True
        self.outbox = Outbox(name, loop, deliver, limits, self._give_up)
        self.uploads = Uploads(limits.pending_size)
        self.resources = Resources(limits.handles)
        self.tasks: dict[asyncio.Future[None], None] = {}
        self.pending_calls = 0
        self.pending_size = 0
        self.lasting = lasting
        self.reading = asyncio.Lock()
        self.writing = asyncio.Lock()
        self.unwritten = 0
        self.written = wire.AT_ONCE
        self.order = asyncio.Lock()
        self.emitting = 0
        self.telling = asyncio.Lock()
        self.on_end: list[Callable[[], None]] = []
        self._loop = loop
        self._on_overflow = on_overflow

    @property
    def parcels(self) -> Parcels:
        """What waits to be fetched by the page."""
        return self.outbox.parcels

    # What goes to the page.

    def resolve(self, call: int, value: Any) -> bool:
        """Answer a call. Nothing happens when the document has gone.

        Returns:
            Whether the value is too large to be written at once. The call has no answer then, until it is `Written`.

        Raises:
            RefusedError: The value has no form in JSON, or too much waits for the page already.
        """
        if not self.alive:
            return False
        if isinstance(value, BYTES_TYPES):
            self._answer_parked(call, BYTES, bytes(value))
            return False
        encoded = value.json if isinstance(value, wire.Written) else wire.encode_at_once(value)
        if encoded is None:
            return True
        if len(encoded) > self.limits.park_above:
            self._answer_parked(call, JSON, encoded)
        else:
            self.outbox.add(_RESOLVED % (call, bytes(encoded)))
        return False

    def reject(self, call: int, error: Any) -> None:
        """Refuse a call. Nothing happens when the document has gone.

        Raises:
            EncodeError: The error has no form in JSON, or is too large.
        """
        if self.alive:
            self.outbox.add(_REJECTED % (call, wire.encode_error(error)))

    def answer_parcel(self, call: int, number: int, at: int, size: int | None) -> None:
        """Answer a call with a parcel itself, or a part of it, in base64, for a page that may not fetch it.

        Args:
            call: The call.
            number: The parcel.
            at: Where the part begins.
            size: How many bytes it has; None for the whole parcel.
        """
        if size is None:
            parcel = self.parcels.take(number, LARGEST_POSTED)
        else:
            parcel = self.parcels.take_part(number, at, size, LARGEST_POSTED)
        if parcel is None:
            self.reject(call, f"there is no parcel {number} for this document, or no such part of it")
        else:
            self.send(_RESOLVED % (call, b'"%b"' % base64.b64encode(bytes(parcel.data))))

    def _answer_parked(self, call: int, content_type: str, data: Data) -> None:
        self.refuse_overflow()
        self.send(b"[%d,%d,%b]" % (wire.Kind.RESOLVE_PARKED, call, self.parcels.announce(content_type, data)))

    def send(self, message: bytes, emitter: str | None = None) -> None:
        """Put a message into the next delivery, as `Outbox.add`. Nothing happens when the document has gone."""
        if self.alive:
            self.outbox.add(message, emitter)

    def refuse_overflow(self) -> None:
        """Keep what can be refused away from a page that has too much waiting for it.

        Raises:
            RefusedError: That is so.
        """
        if self.outbox.backlog > self.limits.overflow:
            raise RefusedError(
                f"{self.outbox.backlog >> 20} MiB wait for the page already, which it has not taken; "
                "a coroutine that sends much on a channel awaits its drain() now and then"
            )

    def from_anywhere(self, size: int, send: Callable[..., None], *args: Any) -> bool:
        """Run what sends on the loop's thread; in another thread, first wait while the page is far behind.

        Args:
            size: About how many bytes are sent.
            send: Sends them.
            args: What with.

        Returns:
            Whether the document was still there.

        Raises:
            RefusedError: On the loop's thread, which cannot wait: too much waits for the page already.
        """
        if self.thread.is_current:
            self.refuse_overflow()
            send(*args)
            return self.alive

        def arrive() -> None:
            self.outbox.release(size)
            send(*args)

        if not self.outbox.reserve(size):
            return False
        self.thread.run(arrive)
        return True

    # What others ask of the outbox.

    def ping(self) -> int:
        """Ask for a sign of life; returns the number of a delivery that only a live page acknowledges."""
        return self.outbox.ping() if self.alive else self.acknowledged

    @property
    def acknowledged(self) -> int:
        """Number of the last delivery that the page has processed."""
        return self.outbox.acknowledged

    @property
    def sent(self) -> int:
        """Number of the last delivery."""
        return self.outbox.sent

    def relieve(self) -> None:
        """The page has fetched a parcel: let those go on who wait for it, if it has caught up."""
        self.outbox.relieve()

    # What it has under way.

    def keep(self, task: asyncio.Future[None], size: int, *, detached: bool) -> None:
        """Count a call that is under way, and end it with the document unless it is detached.

        Args:
            task: The call.
            size: Bytes that it holds.
            detached: Whether it outlives the document.
        """
        counts = self.lasting if detached else self
        counts.pending_calls += 1
        counts.pending_size += size
        if not detached:
            self.tasks[task] = None
            if not self.alive:
                # It ended its own document in its first step.
                task.cancel(_GONE)

        def done(task: asyncio.Future[None]) -> None:
            counts.pending_calls -= 1
            counts.pending_size -= size
            self.forget(task)

        task.add_done_callback(done)

    def forget(self, task: asyncio.Future[None]) -> None:
        """What ends with the document has ended before it."""
        self.tasks.pop(task, None)

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
                log.exception("ending a document of webview %s", self.caller.webview)
        self.on_end.clear()
        resources = self.resources.clear()
        self.uploads.clear()
        self._let_go(resources, *self.outbox.close())
        self._cancel(collections.deque(self.tasks))

    def _let_go(self, *rows: collections.deque[Any]) -> None:
        until = time.monotonic() + self.limits.slice_time
        for row in rows:
            while row:
                row.popleft()
                if time.monotonic() > until:
                    self.thread.soon(self._let_go, *rows)
                    return

    def _cancel(self, tasks: collections.deque[asyncio.Future[None]]) -> None:
        # In the order in which they began: who waits in a row is found at once when he is the first of it. And not many
        # thousands in one turn, nor all let go of at the end.
        until = time.monotonic() + self.limits.slice_time
        while tasks:
            tasks.popleft().cancel(_GONE)
            if time.monotonic() > until:
                self._loop.call_soon(self._cancel, tasks)
                return

    def _give_up(self) -> None:
        log.error(
            "the page in webview %s takes no messages: %d MiB wait for it; it is given up",
            self.caller.webview,
            self.outbox.backlog >> 20,
        )
        self._on_overflow()
        self.end()


_GONE = "the page that called has gone"
