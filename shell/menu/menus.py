import asyncio
import logging
import sys
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMenuBar

from shell.background import Background
from shell.given import expect
from shell.menu.about import AboutMetadata
from shell.menu.bar import Bar
from shell.menu.container import Container
from shell.menu.effects import Effects
from shell.menu.event import MenuEvent, MenuHandler
from shell.menu.item import Item
from shell.menu.look import Look
from shell.menu.menu import Menu
from shell.menu.popup import Popup
from shell.menu.predefined import PredefinedMenuItem
from shell.value import frozen
from shell.window import Position, Window

log = logging.getLogger(__name__)


@frozen
class _Shown:
    """The menu in a window's bar.

    Attributes:
        menu: The menu.
        bar: Qt's side of the bar.
        of_app: Whether the window has it because it is the program's.
    """

    menu: Menu
    bar: QMenuBar
    of_app: bool


class Menus:
    """The menus of a program and its windows, and what happens when a person chooses from them.

    Attributes:
        app_menu: The menu of every window that has none of its own.
    """

    def __init__(
        self,
        windows: Mapping[str, Window],
        application: QApplication,
        *,
        handlers: Sequence[MenuHandler],
        request_exit: Callable[[int], None],
        about: AboutMetadata,
    ) -> None:
        """Begin without any menu.

        Args:
            windows: The windows that there are, by label.
            application: Qt's application.
            handlers: Called for every item that is chosen, in whatever menu.
            request_exit: Ends the program with an exit code, unless somebody prevents that.
            about: What the dialog about the program says where an item says nothing itself.
        """
        self.app_menu: Menu | None = None
        self._windows = windows
        self._handlers = handlers
        self._effects = Effects(windows, application, request_exit=request_exit, about=about)
        self._look = Look(application)
        self._popup = Popup()
        self._background = Background()
        self._shown: dict[str, _Shown] = {}
        self._global_bar: QMenuBar | None = None
        self._told: set[str] = set()

    # The program's.

    def set_app_menu(self, menu: Menu) -> Menu | None:
        """Make a menu that of every window that has none of its own, now and later; returns the one before."""
        before = self.remove_app_menu()
        self.app_menu = menu
        menu.host = self
        if sys.platform == "darwin":
            # The bar at the top of the screen, whichever window is in use.
            self._global_bar = Bar(menu, lambda: None)
        else:
            for window in self._windows.values():
                self.add(window)
        return before

    def set_app_menu_in_turns(self, menu: Menu) -> Menu | None:
        """As `set_app_menu`, one window in each turn of the loop, the first at once: each takes some milliseconds."""
        if sys.platform == "darwin":
            return self.set_app_menu(menu)
        before, self.app_menu = self.app_menu, menu
        menu.host = self
        waiting = [(window, self._shown.get(label)) for label, window in self._windows.items()]
        self._background.run(self._show_in_turns(menu, waiting))
        return before

    async def _show_in_turns(self, menu: Menu, waiting: "list[tuple[Window, _Shown | None]]") -> None:
        for window, shown in waiting:
            if self.app_menu is not menu:
                return
            # Meanwhile it may have closed, or got another menu or none.
            changed = window.closed or self._shown.get(window.label) is not shown
            if not changed and (shown is None or shown.of_app):
                self.remove_window_menu(window)
                self.add(window)
                await asyncio.sleep(0)

    def remove_app_menu(self) -> Menu | None:
        """Take the program's menu away from all windows that have it, and return it."""
        before, self.app_menu = self.app_menu, None
        if before is not None and self._global_bar is not None:
            before.leave(self._global_bar)
            self._global_bar.deleteLater()
            self._global_bar = None
        for label, shown in list(self._shown.items()):
            if shown.of_app:
                self.remove_window_menu(self._windows[label])
        return before

    # A window's.

    def of_window(self, window: Window) -> Menu | None:
        """The menu in a window's bar: its own, or the program's."""
        shown = self._shown.get(window.label)
        return None if shown is None else shown.menu

    def set_window_menu(self, window: Window, menu: Menu) -> Menu | None:
        """Give a window a menu of its own; returns the one before, which may have been the program's."""
        expect(menu, Menu, "set_menu", "a Menu")
        before = self.remove_window_menu(window)
        self._show(window, menu, of_app=False)
        return before

    def remove_window_menu(self, window: Window) -> Menu | None:
        """Take a window's menu away, whether its own or the program's, and return it."""
        shown = self._shown.pop(window.label, None)
        if shown is None:
            return None
        # A bar that is seen would be laid out anew for each item that leaves it.
        window.set_menu_bar(None)
        shown.menu.leave(shown.bar)
        return shown.menu

    def add(self, window: Window) -> None:
        """Give a window the program's menu, where there is one and the window has none."""
        if self.app_menu is not None and window.label not in self._shown and sys.platform != "darwin":
            self._show(window, self.app_menu, of_app=True)

    def forget(self, window: Window) -> None:
        """Let go of a window that has closed."""
        shown = self._shown.pop(window.label, None)
        if shown is not None:
            shown.menu.leave(shown.bar)

    def close(self) -> None:
        """Let go of what is left, when the program ends."""
        self._effects.close()
        self._look.close()
        self._popup.close()
        self.remove_app_menu()

    def _show(self, window: Window, menu: Menu, *, of_app: bool) -> None:
        menu.host = self
        bar = Bar(menu, lambda: None if window.closed else window.fit_menu_bar())
        window.set_menu_bar(bar)
        self._shown[window.label] = _Shown(menu, bar, of_app)

    # At the mouse.

    def popup(self, menu: Container, window: Window, at: Position | None = None) -> None:
        """Show a menu over a window, for a person to choose from. Returns at once.

        Args:
            menu: The menu.
            window: The window that it is shown over, and predefined items act on.
            at: Where, counted from the top-left corner of the window's page; at the mouse if it is not given.
        """
        expect(menu, Container, "popup_menu", "a Menu or a Submenu")
        menu.host = self
        self._effects.use(window)
        self._popup.show(menu, window, at)

    # What is chosen.

    def chosen(self, event: MenuEvent) -> None:
        """Call those who hear of every item."""
        for handler in self._handlers:
            self._background.call(handler, event, log=log, name=f"a handler of the menu item {event.id}")

    def perform(self, item: PredefinedMenuItem) -> None:
        """Do what a predefined item stands for, with the window in use."""
        self._effects.perform(item)

    def first_with(self, keys: QKeySequence) -> Item | None:
        """Say which item acts of those in the bar of the window in use that have an accelerator: the first."""
        window = self._effects.window_in_use()
        menu = None if window is None else self.of_window(window)
        found = [] if menu is None else menu.with_accelerator(keys)
        if not found:
            return None
        if keys.toString() not in self._told:
            self._told.add(keys.toString())
            first, *others = (f'"{item.qaction.text()}"' for item in found)
            never = ", ".join(others) or "the menu that has it for its letter"
            log.warning("%s is the accelerator of %s, and never of %s: the first acts", keys.toString(), first, never)
        return found[0]
