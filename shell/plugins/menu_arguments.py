"""What `@tauri-apps/api` sends for items of menus, in its own form, and what becomes of it."""

from typing import Annotated, Literal

import msgspec

from shell.ipc import RefusedError, Session
from shell.menu import (
    CheckMenuItem,
    Container,
    IconMenuItem,
    Item,
    Menu,
    MenuItem,
    Predefined,
    PredefinedMenuItem,
    Submenu,
)
from shell.plugins.image_argument import ImageArgument
from shell.plugins.text import Text

type Kind = Literal["Menu", "MenuItem", "Predefined", "Submenu", "Check", "Icon"]

KINDS: dict[Kind, type[Item | Menu]] = {
    "Menu": Menu,
    "MenuItem": MenuItem,
    "Predefined": PredefinedMenuItem,
    "Submenu": Submenu,
    "Check": CheckMenuItem,
    "Icon": IconMenuItem,
}
_NAMES: dict[type, Kind] = {kind: name for name, kind in KINDS.items()}

type ItemText = Annotated[str, msgspec.Meta(max_length=256)]
"""The text of an item. Qt lays all those of a menu out at once."""

_LONGEST_LICENSE = 65_536
_MOST_AUTHORS = 1000
_LONGEST_ABOUT = 131_072
"""Characters of all that the dialog says."""
_MOST_LINES = 2048
"""Likewise. Qt takes each for a paragraph: 65,536 of them kept the core for 120 ms."""

type HeldItem = tuple[int, Kind]
"""The id of a resource, and what it is."""


class AboutArgument(msgspec.Struct, frozen=True, rename="camel"):
    """What the dialog about the program says."""

    name: Text | None = None
    version: Text | None = None
    short_version: Text | None = None
    authors: Annotated[list[Text], msgspec.Meta(max_length=_MOST_AUTHORS)] | None = None
    comments: Text | None = None
    copyright: Text | None = None
    license: Annotated[str, msgspec.Meta(max_length=_LONGEST_LICENSE)] | None = None
    website: Text | None = None
    website_label: Text | None = None
    credits: Text | None = None
    icon: ImageArgument | None = None

    def check(self) -> None:
        """Refuse more than anybody reads.

        Raises:
            RefusedError: It is.
        """
        texts = [text for name in self.__struct_fields__ if isinstance(text := getattr(self, name), str)]
        texts += self.authors or ()
        length = sum(map(len, texts))
        if length > _LONGEST_ABOUT:
            raise RefusedError(
                f"options.item.About: expected at most {_LONGEST_ABOUT} characters in all its texts, got {length}"
            )
        lines = sum(len(text.splitlines()) for text in texts)
        if lines > _MOST_LINES:
            raise RefusedError(
                f"options.item.About: expected at most {_MOST_LINES} lines in all its texts, got {lines}"
            )


class AboutChoice(msgspec.Struct, frozen=True, rename="pascal"):
    """`{"About": {…}}` or `{"About": null}`."""

    about: AboutArgument | None


class ItemArgument(msgspec.Struct, frozen=True):
    """An item that is to be made. What there is of it says which kind it is."""

    id: Text | None = None
    text: ItemText | None = None
    enabled: bool | None = None
    checked: bool | None = None
    accelerator: Text | None = None
    item: Predefined | AboutChoice | None = None
    icon: ImageArgument | None = None
    items: "list[ItemArgument | tuple[int, Kind]] | None" = None
    handler: str | None = None


def held(session: Session, rid: int, kind: Kind) -> Item | Menu:
    """What a page holds by a number.

    Raises:
        ResourceError: It holds nothing by that number, or something else.
    """
    return session.resources.get(rid, KINDS[kind])


def menu_held(session: Session, rid: int, kind: Kind) -> Container:
    """The menu or submenu that a page holds by a number.

    Raises:
        RefusedError: It is neither.
        ResourceError: The page holds nothing by that number, or something else.
    """
    found = held(session, rid, kind)
    if not isinstance(found, Container):
        raise RefusedError(f"the resource id {rid} is a {type(found).__name__}, which has no items")
    return found


def item_held(session: Session, rid: int, kind: Kind) -> Item:
    """The item that a page holds by a number.

    Raises:
        RefusedError: It is a menu, which is no item of another.
        ResourceError: The page holds nothing by that number, or something else.
    """
    found = held(session, rid, kind)
    if isinstance(found, Menu):
        raise RefusedError(f"the resource id {rid} is a Menu, which is no item of another; a Submenu is")
    return found


def hold(session: Session, item: Item) -> tuple[int, str, Kind]:
    """Let a page hold an item by a number.

    Raises:
        ResourceError: It holds too many already.
    """
    return session.resources.add(item), item.id, _NAMES[type(item)]
