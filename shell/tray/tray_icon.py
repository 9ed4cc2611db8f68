from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import attrs
from PySide6.QtCore import QMetaObject, QObject, QPoint, QRect
from PySide6.QtGui import QCursor, QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QWidget

from shell.ipc.thread import any_thread, loop_only
from shell.tray.errors import TrayIconRemovedError
from shell.tray.event import Handlers, MouseButton, MouseButtonState, TrayIconEvent, TrayIconEventType, TrayIconHandler
from shell.tray.native import Gesture, NativeIcon, Shows
from shell.tray.picture import IconSource, Picture, icon_of, no_icon
from shell.value import frozen
from shell.window import Area, PhysicalPosition, PhysicalSize, current_theme
from shell.window.dpi import whole_pixels
from shell.window.monitor import monitor_of

if TYPE_CHECKING:
    from shell.menu import Host

_NOWHERE = PhysicalSize(0, 0)


class TrayMenu(Shows, Protocol):
    """A menu that a tray icon can open: a `Menu` or `Submenu`.

    Attributes:
        host: The program that shows it, once one does.
    """

    host: "Host | None"

    @property
    def widget(self) -> QMenu:
        """Qt's side of it."""


@frozen(kw_only=True)
class TrayIconOptions:
    """What a tray icon is like from the start.

    Attributes:
        picture: What it looks like.
        menu: What it opens.
        tooltip: Text that is shown when the pointer rests on it.
        title: Text that stands beside it where there is room, as in a window, and before the tooltip elsewhere.
        visible: Whether it is shown.
        show_menu_on_left_click: Whether a left click opens the menu, as a right click does.
    """

    picture: Picture
    menu: TrayMenu | None = None
    tooltip: str | None = None
    title: str | None = None
    visible: bool = True
    show_menu_on_left_click: bool = True


class TrayIconHooks(Protocol):
    """What an icon needs of the others around it."""

    @property
    def root(self) -> Path:
        """The folder that relative paths of pictures start from."""

    @property
    def menu_host(self) -> "Host":
        """The program, as menus know it that it shows."""

    @property
    def holder(self) -> QObject:
        """What its Qt objects belong to."""

    def changed(self, icon: "TrayIcon") -> None:
        """Hear that it is to be shown in another way."""

    def removed(self, icon: "TrayIcon") -> None:
        """Hear that it is gone."""


@loop_only
class TrayIcon:
    """An icon in the system's tray.

    Its methods are those of Tauri's `TrayIcon`, in Python's spelling. All of them are for the thread of the event loop,
    and raise `TrayIconRemovedError` when the icon was removed.

    Attributes:
        id: Its name in the program. No two icons share one.
    """

    def __init__(self, id: str, options: TrayIconOptions, hooks: TrayIconHooks) -> None:  # noqa: A002  # Tauri's name
        self.id = id
        self._options = options
        self._hooks = hooks
        self._handlers = Handlers()
        self._closed = False
        self._available = False
        self._native: NativeIcon | None = None
        self._menu_widget: QMenu | None = None
        self._menu_watch: QMetaObject.Connection | None = None
        self._watch_menu()

    # What it is like.

    @property
    @any_thread
    def closed(self) -> bool:
        """Whether it was removed."""
        return self._closed

    @property
    def icon(self) -> QIcon:
        """Its picture, for the theme in effect."""
        return self._options.picture.on(current_theme())

    @property
    @any_thread
    def menu(self) -> TrayMenu | None:
        """What it opens."""
        return self._options.menu

    @property
    @any_thread
    def tooltip(self) -> str | None:
        """Text that is shown when the pointer rests on it."""
        return self._options.tooltip

    @property
    @any_thread
    def title(self) -> str | None:
        """Text beside it, where there is room."""
        return self._options.title

    @property
    @any_thread
    def visible(self) -> bool:
        """Whether it is shown, if there is a tray."""
        return self._options.visible and not self._closed

    # What can be changed.

    def set_icon(self, icon: IconSource | None, *, dark: IconSource | None = None) -> None:
        """Show another picture.

        Args:
            icon: The picture; `None` for none at all. A relative path starts from the program's folder.
            dark: The picture on dark desktops, if another.

        Raises:
            TrayError: There is no image in one of them.
        """
        self._set(picture=self._picture(icon, dark, self._options.picture.as_template))

    def set_icon_as_template(self, as_template: bool) -> None:
        """Let macOS colour the picture as it does its own, or not. Nothing happens on other systems."""
        self._set(picture=attrs.evolve(self._options.picture, as_template=as_template))

    def set_icon_with_as_template(self, icon: IconSource | None, as_template: bool) -> None:
        """Do as `set_icon` and `set_icon_as_template`, at once.

        Raises:
            TrayError: There is no image in the icon.
        """
        self._set(picture=self._picture(icon, None, as_template))

    def set_menu(self, menu: TrayMenu | None) -> None:
        """Give it another menu, or none."""
        self._set(menu=menu)

    def set_tooltip(self, tooltip: str | None) -> None:
        """Show another text when the pointer rests on it, or none."""
        self._set(tooltip=tooltip)

    def set_title(self, title: str | None) -> None:
        """Show another text beside it where there is room, or none; elsewhere it stands before the tooltip."""
        self._set(title=title)

    def set_visible(self, visible: bool) -> None:
        """Show it, or take it from the tray until it is shown again."""
        self._set(visible=visible)

    def set_show_menu_on_left_click(self, enable: bool) -> None:
        """Let a left click open the menu, or not. Where a panel opens it itself, it may do so all the same."""
        self._set(show_menu_on_left_click=enable)

    def set_temp_dir_path(self, path: str | Path | None) -> None:
        """Do nothing: pictures go to the panel over the bus, and no file is written."""
        self._require_open()

    def rect(self) -> Area | None:
        """Where it is, in physical pixels of the desktop; `None` where the platform does not say, as on most Linux."""
        self._require_open()
        rect = self._native.rect() if self._native is not None else None
        return None if rect is None else _area(rect)

    def on_tray_icon_event(self, handler: TrayIconHandler) -> TrayIconHandler:
        """Call a function with each `TrayIconEvent`, behind those that are called already. A decorator."""
        self._require_open()
        self._handlers.add(handler)
        return handler

    def close(self) -> None:
        """Remove it. Removing it again does nothing."""
        if self._closed:
            return
        self._closed = True
        self._handlers.clear()
        self._show(False)
        self._unwatch_menu()
        self._options = attrs.evolve(self._options, menu=None)
        self._hooks.removed(self)

    # What others around it call.

    def set_available(self, available: bool) -> None:
        """Hear whether there is a tray."""
        self._available = available
        self._show(available and self.visible)

    def theme_changed(self) -> None:
        """Hear that the desktop has become light or dark."""
        if self._native is not None:
            self._native.set_icon(self.icon)

    def used(self, gesture: Gesture, over: QWidget | None = None) -> None:
        """Hear what a person did with it: tell handlers, and open the menu where that is wanted.

        Args:
            gesture: What was done.
            over: What stands in for it in a window; `None` where it is in the tray.
        """
        if self._closed:
            return
        # The menu is opened first: a handler may remove the icon.
        clicked = gesture.type is TrayIconEventType.CLICK and gesture.state is MouseButtonState.UP
        if clicked and gesture.button is MouseButton.LEFT and self._options.show_menu_on_left_click:
            self.open_menu(over)
        at = _physical(QCursor.pos())
        rect = self.rect() if over is None else _area(QRect(over.mapToGlobal(QPoint(0, 0)), over.size()))
        self._handlers.tell(
            TrayIconEvent(
                gesture.type,
                self.id,
                position=at,
                rect=rect or Area(at, _NOWHERE),
                button=gesture.button,
                button_state=gesture.state,
            )
        )

    def open_menu(self, over: QWidget | None = None) -> None:
        """Open the menu here, and not in the panel.

        Args:
            over: What stands in for the icon in a window; `None` where it is in the tray, for at the pointer.
        """
        menu = self._menu_widget
        if menu is None:
            return
        if over is not None:
            menu.winId()
            # Wayland shows it only so.
            menu.windowHandle().setTransientParent(over.window().windowHandle())
            menu.popup(_beside(over, menu))
        elif not QGuiApplication.platformName().startswith("wayland"):
            # On Wayland there is no window to show it over; panels there open it themselves.
            menu.popup(QCursor.pos())

    def hover_text(self) -> str:
        """What is shown when the pointer rests on it: the title, which has no place in the tray, and the tooltip."""
        return "\n".join(text for text in (self.title, self.tooltip) if text)

    def _picture(self, icon: IconSource | None, dark: IconSource | None, as_template: bool) -> Picture:
        root = self._hooks.root
        return Picture(
            no_icon() if icon is None else icon_of(icon, root),
            None if dark is None else icon_of(dark, root),
            as_template,
        )

    def _set(self, **changes: Any) -> None:
        self._require_open()
        before, self._options = self._options, attrs.evolve(self._options, **changes)
        native = self._native
        if before.menu is not self._options.menu:
            self._show(False)
            self._unwatch_menu()
            self._watch_menu()
        elif native is not None:
            if before.picture is not self._options.picture:
                native.set_icon(self.icon)
            native.set_tooltip(self.hover_text())
        self._show(self._available and self.visible)
        self._hooks.changed(self)

    def _show(self, shown: bool) -> None:
        if shown and self._native is None:
            self._native = NativeIcon(
                self.icon, self.hover_text(), self._options.menu, lambda gesture: self.used(gesture), self._hooks.holder
            )
        elif not shown and self._native is not None:
            native, self._native = self._native, None
            native.remove()

    def _watch_menu(self) -> None:
        menu = self._options.menu
        if menu is None:
            return
        menu.host = self._hooks.menu_host
        self._menu_widget = widget = menu.widget
        # Whoever made the menu may end it while the icon still has it.
        self._menu_watch = widget.destroyed.connect(lambda: self._menu_gone())

    def _unwatch_menu(self) -> None:
        watch, self._menu_watch, self._menu_widget = self._menu_watch, None, None
        if watch is not None:
            QObject.disconnect(watch)

    def _menu_gone(self) -> None:
        self._menu_watch, self._menu_widget = None, None
        self.set_menu(None)

    def _require_open(self) -> None:
        if self._closed:
            raise TrayIconRemovedError(f'the tray icon "{self.id}" was removed')

    def __repr__(self) -> str:
        return f"<TrayIcon {self.id}{' closed' if self._closed else ''}>"


def _beside(over: QWidget, menu: QMenu) -> QPoint:
    """Where a menu stands above what it belongs to, or below it where there is no room."""
    above = over.mapToGlobal(QPoint(0, -menu.sizeHint().height()))
    return above if above.y() >= over.screen().availableGeometry().top() else over.mapToGlobal(QPoint(0, over.height()))


def _physical(point: QPoint) -> PhysicalPosition:
    screen = QGuiApplication.screenAt(point) or QGuiApplication.primaryScreen()
    return monitor_of(screen).position_of(point)


def _area(rect: QRect) -> Area:
    screen = QGuiApplication.screenAt(rect.center()) or QGuiApplication.primaryScreen()
    monitor = monitor_of(screen)
    size = PhysicalSize(
        whole_pixels(rect.width() * monitor.scale_factor), whole_pixels(rect.height() * monitor.scale_factor)
    )
    return Area(monitor.position_of(rect.topLeft()), size)
