"""A core without Qt and pages without a browser, which speak the wire format as `core.js` does."""

import asyncio
import collections
import contextlib
import functools
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, overload

import msgspec

from shell.acl import Authority, Caller, Manifest, capability_from, core_manifests
from shell.audit import Audit
from shell.ipc import (
    Call,
    Commands,
    Events,
    Filters,
    Injector,
    Limits,
    Link,
    Router,
    Session,
    SharedValues,
    States,
)
from shell.ipc.audited import AuditedRouter
from shell.ipc.parcel import BYTES
from shell.ipc.thread import LoopThread
from shell.ipc.wire import HELLO, PARCEL, Kind
from shell.plugins.event import event_plugin
from shell.plugins.plugin import Plugin
from shell.plugins.resources import resources_plugin
from shell.plugins.shared import shared_plugin
from tests.desktop import PATIENCE

ACK_COUNT = 16
ACK_SIZE = 131072


class Core:
    """The room's parts, connected as the program connects them. Commands are registered before the first page opens.

    Args:
        loop: The loop, which is the test's own.

    Attributes:
        capabilities: What pages are granted: all of events, resources and shared values, to begin with.
        audit: The audit log, if a test keeps one.
        given_up: Labels of the pages that fell too far behind.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.limits: Limits
        self.limit()
        self.commands = Commands()
        self.filters = Filters()
        self.states = States()
        self.thread = LoopThread()
        self.thread.attach(loop)
        self.events = Events(self.thread)
        self.shared = SharedValues(self.thread)
        self.injectors: dict[type, Injector] = {Session: lambda invocation: invocation.session}
        self.executor: Executor = ThreadPoolExecutor(8)
        self.plugins = [resources_plugin(), shared_plugin(self.shared)]
        self.capabilities: list[Mapping[str, Any]] = [
            {
                "identifier": "everyone",
                "windows": ["*"],
                "permissions": ["core:event:default", "core:resources:default", "shared:default"],
            }
        ]
        self.given_up: list[str] = []
        self.pages: list[Page] = []
        self.audit: Audit | None = None
        self._authority: Authority | None = None
        self._router: Router | None = None

    @overload
    def command[F: Callable[..., Any]](self, function: F, /) -> F: ...
    @overload
    def command[F: Callable[..., Any]](self, function: None = None, /, **options: Any) -> Callable[[F], F]: ...
    def command(self, function: Any = None, /, **options: Any) -> Any:
        """Register a command, as `App.command` does."""
        decorate = self.commands.register(**options)
        return decorate if function is None else decorate(function)

    def limit(self, **limits: Any) -> None:
        """Set limits. A post is carried out in one turn, however busy the machine is, where a test says nothing else."""
        self.limits = Limits(**{"slice_time": PATIENCE, **limits})

    def plugin(self, plugin: Plugin, *permissions: Any) -> None:
        """Add a plugin, and grant permissions of it to every window."""
        self.plugins.append(plugin)
        granted = list(permissions) or [f"{plugin.name}:default"]
        self.capabilities.append({"identifier": plugin.name, "windows": ["*"], "permissions": granted})

    @property
    def authority(self) -> Authority:
        """Who decides."""
        if self._authority is None:
            # Not before all limits are set.
            self.plugins.append(event_plugin(self.events, self.limits.whole))
            manifests: dict[str, Manifest] = {**core_manifests()}
            manifests |= {
                plugin.name: plugin.manifest for plugin in self.plugins if f"core:{plugin.name}" not in manifests
            }
            self._authority = Authority(
                manifests,
                [capability_from(capability, "test") for capability in self.capabilities],
                app_commands=frozenset(command.name for command in self.commands),
            )
        return self._authority

    @property
    def router(self) -> Router:
        """The router, with all that has been registered until now."""
        if self._router is None:
            authority = self.authority
            for plugin in self.plugins:
                for command in plugin.commands:
                    self.commands.add(command)
            make = Router if self.audit is None else functools.partial(AuditedRouter, audit=self.audit)
            self._router = make(
                self.loop,
                self.thread,
                self.commands,
                authority,
                self.filters,
                self.states,
                self.injectors,
                self.executor,
                self.limits,
            )
        return self._router

    def page(self, label: str = "main", url: str = "tauri://localhost/", *, local: bool = True) -> "Page":
        """A window's page, which has said hello."""
        page = Page(self, label, url, local=local)
        self.pages.append(page)
        page.load()
        return page

    def close(self) -> None:
        """End every page and every thread."""
        for page in self.pages:
            page.leave()
        if self._router is not None:
            self._router.close()
        if self.audit is not None:
            self.audit.end()
        self.executor.shutdown()


class Rejected(Exception):  # noqa: N818  # what a promise is
    """A call of a page was answered with an error."""

    def __init__(self, payload: Any) -> None:
        super().__init__(payload)
        self.payload = payload


class FakeChannel:
    """`Channel` of a page: takes messages in the order of their numbers."""

    def __init__(self, page: "Page", number: int) -> None:
        self.argument = f"__CHANNEL__:{number}"
        self.messages: list[Any] = []
        self.ended = False
        self.number = number
        self._page = page
        self._early: dict[int, Any] = {}
        self._end: int | None = None

    def receive(self, index: int, message: Any) -> None:
        assert index not in self._early
        assert index >= len(self.messages)
        self._early[index] = message
        self._go_on()

    def end(self, index: int) -> None:
        assert self._end is None
        self._end = index
        self._go_on()

    def _go_on(self) -> None:
        while len(self.messages) in self._early:
            self.messages.append(self._early.pop(len(self.messages)))
        self.ended = len(self.messages) == self._end
        self._page.changed()


class Page:
    """One webview's page, one document after another.

    Attributes:
        link: The core's end of the wire.
        document: What it calls the document that is there.
        deliveries: The messages of each delivery to that document.
        foreign: Deliveries to a document that was not there any more.
        frozen: Whether it hangs: it takes what is delivered without a look at it.
        fetches: Whether it fetches what is parked for it.
        answers: How often each call of the document was answered.
    """

    def __init__(self, core: Core, label: str, url: str, *, local: bool) -> None:
        self.core = core
        self.label = label
        self.url = url
        self.local = local
        self.link = Link(
            label,
            core.router,
            self._identify,
            lambda caller: caller.origin == self._origin,
            self._deliver,
            lambda: core.given_up.append(label),
        )
        self.document = ""
        self.deliveries: list[list[Any]] = []
        self.foreign: list[str] = []
        self.frozen = False
        self.fetches = True
        self.answers: collections.Counter[int] = collections.Counter()
        self._documents = 0
        self._kept: list[str] = []
        self._together: list[str] | None = None
        self._changes: list[asyncio.Future[None]] = []

    def _identify(self, document: int) -> Caller:
        return Caller(self.label, self.label, self.url, self._origin, document, self.local)

    @property
    def _origin(self) -> str:
        return "/".join(self.url.split("/")[:3])

    @property
    def session(self) -> Session:
        """The session of the document."""
        assert self.link.session is not None
        return self.link.session

    @property
    def messages(self) -> list[list[Any]]:
        """All that was delivered to the document, in order."""
        return list(itertools.chain.from_iterable(self.deliveries))

    @property
    def heard_nothing(self) -> bool:
        """Whether nothing was delivered, to this document or for an earlier one."""
        return not self.deliveries and not self.foreign

    # Documents.

    def load(self) -> None:
        """Begin a new document, as a navigation or a reload does."""
        self._documents += 1
        self.document = f"{self.label}-{self._documents}"
        self.calls: dict[int, asyncio.Future[Any]] = {}
        self.channels: dict[int, FakeChannel] = {}
        self.handlers: dict[int, Callable[[Any], object]] = {}
        self.listeners: dict[str, dict[int, tuple[int, int, str]]] = {}
        self.deliveries = []
        self.answers = collections.Counter()
        self.received = 0
        self._last = 0
        self._unacknowledged = [0, 0]
        self._ack_scheduled = False
        self._kept = []
        self.link.receive(f'["{self.document}",{HELLO}]')

    def leave(self) -> None:
        """End the document, with none after it, as when a renderer dies."""
        self.document = ""
        self.link.end()

    # Up.

    def post(self, *lines: str) -> None:
        """Post lines, with what the page has processed."""
        if self._together is not None:
            self._together += lines
            return
        self._unacknowledged = [0, 0]
        answer = self.link.receive("\n".join([f'["{self.document}",{self.received}]', *lines]))
        if answer:
            self._deliver(answer)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Post what is called within in one post, as the bridge does within a microtask."""
        self._together = []
        try:
            yield
        finally:
            lines, self._together = self._together, None
            self.post(*lines)

    def invoke(
        self, command: str, args: Any = None, /, *, headers: Mapping[str, str] | None = None, raw: bool = False
    ) -> "asyncio.Future[Any]":
        """Call a command; the future is the promise. Call it within `together` to post several at a time."""
        self._last += 1
        number = self._last
        future = self.calls[number] = self.core.loop.create_future()
        rest = [headers, raw] if raw else [headers] if headers else []
        self.post(msgspec.json.encode([number, command, {} if args is None else args, *rest]).decode())
        return future

    def fetch(self, command: str, body: bytes, *, raw: bool = True) -> "asyncio.Future[Any]":
        """Call a command by `ipc://`, past the posts."""
        future: asyncio.Future[Any] = self.core.loop.create_future()
        call = Call(command, self.session.caller, body, raw)
        self.core.router.dispatch(self.session, Answer(future), 0, call)
        return future

    # Down.

    def _deliver(self, text: str) -> None:
        if self.frozen:
            self._kept.append(text)
            return
        document, number, *messages = msgspec.json.decode(text)
        if document != self.document:
            self.foreign.append(text)
            return
        assert number > self.received
        self.received = number
        self.deliveries.append(messages)
        for message in messages:
            self._handle(message)
        self._unacknowledged[0] += 1
        self._unacknowledged[1] += len(text)
        if self._unacknowledged[0] >= ACK_COUNT or self._unacknowledged[1] > ACK_SIZE:
            self._acknowledge()
        self.changed()

    def _acknowledge(self) -> None:
        if not self._ack_scheduled:
            self._ack_scheduled = True
            self._soon(self._post_ack)

    def _post_ack(self) -> None:
        self._ack_scheduled = False
        self.post()

    def _soon(self, function: Callable[..., None], *args: Any) -> None:
        document = self.document

        def run() -> None:
            if self.document == document:
                function(*args)

        self.core.loop.call_soon(run)

    def thaw(self) -> None:
        """Go on after it hung."""
        self.frozen = False
        kept, self._kept = self._kept, []
        for text in kept:
            self._deliver(text)

    def _handle(self, message: list[Any]) -> None:
        match message:
            case [Kind.RESOLVE, call, value]:
                self._settle(call, value)
            case [Kind.REJECT, call, error]:
                self._settle(call, Rejected(error))
            case [Kind.RESOLVE_PARKED, call, parcel, *_]:
                self._fetch(parcel, lambda value: self._settle(call, value))
            case [Kind.EVENT, name, payload, *to]:
                self._dispatch(name, payload, *to)
            case [Kind.LISTEN, name, listener, handler, kind, label]:
                self.listeners.setdefault(name, {})[listener] = (handler, kind, label)
            case [Kind.CHANNEL, channel, index, value]:
                self.channels[channel].receive(index, value)
            case [Kind.CHANNELS, value, *places]:
                for channel, index in itertools.batched(places, 2):
                    self.channels[channel].receive(index, value)
            case [Kind.CHANNEL_PARKED, channel, index, parcel, *_]:
                self._fetch(parcel, lambda value: self.channels[channel].receive(index, value))
            case [Kind.CHANNEL_END, channel, index]:
                self.channels[channel].end(index)
            case [Kind.PING]:
                self._acknowledge()
            case _:
                raise AssertionError(message)

    def _settle(self, call: int, value: Any) -> None:
        self.answers[call] += 1
        future = self.calls[call]
        if isinstance(value, Rejected):
            future.set_exception(value)
            future.exception()  # a page need not look at it
        else:
            future.set_result(value)
        self.changed()

    def _fetch(self, number: int, then: Callable[[Any], None]) -> None:
        def fetch() -> None:
            parcel = self.session.parcels.take(number, sys.maxsize)
            assert parcel is not None
            self.session.relieve()
            then(parcel.data if parcel.content_type == BYTES else msgspec.json.decode(bytes(parcel.data)))

        if self.fetches:
            self._soon(fetch)

    async def fetch_as_text(self, number: int) -> Any:
        """Ask for a parcel as a page does that may not fetch."""
        return await self.invoke(PARCEL, {"number": number})

    # Events, channels, waiting.

    def channel(self) -> FakeChannel:
        """A new channel."""
        self._last += 1
        self.channels[self._last] = channel = FakeChannel(self, self._last)
        return channel

    def listen(self, name: str, heard: list[Any], target: Any = None) -> "asyncio.Future[int]":
        """Listen to an event, as `@tauri-apps/api` does; payloads are appended to `heard`."""
        self._last += 1
        self.handlers[self._last] = heard.append
        target = {"kind": "Any"} if target is None else target
        return self.invoke("plugin:event|listen", {"event": name, "target": target, "handler": self._last})

    def _dispatch(self, name: str, payload: Any, kinds: int | None = None, label: str = "") -> None:
        for handler, kind, own_label in list(self.listeners.get(name, {}).values()):
            if kinds is None or kind == 1 or (kinds & kind and label == own_label):
                self.handlers[handler](payload)

    def changed(self) -> None:
        """Wake those who wait for something to have arrived."""
        waiting, self._changes = self._changes, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what arrives makes something true."""
        while not condition():
            future = self.core.loop.create_future()
            self._changes.append(future)
            await asyncio.wait_for(future, PATIENCE)


class Answer:
    """The sink of a request on `ipc://`."""

    def __init__(self, future: "asyncio.Future[Any]") -> None:
        self._future = future

    def resolve(self, _call: int, value: Any) -> bool:
        self._settle(value)
        return False

    def reject(self, _call: int, error: Any) -> None:
        self._settle(Rejected(error))

    def _settle(self, value: Any) -> None:
        if isinstance(value, Rejected):
            self._future.set_exception(value)
        else:
            self._future.set_result(value)


async def turns(count: int = 3) -> None:
    """Let the loop have its turns."""
    for _ in range(count):
        await asyncio.sleep(0)


def kinds(messages: Sequence[list[Any]]) -> list[Kind]:
    """What kinds of message these are."""
    return [Kind(message[0]) for message in messages]
