"""`plugin:menu|…`: menus and their items, as the `menu` module of `@tauri-apps/api` calls for them.

An item that is made here and has an action tells the document that made it, and no other, when it is chosen.
"""

from collections.abc import Callable, Mapping

from shell.image import ImageError
from shell.ipc import Channel, RefusedError, Session
from shell.menu import (
    CheckMenuItem,
    Container,
    IconMenuItem,
    Item,
    Menu,
    MenuError,
    MenuItem,
    Menus,
    PredefinedMenuItem,
    Submenu,
)
from shell.menu.default import default_menu
from shell.plugins.image_argument import ImageArgument
from shell.plugins.menu_arguments import (
    HeldItem,
    ItemArgument,
    ItemText,
    Kind,
    held,
    hold,
    item_held,
    menu_held,
)
from shell.plugins.menu_items import ItemMaker, Opener, check_bar, check_room, check_texts, menu_icon, tells
from shell.plugins.order import in_order
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing
from shell.plugins.text import Text
from shell.plugins.window_arguments import PositionArgument
from shell.window import Window


def menu_plugin(menus: Callable[[], Menus], windows: Mapping[str, Window], *, title: str, opener: Opener) -> Plugin:
    """The commands of menus.

    Args:
        menus: Gives the menus of the program and its windows.
        windows: The windows that there are, by label.
        title: What people call the program.
        opener: Says what opens the website of a page's dialog about the program.
    """
    plugin = Plugin("menu")
    maker = ItemMaker(opener)

    def find(own: Window, label: str | None) -> Window:
        if label is None:
            return own
        if label not in windows:
            raise RefusedError(f'window not found: no window has the label "{label[:100]}"')
        return windows[label]

    async def items_for(
        session: Session, rid: int, kind: Kind, items: list[ItemArgument | HeldItem]
    ) -> tuple[Container, list[Item]]:
        menu = menu_held(session, rid, kind)
        added = await maker.make_all(items, session)
        # That of the program is in no bar while each window has one of its own.
        check_room(menu, added, in_bar=menu.in_bar or menus().app_menu is menu)
        return menu, added

    def bar_held(session: Session, rid: int) -> Menu:
        menu = session.resources.get(rid, Menu)
        with refusing(MenuError):
            check_bar(len(menu.items()))
        return menu

    def hold_menu(session: Session, menu: Menu | None) -> tuple[int, str] | None:
        return None if menu is None else (session.resources.add(menu), menu.id)

    @plugin.command
    @in_order
    async def new(
        session: Session, kind: Kind, handler: Channel[str], options: ItemArgument | None = None
    ) -> tuple[int, str]:
        options = options or ItemArgument()
        with refusing(MenuError, ImageError):
            if kind == "Menu":
                items = await maker.make_all(options.items or (), session)
                check_room(None, items)
                menu = Menu(items, id=options.id)
                return session.resources.add(menu), menu.id
            # The channel of what nobody chooses ends with this call, and the page lets go of its side.
            return hold(session, await maker.make(options, kind, session, tells(handler)))[:2]

    @plugin.command
    @in_order
    async def create_default(session: Session) -> tuple[int, str]:
        menu = default_menu(title)
        return session.resources.add(menu), menu.id

    # What is in a menu.

    @plugin.command
    @in_order
    async def append(session: Session, rid: int, kind: Kind, items: list[ItemArgument | HeldItem]) -> None:
        with refusing(MenuError, ImageError):
            menu, added = await items_for(session, rid, kind, items)
            menu.append(*added)

    @plugin.command
    @in_order
    async def prepend(session: Session, rid: int, kind: Kind, items: list[ItemArgument | HeldItem]) -> None:
        with refusing(MenuError, ImageError):
            # As Tauri puts them one after another at the beginning, the last of them comes first.
            menu, added = await items_for(session, rid, kind, items)
            menu.prepend(*reversed(added))

    @plugin.command
    @in_order
    async def insert(
        session: Session, rid: int, kind: Kind, items: list[ItemArgument | HeldItem], position: int
    ) -> None:
        with refusing(MenuError, ImageError):
            menu, added = await items_for(session, rid, kind, items)
            menu.insert(position, *added)

    @plugin.command
    @in_order
    async def remove(session: Session, rid: int, kind: Kind, item: HeldItem) -> None:
        with refusing(MenuError):
            menu_held(session, rid, kind).remove(item_held(session, *item))

    @plugin.command
    @in_order
    async def remove_at(session: Session, rid: int, kind: Kind, position: int) -> tuple[int, str, Kind]:
        with refusing(MenuError):
            return hold(session, menu_held(session, rid, kind).remove_at(position))

    @plugin.command
    @in_order
    async def items(session: Session, rid: int, kind: Kind) -> list[tuple[int, str, Kind]]:
        return [hold(session, item) for item in menu_held(session, rid, kind).items()]

    @plugin.command
    @in_order
    async def get(session: Session, rid: int, kind: Kind, id: str) -> tuple[int, str, Kind] | None:  # noqa: A002
        item = menu_held(session, rid, kind).get(id)
        return None if item is None else hold(session, item)

    # Where it is shown.

    @plugin.command
    @in_order
    async def popup(
        session: Session,
        own: Window,
        rid: int,
        kind: Kind,
        window: str | None = None,
        at: PositionArgument | None = None,
    ) -> None:
        menu = menu_held(session, rid, kind)
        menus().popup(menu, find(own, window), None if at is None else at.value())

    @plugin.command
    @in_order
    async def set_as_app_menu(session: Session, rid: int) -> tuple[int, str] | None:
        return hold_menu(session, menus().set_app_menu_in_turns(bar_held(session, rid)))

    @plugin.command
    @in_order
    async def set_as_window_menu(
        session: Session, own: Window, rid: int, window: str | None = None
    ) -> tuple[int, str] | None:
        menu = bar_held(session, rid)
        return hold_menu(session, menus().set_window_menu(find(own, window), menu))

    @plugin.command
    async def set_as_windows_menu_for_nsapp(rid: int) -> None:
        """Nothing: only macOS has a menu of windows that it fills itself."""

    @plugin.command
    async def set_as_help_menu_for_nsapp(rid: int) -> None:
        """Nothing, likewise."""

    # What an item is.

    def with_text(session: Session, rid: int, kind: Kind) -> MenuItem | Submenu | PredefinedMenuItem:
        found = held(session, rid, kind)
        if isinstance(found, MenuItem | Submenu | PredefinedMenuItem):
            return found
        raise lacks(found, rid, "text")

    def with_state(session: Session, rid: int, kind: Kind) -> MenuItem | Submenu:
        found = held(session, rid, kind)
        if isinstance(found, MenuItem | Submenu):
            return found
        raise lacks(found, rid, "enabled state")

    def with_accelerator(session: Session, rid: int, kind: Kind) -> MenuItem:
        found = held(session, rid, kind)
        if isinstance(found, MenuItem):
            return found
        raise lacks(found, rid, "accelerator of its own")

    def with_icon(session: Session, rid: int, kind: Kind) -> IconMenuItem | Submenu:
        found = held(session, rid, kind)
        if isinstance(found, IconMenuItem | Submenu):
            return found
        raise lacks(found, rid, "icon")

    def lacks(found: object, rid: int, what: str) -> RefusedError:
        return RefusedError(f"the resource id {rid} is a {type(found).__name__}, which has no {what}")

    @plugin.command
    @in_order
    async def text(session: Session, rid: int, kind: Kind) -> str:
        return with_text(session, rid, kind).text()

    @plugin.command
    @in_order
    async def set_text(session: Session, rid: int, kind: Kind, text: ItemText) -> None:
        item = with_text(session, rid, kind)
        longer = len(text) - len(item.text())
        with refusing(MenuError):
            for menu in item.parents if longer > 0 else ():
                check_texts(menu.items(), longer)
        item.set_text(text)

    @plugin.command
    @in_order
    async def is_enabled(session: Session, rid: int, kind: Kind) -> bool:
        return with_state(session, rid, kind).is_enabled()

    @plugin.command
    @in_order
    async def set_enabled(session: Session, rid: int, kind: Kind, enabled: bool) -> None:
        with_state(session, rid, kind).set_enabled(enabled)

    @plugin.command
    @in_order
    async def set_accelerator(session: Session, rid: int, kind: Kind, accelerator: Text | None = None) -> None:
        with refusing(MenuError):
            with_accelerator(session, rid, kind).set_accelerator(accelerator)

    @plugin.command
    @in_order
    async def is_checked(session: Session, rid: int) -> bool:
        return session.resources.get(rid, CheckMenuItem).is_checked()

    @plugin.command
    @in_order
    async def set_checked(session: Session, rid: int, checked: bool) -> None:
        session.resources.get(rid, CheckMenuItem).set_checked(checked)

    @plugin.command
    @in_order
    async def set_icon(session: Session, rid: int, kind: Kind = "Icon", icon: ImageArgument | None = None) -> None:
        item = with_icon(session, rid, kind)
        item.set_icon(await menu_icon(icon, session))

    return plugin
