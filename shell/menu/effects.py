from collections.abc import Callable, Mapping
from weakref import ref

from PySide6.QtGui import QWindow
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QWidget

from shell.config import Predefined
from shell.menu.about import AboutDialog, AboutMetadata
from shell.menu.predefined import PredefinedMenuItem
from shell.window import Window

_Page = QWebEnginePage.WebAction
_OF_PAGES = {
    Predefined.COPY: _Page.Copy,
    Predefined.CUT: _Page.Cut,
    Predefined.PASTE: _Page.Paste,
    Predefined.SELECT_ALL: _Page.SelectAll,
    Predefined.UNDO: _Page.Undo,
    Predefined.REDO: _Page.Redo,
}


class Effects:
    """What predefined items do: to the window in use, to the page that is used in it, or to the program.

    Attributes:
        about: What the dialog about the program says where an item says nothing itself.
    """

    def __init__(
        self,
        windows: Mapping[str, Window],
        application: QApplication,
        *,
        request_exit: Callable[[int], None],
        about: AboutMetadata,
    ) -> None:
        """Begin to follow which window is in use.

        Args:
            windows: The windows that there are, by label.
            application: Qt's application.
            request_exit: Ends the program with an exit code, unless somebody prevents that.
            about: See above.
        """
        self.about = about
        self._windows = windows
        self._request_exit = request_exit
        self._dialog: AboutDialog | None = None
        self._last_used = ""
        this = ref(self)

        def follow(handle: QWindow | None) -> None:
            effects = this()
            if effects is not None:
                effects._remember(handle)

        application.focusWindowChanged.connect(follow)
        self._application, self._follow = application, follow

    def close(self) -> None:
        """Follow it no longer."""
        self._application.focusWindowChanged.disconnect(self._follow)

    def use(self, window: Window) -> None:
        """Take a window for the one that was used last."""
        self._last_used = window.label

    def window_in_use(self) -> Window | None:
        """The window that has the keyboard, or had it last."""
        windows = self._windows
        focused = next((window for window in windows.values() if window.is_focused()), None)
        return focused or windows.get(self._last_used) or next(iter(windows.values()), None)

    def perform(self, item: PredefinedMenuItem) -> None:
        """Do what a predefined item stands for."""
        window = self.window_in_use()
        if item.item is Predefined.QUIT:
            self._request_exit(0)
        elif item.item is Predefined.ABOUT:
            # Above a window, and not where only the tray is left of the program.
            above = window.frame if window is not None and window.is_visible() else None
            self._dialog = AboutDialog(item.about or self.about, above)
            self._dialog.open()
        elif window is not None:
            _perform(item.item, window)

    def _remember(self, handle: QWindow | None) -> None:
        for window in self._windows.values():
            if not window.closed and window.frame.windowHandle() is handle:
                self.use(window)


def _perform(item: Predefined, window: Window) -> None:
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
            view = _view_in_use(window)
            if view is not None:
                view.page().triggerAction(_OF_PAGES[item])
        case _:
            """Nobody chooses what is never seen."""


def _view_in_use(window: Window) -> QWebEngineView | None:
    # PySide's stubs do not know that there may be none.
    widget: QWidget | None = window.frame.focusWidget()
    while widget is not None and not isinstance(widget, QWebEngineView):
        widget = widget.parentWidget()
    return widget or window.frame.findChild(QWebEngineView)
