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
_LONGEST_TOKEN = 4096
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


@frozen
class _Shown:
    """A notification that is shown.

    Attributes:
        listener: Told what becomes of it.
        actions: What may be pressed.
        owner: Who shows it, by the name that the bus gives each: nobody else knows what becomes of it.
    """

    listener: Listener
    actions: frozenset[str]
    owner: str | None


class Freedesktop:
    """The desktop's own service.

    Args:
        program: Who notifies.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._bus = SessionBus(_RULES, hear=lambda message: self._hear(message), lost=lambda: self._lost())
        self._shown: dict[int, _Shown] = {}
        self._closing: set[int] = set()
        self._background = Background()
        self._capabilities: frozenset[str] | None = None

    async def capabilities(self) -> frozenset[str]:
        """See `Presenter`."""
        if self._capabilities is None:
            answer = await self._bus.call(_call("GetCapabilities"), "as")
            self._capabilities = frozenset(answer[0])
        return self._capabilities

    async def show(self, request: Request) -> int:
        """See `Presenter`."""
        can = await self.capabilities()
        if request.notification.actions and "actions" not in can:
            raise UnavailableError("the notifications of this desktop have no buttons")
        call = _call("Notify", "susssasa{sv}i", self._body(request, can))
        answer = await self._bus.call(call, "u", lambda answer: self._begun(answer, request))
        return int(answer[0])

    def close(self, number: int) -> None:
        """See `Presenter`."""
        # A page may ask again and again, and is answered at once.
        if number in self._shown and number not in self._closing:
            self._closing.add(number)
            self._background.run(self._close(number))

    def end(self) -> None:
        """See `Presenter`."""
        self._shown.clear()
        self._background.cancel()
        self._bus.end()

    async def _close(self, number: int) -> None:
        try:
            # Where it is gone already, the service may say so.
            with contextlib.suppress(UnavailableError):
                await self._bus.call(_call("CloseNotification", "u", [number]), "")
        finally:
            self._closing.discard(number)

    def _body(self, request: Request, can: frozenset[str]) -> list[Any]:
        notification, picture = request.notification, request.picture
        actions = ["default", "", *(part for action in notification.actions for part in (action.id, action.title))]
        body = escaped(notification.body) if "body-markup" in can else notification.body
        timeout = -1 if notification.timeout is None else round(notification.timeout * 1000)
        return [
            self._program.name,
            request.replaces if request.replaces in self._shown else 0,
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
        # Anybody on the bus may send a signal to this program alone, and say in it what they like.
        match message.interface, message.member, message.body:
            case "org.freedesktop.DBus", "NameOwnerChanged", [str(name), str(old), str()]:
                if message.sender == BUS and name == _SERVICE and old:
                    self._lost()
            case "org.freedesktop.Notifications", member, [int(number), what]:
                shown = self._shown.get(number)
                if shown is not None and message.sender == shown.owner:
                    self._told(number, shown, member, what)
            case _:
                pass

    def _told(self, number: int, shown: _Shown, member: str | None, what: object) -> None:
        match member, what:
            case "ActionInvoked", str(action) if action in shown.actions:
                self._answered(number, action)
            case "ActivationToken", str(token) if len(token) <= _LONGEST_TOKEN:
                # On Wayland a program comes to the front only with this, which Qt takes from there.
                if QGuiApplication.platformName().startswith("wayland"):
                    os.environ["XDG_ACTIVATION_TOKEN"] = token
            case "NotificationClosed", int(reason):
                self._gone(number, _REASONS.get(reason, Dismissal.UNDEFINED))
            case _:
                pass

    def _begun(self, answer: Message, request: Request) -> None:
        number: int = answer.body[0]
        self._shown.pop(request.replaces, None)
        # Some put one in the place of another that says the same, unasked.
        self._gone(number, Dismissal.REPLACED)
        actions = frozenset({"default", *(action.id for action in request.notification.actions)})
        self._shown[number] = _Shown(request.listener, actions, answer.sender)
        if len(self._shown) > _MOST_KEPT:
            self._gone(next(iter(self._shown)), Dismissal.UNDEFINED)

    def _answered(self, number: int, action: str) -> None:
        # A service takes away what was answered, by the specification. dunst leaves it until its time is over, and KDE
        # says that the program closed it: so it goes at once, and for the reason that is known.
        self.close(number)
        listener = self._shown.pop(number).listener
        listener.clicked() if action == "default" else listener.acted(action)
        listener.gone(Dismissal.DISMISSED)

    def _gone(self, number: int, why: Dismissal) -> None:
        shown = self._shown.pop(number, None)
        if shown is not None:
            shown.listener.gone(why)

    def _lost(self) -> None:
        """The service has ended, and what it showed with it."""
        self._capabilities = None
        while self._shown:
            self._gone(next(iter(self._shown)), Dismissal.UNDEFINED)


def _call(member: str, signature: str = "", body: list[Any] | None = None) -> Message:
    return Message(
        destination=_SERVICE, path=_PATH, interface=_SERVICE, member=member, signature=signature, body=body or []
    )


def _pixels(image: QImage) -> list[Any]:
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return [rgba.width(), rgba.height(), rgba.bytesPerLine(), True, 8, 4, bytes(rgba.constBits())]
