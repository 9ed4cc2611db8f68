"""`plugin:tray|…`: icons in the system's tray, as the `tray` module of `@tauri-apps/api` calls for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from shell.ipc import Channel, ChannelClosedError, RefusedError, Session
from shell.menu import Menu, Submenu
from shell.plugins.image_argument import ImageArgument, image_of
from shell.plugins.order import in_order
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing
from shell.plugins.text import Text
from shell.tray import TrayError, TrayIcon, TrayIconEvent, TrayMenu, Trays

type MenuArgument = tuple[int, Text]
"""The id of a menu's resource, and which kind of menu it is."""

_KINDS: dict[str, type[Menu] | type[Submenu]] = {"Menu": Menu, "Submenu": Submenu}


class TrayIconArgument(msgspec.Struct, frozen=True, rename="camel"):
    """`TrayIconOptions` of `@tauri-apps/api`. Nothing becomes of `temp_dir_path`: no file is written."""

    id: Text | None = None
    menu: MenuArgument | None = None
    icon: ImageArgument | None = None
    tooltip: Text | None = None
    title: Text | None = None
    temp_dir_path: Text | None = None
    icon_as_template: bool = False
    menu_on_left_click: bool | None = None
    show_menu_on_left_click: bool | None = None


class TrayIconHandle:
    """A tray icon as a page holds it.

    When the page closes it, the icon is removed, as in Tauri. When the page goes, only its own icons go with it: nobody
    would answer what a person does with them.

    Attributes:
        tray_icon: The icon.
    """

    def __init__(self, tray_icon: TrayIcon, session: Session, *, own: bool) -> None:
        self.tray_icon = tray_icon
        self._session = session
        self._own = own

    def close(self) -> None:
        """Let go of it."""
        if self._own or self._session.alive:
            self.tray_icon.close()


def tray_plugin(trays: Callable[[], Trays]) -> Plugin:
    """The commands of tray icons.

    Args:
        trays: The program's tray icons.
    """
    plugin = Plugin("tray")

    def icon_of(session: Session, rid: int) -> TrayIcon:
        return session.resources.get(rid, TrayIconHandle).tray_icon

    def menu_of(session: Session, menu: MenuArgument | None) -> TrayMenu | None:
        if menu is None:
            return None
        rid, kind = menu
        if kind not in _KINDS:
            raise RefusedError(f"a tray icon's menu is one of {', '.join(_KINDS)}, not {kind[:100]!r}")
        return session.resources.get(rid, _KINDS[kind])

    @plugin.command
    @in_order
    async def new(session: Session, options: TrayIconArgument, handler: Channel[dict[str, Any]]) -> tuple[int, str]:
        def told(event: TrayIconEvent) -> None:
            try:
                handler.send(event.to_mapping())
            except ChannelClosedError:
                """Its page has gone, and the icon is about to."""

        on_left_click = options.show_menu_on_left_click
        if on_left_click is None:
            on_left_click = options.menu_on_left_click is not False
        icon = None if options.icon is None else await image_of(options.icon, session)
        with refusing(TrayError):
            tray_icon = trays().create(
                options.id,
                icon=icon,
                icon_as_template=options.icon_as_template,
                menu=menu_of(session, options.menu),
                tooltip=options.tooltip,
                title=options.title,
                show_menu_on_left_click=on_left_click,
                on_tray_icon_event=told,
            )
        return session.resources.add(TrayIconHandle(tray_icon, session, own=True)), tray_icon.id

    @plugin.command
    @in_order
    async def get_by_id(session: Session, id: str) -> int | None:  # noqa: A002  # Tauri's name
        tray_icon = trays().get(id)
        if tray_icon is None:
            return None
        # A handle that finds no room is closed, and an icon goes with its handle.
        session.resources.check_room()
        return session.resources.add(TrayIconHandle(tray_icon, session, own=False))

    @plugin.command
    @in_order
    async def remove_by_id(session: Session, id: str) -> None:  # noqa: A002  # Tauri's name
        if trays().remove(id) is None:
            raise RefusedError(f'tray icon not found: no tray icon has the id "{id[:100]}"')

    @plugin.command
    @in_order
    async def set_icon(session: Session, rid: int, icon: ImageArgument | None = None) -> None:
        image = None if icon is None else await image_of(icon, session)
        with refusing(TrayError):
            icon_of(session, rid).set_icon(image)

    @plugin.command
    @in_order
    async def set_menu(session: Session, rid: int, menu: MenuArgument | None = None) -> None:
        with refusing(TrayError):
            icon_of(session, rid).set_menu(menu_of(session, menu))

    @plugin.command
    @in_order
    async def set_tooltip(session: Session, rid: int, tooltip: Text | None = None) -> None:
        with refusing(TrayError):
            icon_of(session, rid).set_tooltip(tooltip)

    @plugin.command
    @in_order
    async def set_title(session: Session, rid: int, title: Text | None = None) -> None:
        with refusing(TrayError):
            icon_of(session, rid).set_title(title)

    @plugin.command
    @in_order
    async def set_visible(session: Session, rid: int, visible: bool) -> None:
        with refusing(TrayError):
            icon_of(session, rid).set_visible(visible)

    @plugin.command
    @in_order
    async def set_temp_dir_path(session: Session, rid: int, path: str | None = None) -> None:
        with refusing(TrayError):
            icon_of(session, rid).set_temp_dir_path(None if path is None else Path(path))

    @plugin.command
    @in_order
    async def set_icon_as_template(session: Session, rid: int, as_template: bool) -> None:
        with refusing(TrayError):
            icon_of(session, rid).set_icon_as_template(as_template)

    @plugin.command
    @in_order
    async def set_icon_with_as_template(
        session: Session, rid: int, as_template: bool, icon: ImageArgument | None = None
    ) -> None:
        image = None if icon is None else await image_of(icon, session)
        with refusing(TrayError):
            icon_of(session, rid).set_icon_with_as_template(image, as_template)

    @plugin.command
    @in_order
    async def set_show_menu_on_left_click(session: Session, rid: int, on_left: bool) -> None:
        with refusing(TrayError):
            icon_of(session, rid).set_show_menu_on_left_click(on_left)

    return plugin
