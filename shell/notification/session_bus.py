"""This session's D-Bus, as a client of the service for notifications uses it."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import Any

from dbus_fast import AuthError, DBusError, InvalidAddressError, Message, MessageType
from dbus_fast.aio import MessageBus

from shell.notification.errors import UnavailableError

BUS = "org.freedesktop.DBus"
_ANSWER_WITHIN = 10.0
"""Seconds that a service has; it may have to be started first."""
_FAILURES = (AuthError, DBusError, InvalidAddressError, OSError, EOFError)
_NOBODY = frozenset({f"{BUS}.Error.ServiceUnknown", f"{BUS}.Error.NameHasNoOwner"})

type _Answered = Callable[[Message], None]


class SessionBus:
    """A connection, made when it is first needed, and again after it was lost.

    Args:
        rules: Which signals are wanted, as match rules.
        hear: Told each signal.
        lost: Told that the connection has gone, and what was asked for over it.
    """

    def __init__(self, rules: Iterable[str], *, hear: Callable[[Message], None], lost: Callable[[], None]) -> None:
        self._rules = tuple(rules)
        self._hear = hear
        self._lost = lost
        self._bus: MessageBus | None = None
        self._turn = asyncio.Lock()
        self._asking: set[asyncio.Task[Message]] = set()
        self._waiting: tuple[int, str, _Answered] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def call(self, message: Message, signature: str, answered: _Answered = lambda _: None) -> list[Any]:
        """Call a method; returns what it answers.

        Args:
            message: The call.
            signature: What its answer consists of.
            answered: Told of the answer where it arrives: before any signal that the service sends after it.

        Raises:
            UnavailableError: There is no bus or no such service, or it refuses, or answers something else.
        """
        # Whoever waits for the answer may be cancelled, which must not end a call that is half written.
        asking = asyncio.get_running_loop().create_task(self._ask(message, signature, answered))
        self._asking.add(asking)
        asking.add_done_callback(self._asked)
        try:
            answer = await asyncio.shield(asking)
        except TimeoutError:
            raise UnavailableError(f"{message.destination} did not answer within {_ANSWER_WITHIN:g} s") from None
        except _FAILURES as error:
            raise UnavailableError(f"there is no session bus: {error}") from None
        if answer.message_type is MessageType.ERROR:
            why = answer.body[0] if answer.body else answer.error_name
            nobody = answer.error_name in _NOBODY
            who = "nobody on this desktop shows notifications" if nobody else "the desktop shows no notification"
            raise UnavailableError(f"{who}: {why}")
        if answer.signature != signature:
            raise UnavailableError(
                f"{message.destination} answered {message.member} with the types {answer.signature!r}, "
                f"and not {signature!r}"
            )
        return list(answer.body)

    def end(self) -> None:
        """Let go of the connection, and tell nobody of it."""
        for asking in tuple(self._asking):
            asking.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None

    async def _ask(self, message: Message, signature: str, answered: _Answered) -> Message:
        # WORKAROUND python-dbus-next#153, in dbus-fast 5.2 too: what is sent while another message is half written
        # ends the connection. So one call waits for the other.
        async with asyncio.timeout(_ANSWER_WITHIN), self._turn:
            bus = await self._connected()
            message.serial = bus.next_serial()
            self._waiting = message.serial, signature, answered
            return await bus.call(message)

    def _asked(self, asking: asyncio.Task[Message]) -> None:
        self._asking.discard(asking)
        if not asking.cancelled():
            # What went wrong is told to who waits, if anybody still does.
            asking.exception()

    async def _connected(self) -> MessageBus:
        if self._bus is None:
            bus = await MessageBus().connect()
            bus.add_message_handler(self._dispatch)
            try:
                for rule in self._rules:
                    await bus.call(_match(rule))
            except BaseException:
                bus.disconnect()
                raise
            self._bus = bus
            self._watching = asyncio.get_running_loop().create_task(self._watch(bus))
        return self._bus

    async def _watch(self, bus: MessageBus) -> None:
        with contextlib.suppress(*_FAILURES):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        self._bus = None
        self._lost()

    def _dispatch(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL:
            self._hear(message)
        elif message.message_type is MessageType.METHOD_RETURN and self._waiting is not None:
            serial, signature, answered = self._waiting
            if message.reply_serial == serial and message.signature == signature:
                answered(message)


def _match(rule: str) -> Message:
    return Message(
        destination=BUS, path="/org/freedesktop/DBus", interface=BUS, member="AddMatch", signature="s", body=[rule]
    )
