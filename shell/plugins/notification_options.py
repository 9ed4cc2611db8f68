"""What pages say of a notification: the options of the package, and those of the web."""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from shell.notification.errors import NotificationError
from shell.notification.notification import Action, Notification

_LARGEST_ICON = 4 * 1024 * 1024
"""Characters of an icon that a page hands over."""

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
    tag: str = ""
    actions: list[ActionArgument] = []  # msgspec copies it
    action_type_id: str | None = None
    group: str | None = None
    group_summary: bool = False
    extra: dict[str, Any] = {}
    silent: bool | None = None
    require_interaction: bool = False
    urgency: str = "normal"
    sound: str | None = None
    timeout: float | None = None

    def notification(self, title: str, types: Mapping[str, tuple[Action, ...]], *, files: bool) -> Notification:
        """What is shown.

        Args:
            title: The title where there is none.
            types: The buttons that `action_type_id` may name.
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
            actions=[Action(action.action, action.title) for action in self.actions]
            or types.get(self.action_type_id or "", ()),
        )

    def described(self, number: int, title: str) -> dict[str, Any]:
        """The notification as the package's functions hand it to pages.

        Args:
            number: Its number.
            title: The title that it is shown with.
        """
        return {
            "id": number,
            "tag": self.tag or None,
            "title": title,
            "body": self.body,
            "group": self.group,
            "groupSummary": self.group_summary,
            "data": {},
            "extra": self.extra,
            "attachments": [],
            "actionTypeId": self.action_type_id,
            "sound": self.sound,
        }


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
