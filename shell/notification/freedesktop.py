"""Notifications through `org.freedesktop.Notifications`, which the desktops of Linux and BSD have.

After the Desktop Notifications Specification 1.2. It wants unsigned numbers and bytes, which PySide6's QtDBus cannot
send (6.12 sends every `int` as int32), hence dbus-fast.
"""

import contextlib
import os
from typing import Any

from dbus_fast import Message, Variant
from PySide6.QtGui import QGuiApplication, QImage

from shell.background import Background
from shell.notification.errors import UnavailableError
from shell.notification.markup import escaped
from shell.notification.notification import Dismissal, Notification, Urgency
from shell.notification.presenter import Listener, Request
from shell.notification.session_bus import BUS, SessionBus
from shell.value import frozen

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_MOST_KEPT = 1024
"""Notifications whose end is waited for; some desktops keep them for days, and tell nothing."""
_URGENCIES = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.CRITICAL: 2}
_REASONS = {1: Dismissal.EXPIRED, 2: Dismissal.DISMISSED, 3: Dismissal.CLOSED}
_RULES = (
    f"type='signal',sender='{_SERVICE}',path='{_PATH}',interface='{_SERVICE}'",
    f"type='signal',sender='{BUS}',interface='{BUS}',member='NameOwnerChanged',arg0='{_SERVICE}'",
)


@frozen
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
        self._bus = SessionBus(_RULES, hear=lambda message: self._hear(message), lost=lambda: self._lost())
        self._listeners: dict[int, Listener] = {}
        self._background = Background()
        self._capabilities: frozenset[str] | None = None

    async def capabilities(self) -> frozenset[str]:
        """See `Presenter`."""
        if self._capabilities is None:
            answer = await self._bus.call(_call("GetCapabilities"))
            self._capabilities = frozenset(answer[0])
        return self._capabilities

    async def show(self, request: Request) -> int:
        """See `Presenter`."""
        can = await self.capabilities()
        if request.notification.actions and "actions" not in can:
            raise UnavailableError("the notifications of this desktop have no buttons")
        call = _call("Notify", "susssasa{sv}i", self._body(request, can))
        answer = await self._bus.call(call, lambda answer: self._begun(answer.body[0], request))
        return int(answer[0])

    def close(self, number: int) -> None:
        """See `Presenter`."""
        if number in self._listeners:
            self._background.run(self._close(number))

    def end(self) -> None:
        """See `Presenter`."""
        self._listeners.clear()
        self._background.cancel()
        self._bus.end()

    async def _close(self, number: int) -> None:
        # Where it is gone already, the service may say so.
        with contextlib.suppress(UnavailableError):
            await self._bus.call(_call("CloseNotification", "u", [number]))

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
        if notification.sound:
            kind = "sound-file" if "/" in notification.sound else "sound-name"
            hints[kind] = Variant("s", notification.sound)
        return hints

    def _hear(self, message: Message) -> None:
        match message.interface, message.member, message.body:
            case "org.freedesktop.DBus", "NameOwnerChanged", [_, str(old), str()] if old:
                self._lost()
            case "org.freedesktop.Notifications", "ActionInvoked", [int(number), str(action)]:
                self._answered(number, action)
            case "org.freedesktop.Notifications", "ActivationToken", [int(number), str(token)]:
                # On Wayland a program comes to the front only with this, which Qt takes from there.
                if number in self._listeners and QGuiApplication.platformName().startswith("wayland"):
                    os.environ["XDG_ACTIVATION_TOKEN"] = token
            case "org.freedesktop.Notifications", "NotificationClosed", [int(number), int(reason)]:
                self._gone(number, _REASONS.get(reason, Dismissal.UNDEFINED))
            case _:
                pass

    def _begun(self, number: int, request: Request) -> None:
        self._listeners.pop(request.replaces, None)
        # Some put one in the place of another that says the same, unasked.
        self._gone(number, Dismissal.REPLACED)
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


def _call(member: str, signature: str = "", body: list[Any] | None = None) -> Message:
    return Message(
        destination=_SERVICE, path=_PATH, interface=_SERVICE, member=member, signature=signature, body=body or []
    )


def _pixels(image: QImage) -> list[Any]:
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return [rgba.width(), rgba.height(), rgba.bytesPerLine(), True, 8, 4, bytes(rgba.constBits())]
