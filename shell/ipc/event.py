"""Events: named messages to everyone who listens, in the core and in pages. Names, targets and rules as in Tauri v2.

Where they come from: `crates/tauri/src/event/` and `manager/mod.rs` of Tauri.
"""

import asyncio
import enum
import inspect
import itertools
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import msgspec

from shell.ipc import wire
from shell.ipc.errors import RefusedError, ResourceError
from shell.ipc.session import Session
from shell.ipc.thread import LoopThread

log = logging.getLogger(__name__)

_NAME = re.compile(r"[\w/:-]+")


class Target(enum.IntFlag):
    """What a listener listens as, and which of these an event is for. The values are bits of the wire format."""

    ANY = 1
    """As a listener: hears every event of the name, whomever it is for."""
    ANY_LABEL = 2
    """Any window or webview of the label."""
    APP = 4
    WINDOW = 8
    WEBVIEW = 16
    WEBVIEW_WINDOW = 32


ANYONE = Target.ANY | Target.ANY_LABEL | Target.APP | Target.WINDOW | Target.WEBVIEW | Target.WEBVIEW_WINDOW


@attrs.frozen
class Address:
    """Whom an event is for, or what a listener is.

    Attributes:
        kinds: For an event, all kinds of listener that it reaches; for a listener, its one kind.
        label: The window's or webview's label; empty where the kind has none.
    """

    kinds: Target
    label: str = ""

    def reaches(self, listener: "Address") -> bool:
        """Whether an event for this address is heard by `listener`."""
        if listener.kinds is Target.ANY or self.kinds is ANYONE:
            return True
        return bool(self.kinds & listener.kinds) and self.label == listener.label


EVERYONE = Address(ANYONE)
APP = Address(Target.APP)


class EventTarget(msgspec.Struct, frozen=True):
    """A target as `@tauri-apps/api` writes it."""

    kind: str
    label: str = ""

    def listener(self) -> Address:
        """What a listener with this target is.

        Raises:
            RefusedError: The kind is none of Tauri's.
        """
        return Address(self._kind(), self.label)

    def address(self) -> Address:
        """Whom an event with this target reaches.

        Raises:
            RefusedError: The kind is none of Tauri's.
        """
        kind = self._kind()
        if kind is Target.ANY:
            return EVERYONE
        if kind is Target.ANY_LABEL:
            return labelled(self.label)
        return Address(kind if kind is Target.APP else kind | Target.ANY_LABEL, self.label)

    def _kind(self) -> Target:
        try:
            return _KINDS[self.kind]
        except KeyError:
            raise RefusedError(f"unknown event target {self.kind!r}; expected one of {', '.join(_KINDS)}") from None


_KINDS = {
    "Any": Target.ANY,
    "AnyLabel": Target.ANY_LABEL,
    "App": Target.APP,
    "Window": Target.WINDOW,
    "Webview": Target.WEBVIEW,
    "WebviewWindow": Target.WEBVIEW_WINDOW,
}


def labelled(label: str) -> Address:
    """Everything that has this label."""
    return Address(Target.ANY_LABEL | Target.WINDOW | Target.WEBVIEW | Target.WEBVIEW_WINDOW, label)


def of_window(label: str) -> Address:
    """Those who listen to a window's own events, such as `tauri://resize`."""
    return Address(Target.ANY_LABEL | Target.WINDOW | Target.WEBVIEW_WINDOW, label)


def of_webview(label: str) -> Address:
    """Those who listen to a webview's own events, such as `tauri://drag-drop`."""
    return Address(Target.ANY_LABEL | Target.WEBVIEW | Target.WEBVIEW_WINDOW, label)


@attrs.frozen
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


@attrs.frozen
class _Listener:
    id: int
    name: str
    address: Address
    handler: Handler
    once: bool


class Events:
    """Who listens to what, in the core and in pages."""

    def __init__(self, thread: LoopThread) -> None:
        self._thread = thread
        self._ids = itertools.count(1)
        self._listeners: dict[str, dict[int, _Listener]] = {}
        self._by_id: dict[int, _Listener] = {}
        # For pages it is enough to know which addresses of a document listen: the page finds the listeners itself.
        self._pages: dict[str, dict[Session, dict[Address, set[int]]]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def listen(self, name: str, handler: Handler, address: Address = Address(Target.ANY), *, once: bool = False) -> int:
        """Call `handler` with an `Event` for each event of this name that reaches `address`; on the loop's thread.

        Args:
            name: The event's name.
            handler: A function or coroutine function. What it raises is logged.
            address: What to listen as; by default hears all.
            once: Stop listening at the first event.

        Returns:
            The listener's id.

        Raises:
            RefusedError: The name has other characters than events have.
        """
        listener = _Listener(next(self._ids), checked_name(name), address, handler, once)
        self._listeners.setdefault(name, {})[listener.id] = listener
        self._by_id[listener.id] = listener
        return listener.id

    def unlisten(self, listener: int) -> None:
        """Stop a listener of the core. One that has stopped already stays so."""
        found = self._by_id.pop(listener, None)
        if found is not None:
            del self._listeners[found.name][listener]
            if not self._listeners[found.name]:
                del self._listeners[found.name]

    def listen_in_page(self, session: Session, name: str, address: Address, handler: int) -> int:
        """Register a listener of a page, which calls its callback `handler`; returns the listener's id.

        Raises:
            RefusedError: The name has other characters than events have.
        """
        listener = next(self._ids)
        sessions = self._pages.setdefault(checked_name(name), {})
        if session not in sessions:
            sessions[session] = {}
            session.on_end.append(lambda: self._forget(name, session))
        sessions[session].setdefault(address, set()).add(listener)
        session.send(wire.encode((wire.Kind.LISTEN, name, listener, handler, address.kinds, address.label)))
        return listener

    def unlisten_in_page(self, session: Session, name: str, listener: int) -> None:
        """Forget a page's listener.

        Raises:
            ResourceError: This document has no such listener.
        """
        addresses = self._pages.get(name, {}).get(session, {})
        for address, listeners in addresses.items():
            if listener in listeners:
                listeners.remove(listener)
                if not listeners:
                    del addresses[address]
                return
        raise ResourceError(f"there is no listener {listener} of the event {name!r} in this page")

    def _forget(self, name: str, session: Session) -> None:
        sessions = self._pages[name]
        del sessions[session]
        if not sessions:
            del self._pages[name]

    def has_page_listener(self, name: str, address: Address, *, webview: str) -> bool:
        """Whether the page in this webview listens to this event for this address itself, not to any."""
        return any(
            session.caller.webview == webview
            and any(candidate.kinds is not Target.ANY and address.reaches(candidate) for candidate in addresses)
            for session, addresses in self._pages.get(name, {}).items()
        )

    def emit(self, name: str, payload: Any = None, address: Address = EVERYONE) -> None:
        """Send an event to all listeners that `address` reaches; from any thread.

        Listeners in the core are called in the order in which they began to listen, before this returns where it is
        called on the loop's thread.

        Raises:
            RefusedError: The name has other characters than events have, or the payload has no form in JSON.
        """
        encoded = msgspec.Raw(wire.encode_value(payload))
        self.emit_encoded(name, encoded, address)

    def emit_encoded(self, name: str, payload: msgspec.Raw, address: Address = EVERYONE) -> None:
        """As `emit`, for a payload that is JSON already."""
        checked_name(name)
        self._thread.run(self._emit, name, payload, address)

    def _emit(self, name: str, payload: msgspec.Raw, address: Address) -> None:
        message: bytes | None = None
        for session, addresses in list(self._pages.get(name, {}).items()):
            if any(address.reaches(candidate) for candidate in addresses):
                if message is None:
                    to = () if address.kinds is ANYONE else (address.kinds, address.label)
                    message = wire.encode((wire.Kind.EVENT, name, payload, *to))
                session.send(message)
        listeners = self._listeners.get(name)
        if not listeners:
            return
        value = wire.decode_any(payload)
        for listener in list(listeners.values()):
            if listener.id in self._by_id and address.reaches(listener.address):
                if listener.once:
                    self.unlisten(listener.id)
                self._call(listener, value)

    def _call(self, listener: _Listener, payload: Any) -> None:
        try:
            result = listener.handler(Event(listener.name, listener.id, payload))
            if inspect.isawaitable(result):
                task = asyncio.get_running_loop().create_task(_finish(listener.name, result))
                if not task.done():
                    self._running.add(task)
                    task.add_done_callback(self._running.discard)
        except Exception:
            log.exception("a listener of the event %s failed", listener.name)


async def _finish(name: str, result: Awaitable[object]) -> None:
    try:
        await result
    except Exception:
        log.exception("a listener of the event %s failed", name)


def checked_name(name: str) -> str:
    """The name, if it can be an event's.

    Raises:
        RefusedError: It has other characters than letters, digits, `-`, `/`, `:` and `_`, or none.
    """
    if not _NAME.fullmatch(name):
        raise RefusedError(
            f"invalid event name {name!r}: event names must include only alphanumeric characters, `-`, `/`, `:` and `_`"
        )
    return name
