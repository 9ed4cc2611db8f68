"""The router: takes every call from a page to its command, past the authority and the filters, and answers it."""

import asyncio
import base64
import functools
import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import attrs
import msgspec

from shell.acl import Allowed, Authority, Caller, Denied
from shell.given import place_of
from shell.ipc import wire
from shell.ipc.binder import Binder, Injector
from shell.ipc.binding import compile_binder
from shell.ipc.call import Call, invalid_args
from shell.ipc.cluster import runs_on_dask, sendable
from shell.ipc.command import Command, Commands
from shell.ipc.errors import CommandError, EncodeError, RefusedError, RegistrationError, ResourceError
from shell.ipc.filter import Filters, Proceed
from shell.ipc.importing import Importing
from shell.ipc.inbox import Inbox
from shell.ipc.large import Large
from shell.ipc.limits import Limits
from shell.ipc.long_steps import LongSteps
from shell.ipc.session import Lasting, Session
from shell.ipc.state import MissingStateError, States
from shell.ipc.thread import LoopThread
from shell.ipc.wire import WireCall
from shell.long_text import shortened
from shell.value import frozen

if TYPE_CHECKING:
    from shell.audit import Audit, Outcome
    from shell.ipc.readings import Read

log = logging.getLogger(__name__)

_OF_BRIDGE = frozenset({wire.PARCEL, wire.PIECE, wire.DROP})
_NO_HEADERS: Mapping[str, str] = {}
_SHOWN = 100
"""Characters of a name out of a page that are shown."""
_LONGEST_PROBLEM = 10_000
"""Characters of what is wrong with a command that its page is told."""
_OF_CALL = 25
"""About how many objects there are for a call that is under way, beside its arguments."""
_OF_UPLOAD = 3
"""Likewise for an upload."""
_OF_RESOURCE = 20
"""Likewise for what a page has by number: so many are an item of a menu, with its channel."""
_SMALLEST = 3
"""Bytes of JSON from which an object is made."""


class Sink(Protocol):
    """Where a call's answer goes: the session itself, or a request on `ipc://`."""

    def resolve(self, call: int, value: Any) -> bool:
        """Answer, where it need not be `Written` first; raises `RefusedError` where the value cannot be sent.

        Returns:
            Whether it need be, and has to be handed in again.
        """

    def reject(self, call: int, error: Any) -> None:
        """Refuse; raises `EncodeError` where the error has no form in JSON."""


@frozen
class Route:
    """Where the calls of a command go: what has been found out and decided of it for one document."""

    command: Command
    binder: Binder
    allowed: Allowed


class _ParcelRequest(msgspec.Struct):
    number: int
    at: Annotated[int, msgspec.Meta(ge=0)] = 0
    size: int | None = None


class _Piece(msgspec.Struct):
    upload: int
    at: Annotated[int, msgspec.Meta(ge=0)]
    bytes: bytes


class _Dropped(msgspec.Struct):
    parcel: int | None = None
    upload: int | None = None


_decode_dropped = msgspec.json.Decoder(_Dropped).decode
_decode_parcel = msgspec.json.Decoder(_ParcelRequest).decode
_decode_piece = msgspec.json.Decoder(_Piece).decode
_decode_text = msgspec.json.Decoder(str).decode
_decode_number = msgspec.json.Decoder(int).decode


@attrs.define
class _Routes:
    """What has been decided for one document: asked of the authority once for each command."""

    generation: int = -1
    found: dict[str, Route] = attrs.field(factory=dict)


class Router:
    """Takes calls to commands.

    Args:
        loop: The loop that commands run on.
        thread: The loop's thread.
        commands: What can be called.
        authority: Says who may.
        filters: What calls go through.
        states: Managed state for commands.
        injectors: What fills further types of parameter.
        executor: Where plain functions run that name no executor of their own.
        limits: How much one document may ask for.

    Attributes:
        audit: The audit log, if one is kept.
        long_steps: Hears how long calls keep the loop.

    Raises:
        RegistrationError: A command of the app's own has a signature that no page could fill.
    """

    audit: "Audit | None" = None

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
        self._large = Large(loop, limits)
        self._documents = itertools.count(1)
        self._routes: dict[Session, _Routes] = {}
        self._binders: dict[str, Binder] = {}
        self._under_way: dict[asyncio.Future[Any] | Future[Any], str] = {}
        self.long_steps = LongSteps(commands)
        self._read = 0
        self._started = asyncio.Event()
        self._importing = Importing(loop, commands, self._start, self._cannot_load, self._cancel)
        for command in commands.loaded:
            # Plugins have many, most of which are never called: theirs are read when they are.
            if not command.name.startswith("plugin:"):
                try:
                    self._binder(command)
                except RegistrationError as error:
                    raise RegistrationError(f"{place_of(command.function)}{error}") from None

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The documents that are there."""
        return tuple(self._routes)

    @property
    def under_way(self) -> Mapping["asyncio.Future[Any] | Future[Any]", str]:
        """What calls have running, with what it is called: tasks, and functions in threads or other processes."""
        return self._under_way.copy()

    @property
    def held(self) -> int:
        """About how many objects there are because of calls, most of them by far, and of what pages have by number.

        From any thread.
        """
        sessions = tuple(self._routes)
        resources = sum(len(session.resources) for session in sessions) * _OF_RESOURCE
        uploads = sum(len(session.uploads) for session in sessions) * _OF_UPLOAD
        let_go = self._large.let_go * self.limits.read_at_once
        return len(self._under_way) * _OF_CALL + (self._read + let_go) // _SMALLEST + resources + uploads

    def start(self) -> None:
        """The app's setup is done: what is not there now will not come."""
        self._started.set()

    def close(self) -> None:
        """Nothing calls any more."""

    def next_document(self) -> int:
        """A number for a new document."""
        return next(self._documents)

    def open(
        self,
        name: str,
        caller: Caller,
        deliver: Callable[[str], None],
        on_overflow: Callable[[], None],
        lasting: Lasting,
    ) -> Session:
        """Begin the session of a document that has said hello.

        Args:
            name: What the page calls its document.
            caller: Who it is.
            deliver: Hands it a text.
            on_overflow: Called when it has fallen too far behind, before its session ends.
            lasting: What its webview has that does not end with it.
        """
        session = Session(
            caller,
            self._loop,
            self._thread,
            deliver,
            name=name,
            limits=self.limits,
            lasting=lasting,
            on_overflow=on_overflow,
        )
        self._routes[session] = _Routes()
        session.on_end.append(lambda: self._close(session))
        return session

    def recast(self, session: Session, caller: Caller) -> None:
        """A document is somebody else from now on: its webview was given to another window."""
        session.caller = caller
        self._routes[session] = _Routes()

    def _close(self, session: Session) -> None:
        del self._routes[session]

    def inbox(self, session: Session, on_malformed: Callable[[str], None]) -> Inbox:
        """Where a document's posts go.

        Args:
            session: The document.
            on_malformed: Told what is wrong with each line that is no call.
        """
        return Inbox(session, self._begin, self._turn_away, self._loop, on_malformed, self.long_steps.note)

    def _begin(self, session: Session, wire_call: WireCall) -> None:
        number, command = wire_call.id, wire_call.command
        # Of its own: a view would keep the whole post for as long as the call is under way.
        body = bytes(wire_call.args)
        if wire_call.raw or wire_call.size is not None or command in _OF_BRIDGE:
            try:
                if command == wire.PARCEL:
                    asked = _decode_parcel(body)
                    session.answer_parcel(number, asked.number, asked.at, asked.size)
                    return
                if command == wire.PIECE:
                    piece = _decode_piece(body)
                    session.uploads.add(piece.upload, piece.at, piece.bytes)
                    session.resolve(number, None)
                    return
                if command == wire.DROP:
                    self._drop(session, _decode_dropped(body))
                    session.resolve(number, None)
                    return
                if wire_call.size is not None:
                    body = session.uploads.take(_decode_number(body), wire_call.size)
                else:
                    body = base64.b64decode(_decode_text(body), validate=True)
            except RefusedError as refused:
                self._turn_away(session, number, str(refused))
                return
            except ValueError as error:
                self._turn_away(session, number, f"invalid call of {command[:_SHOWN]}: {error}")
                return
        headers = wire_call.headers or _NO_HEADERS
        self.dispatch(session, session, number, Call(command, session.caller, body, wire_call.raw, headers))

    def _drop(self, session: Session, dropped: _Dropped) -> None:
        if dropped.parcel is not None:
            session.parcels.drop(dropped.parcel)
            session.relieve()
        if dropped.upload is not None:
            session.uploads.drop(dropped.upload)

    def _turn_away(self, session: Session, number: int, problem: str) -> None:
        session.reject(number, problem)

    def dispatch(self, session: Session, sink: Sink, number: int, call: Call) -> None:
        """Take one call to its command and its answer to `sink`; never raises for anything that a page sent."""
        limits, lasting = self.limits, session.lasting
        if session.pending_calls + lasting.pending_calls >= limits.pending_calls and not self._is_bridges_own(
            call.command
        ):
            sink.reject(
                number, f"too many calls at once: {limits.pending_calls} are under way (App's limits.pending_calls)"
            )
            return
        if session.pending_size + lasting.pending_size > limits.pending_size:
            sink.reject(
                number,
                f"too many calls at once: those under way hold more than {limits.pending_size >> 20} MiB "
                "(App's limits.pending_size)",
            )
            return
        if not call.raw and len(call.body) > limits.message:
            problem = wire.too_long(len(call.body), limits.message)
            sink.reject(number, f"invalid args for command `{call.command[:_SHOWN]}`: {problem}")
            return
        if not call.raw and len(call.body) <= limits.read_at_once and not call.body.isascii():
            # msgspec finds it in strings that it makes, and `Raw` goes on to whoever it is for.
            try:
                call.body.decode()
            except UnicodeDecodeError as error:
                sink.reject(number, str(invalid_args(call.command[:_SHOWN], error, call.body)))
                return
        routes = self._routes.get(session)
        name = call.command
        if routes is not None and self._importing.has_to_wait(session, name, decided=name in routes.found):
            self._importing.keep(session, sink, number, call, self._weight(call))
        else:
            self._start(session, sink, number, call)

    def _start(self, session: Session, sink: Sink, number: int, call: Call) -> None:
        try:
            route = self._route(session, call)
        except RefusedError as refused:
            sink.reject(number, str(refused))
            return
        except Exception as error:
            self._cannot_load(sink, number, call, error)
            return
        task = asyncio.Task(self._run(session, sink, number, call, route), loop=self._loop, eager_start=True)
        if not task.done():
            session.keep(task, self._weight(call), detached=route.command.detached)
            self._keep(task, route.command, 0 if call.raw else len(call.body))

    def _cannot_load(self, sink: Sink, number: int, call: Call, error: Exception) -> None:
        log.error("command %s cannot be called", call.command[:_SHOWN], exc_info=error)
        sink.reject(number, _text_of(error)[:_LONGEST_PROBLEM])

    def _cancel(self, sink: Sink, number: int, call: Call) -> None:
        sink.reject(number, f"command `{call.command}` was cancelled")

    def note_step(self, work: object, took: float) -> None:
        """Hear how many seconds a step took that was too long for the loop: of a call's task, perhaps."""
        name = self._under_way.get(work) if isinstance(work, asyncio.Future) else None
        if name is not None:
            self.long_steps.tell([name.removeprefix("command ")], took)

    def _weight(self, call: Call) -> int:
        """About how many bytes a call takes, with what has been read from it."""
        size = len(call.body)
        if call.raw or size > self.limits.read_at_once:
            # What is in larger JSON has been counted as it was read.
            return size
        return wire.weight(call.body)

    def _is_bridges_own(self, name: str) -> bool:
        """Whether it is what the core itself has asked the page for, and waits for whatever else the page does."""
        if self._commands.imports_of(name):
            # Not loaded for this: it would be imported at once, for whoever is about to be refused.
            return False
        command = self._commands.get(name)
        return command is not None and not command.filtered

    def _route(self, session: Session, call: Call) -> Route:
        name, caller = call.command, session.caller
        routes = self._routes.get(session)
        if routes is None:
            raise RefusedError("the page that called has gone")
        if call.caller is not caller and call.caller != caller:
            # It would be allowed as one and carried out for another.
            raise RefusedError(f"the page that called has been given to the window {caller.window} since")
        if routes.generation != self._authority.generation:
            routes.found.clear()
            routes.generation = self._authority.generation
        route = routes.found.get(name)
        if route is None:
            route = routes.found[name] = self._decide(name, caller)
        return route

    def _decide(self, name: str, caller: Caller) -> Route:
        command = self._commands.get(name)
        if command is None:
            raise RefusedError(_unknown(name))
        decision = Allowed() if command.open else self._authority.decide(name, caller)
        if isinstance(decision, Denied):
            raise RefusedError(decision.message)
        try:
            binder = self._binder(command)
        except RegistrationError as error:
            log.error("%s%s", place_of(command.function), error)  # noqa: TRY400  # the text says all
            raise RefusedError(str(error)) from None
        return Route(command, binder, decision)

    def _binder(self, command: Command) -> Binder:
        binder = self._binders.get(command.name)
        if binder is None:
            binder = self._binders[command.name] = compile_binder(
                command.name,
                command.function,
                states=self._states,
                injectors=self._injectors,
                casing=command.casing,
            )
        return binder

    async def _run(self, session: Session, sink: Sink, number: int, call: Call, route: Route) -> None:
        try:
            if self._filters and route.command.filtered:
                prepare = functools.partial(self._large.prepare, session)
                behind = self._behind_filters(session, call, route)
                value = await self._filters.run(call, behind, prepare, self.limits.read_at_once)
            else:
                value = await self._perform(session, call, route)
            if sink.resolve(number, value):
                value = await self._large.write(session, value)
                sink.resolve(number, value)
        except CommandError as error:
            self._reject(sink, number, _payload_of(error), route, "rejected")
        except EncodeError as error:
            log.exception("command %s failed for webview %s", call.command, call.caller.webview)
            self._reject(sink, number, f"command `{call.command}`: {_text_of(error)}", route, "failed")
        except (RefusedError, ResourceError) as refused:
            self._reject(sink, number, _text_of(refused), route, "refused")
        except asyncio.CancelledError:
            # Of the document's end, or the command's own doing. Either way this is where the task ends.
            self._reject(sink, number, f"command `{call.command}` was cancelled", route, "cancelled")
            if session.alive:
                log.info("command %s was cancelled", call.command)
        except Exception as error:
            log.exception("command %s failed for webview %s", call.command, call.caller.webview)
            self._reject(sink, number, _text_of(error), route, "failed")
        except BaseException as error:
            if isinstance(error, GeneratorExit) and not session.alive:
                # Not of the command's own doing: the program has ended, and left it behind.
                raise
            # Raised on, some would end the loop in the middle of a turn: a command ends the app with app.exit().
            log.exception("command %s raised %s; app.exit() ends an app", call.command, type(error).__name__)
            self._reject(sink, number, type(error).__name__, route, "failed")

    def _behind_filters(self, session: Session, _: Call, begun: Route) -> Proceed:
        return functools.partial(self._perform, session, begun=begun)

    async def _perform(
        self, session: Session, call: Call, route: Route | None = None, begun: Route | None = None
    ) -> Any:
        if route is None:
            # A filter may have named another command: it is checked like the page's own.
            if begun is not None and begun.command.detached and self._is_left(session, call, begun):
                route = self._decide(call.command, session.caller)
            else:
                route = self._route(session, call)
        if route.command.small and len(call.body) > self.limits.arguments:
            raise RefusedError(
                f"the arguments of `{call.command}` may have {self.limits.arguments} bytes of JSON, "
                f"and these have {len(call.body)} (App's limits.arguments)"
            )
        if not call.raw and len(call.body) > self.limits.read_at_once:
            return await self._execute(session, call, route, await self._large.read(session, call, route.binder))
        return await self._execute(session, call, route)

    def _is_left(self, session: Session, call: Call, begun: Route) -> bool:
        """Whether a document has gone while filters waited, and has left a call that is still the one that it made."""
        return session not in self._routes and call.command == begun.command.name and call.caller == session.caller

    async def _execute(self, session: Session, call: Call, route: Route, read: "Read | None" = None) -> Any:
        command = route.command
        try:
            arguments, keywords = route.binder.bind(call, session, route.allowed, read)
        except MissingStateError:
            # A page may be faster than the app's setup, which manages state.
            if self._started.is_set():
                raise
            await self._started.wait()
            arguments, keywords = route.binder.bind(call, session, route.allowed, read)
        read = None
        if command.is_coroutine:
            return await command.function(*arguments, **keywords)
        if command.executor is not None:
            work = self._submit(command.executor, command, arguments, keywords)
            return await asyncio.wrap_future(work, loop=self._loop)
        threads = session.lasting.threads
        await threads.acquire()
        try:
            work = self._submit(self._executor, command, arguments, keywords)
        except BaseException:
            threads.release()
            raise
        work.add_done_callback(lambda _: self._thread.run(threads.release))
        return await asyncio.wrap_future(work, loop=self._loop)

    def _submit(
        self, executor: Executor, command: Command, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> Future[Any]:
        function = sendable(command.function) if runs_on_dask(executor) else command.function
        future = executor.submit(function, *arguments, **keywords)
        # The task that waits for it may be cancelled, and what has begun runs on.
        self._keep(future, command)
        return future

    def _keep(self, work: asyncio.Future[Any] | Future[Any], command: Command, size: int = 0) -> None:
        self._under_way[work] = f"command {command.name}"
        self._read += size

        def done(work: asyncio.Future[Any] | Future[Any]) -> None:
            self._under_way.pop(work, None)
            self._read -= size

        work.add_done_callback(done)

    def _reject(self, sink: Sink, number: int, error: Any, route: Route, _: "Outcome") -> None:
        try:
            sink.reject(number, error)
        except Exception as refused:
            # A program's own values may fail as they are written.
            problem = _text_of(refused)
            log.error("command %s rejects with a %s: %s", route.command.name, type(error).__name__, problem)  # noqa: TRY400
            sink.reject(number, f"command `{route.command.name}` failed, and how cannot be told: {problem}")


def _text_of(error: BaseException) -> str:
    """What an error says, or its name where it says nothing; as JSON has it, and one character more than pages get."""
    name = type(error).__name__
    try:
        text = str(shortened(error))[: wire.LONGEST_ERROR + 1].encode(errors="backslashreplace").decode()
        # It says nothing but the key.
        return f"{name}: {text}" if text and isinstance(error, KeyError) else text or name
    except Exception:
        # A program's own errors may say anything, and fail at it.
        return name


def _payload_of(error: CommandError) -> Any:
    try:
        return error.payload
    except Exception:
        # One of a program's own may have none, where it does not call `CommandError.__init__`.
        return _text_of(error)


def _unknown(name: str) -> str:
    shown = name[:_SHOWN]
    namespace, bar, command = shown.removeprefix("plugin:").partition("|")
    if name.startswith("plugin:") and bar:
        return f"command {shown} not found: no plugin `{namespace}` with a command `{command}` is installed"
    if shown.isidentifier():
        return f"command {shown} not found; in Python, @app.command on `async def {shown}(…)` provides it"
    return f"command {shown!r} not found"
