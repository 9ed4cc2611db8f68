"""Menus in a configuration: a list of items, in the form that `@tauri-apps/api` has for them, too."""

import enum
from typing import Annotated, Any

from shell.config.errors import Gathered, JsonPath, Mistakes
from shell.config.readers import list_of
from shell.config.record import record
from shell.config.values import FilePath
from shell.value import frozen


class Predefined(enum.StrEnum):
    """What a predefined item can stand for, by Tauri's names."""

    SEPARATOR = "Separator"
    COPY = "Copy"
    CUT = "Cut"
    PASTE = "Paste"
    SELECT_ALL = "SelectAll"
    UNDO = "Undo"
    REDO = "Redo"
    MINIMIZE = "Minimize"
    MAXIMIZE = "Maximize"
    FULLSCREEN = "Fullscreen"
    HIDE = "Hide"
    HIDE_OTHERS = "HideOthers"
    SHOW_ALL = "ShowAll"
    CLOSE_WINDOW = "CloseWindow"
    QUIT = "Quit"
    SERVICES = "Services"
    BRING_ALL_TO_FRONT = "BringAllToFront"
    ABOUT = "About"


_HAS_NO = (
    ("item", "a predefined item", ("id", "enabled", "checked", "accelerator", "icon", "items")),
    ("items", "a submenu", ("checked", "accelerator")),
    ("checked", "an item with a check mark", ("icon",)),
)
"""The key that says what an item is, what it is then, and which keys that has not."""


def read_items(value: Any, at: JsonPath) -> "tuple[MenuItemConfig, ...]":
    """Read the items of a menu.

    Raises:
        Mistakes: Not a list of items, an item without a text, or with keys that do not go together.
    """
    return list_of(_read_item, "a list of menu items")(value, at)


@frozen(kw_only=True)
class MenuItemConfig:
    """An item of a menu. What is said of it says which kind it is.

    Attributes:
        text: What it says; `&` marks the letter that chooses it. Only a predefined item may do without.
        id: Its name for the program.
        enabled: Whether it can be chosen; None: it can.
        accelerator: Keys that choose it, such as `CmdOrCtrl+Shift+K`.
        checked: Whether it is checked, of an item that has a check mark.
        icon: The picture before its text, relative to the configuration.
        items: What is in it, of a submenu.
        item: What it stands for, of a predefined item, such as `Copy`.
    """

    text: str | None = None
    id: str | None = None
    enabled: bool | None = None
    accelerator: str | None = None
    checked: bool | None = None
    icon: FilePath | None = None
    items: Annotated[tuple["MenuItemConfig", ...], read_items] | None = None
    item: Predefined | None = None


def _read_item(value: Any, at: JsonPath) -> MenuItemConfig:
    read = record(MenuItemConfig)(value, at)
    gathered = Gathered()
    for key, what, others in _HAS_NO:
        for other in others:
            with gathered:
                if getattr(read, key) is not None and getattr(read, other) is not None:
                    raise Mistakes.one((*at, other), f'{what}, which "{key}" makes it, has no "{other}"')
    with gathered:
        if read.text is None and read.item is None:
            raise Mistakes.one((*at, "text"), "this key is required")
    gathered.check()
    return read
