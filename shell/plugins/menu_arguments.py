"""What `@tauri-apps/api` sends for items of menus, in its own form, and what becomes of it."""

from typing import Literal

import msgspec
from PySide6.QtGui import QImage

from shell.ipc import Channel, RefusedError, Session
from shell.ipc.channel import callback_of
from shell.menu import (
    AboutMetadata,
    CheckMenuItem,
    Container,
    IconMenuItem,
    Item,
    Menu,
    MenuEvent,
    MenuHandler,
    MenuItem,
    Predefined,
    PredefinedMenuItem,
    Submenu,
)
from shell.plugins.image_argument import ImageArgument, image_of
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

type HeldItem = tuple[int, Kind]
"""The id of a resource, and what it is."""


class AboutArgument(msgspec.Struct, frozen=True, rename="camel"):
    """What the dialog about the program says."""

    name: Text | None = None
    version: Text | None = None
    short_version: Text | None = None
    authors: list[Text] | None = None
    comments: Text | None = None
    copyright: Text | None = None
    license: str | None = None
    website: Text | None = None
    website_label: Text | None = None
    credits: Text | None = None
    icon: ImageArgument | None = None


class AboutChoice(msgspec.Struct, frozen=True, rename="pascal"):
    """`{"About": {…}}` or `{"About": null}`."""

    about: AboutArgument | None


class ItemArgument(msgspec.Struct, frozen=True):
    """An item that is to be made. What there is of it says which kind it is."""

    id: Text | None = None
    text: Text | None = None
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


def made(argument: ItemArgument, kind: Kind, session: Session, action: MenuHandler | None = None) -> Item:
    """Make an item of a kind.

    Args:
        argument: The item as the page wants it.
        kind: Its kind.
        session: The page.
        action: Called when it is chosen.

    Raises:
        MenuError: It cannot be made so.
        RefusedError: There is no image in what was given for one, or an item inside is not there.
    """
    own_id, text, enabled = argument.id, argument.text or "", argument.enabled is not False
    match kind:
        case "Predefined":
            if argument.item is None:
                raise RefusedError(f"options.item: expected one of {', '.join(Predefined)}")
            return _predefined(argument.item, argument.text, session)
        case "Submenu":
            items = items_of(argument.items or (), session)
            icon = menu_icon(argument.icon, session)
            return Submenu(text, items, id=own_id, enabled=enabled, icon=icon)
        case "Check":
            keys, checked = argument.accelerator, argument.checked is True
            return CheckMenuItem(text, id=own_id, enabled=enabled, checked=checked, accelerator=keys, action=action)
        case "Icon":
            keys, icon = argument.accelerator, menu_icon(argument.icon, session)
            return IconMenuItem(text, icon=icon, id=own_id, enabled=enabled, accelerator=keys, action=action)
        case _:
            return MenuItem(text, id=own_id, enabled=enabled, accelerator=argument.accelerator, action=action)


def items_of(arguments: "list[ItemArgument | HeldItem] | tuple[()]", session: Session) -> list[Item]:
    """The items that a page means: those that it holds, and those that are to be made.

    Raises:
        MenuError: One cannot be made so.
        RefusedError: There is no image in what was given for one, one has no text, or one is no item.
        ResourceError: One that the page should hold is not there.
    """
    return [
        _new(argument, session) if isinstance(argument, ItemArgument) else item_held(session, *argument)
        for argument in arguments
    ]


def menu_icon(icon: ImageArgument | None, session: Session) -> QImage | None:
    """The picture of an item. One of macOS's own pictures, by its name, is none on other systems, as in Tauri.

    Raises:
        RefusedError: There is no image in it.
        ResourceError: The page holds no image of this id.
    """
    native = isinstance(icon, str) and icon in _NATIVE_ICONS
    return None if icon is None or native else image_of(icon, session)


def tells(channel: Channel[str]) -> MenuHandler:
    """What tells a page that an item was chosen, as long as the document is there that made it."""

    def tell(event: MenuEvent) -> None:
        if not channel.closed:
            channel.send(event.id)

    return tell


def _new(argument: ItemArgument, session: Session) -> Item:
    kind = _kind(argument)
    if argument.text is None and kind != "Predefined":
        name = "an item of a menu" if argument.id is None else f"the item {argument.id!r}"
        raise RefusedError(f"{name} needs a text")
    callback = callback_of(argument.handler)
    action = None if callback is None else tells(Channel(session, callback))
    return made(argument, kind, session, action)


def _kind(argument: ItemArgument) -> Kind:
    if argument.item is not None:
        return "Predefined"
    if argument.checked is not None:
        return "Check"
    if argument.items is not None:
        return "Submenu"
    return "MenuItem" if argument.icon is None else "Icon"


def _predefined(item: Predefined | AboutChoice, text: str | None, session: Session) -> PredefinedMenuItem:
    if isinstance(item, Predefined):
        return PredefinedMenuItem(item, text=text)
    if item.about is None:
        return PredefinedMenuItem(Predefined.ABOUT, text=text)
    given = {name: getattr(item.about, name) for name in item.about.__struct_fields__}
    icon = None if item.about.icon is None else image_of(item.about.icon, session)
    about = AboutMetadata(**{**given, "authors": tuple(item.about.authors or ()), "icon": icon})
    return PredefinedMenuItem(Predefined.ABOUT, text=text, about=about)


_NATIVE_ICONS = frozenset(
    {
        *("Add", "Advanced", "Bluetooth", "Bookmarks", "Caution", "ColorPanel", "ColumnView", "Computer"),
        *("EnterFullScreen", "Everyone", "ExitFullScreen", "FlowView", "Folder", "FolderBurnable"),
        *("FolderSmart", "FollowLinkFreestanding", "FontPanel", "GoLeft", "GoRight", "Home", "IChatTheater"),
        *("IconView", "Info", "InvalidDataFreestanding", "LeftFacingTriangle", "ListView", "LockLocked"),
        *("LockUnlocked", "MenuMixedState", "MenuOnState", "MobileMe", "MultipleDocuments", "Network", "Path"),
        *("PreferencesGeneral", "QuickLook", "RefreshFreestanding", "Refresh", "Remove", "RevealFreestanding"),
        *("RightFacingTriangle", "Share", "Slideshow", "SmartBadge", "StatusAvailable", "StatusNone"),
        *("StatusPartiallyAvailable", "StatusUnavailable", "StopProgressFreestanding", "StopProgress"),
        *("TrashEmpty", "TrashFull", "User", "UserAccounts", "UserGroup", "UserGuest"),
    }
)
"""The names of `NativeIcon`."""
