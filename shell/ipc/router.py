"""The router: takes every call from a page to its command, past the authority and the filters, and answers it."""

import asyncio
import base64
import itertools
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any, Protocol

import attrs
import msgspec

from shell.acl import Allowed, Authority, Caller, Denied
from shell.ipc import wire
from shell.ipc.binding import Binder, Injector
from shell.ipc.call import Call, Invocation
from shell.ipc.command import Command, Commands
from shell.ipc.errors import CommandError, RefusedError, ResourceError
from shell.ipc.filter import Filters
from shell.ipc.limits import Limits
from shell.ipc.session import Session
from shell.ipc.state import MissingStateError, States
from shell.ipc.thread import LoopThread
from shell.ipc.wire import WireCall

log = logging.getLogger(__name__)

_NO_HEADERS: Mapping[str, str] = {}


class Sink(Protocol):
    """Where a call's answer goes: the session itself, or a request on `ipc://`."""

    def resolve(self, call: int, value: Any) -> None:
        """Answer; raises `RefusedError` where the value has no form in JSON."""

    def reject(self, call: int, error: Any) -> None:
        """Refuse; raises `RefusedError` where the error has no form in JSON."""


@attrs.frozen
class _Route:
    command: Command
    binder: Binder
    allowed: Allowed


class _ParcelRequest(msgspec.Struct):
    number: int


_decode_parcel = msgspec.json.Decoder(_ParcelRequest).decode
_decode_text = msgspec.json.Decoder(str).decode


class _Routes:
    """What has been decided for one document: asked of the authority once for each command."""

    __slots__ = ("found", "generation")

    def __init__(self) -> None:
        self.generation = -1
        self.found: dict[str, _Route] = {}


class Router:
    """Takes calls to commands.

    Args:
        loop: The loop that commands run on; its tasks start eagerly.
        thread: The loop's thread.
        commands: What can be called.
        authority: Says who may.
        filters: What calls go through.
        states: Managed state for commands.
        injectors: What fills further types of parameter.
        executor: Where plain functions run that name no executor of their own.
        limits: How much one document may ask for.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        thread: LoopThread,
        commands: Commands,
        authority: Authority,
        filters: Filters,
        states: States,
        injectors: Mapping[type, Injector],
        executor: Executor,
        limits: Limits,
    ) -> None:
        self._loop = loop
        self._thread = thread
        self._commands = commands
        self._authority = authority
        self._filters = filters
        self._states = states
        self._injectors = injectors
        self._executor = executor
        self.limits = limits
        self._documents = itertools.count(1)
        self._routes: dict[Session, _Routes] = {}
        self._inboxes: dict[Session, list[WireCall]] = {}
        self._detached: set[asyncio.Task[None]] = set()
        self._started = asyncio.Event()

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The documents that are there."""
        return tuple(self._routes)

    def start(self) -> None:
        """The app's setup is done: what is not there now will not come."""
        self._started.set()

    def next_document(self) -> int:
        """A number for a new document."""
        return next(self._documents)

    def open(
        self, name: str, caller: Caller, deliver: Callable[[str], None], on_overflow: Callable[[], None]
    ) -> Session:
        """Begin the session of a document that has said hello.

        Args:
            name: What the page calls its document.
            caller: Who it is.
            deliver: Hands it a text.
            on_overflow: Called when it has fallen too far behind, before its session ends.
        """
        session = Session(
            caller, self._loop, self._thread, deliver, name=name, limits=self.limits, on_overflow=on_overflow
        )
        self._routes[session] = _Routes()
        session.on_end.append(lambda: self._close(session))
        return session

    def _close(self, session: Session) -> None:
        del self._routes[session]
        self._inboxes.pop(session, None)

    def accept(self, session: Session, calls: list[WireCall]) -> None:
        """Take the calls of one post, in order, and no longer at a time than the limits say."""
        waiting = self._inboxes.get(session)
        if waiting is not None:
            if len(waiting) + len(session.tasks) + len(calls) > self.limits.pending_calls:
                self._refuse(session, calls)
            else:
                waiting.extend(calls)
            return
        rest = self._work(session, calls)
        if rest < len(calls) and session.alive:
            self._inboxes[session] = calls[rest:]
            self._loop.call_soon(self._resume, session)

    def _resume(self, session: Session) -> None:
        calls = self._inboxes.get(session)
        if calls is None:
            return
        done = self._work(session, calls)
        if not session.alive:
            return
        del calls[:done]
        if calls:
            self._loop.call_soon(self._resume, session)
        else:
            del self._inboxes[session]

    def _work(self, session: Session, calls: list[WireCall]) -> int:
        """Dispatch calls until the time is up; returns how many."""
        until = time.monotonic() + self.limits.slice_time
        for done, call in enumerate(calls):
            if not done & 15 and time.monotonic() > until:
                return done
            if not session.alive:
                return len(calls)
            self._begin(session, call)
        return len(calls)

    def _begin(self, session: Session, wire_call: WireCall) -> None:
        number = wire_call.id
        body: bytes | msgspec.Raw = wire_call.args
        try:
            if wire_call.command == wire.PARCEL:
                session.answer_parcel(number, _decode_parcel(body).number)
                return
            if wire_call.raw:
                body = base64.b64decode(_decode_text(body), validate=True)
        except ValueError as error:
            session.reject(number, f"invalid call of {wire_call.command[:100]}: {error}")
            return
        headers = wire_call.headers or _NO_HEADERS
        self.dispatch(session, session, number, Call(wire_call.command, session.caller, body, wire_call.raw, headers))

    def _refuse(self, session: Session, calls: list[WireCall]) -> None:
        for call in calls:
            session.reject(call.id, f"too many calls at once: {self.limits.pending_calls} are under way")

    def dispatch(self, session: Session, sink: Sink, number: int, call: Call) -> None:
        """Take one call to its command and its answer to `sink`; never raises for anything that a page sent."""
        if len(session.tasks) >= self.limits.pending_calls:
            sink.reject(number, f"too many calls at once: {self.limits.pending_calls} are under way")
            return
        try:
            route = self._route(session, call.command)
        except RefusedError as refused:
            sink.reject(number, str(refused))
            return
        task = self._loop.create_task(self._run(session, sink, number, call, route))
        if task.done():
            return
        tasks = self._detached if route.command.detached else session.tasks
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def _route(self, session: Session, name: str) -> _Route:
        routes = self._routes.get(session)
        if routes is None:
            raise RefusedError("the page that called has gone")
        if routes.generation != self._authority.generation:
            routes.found.clear()
            routes.generation = self._authority.generation
        route = routes.found.get(name)
        if route is None:
            command = self._commands.get(name)
            if command is None:
                raise RefusedError(_unknown(name))
            decision = Allowed() if command.open else self._authority.decide(name, session.caller)
            if isinstance(decision, Denied):
                raise RefusedError(decision.message)
            binder = command.binder(self._states, self._injectors)
            route = routes.found[name] = _Route(command, binder, decision)
        return route

    async def _run(self, session: Session, sink: Sink, number: int, call: Call, route: _Route) -> None:
        try:
            if self._filters:

                async def perform(call: Call) -> Any:
                    # A filter may have named another command: it is checked like the page's own.
                    return await self._perform(session, call, self._route(session, call.command))

                value = await self._filters.run(call, perform)
            else:
                value = await self._perform(session, call, route)
            sink.resolve(number, value)
        except CommandError as error:
            self._reject(sink, number, error.payload, route)
        except (RefusedError, ResourceError) as refused:
            self._reject(sink, number, str(refused), route)
        except asyncio.CancelledError:
            self._reject(sink, number, f"command `{call.command}` was cancelled", route)
            if session.alive:
                log.info("command %s was cancelled", call.command)
        except Exception as error:
            log.exception("command %s failed for webview %s", call.command, call.caller.webview)
            self._reject(sink, number, str(error) or type(error).__name__, route)
        except (SystemExit, KeyboardInterrupt) as error:
            # Raised on, these would end the loop in the middle of a turn: a command ends the app with app.exit().
            log.exception("command %s raised %s; app.exit() ends an app", call.command, type(error).__name__)
            self._reject(sink, number, type(error).__name__, route)

    async def _perform(self, session: Session, call: Call, route: _Route) -> Any:
        allowed = route.allowed
        invocation = Invocation(call, session, allowed.scope, allowed.global_scope)
        try:
            arguments, keywords = route.binder.bind(invocation)
        except MissingStateError:
            # A page may be faster than the app's setup, which manages state.
            if self._started.is_set():
                raise
            await self._started.wait()
            arguments, keywords = route.binder.bind(invocation)
        command = route.command
        if command.is_coroutine:
            return await command.function(*arguments, **keywords)
        executor = command.executor or self._executor
        return await asyncio.wrap_future(executor.submit(command.function, *arguments, **keywords), loop=self._loop)

    @staticmethod
    def _reject(sink: Sink, number: int, error: Any, route: _Route) -> None:
        try:
            sink.reject(number, error)
        except RefusedError as refused:
            log.error("command %s rejects with %r: %s", route.command.name, error, refused)  # noqa: TRY400
            sink.reject(number, str(refused))


def _unknown(name: str) -> str:
    namespace, bar, command = name.removeprefix("plugin:").partition("|")
    if name.startswith("plugin:") and bar:
        return f"command {name} not found: no plugin `{namespace}` with a command `{command}` is installed"
    if name.isidentifier():
        return f"command {name} not found; in Python, @app.command on `async def {name}(…)` provides it"
    return f"command {name[:100]!r} not found"
