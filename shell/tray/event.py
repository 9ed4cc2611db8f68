"""What a person does with a tray icon, in Tauri's terms (crate tauri, `tray/mod.rs`)."""

import enum
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from shell.background import Background
from shell.given import expect_function
from shell.value import frozen
from shell.window import Area, PhysicalPosition

log = logging.getLogger(__name__)


class TrayIconEventType(enum.StrEnum):
    """What happened.

    An icon that panels of Linux show (StatusNotifierItem) hears of clicks alone, and of no right click where the panel
    opens the menu itself; the old trays of X11 report everything. So does macOS and Windows of clicks.
    """

    CLICK = "Click"
    DOUBLE_CLICK = "DoubleClick"
    ENTER = "Enter"
    MOVE = "Move"
    LEAVE = "Leave"


class MouseButton(enum.StrEnum):
    """The button that was pressed or released."""

    LEFT = "Left"
    RIGHT = "Right"
    MIDDLE = "Middle"


class MouseButtonState(enum.StrEnum):
    """Whether it was pressed or released. A platform that reports whole clicks reports `DOWN` and then `UP`."""

    UP = "Up"
    DOWN = "Down"


@frozen
class TrayIconEvent:
    """A person did something with a tray icon.

    Attributes:
        type: What.
        id: The icon's id.
        position: Where the pointer was, in physical pixels of the desktop.
        rect: Where the icon is. Where the platform does not say, no more than the pointer's position, without a size.
        button: The button of a click or double click.
        button_state: Whether it was pressed or released, for a click.
    """

    type: TrayIconEventType
    id: str
    position: PhysicalPosition
    rect: Area
    button: MouseButton | None = None
    button_state: MouseButtonState | None = None

    def to_mapping(self) -> dict[str, Any]:
        """Write it as Tauri sends it to pages."""
        at, size = self.rect.position, self.rect.size
        mapping = {
            "type": self.type,
            "id": self.id,
            "position": {"x": self.position.x, "y": self.position.y},
            "rect": {
                "position": {"Physical": {"x": at.x, "y": at.y}},
                "size": {"Physical": {"width": size.width, "height": size.height}},
            },
        }
        if self.button is not None:
            mapping["button"] = self.button
        if self.button_state is not None:
            mapping["buttonState"] = self.button_state
        return mapping


type TrayIconHandler = Callable[[TrayIconEvent], object] | Callable[[TrayIconEvent], Awaitable[object]]
"""Called with each event; it may be a coroutine function."""


class Handlers:
    """Who hears of an icon's events."""

    def __init__(self) -> None:
        self._handlers: list[TrayIconHandler] = []
        self._background = Background()

    def add(self, handler: TrayIconHandler) -> None:
        """Call a function with each event from now on."""
        expect_function(handler, "a tray icon's handler", "event")
        self._handlers.append(handler)

    def remove(self, handler: TrayIconHandler) -> None:
        """Stop what `add` began."""
        self._handlers.remove(handler)

    def clear(self) -> None:
        """Let go of all of them."""
        self._handlers.clear()

    def tell(self, event: TrayIconEvent) -> None:
        """Call them one after another; what one raises is logged."""
        for handler in tuple(self._handlers):
            self._background.call(handler, event, log=log, name=f"a handler of the tray icon {event.id}")
