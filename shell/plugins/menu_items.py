"""Makes the items of menus that pages ask for: little by little, and no more of them than can be shown at once."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from weakref import WeakKeyDictionary, WeakSet

from PySide6.QtGui import QImage

from shell.ipc import Channel, RefusedError, Session
from shell.ipc.channel import callback_of
from shell.menu import (
    AboutMetadata,
    CheckMenuItem,
    Container,
    IconMenuItem,
    Item,
    MenuError,
    MenuEvent,
    MenuHandler,
    MenuItem,
    Predefined,
    PredefinedMenuItem,
    Submenu,
)
from shell.menu.container import MAX_DEPTH
from shell.plugins.image_argument import ImageArgument, image_of
from shell.plugins.menu_arguments import AboutChoice, HeldItem, ItemArgument, Kind, item_held

MOST_IN_MENU = 128
"""Items of a menu that a page fills. Qt lays all of them out when it is opened."""

MOST_IN_BAR = 32
"""Items of a bar itself. Qt goes through all of them each time that one is added."""

MOST_IN_ALL = 300
"""Likewise with those of its submenus, and theirs."""

MOST_ABOVE = 32
"""Menus that an item is in, with those that these are in: all of them are gone through when it changes."""

MOST_TEXT = 4096
"""Characters of all items of a menu together: of some scripts Qt lays out five hundred in a millisecond."""

type Opener = Callable[[Session, str], Callable[[str], object] | None]
"""What opens an address in the person's browser for a page; None where it may not have that opened."""

_ICON = 64
"""Pixels of the side of an item's picture: menus show sixteen, or four times as many where a screen is very fine."""


class ItemMaker:
    """Makes items, and keeps count of those that each document has.

    Args:
        opener: Says what opens the website of a page's dialog about the program.
    """

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._made: WeakKeyDictionary[Session, WeakSet[Item]] = WeakKeyDictionary()

    async def make(
        self, argument: ItemArgument, kind: Kind, session: Session, action: MenuHandler | None = None
    ) -> Item:
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
        return await self._making(session).make(argument, kind, action)

    async def make_all(self, arguments: Sequence[ItemArgument | HeldItem], session: Session) -> list[Item]:
        """The items that a page means: those that it holds, and those that are to be made.

        Raises:
            MenuError: One cannot be made so, or there are too many.
            RefusedError: There is no image in what was given for one, one has no text, or one is no item.
            ResourceError: One that the page should hold is not there.
        """
        return await self._making(session).make_all(arguments)

    def _making(self, session: Session) -> "_Making":
        return _Making(session, self._made.setdefault(session, WeakSet()), self._opener)


class _Making:
    """Makes what one call asks for, a slice of it in each turn of the loop."""

    def __init__(self, session: Session, made: WeakSet[Item], opener: Opener) -> None:
        self._session = session
        self._made = made
        self._opener = opener
        self._count = 0
        self._depth = 0
        self._until = time.monotonic() + session.limits.slice_time

    async def make_all(self, arguments: Sequence[ItemArgument | HeldItem]) -> list[Item]:
        if len(arguments) > MOST_IN_MENU:
            raise _too_many(len(arguments))
        items = []
        for argument in arguments:
            if isinstance(argument, ItemArgument):
                items.append(await self._make_inside(argument))
            else:
                items.append(item_held(self._session, *argument))
        return items

    async def make(self, argument: ItemArgument, kind: Kind, action: MenuHandler | None) -> Item:
        self._count += 1
        most = self._session.limits.menu_items
        if self._count > MOST_IN_ALL:
            raise MenuError(f"a menu of a page has at most {MOST_IN_ALL} items with those of its submenus")
        if len(self._made) >= most:
            raise MenuError(f"the menus of this page have {most} items already (App's limits.menu_items)")
        if time.monotonic() > self._until:
            await asyncio.sleep(0)
            self._until = time.monotonic() + self._session.limits.slice_time
        item = await self._made_as(argument, kind, action)
        self._made.add(item)
        return item

    async def _make_inside(self, argument: ItemArgument) -> Item:
        kind = _kind(argument)
        if argument.text is None and kind != "Predefined":
            name = "an item of a menu" if argument.id is None else f"the item {argument.id!r}"
            raise RefusedError(f"{name} needs a text")
        callback = callback_of(argument.handler)
        action = None if callback is None else tells(Channel(self._session, callback))
        return await self.make(argument, kind, action)

    async def _made_as(self, argument: ItemArgument, kind: Kind, action: MenuHandler | None) -> Item:
        own_id, text, enabled = argument.id, argument.text or "", argument.enabled is not False
        match kind:
            case "Predefined":
                if argument.item is None:
                    raise RefusedError(f"options.item: expected one of {', '.join(Predefined)}")
                return await self._predefined(argument.item, argument.text)
            case "Submenu":
                self._depth += 1
                if self._depth > MAX_DEPTH:
                    raise MenuError(f"more than {MAX_DEPTH} menus cannot be inside one another")
                items = await self.make_all(argument.items or ())
                self._depth -= 1
                check_room(None, items)
                icon = await menu_icon(argument.icon, self._session)
                return Submenu(text, items, id=own_id, enabled=enabled, icon=icon)
            case "Check":
                keys, checked = argument.accelerator, argument.checked is True
                return CheckMenuItem(text, id=own_id, enabled=enabled, checked=checked, accelerator=keys, action=action)
            case "Icon":
                keys, icon = argument.accelerator, await menu_icon(argument.icon, self._session)
                return IconMenuItem(text, icon=icon, id=own_id, enabled=enabled, accelerator=keys, action=action)
            case _:
                return MenuItem(text, id=own_id, enabled=enabled, accelerator=argument.accelerator, action=action)

    async def _predefined(self, item: Predefined | AboutChoice, text: str | None) -> PredefinedMenuItem:
        if isinstance(item, Predefined):
            return PredefinedMenuItem(item, text=text)
        if item.about is None:
            return PredefinedMenuItem(Predefined.ABOUT, text=text)
        item.about.check()
        given = {name: getattr(item.about, name) for name in item.about.__struct_fields__}
        icon = None if item.about.icon is None else await image_of(item.about.icon, self._session)
        given |= {"authors": tuple(item.about.authors or ()), "icon": icon}
        if website := item.about.website:
            open_website = self._opener(self._session, website)
            if open_website is None:
                # As text, and so that a person sees where a label would lead.
                label = item.about.website_label
                given |= {"website": None, "website_label": f"{label}\n{website}" if label else website}
            given["open_website"] = open_website
        about = AboutMetadata(**given)
        return PredefinedMenuItem(Predefined.ABOUT, text=text, about=about)


def check_room(menu: Container | None, items: Iterable[Item], *, in_bar: bool = False) -> None:
    """Keep a page from putting more into a menu than can be shown at once.

    Args:
        menu: The menu; `None` for one that is made with them.
        items: What it wants to put there.
        in_bar: Whether the menu is a window's bar, or will be that of those to come.

    Raises:
        MenuError: It is too much.
    """
    added = list(items)
    many = len(added) + (0 if menu is None else len(menu.items()))
    if many > MOST_IN_MENU:
        raise _too_many(many)
    if in_bar:
        check_bar(many)
    check_texts([*(() if menu is None else menu.items()), *added])
    # First of all, as what follows goes through all that is inside.
    menus, inside = _inside((item for item in added if isinstance(item, Container)), len(added))
    above: set[Container] = set() if menu is None else _menus_above([menu])
    for top in above:
        if not top.parents:
            _inside([top], inside)
    for item in (*added, *(menu for menu in menus if isinstance(menu, Item))):
        if (higher := len(above | _menus_above(item.parents)) + (menu is None)) > MOST_ABOVE:
            raise MenuError(
                f"an item of a page is in at most {MOST_ABOVE} menus, with those that these are in, "
                f"and the item {item.id!r} would be in {higher}"
            )


def check_bar(many: int) -> None:
    """Keep a page from making a bar of a menu with more items than can be shown at once.

    Raises:
        MenuError: It has.
    """
    if many > MOST_IN_BAR:
        raise MenuError(f"the bar of a page has at most {MOST_IN_BAR} items, and this one would have {many}")


def check_texts(items: Iterable[Item], changed: int = 0) -> None:
    """Keep a page from writing more into a menu than can be laid out at once.

    Args:
        items: What is in the menu.
        changed: How many characters are added to what they have.

    Raises:
        MenuError: It is too much.
    """
    many = changed + sum(len(item.text()) for item in items if isinstance(item, _WITH_TEXT))
    if many > MOST_TEXT:
        raise MenuError(
            f"the texts of a menu of a page have at most {MOST_TEXT} characters together, and these would have {many}"
        )


_WITH_TEXT = (MenuItem, Submenu, PredefinedMenuItem)


def _too_many(count: int) -> MenuError:
    return MenuError(f"a menu of a page has at most {MOST_IN_MENU} items, and this one would have {count}")


def _inside(menus: Iterable[Container], beside: int) -> tuple[set[Container], int]:
    """Menus with those inside them, and how many items these have with those beside them.

    Raises:
        MenuError: They are too many. No more of them is gone through then.
    """
    seen = set(menus)
    rest = [*seen]
    many = beside
    while rest:
        items = rest.pop().items()
        many += len(items)
        if many > MOST_IN_ALL:
            raise MenuError(
                f"a menu of a page has at most {MOST_IN_ALL} items with those of its submenus, "
                "and this one would have more"
            )
        for item in items:
            if isinstance(item, Container) and item not in seen:
                seen.add(item)
                rest.append(item)
    return seen, many


def _menus_above(menus: Iterable[Container]) -> set[Container]:
    """Menus, and those that they are in."""
    seen = set(menus)
    rest = [*seen]
    while rest:
        for menu in rest.pop().parents:
            if menu not in seen:
                seen.add(menu)
                rest.append(menu)
    return seen


async def menu_icon(icon: ImageArgument | None, session: Session) -> QImage | None:
    """The picture of an item. One of macOS's own pictures, by its name, is none on other systems, as in Tauri.

    Raises:
        RefusedError: There is no image in it.
        ResourceError: The page holds no image of this id.
    """
    native = isinstance(icon, str) and icon in _NATIVE_ICONS
    return None if icon is None or native else await image_of(icon, session, _ICON)


def tells(channel: Channel[str]) -> MenuHandler:
    """What tells a page that an item was chosen, as long as the document is there that made it."""

    def tell(event: MenuEvent) -> None:
        if not channel.closed:
            channel.send(event.id)

    return tell


def _kind(argument: ItemArgument) -> Kind:
    if argument.item is not None:
        return "Predefined"
    if argument.checked is not None:
        return "Check"
    if argument.items is not None:
        return "Submenu"
    return "MenuItem" if argument.icon is None else "Icon"


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
