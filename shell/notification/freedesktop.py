"""Notifications through `org.freedesktop.Notifications`, which the desktops of Linux and BSD have.

After the Desktop Notifications Specification 1.2. It wants unsigned numbers and bytes, which PySide6's QtDBus cannot
send (6.12 sends every `int` as int32), hence dbus-fast.
"""

import asyncio
import logging
from pathlib import Path
from typing import Any

import attrs
from dbus_fast import AuthError, DBusError, InvalidAddressError, Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus
from PySide6.QtGui import QImage

from shell.notification.errors import UnavailableError
from shell.notification.markup import escaped
from shell.notification.notification import Dismissal, Notification, Urgency
from shell.notification.presenter import Listener, Request

log = logging.getLogger(__name__)

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_BUS = "org.freedesktop.DBus"
_ANSWER_WITHIN = 10.0
"""Seconds that the service has; it may have to be started first."""
_MOST_KEPT = 1024
"""Notifications whose end is waited for; some desktops keep them for days, and tell nothing."""
_URGENCIES = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.CRITICAL: 2}
_REASONS = {1: Dismissal.EXPIRED, 2: Dismissal.DISMISSED, 3: Dismissal.CLOSED}
_RULES = (
    f"type='signal',sender='{_SERVICE}',path='{_PATH}',interface='{_SERVICE}'",
    f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{_SERVICE}'",
)
_FAILURES = (AuthError, DBusError, InvalidAddressError, OSError, EOFError, TimeoutError)


@attrs.frozen
class Program:
    """Who notifies.

    Attributes:
        name: The program's name, as people know it.
        entry: Its desktop file, without the suffix.
    """

    name: str
    entry: str


class Freedesktop:
    """The desktop's own service.

    Args:
        program: Who notifies.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._bus: MessageBus | None = None
        self._connecting = asyncio.Lock()
        self._listeners: dict[int, Listener] = {}
        self._asked: dict[int, Request] = {}
        self._capabilities: frozenset[str] | None = None

    async def capabilities(self) -> frozenset[str]:
        """See `Presenter`."""
        if self._capabilities is None:
            answer = await self._call("GetCapabilities")
            self._capabilities = frozenset(answer[0])
        return self._capabilities

    async def show(self, request: Request) -> int:
        """See `Presenter`."""
        can = await self.capabilities()
        answer = await self._call("Notify", "susssasa{sv}i", self._body(request, can), request)
        return int(answer[0])

    def close(self, number: int) -> None:
        """See `Presenter`."""
        bus = self._bus
        if number in self._listeners and bus is not None and bus.connected:
            # Where it is gone already, the answer would be an error.
            bus.send(_message("CloseNotification", "u", [number], MessageFlag.NO_REPLY_EXPECTED))

    def end(self) -> None:
        """See `Presenter`."""
        self._listeners.clear()
        self._asked.clear()
        if self._bus is not None and self._bus.connected:
            self._bus.disconnect()
        self._bus = None

    def _body(self, request: Request, can: frozenset[str]) -> list[Any]:
        notification, picture = request.notification, request.picture
        actions = ["default", "", *(part for action in notification.actions for part in (action.id, action.title))]
        body = escaped(notification.body) if "body-markup" in can else notification.body
        timeout = -1 if notification.timeout is None else round(notification.timeout * 1000)
        return [
            self._program.name,
            request.replaces if request.replaces in self._listeners else 0,
            picture.name,
            notification.title,
            body,
            actions if "actions" in can else [],
            self._hints(notification, picture.image),
            # 0 is for ever: a time too short to be told is the shortest.
            max(timeout, 1) if notification.timeout else timeout,
        ]

    def _hints(self, notification: Notification, image: QImage | None) -> dict[str, Variant]:
        hints = {
            "urgency": Variant("y", _URGENCIES[notification.urgency]),
            "desktop-entry": Variant("s", self._program.entry),
        }
        if image is not None and not image.isNull():
            hints["image-data"] = Variant("(iiibiiay)", _pixels(image))
        if notification.silent:
            hints["suppress-sound"] = Variant("b", True)
        sound = notification.sound
        if isinstance(sound, Path) or (sound and "/" in sound):
            hints["sound-file"] = Variant("s", str(Path(sound).absolute()))
        elif sound:
            hints["sound-name"] = Variant("s", sound)
        return hints

    async def _call(
        self, member: str, signature: str = "", body: list[Any] | None = None, request: Request | None = None
    ) -> list[Any]:
        message = _message(member, signature, body or [])
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                bus = await self._connected()
                message.serial = bus.next_serial()
                if request is not None:
                    self._asked[message.serial] = request
                answer = await bus.call(message)
        except TimeoutError:
            raise UnavailableError(f"{_SERVICE} did not answer within {_ANSWER_WITHIN:g} s") from None
        except _FAILURES as error:
            raise UnavailableError(f"there is no session bus: {error}") from None
        finally:
            self._asked.pop(message.serial, None)
        if answer is None or answer.message_type is MessageType.ERROR:
            why = answer.body[0] if answer is not None and answer.body else "no answer"
            raise UnavailableError(f"nobody on this desktop shows notifications: {why}")
        return list(answer.body)

    async def _connected(self) -> MessageBus:
        async with self._connecting:
            if self._bus is None or not self._bus.connected:
                # What the last connection knew went with it.
                self._lost()
                self._bus = None
                bus = await MessageBus().connect()
                bus.add_message_handler(self._hear)
                for rule in _RULES:
                    await bus.call(
                        Message(
                            destination=_BUS,
                            path="/org/freedesktop/DBus",
                            interface=_BUS,
                            member="AddMatch",
                            signature="s",
                            body=[rule],
                        )
                    )
                self._bus = bus
            return self._bus

    def _hear(self, message: Message) -> None:
        if message.message_type is MessageType.METHOD_RETURN:
            request = self._asked.get(message.reply_serial)
            if request is not None:
                # Here and not where it is waited for: what the service says next may come in the same moment.
                self._begun(message.body[0], request)
            return
        if message.message_type is not MessageType.SIGNAL:
            return
        match message.interface, message.member, message.body:
            case "org.freedesktop.DBus", "NameOwnerChanged", [_, str(old), str()] if old:
                self._lost()
            case "org.freedesktop.Notifications", "ActionInvoked", [int(number), str(action)]:
                self._answered(number, action)
            case "org.freedesktop.Notifications", "NotificationClosed", [int(number), int(reason)]:
                self._gone(number, _REASONS.get(reason, Dismissal.UNDEFINED))
            case _:
                pass

    def _begun(self, number: int, request: Request) -> None:
        if request.replaces != number:
            self._listeners.pop(request.replaces, None)
        self._listeners.pop(number, None)
        self._listeners[number] = request.listener
        if len(self._listeners) > _MOST_KEPT:
            self._gone(next(iter(self._listeners)), Dismissal.UNDEFINED)

    def _answered(self, number: int, action: str) -> None:
        # A service takes away what was answered, by the specification. dunst leaves it until its time is over, and KDE
        # says that the program closed it: so it goes at once, and for the reason that is known.
        self.close(number)
        listener = self._listeners.pop(number, None)
        if listener is not None:
            listener.clicked() if action == "default" else listener.acted(action)
            listener.gone(Dismissal.DISMISSED)

    def _gone(self, number: int, why: Dismissal) -> None:
        listener = self._listeners.pop(number, None)
        if listener is not None:
            listener.gone(why)

    def _lost(self) -> None:
        """The service has ended, and what it showed with it."""
        self._capabilities = None
        while self._listeners:
            self._gone(next(iter(self._listeners)), Dismissal.UNDEFINED)


def _message(member: str, signature: str, body: list[Any], flags: MessageFlag = MessageFlag.NONE) -> Message:
    return Message(
        destination=_SERVICE,
        path=_PATH,
        interface=_SERVICE,
        member=member,
        signature=signature,
        body=body,
        flags=flags,
    )


def _pixels(image: QImage) -> list[Any]:
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return [rgba.width(), rgba.height(), rgba.bytesPerLine(), True, 8, 4, bytes(rgba.constBits())]
