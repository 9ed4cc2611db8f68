"""Events: named messages to everyone who listens, in the core and in pages. Names and rules as in Tauri v2."""

import asyncio
import collections
import itertools
import logging
import re
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import msgspec

from shell.background import Background
from shell.given import expect, expect_function
from shell.ipc import wire
from shell.ipc.address import (
    ANY,
    ANYONE,
    APP,
    EVERYONE,
    Address,
    EventTarget,
    Target,
    is_reached,
    labelled,
    of_webview,
    of_window,
)
from shell.ipc.errors import RefusedError
from shell.ipc.limits import Limits
from shell.ipc.session import Session
from shell.ipc.thread import LoopThread
from shell.value import frozen

__all__ = [
    "ANY",
    "APP",
    "EVERYONE",
    "Address",
    "Event",
    "EventTarget",
    "Events",
    "Handler",
    "Target",
    "checked_name",
    "labelled",
    "of_webview",
    "of_window",
]

log = logging.getLogger(__name__)

_NAME = re.compile(r"[\w/:-]+")
_LONGEST_NAME = 1024
_MIB = 1024 * 1024
_OF_LISTENER = 4
"""About how many objects there are for a listener of a page."""
_OF_HANDLER = 15
"""Likewise for one of the core that has not done with an event yet, beside the payload."""
_SMALLEST = 3
"""Bytes of JSON from which an object is made."""


@frozen
class Event[T]:
    """What a listener in the core receives.

    Attributes:
        event: The event's name.
        id: The listener's id, for `unlisten`.
        payload: What was emitted.
    """

    event: str
    id: int
    payload: T


type Handler = Callable[[Event[Any]], object] | Callable[[Event[Any]], Awaitable[object]]


@frozen
class _Listener:
    id: int
    name: str
    address: Address
    handler: Handler
    once: bool


@attrs.define
class _Unfinished:
    """What listeners in the core have not done yet of what the pages in one webview emitted.

    Attributes:
        handlers: How many.
        size: Bytes that their payloads take.
    """

    handlers: int = 0
    size: int = 0


class Events:
    """Who listens to what, in the core and in pages."""

    def __init__(self, thread: LoopThread) -> None:
        self._thread = thread
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._listeners: dict[str, dict[int, _Listener]] = {}
        self._by_id: dict[int, _Listener] = {}
        # For pages it is enough to know which addresses of a document listen: the page finds the listeners itself.
        self._pages: dict[str, dict[Session, collections.Counter[Address]]] = {}
        self._of_page: dict[Session, dict[int, tuple[str, Address]]] = {}
        self._background = Background()
        # By webview: they go on when the document has gone.
        self._unfinished: dict[str, _Unfinished] = {}
        self._payloads = 0

    # Listeners in the core; from any thread.

    def listen(self, name: str, handler: Handler, address: Address = ANY, *, once: bool = False) -> int:
        """Call `handler` with an `Event` for each event of this name that reaches `address`; on the loop's thread.

        Args:
            name: The event's name.
            handler: A function or coroutine function. What it raises is logged.
            address: What to listen as; by default hears all.
            once: Stop listening at the first event, before the handler is called.

        Returns:
            The listener's id.

        Raises:
            RefusedError: The name has other characters than events have.
        """
        expect(name, str, "the name of an event", "a string")
        expect_function(handler, "a listener", "event")
        listener = _Listener(next(self._ids), checked_name(name), address, handler, once)
        with self._lock:
            self._listeners.setdefault(name, {})[listener.id] = listener
            self._by_id[listener.id] = listener
        return listener.id

    def unlisten(self, listener: int) -> None:
        """Stop a listener of the core. One that has stopped already stays so."""
        with self._lock:
            found = self._by_id.pop(listener, None)
            if found is not None:
                del self._listeners[found.name][listener]
                if not self._listeners[found.name]:
                    del self._listeners[found.name]

    # Listeners in pages.

    @property
    def held(self) -> int:
        """About how many objects there are because pages listen, and listeners take their time; from any thread."""
        handled = _OF_HANDLER * self._background.count + self._payloads // _SMALLEST
        return _OF_LISTENER * sum(map(len, self._of_page.values())) + handled

    def listen_in_page(self, session: Session, name: str, address: Address, handler: int) -> int:
        """Register a listener of a page, which calls its callback `handler`; returns the listener's id.

        Raises:
            RefusedError: The name has other characters than events have, or the page has too many listeners or is gone.
        """
        checked_name(name)
        if not session.alive:
            raise RefusedError("the page that would listen has gone")
        own = self._of_page.get(session)
        if own is None:
            own = self._of_page[session] = {}
            session.on_end.append(lambda: self._forget(session))
        if len(own) >= session.limits.handles:
            raise RefusedError(
                f"this page has {len(own)} listeners already, and has ended none of them (App's limits.handles)"
            )
        listener = next(self._ids)
        own[listener] = (name, address)
        self._pages.setdefault(name, {}).setdefault(session, collections.Counter())[address] += 1
        session.send(wire.encode((wire.Kind.LISTEN, name, listener, handler, address.kinds, address.label)))
        return listener

    def unlisten_in_page(self, session: Session, name: str, listener: int) -> None:
        """Forget a page's listener. As in Tauri, one that this page does not have, or not any more, is no error.

        Raises:
            RefusedError: The name has other characters than events have.
        """
        checked_name(name)
        own = self._of_page.get(session, {})
        if listener in own and own[listener][0] == name:
            self._drop(session, *own.pop(listener))

    def _drop(self, session: Session, name: str, address: Address) -> None:
        sessions = self._pages[name]
        addresses = sessions[session]
        addresses[address] -= 1
        if not addresses[address]:
            del addresses[address]
        if not addresses:
            del sessions[session]
        if not sessions:
            del self._pages[name]

    def _forget(self, session: Session) -> None:
        self._let_go(session, self._of_page.pop(session))

    def _let_go(self, session: Session, listeners: dict[int, tuple[str, Address]]) -> None:
        # Of many thousands not all in one turn. Until then those of a document that has gone are passed over.
        until = time.monotonic() + session.limits.slice_time
        while listeners:
            self._drop(session, *listeners.popitem()[1])
            if time.monotonic() > until:
                self._thread.soon(self._let_go, session, listeners)
                return

    def has_page_listener(self, name: str, address: Address, *, webview: str) -> bool:
        """Whether the page in this webview listens to this event for this address itself, not to any."""
        return any(
            session.alive
            and session.caller.webview == webview
            and any(candidate.kinds is not Target.ANY and address.reaches(candidate) for candidate in addresses)
            for session, addresses in self._pages.get(name, {}).items()
        )

    # Events; from any thread.

    def emit(self, name: str, payload: Any = None, address: Address = EVERYONE) -> None:
        """Send an event to all listeners that `address` reaches.

        Listeners in the core are called in the order in which they began to listen, before this returns where it is
        called on the loop's thread. They get the payload as JSON carries it, each its own.

        Raises:
            RefusedError: The name has other characters than events have, or the payload has no form in JSON.
        """
        expect(name, str, "the name of an event", "a string")
        self.emit_encoded(name, msgspec.Raw(bytes(wire.encoded(payload, in_loop=self._thread.is_current))), address)

    def emit_encoded(
        self, name: str, payload: msgspec.Raw, address: Address = EVERYONE, emitter: str | None = None
    ) -> None:
        """As `emit`, for a payload that is JSON already, and perhaps of the page in the webview `emitter`."""
        checked_name(name)
        self._thread.run(self._emit, name, payload, address, emitter)

    async def emit_in_turns(self, name: str, payload: msgspec.Raw, address: Address, emitter: str) -> None:
        """As `emit_encoded`, for what is large: it is read for each listener in the core in a turn of its own.

        On the loop's thread.
        """
        checked_name(name)
        later: collections.deque[_Listener] = collections.deque()
        self._emit(name, payload, address, emitter, later)
        while later:
            listener = later.popleft()
            if address.reaches(listener.address):
                await asyncio.sleep(0)
                self._tell([listener], name, payload, address, emitter, [])

    def is_heard(self, name: str, address: Address = EVERYONE) -> bool:
        """Whether anybody would be told of an event, or it would be read for those in the core who may be."""
        with self._lock:
            if self._listeners.get(name):
                return True
        pages = list(self._pages.get(name, {}).items())
        return any(session.alive and is_reached(addresses, address) for session, addresses in pages)

    def refuse_overflow(self, name: str, address: Address, emitter: str, limits: Limits) -> None:
        """Keep an event of the page in the webview `emitter` from those who have too much of that page waiting already.

        Raises:
            RefusedError: One of those that would be told has.
        """
        unfinished = self._unfinished.get(emitter)
        if unfinished is not None:
            self._refuse_unfinished(unfinished, name, address, emitter, limits)
        for session, addresses in self._pages.get(name, {}).items():
            outbox = session.outbox
            if not outbox.has_room_for(emitter) and is_reached(addresses, address):
                raise RefusedError(
                    f"the event {name} is not emitted: the page in webview {session.caller.webview} listens to it, and "
                    f"{outbox.backlog / _MIB:.1f} MiB wait for that page already, which it has not taken, "
                    f"{outbox.share(emitter) / _MIB:.1f} of them events of webview {emitter} as this one"
                )

    def _refuse_unfinished(
        self, unfinished: _Unfinished, name: str, address: Address, emitter: str, limits: Limits
    ) -> None:
        if unfinished.handlers >= limits.pending_calls:
            problem = (
                f"{unfinished.handlers} of what webview {emitter} emitted have not ended (App's limits.pending_calls)"
            )
        elif unfinished.size > limits.pending_size:
            problem = (
                f"those of what webview {emitter} emitted that have not ended hold more than "
                f"{limits.pending_size >> 20} MiB (App's limits.pending_size)"
            )
        else:
            return
        with self._lock:
            is_heard = any(address.reaches(listener.address) for listener in self._listeners.get(name, {}).values())
        if is_heard:
            raise RefusedError(
                f"the event {name} is not emitted, too many calls of listeners in the core at once: {problem}"
            )

    def _emit(
        self,
        name: str,
        payload: msgspec.Raw,
        address: Address,
        emitter: str | None,
        later: collections.deque[_Listener] | None = None,
    ) -> None:
        with self._lock:
            listeners = list(self._listeners.get(name, {}).values())
        # What a page emits may still turn out to be no JSON. Then nobody hears of it. The first listener gets this one.
        decoded = [_decode(name, payload)] if listeners else []
        message: bytes | None = None
        for_all = address.kinds is ANYONE
        for session, addresses in list(self._pages.get(name, {}).items()):
            if for_all or is_reached(addresses, address):
                if message is None:
                    to = () if for_all else (address.kinds, address.label)
                    message = wire.encode((wire.Kind.EVENT, name, payload, *to))
                session.send(message, emitter)
        if later is not None and listeners:
            later += listeners[1:]
            del listeners[1:]
        if listeners:
            self._tell(listeners, name, payload, address, emitter, decoded)

    def _tell(
        self,
        listeners: list[_Listener],
        name: str,
        payload: msgspec.Raw,
        address: Address,
        emitter: str | None,
        decoded: list[Any],
    ) -> None:
        for listener in listeners:
            # One that was called before it may have stopped it.
            if listener.id in self._by_id and address.reaches(listener.address):
                if listener.once:
                    self.unlisten(listener.id)
                event = Event(name, listener.id, decoded.pop() if decoded else _decode(name, payload))
                task = self._background.call(listener.handler, event, log=log, name=f"a listener of the event {name}")
                if task is not None and emitter is not None:
                    self._count(task, emitter, bytes(payload))

    def _count(self, task: asyncio.Task[object], emitter: str, payload: bytes) -> None:
        json, size = len(payload), wire.weight(payload)
        unfinished = self._unfinished.setdefault(emitter, _Unfinished())
        unfinished.handlers += 1
        unfinished.size += size
        self._payloads += json

        def done(_: object) -> None:
            unfinished.handlers -= 1
            unfinished.size -= size
            self._payloads -= json
            if not unfinished.handlers:
                del self._unfinished[emitter]

        task.add_done_callback(done)


def _decode(name: str, payload: msgspec.Raw) -> Any:
    try:
        return wire.decode_any(payload)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        problem = wire.problem_of(error, bytes(payload).decode(errors="replace"))
        raise RefusedError(f"invalid payload of the event {name[:100]}: {problem}") from None


def checked_name(name: str) -> str:
    """The name, if it can be an event's.

    Raises:
        RefusedError: It has other characters than letters, digits, `-`, `/`, `:` and `_`, or none, or too many.
    """
    if len(name) > _LONGEST_NAME:
        raise RefusedError(f"an event name has at most {_LONGEST_NAME} characters, this one {len(name)}")
    if not _NAME.fullmatch(name):
        raise RefusedError(
            f"invalid event name {name[:100]!r}: "
            "event names must include only alphanumeric characters, `-`, `/`, `:` and `_`"
        )
    return name
