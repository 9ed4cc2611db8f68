import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from weakref import ref

import attrs
from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor, QKeySequence, QWindow
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QApplication, QMenuBar

from shell.background import Background
from shell.config import Predefined
from shell.menu.about import AboutDialog, AboutMetadata
from shell.menu.bar import Bar
from shell.menu.container import Container
from shell.menu.event import MenuEvent, MenuHandler
from shell.menu.item import Item
from shell.menu.look import Look
from shell.menu.menu import Menu
from shell.menu.predefined import PredefinedMenuItem
from shell.window import Position, Window
from shell.window.dpi import whole_pixels

log = logging.getLogger(__name__)

_Page = QWebEnginePage.WebAction
_OF_PAGES = {
    Predefined.COPY: _Page.Copy,
    Predefined.CUT: _Page.Cut,
    Predefined.PASTE: _Page.Paste,
    Predefined.SELECT_ALL: _Page.SelectAll,
    Predefined.UNDO: _Page.Undo,
    Predefined.REDO: _Page.Redo,
}


@attrs.frozen
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
        self._request_exit = request_exit
        self._about = about
        self._background = Background()
        self._shown: dict[str, _Shown] = {}
        self._global_bar: QMenuBar | None = None
        self._popped: Container | None = None
        self._dialog: AboutDialog | None = None
        self._last_used = ""
        self._told: set[str] = set()
        self._look = Look(application)
        this = ref(self)

        def follow(handle: QWindow | None) -> None:
            menus = this()
            if menus is not None:
                menus._remember(handle)

        application.focusWindowChanged.connect(follow)
        self._application, self._follow = application, follow

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
        before = self.remove_window_menu(window)
        self._show(window, menu, of_app=False)
        return before

    def remove_window_menu(self, window: Window) -> Menu | None:
        """Take a window's menu away, whether its own or the program's, and return it."""
        shown = self._shown.pop(window.label, None)
        if shown is None:
            return None
        shown.menu.leave(shown.bar)
        window.set_menu_bar(None)
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
        self._application.focusWindowChanged.disconnect(self._follow)
        self._look.close()
        self.remove_app_menu()
        self._popped = None

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
        if at is None:
            point = QCursor.pos()
        else:
            logical = at.to_logical(window.scale_factor())
            point = window.panes.mapToGlobal(QPoint(whole_pixels(logical.x), whole_pixels(logical.y)))
        menu.host = self
        self._last_used = window.label
        widget, below = menu.widget, window.frame.windowHandle()
        widget.winId()
        # Wayland shows it only so.
        widget.windowHandle().setTransientParent(below)
        # Whoever made it may let go of it while it is open.
        self._popped = menu
        this = ref(self)

        def let_go() -> None:
            menus = this()
            if menus is not None and menus._popped is not None and not menus._popped.widget.isVisible():
                menus._popped = None

        closes = below.visibleChanged.connect(lambda visible: None if visible else widget.close())

        def hidden() -> None:
            QObject.disconnect(closes)
            # What was chosen is told after the menu has hidden.
            QTimer.singleShot(0, let_go)

        widget.aboutToHide.connect(hidden, Qt.ConnectionType.SingleShotConnection)
        widget.popup(point)

    # What is chosen.

    def chosen(self, event: MenuEvent) -> None:
        """Call those who hear of every item."""
        for handler in self._handlers:
            self._background.call(handler, event, log=log, name=f"a handler of the menu item {event.id}")

    def perform(self, item: PredefinedMenuItem) -> None:
        """Do what a predefined item stands for, with the window in use."""
        window = self.window_in_use()
        if item.item is Predefined.QUIT:
            self._request_exit(0)
        elif item.item is Predefined.ABOUT:
            # Above a window, and not where only the tray is left of the program.
            above = window.frame if window is not None and window.is_visible() else None
            self._dialog = AboutDialog(item.about or self._about, above)
            self._dialog.open()
        elif window is not None:
            self._perform(item.item, window)

    def first_with(self, keys: QKeySequence) -> Item | None:
        """Say which item acts of those in the bar of the window in use that have an accelerator: the first."""
        window = self.window_in_use()
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

    def _perform(self, item: Predefined, window: Window) -> None:
        match item:
            case Predefined.MINIMIZE:
                window.minimize()
            case Predefined.MAXIMIZE:
                window.toggle_maximize()
            case Predefined.FULLSCREEN:
                window.set_fullscreen(not window.is_fullscreen())
            case Predefined.HIDE:
                window.hide()
            case Predefined.CLOSE_WINDOW:
                window.close()
            case _ if item in _OF_PAGES:
                window.webview.page.triggerAction(_OF_PAGES[item])
            case _:
                """Nobody chooses what is never seen."""

    def window_in_use(self) -> Window | None:
        """The window that has the keyboard, or had it last."""
        windows = self._windows
        focused = next((window for window in windows.values() if window.is_focused()), None)
        return focused or windows.get(self._last_used) or next(iter(windows.values()), None)

    def _remember(self, handle: QWindow | None) -> None:
        for label, window in self._windows.items():
            if not window.closed and window.frame.windowHandle() is handle:
                self._last_used = label
