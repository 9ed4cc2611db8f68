"""What pages have shown, kept apart by origin, and which documents hear what becomes of it."""

import asyncio
import collections
import random
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

import attrs

from shell.ipc import Channel, ChannelClosedError, RefusedError, Session, wire
from shell.notification.errors import NotificationError
from shell.notification.notification import Action, Dismissal
from shell.plugins.notification_options import ActionTypeArgument, OptionsArgument
from shell.value import frozen

if TYPE_CHECKING:
    from shell.notification.notifier import Notifier
    from shell.notification.presenter import Listener
    from shell.notification.shown import Handlers, ShownNotification

_MOST_SHOWN = 50
"""Of one origin at a time; a further one takes away the oldest."""
_MOST_TYPES = 100
_MOST_LISTENERS = 100
"""Of one document; each is sent all that there is of a notification."""

type Event = Literal["notification", "actionPerformed"]
"""What the package's `onNotificationReceived` and `onAction` listen to."""


@attrs.define(eq=False)
class _Listening:
    session: Session
    event: Event
    channel: Channel[Any]
    among: list["_Listening"]
    rid: int = 0

    def close(self) -> None:
        """The document has gone, or listens no more."""
        self.among.remove(self)
        self.channel.close()


@frozen(eq=False)
class _Origin:
    """What the pages of one origin have.

    Attributes:
        types: Buttons that notifications may have in common, by the name of their type.
        listeners: Who hears of what.
        shown: The notifications that are shown, by number, the oldest first.
        turn: Lets one be shown after another: the second of two that come at once finds the first.
        untold: What documents are still to be told, each by its channels, in order.
    """

    types: dict[str, tuple[Action, ...]] = attrs.field(factory=dict)
    listeners: list[_Listening] = attrs.field(factory=list)
    shown: dict[int, "tuple[ShownNotification, dict[str, Any]]"] = attrs.field(factory=dict)
    turn: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    untold: collections.deque[tuple[list[Channel[Any]], bytes]] = attrs.field(factory=collections.deque)

    def tell(self, event: Event, payload: dict[str, Any]) -> None:
        channels: dict[Session, list[Channel[Any]]] = {}
        for one in self.listeners:
            if one.event == event:
                channels.setdefault(one.session, []).append(one.channel)
        if not channels:
            return
        encoded = wire.encode_value(payload)
        idle = not self.untold
        self.untold.extend((of_document, encoded) for of_document in channels.values())
        if idle:
            self._tell_next()

    def _tell_next(self) -> None:
        # One document in each turn of the loop, the first at once: it may listen a hundred times.
        channels, encoded = self.untold.popleft()
        for channel in channels:
            with suppress(ChannelClosedError, RefusedError):
                channel.send_encoded(encoded)
        if self.untold:
            asyncio.get_running_loop().call_soon(self._tell_next)


class Deliveries:
    """Shows the notifications of pages, and knows which are shown.

    Args:
        notifier: Shows them.
        title: The title of those that have none.
    """

    def __init__(self, notifier: "Callable[[], Notifier]", title: str) -> None:
        self._notifier = notifier
        self._title = title
        self._origins: dict[str, _Origin] = {}

    async def show(
        self, origin: str, options: OptionsArgument, *, files: bool, page: "Listener | None" = None
    ) -> "ShownNotification":
        """Show a notification of a page.

        Args:
            origin: The page's origin.
            options: What is shown, and instead of what.
            files: Whether it may name files of this machine.
            page: Told what becomes of it, before those who listen to all.

        Raises:
            NotificationError: Something in the options is wrong.
        """
        own = self._of(origin)
        notification = options.notification(self._title, own.types, files=files)
        number = random.randrange(2**31) if options.id is None else options.id  # noqa: S311  # the package does too
        payload = options.described(number, notification)
        handlers = _handlers(own, payload, page)
        async with own.turn:
            old = next((own.shown[same][0] for same in _same(own, number, options.tag)), None)
            shown = await self._notifier().notify(notification, handlers, instead_of=old)
            if shown.dismissal is None:
                # It took the place of one, and may have the number of that and the tag of another.
                for same in _same(own, number, options.tag):
                    own.shown.pop(same)[0].close()
                own.shown[number] = shown, payload
        for oldest in list(own.shown)[:-_MOST_SHOWN]:
            own.shown[oldest][0].close()
        own.tell("notification", payload)
        return shown

    def active(self, origin: str) -> list[dict[str, Any]]:
        """What pages of an origin have shown, and is shown still."""
        return [payload for _, payload in self._of(origin).shown.values()]

    def remove(self, origin: str, numbers: Collection[int] | None) -> None:
        """Take away what is shown of these numbers, or all."""
        shown = self._of(origin).shown
        for number in list(shown):
            if numbers is None or number in numbers:
                shown[number][0].close()

    def register_types(self, origin: str, types: Iterable[ActionTypeArgument]) -> None:
        """Keep the buttons that later notifications of an origin may name.

        Raises:
            NotificationError: A button is wrong, or there are too many types.
        """
        own = self._of(origin)
        added = {one.id: tuple(Action(button.id, button.title) for button in one.actions) for one in types}
        if len(own.types | added) > _MOST_TYPES:
            raise NotificationError(f"action types: expected at most {_MOST_TYPES}")
        own.types.update(added)

    def listen(self, session: Session, event: Event, channel: Channel[Any]) -> None:
        """Tell a document of all that becomes of notifications of its origin.

        Raises:
            RefusedError: The document listens to too much already.
            ResourceError: It holds too much already.
        """
        listeners = self._of(session.caller.origin).listeners
        if sum(one.session is session for one in listeners) >= _MOST_LISTENERS:
            raise RefusedError(
                f"this page has {_MOST_LISTENERS} listeners to notifications already, and has ended none of them"
            )
        listening = _Listening(session, event, channel, listeners)
        listeners.append(listening)
        listening.rid = session.resources.add(listening)

    def unlisten(self, session: Session, event: Event, channel: int) -> None:
        """Tell a document nothing more of an event through the channel of a number."""
        for one in list(self._of(session.caller.origin).listeners):
            if one.session is session and one.event == event and one.channel.id == channel:
                session.resources.close(one.rid)

    def _of(self, origin: str) -> _Origin:
        return self._origins.setdefault(origin, _Origin())


def send(channel: Channel[Any], value: Any) -> None:
    """Send a value to a page that may have gone in this moment, or takes nothing: then there is nobody to tell."""
    try:
        channel.send(value)
    except (ChannelClosedError, RefusedError):
        return


def _same(own: _Origin, number: int, tag: str) -> list[int]:
    """Numbers of what is shown of this number, or with this tag."""
    entries = own.shown.items()
    return [other for other, (_, payload) in entries if other == number or (tag and payload["tag"] == tag)]


def _handlers(own: _Origin, payload: dict[str, Any], page: "Listener | None") -> "Handlers":
    # With the first one that is shown.
    from shell.notification.shown import Handlers  # noqa: PLC0415

    def clicked() -> None:
        if page is not None:
            page.clicked()
        own.tell("actionPerformed", {"actionId": "tap", "notification": payload})

    def acted(action: str) -> None:
        if page is not None:
            page.acted(action)
        own.tell("actionPerformed", {"actionId": action, "notification": payload})

    def gone(why: Dismissal) -> None:
        entry = own.shown.get(payload["id"])
        if entry is not None and entry[1] is payload:
            del own.shown[payload["id"]]
        if page is not None:
            page.gone(why)

    return Handlers(clicked, acted, gone)
