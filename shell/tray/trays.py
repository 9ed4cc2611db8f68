import itertools
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QIcon

from shell.config import Config, ConfigError
from shell.config.sections import TrayIconConfig
from shell.given import expect
from shell.tray.errors import TrayError
from shell.tray.event import TrayIconHandler
from shell.tray.host import TrayHost
from shell.tray.picture import IconSource, Picture, icon_of
from shell.tray.stand_in import StandIn
from shell.tray.tray_icon import TrayIcon, TrayIconOptions, TrayMenu
from shell.window import Window

if TYPE_CHECKING:
    from shell.menu import Host

log = logging.getLogger(__name__)

CONFIGURED_ID = "main"
"""The id of the icon in a configuration that names none, as in Tauri."""

_MOST = 32
"""Icons of one program. On Linux each takes a connection to the bus, and a page could take all that there are."""


class Trays:
    """The tray icons of a program.

    Attributes:
        root: The folder that relative paths of pictures start from.
        holder: What the Qt objects of the icons belong to.
    """

    def __init__(
        self,
        *,
        root: Path,
        title: str,
        windows: Mapping[str, Window],
        default_icon: Callable[[], QIcon],
        menu_host: "Callable[[], Host]",
        on_unreachable: Callable[[], None],
        parent: QObject,
    ) -> None:
        """Begin without any icon.

        Args:
            root: The folder that relative paths of pictures start from.
            title: What the program is called.
            windows: Its windows, by label.
            default_icon: The picture of icons that are given none.
            menu_host: The program, as menus know it that it shows.
            on_unreachable: Called when a person has no window of the program any more, and no icon: the last icon has
                gone after the last window, or the person closed what stands in for both.
            parent: What its Qt objects belong to.
        """
        self.root = root
        self.holder = QObject(parent)
        self._title = title
        self._windows = windows
        self._default_icon = default_icon
        self._menu_host = menu_host
        self._on_unreachable = on_unreachable
        self._icons: dict[str, TrayIcon] = {}
        self._numbers = itertools.count(1)
        self._stand_in: StandIn | None = None
        self._told = False
        self._ending = False
        self._host = TrayHost(self.holder)
        self._host.changed.connect(lambda: self._host_changed())
        hints = QGuiApplication.styleHints()
        self._theme = hints.colorSchemeChanged.connect(lambda _scheme: self._theme_changed())

    @property
    def menu_host(self) -> "Host":
        """The program, as menus know it that it shows."""
        return self._menu_host()

    @property
    def available(self) -> bool:
        """Whether this desktop shows tray icons now."""
        return self._host.available

    @property
    def seen(self) -> bool:
        """Whether a person sees an icon in the tray."""
        return self.available and any(icon.visible for icon in self._icons.values())

    def __iter__(self) -> Iterator[TrayIcon]:
        return iter(tuple(self._icons.values()))

    def get(self, id: str) -> TrayIcon | None:  # noqa: A002  # Tauri's name
        """The icon of an id."""
        return self._icons.get(id)

    def create(
        self,
        id: str | None = None,  # noqa: A002  # Tauri's name
        *,
        icon: IconSource | None = None,
        dark_icon: IconSource | None = None,
        icon_as_template: bool = False,
        menu: TrayMenu | None = None,
        tooltip: str | None = None,
        title: str | None = None,
        visible: bool = True,
        show_menu_on_left_click: bool = True,
        on_tray_icon_event: TrayIconHandler | None = None,
    ) -> TrayIcon:
        """Make an icon.

        Args:
            id: Its name in the program, or one that no other has.
            icon: Its picture, or the program's.
            dark_icon: Its picture on dark desktops, if another.
            icon_as_template: Whether macOS colours it as it does its own.
            menu: What it opens.
            tooltip: Text that is shown when the pointer rests on it.
            title: Text beside it where there is room; elsewhere it stands before the tooltip.
            visible: Whether it is shown.
            show_menu_on_left_click: Whether a left click opens the menu, as a right click does.
            on_tray_icon_event: Called with each `TrayIconEvent`.

        Raises:
            TrayError: There is an icon of this id, there are too many, or there is no image in a picture.
        """
        expect(id, (str, NoneType), "create_tray: id", "a name")
        expect(tooltip, (str, NoneType), "create_tray: tooltip", "a text")
        expect(title, (str, NoneType), "create_tray: title", "a text")
        if id is None:
            id = next(name for number in self._numbers if (name := str(number)) not in self._icons)  # noqa: A001
        elif id in self._icons:
            raise TrayError(f'a tray icon with the id "{id}" exists already')
        if len(self._icons) >= _MOST:
            raise TrayError(f"there are {_MOST} tray icons already, and a program can have no more")
        picture = Picture(
            self._default_icon() if icon is None else icon_of(icon, self.root),
            None if dark_icon is None else icon_of(dark_icon, self.root),
            icon_as_template,
        )
        options = TrayIconOptions(
            picture=picture,
            menu=menu,
            tooltip=tooltip,
            title=title,
            visible=visible,
            show_menu_on_left_click=show_menu_on_left_click,
        )
        made = TrayIcon(id, options, self)
        if on_tray_icon_event is not None:
            made.on_tray_icon_event(on_tray_icon_event)
        self._icons[id] = made
        made.set_available(self.available)
        self._stand_in_where_needed()
        return made

    def create_configured(self, options: TrayIconConfig, config: Config, menu: TrayMenu | None) -> TrayIcon:
        """Make the icon that a configuration names.

        Args:
            options: What it is like.
            config: All of the configuration.
            menu: What it opens.

        Raises:
            ConfigError: There is no image where its picture should be.
        """
        try:
            return self.create(
                options.id or CONFIGURED_ID,
                icon=options.icon_path,
                dark_icon=config.shell.dark_tray_icon,
                icon_as_template=options.icon_as_template,
                menu=menu,
                tooltip=options.tooltip,
                title=options.title,
                show_menu_on_left_click=options.show_menu_on_left_click,
            )
        except TrayError as error:
            raise ConfigError(f"{config.name}: $.app.trayIcon: {error}") from None

    def remove(self, id: str) -> TrayIcon | None:  # noqa: A002  # Tauri's name
        """Remove the icon of an id, if there is one, and return it."""
        icon = self._icons.get(id)
        if icon is not None:
            icon.close()
        return icon

    def windows_changed(self) -> None:
        """Hear that a window has come or gone."""
        if self._stand_in is not None:
            self._stand_in.find_place()

    def close(self) -> None:
        """Remove all icons, for the end of the program."""
        self._ending = True
        for icon in self:
            icon.close()
        QObject.disconnect(self._theme)
        self.holder.deleteLater()

    # What icons tell.

    def changed(self, icon: TrayIcon) -> None:
        """An icon is to be shown in another way."""
        self._stand_in_where_needed()

    def removed(self, icon: TrayIcon) -> None:
        """An icon is gone."""
        del self._icons[icon.id]
        self._stand_in_where_needed()
        if not self._icons and not self._windows and not self._ending:
            self._on_unreachable()

    # What the desktop tells.

    def _host_changed(self) -> None:
        for icon in self:
            icon.set_available(self.available)
        self._stand_in_where_needed()

    def _theme_changed(self) -> None:
        for icon in self:
            icon.theme_changed()
        self._stand_in_where_needed()

    def _stand_in_where_needed(self) -> None:
        needed = self._host.missed and any(icon.visible for icon in self._icons.values())
        if not needed:
            stand_in, self._stand_in = self._stand_in, None
            if stand_in is not None:
                stand_in.close()
            return
        if not self._told:
            self._told = True
            log.warning("this desktop has no tray: what the tray icons offer is at the bottom of a window instead")
        if self._stand_in is None:
            self._stand_in = StandIn(self._title, self._windows, self, self._on_unreachable, self.holder)
        else:
            self._stand_in.show_icons(self)
