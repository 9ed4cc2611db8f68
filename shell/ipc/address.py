"""Addresses: whom an event is for, and what a listener listens as. The rules are Tauri v2's.

Where they come from: `emit_to` and `emit_filter` in `crates/tauri/src/manager/mod.rs` of Tauri, as they are since
listeners for any label hear what is sent to their label (tauri-apps/tauri#11581).
"""

import enum
from collections.abc import Collection
from typing import Annotated

import attrs
import msgspec

from shell.given import expect
from shell.ipc.errors import RefusedError

LONGEST_LABEL = 4096
"""Characters of a label that a page may name. It is sent to all that hear of it."""


class Target(enum.IntFlag):
    """What a listener listens as, and which of these an event is for. The values are bits of the wire format."""

    ANY = 1
    """As a listener: hears every event of the name, whomever it is for."""
    ANY_LABEL = 2
    """Any window or webview of the label."""
    APP = 4
    WINDOW = 8
    WEBVIEW = 16
    WEBVIEW_WINDOW = 32


ANYONE = Target.ANY | Target.ANY_LABEL | Target.APP | Target.WINDOW | Target.WEBVIEW | Target.WEBVIEW_WINDOW


@attrs.frozen
class Address:
    """Whom an event is for, or what a listener is.

    Attributes:
        kinds: For an event, all kinds of listener that it reaches; for a listener, its one kind.
        label: The window's or webview's label; empty where the kind has none.
    """

    kinds: Target
    label: str = ""

    def reaches(self, listener: "Address") -> bool:
        """Whether an event for this address is heard by `listener`."""
        if listener.kinds is Target.ANY or self.kinds is ANYONE:
            return True
        return bool(self.kinds & listener.kinds) and self.label == listener.label


def is_reached(listeners: Collection[Address], address: Address) -> bool:
    """Whether an event for an address is heard by one of the listeners, of which there may be many thousands."""
    if len(listeners) <= _FEW:
        return any(address.reaches(listener) for listener in listeners)
    if address.kinds is ANYONE or ANY in listeners:
        return True
    return any(Address(kind, address.label) in listeners for kind in address.kinds)


_FEW = 8

ANY = Address(Target.ANY)
"""As a listener: one that hears all."""
EVERYONE = Address(ANYONE)
APP = Address(Target.APP)


class EventTarget(msgspec.Struct, frozen=True):
    """A target as `@tauri-apps/api` writes it."""

    kind: str
    label: Annotated[str, msgspec.Meta(max_length=LONGEST_LABEL)] = ""

    def listener(self) -> Address:
        """What a listener with this target is.

        Raises:
            RefusedError: The kind is none of Tauri's.
        """
        kind = self._kind()
        return ANY if kind is Target.ANY else Address(kind, self.label)

    def address(self) -> Address:
        """Whom an event with this target reaches.

        Raises:
            RefusedError: The kind is none of Tauri's.
        """
        kind = self._kind()
        if kind is Target.ANY:
            return EVERYONE
        if kind is Target.ANY_LABEL:
            return labelled(self.label)
        return Address(kind if kind is Target.APP else kind | Target.ANY_LABEL, self.label)

    def _kind(self) -> Target:
        try:
            return _KINDS[self.kind]
        except KeyError:
            raise RefusedError(
                f"unknown event target {self.kind[:40]!r}; expected one of {', '.join(_KINDS)}"
            ) from None


_KINDS = {
    "Any": Target.ANY,
    "AnyLabel": Target.ANY_LABEL,
    "App": Target.APP,
    "Window": Target.WINDOW,
    "Webview": Target.WEBVIEW,
    "WebviewWindow": Target.WEBVIEW_WINDOW,
}


def labelled(label: str) -> Address:
    """Everything that has this label."""
    expect(label, str, "the label of a window", "a string")
    return Address(Target.ANY_LABEL | Target.WINDOW | Target.WEBVIEW | Target.WEBVIEW_WINDOW, label)


def of_window(label: str) -> Address:
    """Those who listen to a window's own events, such as `tauri://resize`."""
    return Address(Target.ANY_LABEL | Target.WINDOW | Target.WEBVIEW_WINDOW, label)


def of_webview(label: str) -> Address:
    """Those who listen to a webview's own events, such as `tauri://drag-drop`."""
    return Address(Target.ANY_LABEL | Target.WEBVIEW | Target.WEBVIEW_WINDOW, label)
