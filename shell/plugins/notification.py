"""`plugin:notification|…`: notifications, as `@tauri-apps/plugin-notification` and the page's own `Notification` ask.

Of the package's commands Tauri has three on a desktop (crate tauri-plugin-notification, `commands.rs`). Those that mean
something here are here too: buttons that several notifications have, what is shown and takes it away, and listeners.
The others plan notifications and sort them, which phones alone do, and are answered as Tauri's desktop answers them.
"""

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from shell.ipc import Channel, Command, RefusedError, ResourceError, Session
from shell.notification.errors import NotificationError
from shell.notification.notification import Dismissal
from shell.notification.notifications import Notifications
from shell.plugins.notification_delivery import Deliveries, Event, send
from shell.plugins.notification_options import ActionTypeArgument, Number, OptionsArgument
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing
from shell.window import Window

if TYPE_CHECKING:
    from shell.notification.shown import ShownNotification

_ON_PHONES = (
    *("cancel", "get_pending", "check_permissions", "permission_state", "show", "batch"),
    *("list_channels", "delete_channel", "create_channel"),
)


class ShownArgument(msgspec.Struct, frozen=True):
    """`{ id }`, which says what is to be taken away."""

    id: Number


class _OfPage:
    """A notification that a document is told of, for as long as there is this document."""

    def __init__(self, session: Session, on_event: Channel[Any], answered: weakref.WeakSet[Session]) -> None:
        self._session = session
        self._on_event = on_event
        self._answered = answered
        self._held = True
        self.shown: ShownNotification | None = None
        self.rid = session.resources.add(self)

    def let_go(self) -> None:
        """End it, where the document still holds it."""
        if self._held:
            self._session.resources.close(self.rid)

    def close(self) -> None:
        """The document is gone, or lets go of it: it is told nothing more. What is shown stays."""
        self._held = False
        self._on_event.close()

    def clicked(self) -> None:
        """See `Listener`."""
        self._answered.add(self._session)
        send(self._on_event, ["click", {}])

    def acted(self, action: str) -> None:
        """See `Listener`."""
        send(self._on_event, ["action", {"action": action}])

    def gone(self, why: Dismissal) -> None:
        """See `Listener`."""
        send(self._on_event, ["close", {"reason": str(why)}])
        self.let_go()


def notification_plugin(notifications: Callable[[], Notifications], title: str) -> Plugin:
    """The commands of notifications.

    Args:
        notifications: What the running program has of them.
        title: The program's name, for notifications without a title.
    """
    plugin = Plugin("notification")
    deliveries = Deliveries(lambda: notifications().notifier, title)
    answered: weakref.WeakSet[Session] = weakref.WeakSet()

    @plugin.command
    async def notify(session: Session, options: OptionsArgument) -> None:
        with refusing(NotificationError):
            notifications().allowances.spend(session.caller.origin)
            shown = await deliveries.show(session.caller.origin, options, files=True)
        if shown.problem is not None:
            raise RefusedError(f"{shown.problem}; the program shows it itself")

    @plugin.command
    async def request_permission(session: Session) -> str:
        return await notifications().pages.request(session.caller)

    @plugin.command
    async def is_permission_granted(session: Session) -> bool | None:
        state = notifications().pages.state(session.caller)
        return None if state == "default" else state == "granted"

    @plugin.command
    async def register_action_types(session: Session, types: list[ActionTypeArgument]) -> None:
        with refusing(NotificationError):
            deliveries.register_types(session.caller.origin, types)

    @plugin.command
    async def get_active(session: Session) -> list[dict[str, Any]]:
        return deliveries.active(session.caller.origin)

    @plugin.command
    async def remove_active(session: Session, notifications: list[ShownArgument] | None = None) -> None:
        numbers = None if notifications is None else {one.id for one in notifications}
        deliveries.remove(session.caller.origin, numbers)

    @plugin.command
    async def register_listener(session: Session, event: Event, handler: Channel[Any]) -> None:
        deliveries.listen(session, event, handler)

    @plugin.command
    async def remove_listener(session: Session, event: Event, channel_id: int) -> None:
        deliveries.unlisten(session, event, channel_id)

    def register_of_phones(name: str) -> None:
        async def command() -> None:
            raise RefusedError(f"Command {name} not found: notifications have it on phones alone, as in Tauri")

        plugin.command(command, name=name)

    for name in _ON_PHONES:
        register_of_phones(name)

    async def page_show(session: Session, options: OptionsArgument, on_event: Channel[Any]) -> dict[str, Any]:
        caller, pages = session.caller, notifications().pages
        if pages.state(caller) != "granted":
            raise RefusedError(pages.refusal(caller))
        with refusing(NotificationError):
            notifications().allowances.spend(caller.origin)
            own = _OfPage(session, on_event, answered)
            try:
                own.shown = await deliveries.show(caller.origin, options, files=pages.trusted(caller), page=own)
            except BaseException:
                own.let_go()
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

    async def page_focus(session: Session, window: Window) -> None:
        if session not in answered:
            raise RefusedError("a page comes to the front by its notification only where the person pressed one")
        answered.discard(session)
        window.show()
        window.set_focus()

    for function in (page_show, page_close, page_focus):
        plugin.commands.add(Command(f"plugin:notification|{function.__name__}", function, open=True))
    return plugin
