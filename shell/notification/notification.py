"""A notification, as a program describes it."""

import enum
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from shell.notification.errors import NotificationError
from shell.value import frozen

LONGEST_TEXT = 4096
"""Characters of a title or a body that are shown; no desktop shows more."""
MOST_ACTIONS = 8
_LONGEST_TIMEOUT = 86_400.0 * 20
"""Seconds: D-Bus carries milliseconds in 32 bits."""


class Urgency(enum.StrEnum):
    """How much a notification disturbs. What that means the desktop says; critical ones mostly stay until answered."""

    LOW = "low"
    NORMAL = "normal"
    CRITICAL = "critical"


class Dismissal(enum.StrEnum):
    """Why a notification is no longer shown."""

    EXPIRED = "expired"
    """Its time was over."""
    DISMISSED = "dismissed"
    """The person put it away, or answered it."""
    CLOSED = "closed"
    """The program closed it."""
    REPLACED = "replaced"
    """Another one took its place."""
    UNDEFINED = "undefined"
    """The desktop does not say, or shows notifications no more."""


def _text(value: str) -> str:
    if not isinstance(value, str):
        raise NotificationError(f"expected text for a notification, got {type(value).__name__}: {value!r:.80}")
    # D-Bus takes neither of these.
    return value[:LONGEST_TEXT].replace("\0", "").encode(errors="replace").decode()


@frozen
class Action:
    """A button of a notification.

    Attributes:
        id: What handlers are told when it is pressed.
        title: What stands on it.
    """

    id: str = attrs.field(converter=_text)
    title: str = attrs.field(converter=_text)

    def __attrs_post_init__(self) -> None:
        if not self.id or self.id == "default":
            raise NotificationError(f'an action\'s id: expected a name other than "default", got {self.id!r}')
        if not self.title:
            raise NotificationError(f"the action {self.id!r} has no title")


def _urgency(value: Any) -> Urgency:
    try:
        return Urgency(value)
    except ValueError:
        raise NotificationError(f"urgency: expected {', '.join(Urgency)}, got {value!r}") from None


def _timeout(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_TIMEOUT:
        raise NotificationError(f"timeout: expected seconds from 0 to {_LONGEST_TIMEOUT:.0f}, got {value!r}")
    return float(value)


def _actions(value: Iterable[Action]) -> tuple[Action, ...]:
    actions = tuple(value)
    for action in actions:
        if not isinstance(action, Action):
            raise NotificationError(f"actions: expected each an Action(id, title), got {action!r}")
    if len({action.id for action in actions}) < len(actions):
        raise NotificationError("actions: two of them have the same id")
    if len(actions) > MOST_ACTIONS:
        raise NotificationError(f"actions: expected at most {MOST_ACTIONS}, got {len(actions)}")
    return actions


def _sound(value: str | Path | None) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str | Path):
        raise NotificationError(f"sound: expected a name or a file, got {type(value).__name__}")
    return _text(str(Path(value).absolute() if isinstance(value, Path) or "/" in value else value))


def _shortened(icon: object) -> str:
    return repr(icon)[:80]


@frozen
class Notification:
    """What is shown to the person. The desktop decides how, and whether all of it.

    Attributes:
        title: The first line.
        body: The rest, as plain text: nothing in it is taken for markup.
        icon: A picture: a file, the bytes of one, or a name in the desktop's icon theme, such as
            `dialog-information`. None stands for the program's own icon.
        urgency: How much it disturbs.
        sound: A sound to go with it: a name of the freedesktop sound theme such as `message-new-instant`, or a file.
        silent: Whether the desktop is asked to make no sound at all.
        timeout: Seconds until it goes; 0 keeps it until it is closed, None leaves it to the desktop.
        actions: Its buttons.

    Raises:
        NotificationError: One of these has a wrong type or value.
    """

    title: str = attrs.field(converter=_text)
    body: str = attrs.field(default="", converter=_text)
    icon: str | Path | bytes | None = attrs.field(default=None, repr=_shortened)
    urgency: Urgency = attrs.field(default=Urgency.NORMAL, converter=_urgency)
    sound: str | None = attrs.field(default=None, converter=_sound)
    silent: bool = False
    timeout: float | None = attrs.field(default=None, converter=_timeout)
    actions: tuple[Action, ...] = attrs.field(default=(), converter=_actions)

    def __attrs_post_init__(self) -> None:
        if self.icon is not None and not isinstance(self.icon, str | Path | bytes):
            raise NotificationError(f"icon: expected a file, a name or bytes, got {type(self.icon).__name__}")
