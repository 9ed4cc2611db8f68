"""What pages say of a notification: the options of the package, and those of the web."""

import base64
import logging
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from shell.notification.errors import NotificationError
from shell.notification.notification import Action, Notification
from shell.plugins.text import LONGEST_TEXT, Text

log = logging.getLogger(__name__)

_LARGEST_EXTRA = 32 * 1024
"""Bytes of JSON that go with a notification. All that listen are sent them."""
_MOST_LISTED = 100
_LARGEST_ICON = 4 * 1024 * 1024
"""Characters of an icon that a page hands over."""

_NOTHING = msgspec.Raw(b"{}")

type Number = Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]
"""How the package counts notifications: in 32 bits."""


class ActionArgument(msgspec.Struct, frozen=True):
    """`{ action, title }`, as the web writes buttons."""

    action: str
    title: str


class ActionTypeArgument(msgspec.Struct, frozen=True):
    """`{ id, actions: [{ id, title }] }`, as the package writes buttons that several notifications have."""

    class Button(msgspec.Struct, frozen=True):
        """One of them."""

        id: str
        title: str

    id: str
    actions: list[Button]


class OptionsArgument(msgspec.Struct, frozen=True, rename="camel"):
    """The options of a notification: what the package and the web call them. Those of phones are passed over.

    Attributes:
        id: The package's number. A later notification of the same number takes the place of this one.
        tag: The web's name for it, to the same end.
        timeout: Milliseconds, as pages count.
    """

    title: str | None = None
    body: str | None = None
    icon: str | None = None
    id: Number | None = None
    tag: Text = ""
    actions: Annotated[list[ActionArgument], msgspec.Meta(max_length=_MOST_LISTED)] = []  # msgspec copies it
    action_type_id: Text | None = None
    group: Text | None = None
    group_summary: bool = False
    extra: msgspec.Raw = _NOTHING
    silent: bool | None = None
    require_interaction: bool = False
    urgency: Text = "normal"
    sound: Text | None = None
    timeout: float | None = None

    def notification(self, title: str, types: Mapping[str, tuple[Action, ...]], *, files: bool) -> Notification:
        """What is shown.

        Args:
            title: The title where there is none.
            types: The buttons that `action_type_id` may name.
            files: Whether the icon and the sound may be files of this machine. Such an icon is left out otherwise.

        Raises:
            NotificationError: Something in the options is wrong.
        """
        timeout = None if self.timeout is None else self.timeout / 1000
        if timeout is None and self.require_interaction:
            timeout = 0.0
        if len(self.extra) > _LARGEST_EXTRA:
            raise NotificationError(f"extra: expected at most {_LARGEST_EXTRA} bytes of JSON, got {len(self.extra)}")
        if not (extra := bytes(self.extra)).startswith(b"{"):
            raise NotificationError(f"extra: expected an object, got {extra[:100].decode(errors='replace')}")
        icon, sound = self.icon, self.sound
        if not files and sound is not None and _is_file(sound):
            raise NotificationError(f"sound: {sound[:200]} could not be loaded by the page")
        if not files and icon is not None and not icon.startswith("data:") and _is_file(icon[:LONGEST_TEXT]):
            log.warning("a notification has the program's icon: icon: %r could not be loaded by the page", icon[:200])
            icon = None
        return Notification(
            title=title if self.title is None else self.title,
            body=self.body or "",
            icon=_icon(icon),
            urgency=self.urgency,
            sound=sound or None,
            silent=bool(self.silent),
            timeout=timeout,
            actions=[Action(action.action, action.title) for action in self.actions]
            or types.get(self.action_type_id or "", ()),
        )

    def described(self, number: int, shown: Notification) -> dict[str, Any]:
        """The notification as the package's functions hand it to pages.

        Args:
            number: Its number.
            shown: What is shown.
        """
        return {
            "id": number,
            "tag": self.tag or None,
            "title": shown.title,
            "body": None if self.body is None else shown.body,
            "group": self.group,
            "groupSummary": self.group_summary,
            "data": {},
            # Of its own: it would keep all that the page has sent.
            "extra": self.extra.copy(),
            "attachments": [],
            "actionTypeId": self.action_type_id,
            "sound": self.sound,
        }


def _is_file(name: str) -> bool:
    return not {"/", "\\", "."}.isdisjoint(name)


def _icon(icon: str | None) -> str | bytes | None:
    if icon is None or not icon.startswith("data:"):
        if icon is not None and len(icon) > LONGEST_TEXT:
            raise NotificationError(f"icon: expected at most {LONGEST_TEXT} characters, got {len(icon)}")
        return icon or None
    if len(icon) > _LARGEST_ICON:
        raise NotificationError(f"icon: expected a picture of at most {_LARGEST_ICON * 3 // 4 >> 20} MiB")
    head, _, data = icon.partition(",")
    try:
        return base64.b64decode(data, validate=True) if head.endswith(";base64") else b""
    except ValueError:
        # Bytes of no picture, as others are.
        return b""
