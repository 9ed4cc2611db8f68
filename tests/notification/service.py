"""A service for notifications that does what tests tell it, where a real one does only what it does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from tests.desktop import PATIENCE

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
EVERYTHING = ("actions", "body", "body-markup", "icon-static", "sound")


class Service:
    """What was asked of it, and what it says.

    Attributes:
        refusal: The name of the error that `Notify` is answered with, where it is to be refused.
        wrong: What a method is answered with instead, by its name: the signature, and the body.
    """

    def __init__(self, bus: MessageBus, capabilities: tuple[str, ...]) -> None:
        self._bus = bus
        self._capabilities = capabilities
        self._shown: asyncio.Queue[list[Any]] = asyncio.Queue()
        self._closed: asyncio.Queue[int] = asyncio.Queue()
        self._number = 0
        self.refusal: str | None = None
        self.wrong: dict[str, tuple[str, list[Any]]] = {}

    async def shown(self) -> list[Any]:
        """What `Notify` was called with next."""
        return await asyncio.wait_for(self._shown.get(), PATIENCE)

    async def closed(self) -> int:
        """What `CloseNotification` was called with next."""
        return await asyncio.wait_for(self._closed.get(), PATIENCE)

    async def say(self, member: str, signature: str, *body: Any) -> None:
        """Send a signal."""
        await self._bus.send(Message.new_signal(PATH, NAME, member, signature, list(body)))

    def answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.interface != NAME:
            return None
        match message.member:
            case str(member) if member in self.wrong:
                return Message.new_method_return(message, *self.wrong[member])
            case "GetCapabilities":
                return Message.new_method_return(message, "as", [list(self._capabilities)])
            case "Notify" if self.refusal is not None:
                return Message.new_error(message, self.refusal, "not this one")
            case "Notify":
                self._number = message.body[1] or self._number + 1
                self._shown.put_nowait(message.body)
                return Message.new_method_return(message, "u", [self._number])
            case _:
                self._closed.put_nowait(message.body[0])
                return Message.new_method_return(message)


@contextlib.asynccontextmanager
async def service(*, capabilities: tuple[str, ...] = EVERYTHING) -> AsyncIterator[Service]:
    """A service on the session's bus, for as long as the block lasts."""
    bus = await MessageBus().connect()
    running = Service(bus, capabilities)
    bus.add_message_handler(running.answer)
    await bus.request_name(NAME)
    try:
        yield running
    finally:
        bus.disconnect()
        with contextlib.suppress(EOFError, OSError):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
