"""`plugin:notification|…`: notifications, as `@tauri-apps/plugin-notification` and the page's own `Notification` ask.

Of the package's commands Tauri has three on a desktop (crate tauri-plugin-notification, `commands.rs`); the others are
those of phones, and are answered as Tauri's desktop answers them. Where a page's own `Notification` leads, every page
may go as far as `PageNotifications` lets it.
"""

import asyncio
import base64
import binascii
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from shell.acl import Caller
from shell.ipc import Channel, ChannelClosedError, Command, RefusedError, ResourceError, Session
from shell.notification.errors import IconError, NotificationError, TooManyNotificationsError
from shell.notification.notification import Action, Dismissal, Notification
from shell.notification.notifier import Notifier
from shell.notification.pages import PageNotifications
from shell.notification.rate import Allowance
from shell.notification.shown import Handlers, ShownNotification
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing

log = logging.getLogger(__name__)

_ON_PHONES = (
    *("register_action_types", "register_listener", "cancel", "get_pending", "remove_active", "get_active"),
    *("check_permissions", "show", "batch", "list_channels", "delete_channel", "create_channel", "permission_state"),
)
_BURST = 20
_EVERY = 1.0
"""Seconds between two notifications of a webview that has shown more than `_BURST` of them at once."""
_LARGEST_ICON = 4 * 1024 * 1024
"""Characters of an icon that a page hands over."""


class ActionArgument(msgspec.Struct, frozen=True):
    """`{ action, title }`, as the web writes buttons."""

    action: str
    title: str


class OptionsArgument(msgspec.Struct, frozen=True, rename="camel"):
    """The options of a notification: what the package and the web call them. Those of phones are passed over.

    Attributes:
        timeout: Milliseconds, as pages count.
        tag: A later notification of the same tag takes the place of this one.
    """

    title: str | None = None
    body: str | None = None
    icon: str | None = None
    tag: str = ""
    actions: list[ActionArgument] = []  # msgspec copies it
    silent: bool | None = None
    require_interaction: bool = False
    urgency: str = "normal"
    sound: str | None = None
    timeout: float | None = None

    def notification(self, title: str, *, files: bool) -> Notification:
        """What is shown.

        Args:
            title: The title where there is none.
            files: Whether the icon and the sound may be files of this machine.

        Raises:
            NotificationError: Something in the options is wrong.
        """
        timeout = None if self.timeout is None else self.timeout / 1000
        if timeout is None and self.require_interaction:
            timeout = 0.0
        for what, value in (("icon", self.icon or ""), ("sound", self.sound or "")):
            if not files and not value.startswith("data:") and {"/", "\\", "."}.intersection(value):
                raise NotificationError(f"{what}: {value[:200]} could not be loaded by the page")
        return Notification(
            title=title if self.title is None else self.title,
            body=self.body or "",
            icon=_icon(self.icon),
            urgency=self.urgency,
            sound=self.sound or None,
            silent=bool(self.silent),
            timeout=timeout,
            actions=[Action(action.action, action.title) for action in self.actions],
        )


def _icon(icon: str | None) -> str | bytes | None:
    if icon is None or not icon.startswith("data:"):
        return icon or None
    if len(icon) > _LARGEST_ICON:
        raise NotificationError(f"icon: expected a picture of at most {_LARGEST_ICON * 3 // 4 >> 20} MiB")
    head, _, data = icon.partition(",")
    try:
        return base64.b64decode(data, validate=True) if head.endswith(";base64") else b""
    except binascii.Error as error:
        raise NotificationError(f"icon: {error}") from None


@contextmanager
def _refusing() -> Iterator[None]:
    with refusing(NotificationError):
        try:
            yield
        except IconError as error:
            # A page is not told what there is on this machine, nor what is no picture there.
            log.warning("a notification is not shown: %s", error)
            raise NotificationError("icon: not a picture that can be read") from None


class _OfPage:
    """A notification that a document is told of, for as long as there is this document."""

    def __init__(self, session: Session, on_event: Channel[Any]) -> None:
        self._session = session
        self._on_event = on_event
        self.shown: ShownNotification | None = None
        self.rid = session.resources.add(self)

    def handlers(self) -> Handlers:
        return Handlers(click=self._clicked, action=self._acted, close=self._gone)

    def close(self) -> None:
        """The document is gone, or the notification: it is told nothing more. What is shown stays."""
        if self.shown is not None:
            self.shown.release()
        self._on_event.close()

    def _clicked(self) -> None:
        self._send(["click", {}])

    def _acted(self, action: str) -> None:
        self._send(["action", {"action": action}])

    def _gone(self, why: Dismissal) -> None:
        self._send(["close", {"reason": str(why)}])
        if self._session.alive:
            self._session.resources.close(self.rid)

    def _send(self, event: list[Any]) -> None:
        try:
            self._on_event.send(event)
        except (ChannelClosedError, RefusedError):
            # The page has gone in this moment, or takes nothing: there is nobody to tell.
            return


def notification_plugin(notifier: Callable[[], Notifier], pages: Callable[[], PageNotifications], title: str) -> Plugin:
    """The commands of notifications.

    Args:
        notifier: Shows them.
        pages: Who may notify.
        title: The program's name, for notifications without a title.
    """
    plugin = Plugin("notification")
    allowances: dict[str, Allowance] = {}
    tagged: dict[tuple[str, str], ShownNotification] = {}
    tagging = asyncio.Lock()

    def spend(caller: Caller) -> None:
        if not allowances.setdefault(caller.webview, Allowance(_BURST, _EVERY)).take():
            raise TooManyNotificationsError(
                f"too many notifications: a page may show {_BURST} at once, and then one every {_EVERY:g} s"
            )

    @plugin.command
    async def notify(session: Session, options: OptionsArgument) -> None:
        with _refusing():
            notification = options.notification(title, files=True)
            spend(session.caller)
            shown = await notifier().notify(notification)
        if shown.problem is not None:
            raise RefusedError(f"{shown.problem}; the program shows it itself")

    @plugin.command
    async def request_permission(session: Session) -> str:
        return await pages().request(session.caller)

    @plugin.command
    async def is_permission_granted(session: Session) -> bool | None:
        state = pages().state(session.caller)
        return None if state == "default" else state == "granted"

    def register_of_phones(name: str) -> None:
        async def command() -> None:
            raise RefusedError(f"Command {name} not found: notifications have it on phones alone, as in Tauri")

        plugin.command(command, name=name)

    for name in _ON_PHONES:
        register_of_phones(name)

    async def show(own: _OfPage, notification: Notification, tag: tuple[str, str]) -> ShownNotification:
        if not tag[1]:
            return await notifier().notify(notification, own.handlers())
        # One after another: the second of two that come at once finds the first.
        async with tagging:
            shown = tagged[tag] = await notifier().notify(notification, own.handlers(), instead_of=tagged.get(tag))
            for old in [key for key, other in tagged.items() if other.dismissal is not None]:
                del tagged[old]
        return shown

    async def page_show(session: Session, options: OptionsArgument, on_event: Channel[Any]) -> dict[str, Any]:
        caller = session.caller
        if pages().state(caller) != "granted":
            raise RefusedError(pages().refusal(caller))
        with _refusing():
            notification = options.notification(title, files=pages().trusted(caller))
            spend(caller)
            own = _OfPage(session, on_event)
            try:
                own.shown = await show(own, notification, (caller.origin, options.tag))
            except BaseException:
                if session.alive:
                    session.resources.close(own.rid)
                raise
        return {"rid": own.rid, "problem": own.shown.problem}

    async def page_close(session: Session, rid: int) -> None:
        try:
            own = session.resources.get(rid, _OfPage)
        except ResourceError:
            # It is gone already, which the page may not have heard yet.
            return
        if own.shown is not None:
            own.shown.close()

    for function in (page_show, page_close):
        plugin.commands.add(Command(f"plugin:notification|{function.__name__}", function, open=True))
    return plugin
