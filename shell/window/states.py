import warnings

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from shell.given import expect
from shell.ipc.thread import loop_only
from shell.window.dpi import PhysicalPosition
from shell.window.frame import Frame
from shell.window.monitor import available_monitors
from shell.window.placement import Placement

_MINIMIZED = Qt.WindowState.WindowMinimized
_MAXIMIZED = Qt.WindowState.WindowMaximized
_FULLSCREEN = Qt.WindowState.WindowFullScreen
_OFF_SCREEN = Qt.WidgetAttribute.WA_DontShowOnScreen


@loop_only
class States(Placement):
    """Whether a window is seen, how much of the screen it takes, and whether it has the keyboard.

    What is asked of a hidden window holds from when it is shown.
    """

    def __init__(self, label: str, frame: Frame) -> None:
        super().__init__(label, frame)
        self._awaits_page = False
        self._filled_ahead = False

    def is_visible(self) -> bool:
        """Say whether the window is shown; one that is minimized is."""
        return self._on_screen

    def show(self) -> None:
        """Show the window. One whose page has nothing to show yet follows as soon as it has."""
        if self._awaits_page or self._on_screen:
            return
        rehearsed = self._rehearses
        if rehearsed:
            self._agree_on_size()
            self.frame.setAttribute(_OFF_SCREEN, False)
        self._before_showing()
        self._take_place()
        if rehearsed:
            # The widget is shown already, as far as Qt knows; its native window is not.
            self._handle.setVisible(True)
        if not self._handle.isVisible():
            self.frame.hide()
            self.frame.show()
        if QGuiApplication.focusWindow() is self._handle and not self.frame.isActiveWindow():
            # WORKAROUND: Qt (6.12) takes the keyboard from a widget that is hidden at once, and from its native window
            # when the display says so. Shown again before that, the widget would never get it back: accelerators would
            # do nothing, and `document.hasFocus()` would be false.
            with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
                QApplication.setActiveWindow(self.frame)
        self._after_showing()

    def hide(self) -> None:
        """Take the window from the screen and the taskbar; the page lives on."""
        self._awaits_page = False
        if not self._rehearses:
            self.frame.hide()

    def reveal(self) -> None:
        """Say that the page has something to show: a window that waited for it is shown, no other."""
        if self.closed:
            return
        if self._awaits_page:
            self._awaits_page = False
            self.show()
        elif self._rehearses:
            self.frame.hide()
            self.frame.resize(self._normal_size())
            self.frame.setAttribute(_OFF_SCREEN, False)

    def _rehearse(self, *, then_show: bool) -> None:
        """Let the page load and draw as if the window were shown, but keep it from the screen until ``reveal``.

        Chromium shows black until it has the first picture of a page, which takes some frames and begins only when the
        page is shown. It keeps the picture when the page is hidden again.

        Args:
            then_show: Whether to show the window at ``reveal``, or to hide it.
        """
        self._awaits_page = then_show
        self.frame.setAttribute(_OFF_SCREEN)
        self.frame.show()
        if self._fills_the_screen():
            # While it is kept from the screen, only the widget hears of this, and the native window has the size still
            # that the window manager gives it back later.
            state, screen = self.frame.windowState(), self.frame.screen()
            self.frame.resize((screen.geometry() if self.is_fullscreen() else screen.availableGeometry()).size())
            # QWidget takes a widget that is given a size for one that is no longer maximized.
            self.frame.setWindowState(state)
            self._filled_ahead = True

    def _agree_on_size(self) -> None:
        """Bring the widget and the native window together, which have had sizes of their own during the rehearsal."""
        if not self._fills_the_screen():
            self.frame.resize(self._normal_size())
            self._handle.resize(self.frame.size())

    def _normal_size(self) -> QSize:
        return self._handle.size() if self._filled_ahead else self.frame.size()

    def _size_to_place(self) -> QSize:
        return super()._size_to_place() if self._handle.isVisible() else self._normal_size()

    @property
    def _rehearses(self) -> bool:
        return self.frame.isVisible() and self.frame.testAttribute(_OFF_SCREEN)

    def _before_showing(self) -> None:
        """Do what has to be done before the window manager sees the window."""

    def _after_showing(self) -> None:
        """Do what can only be done when the window manager has seen the window."""

    def is_minimized(self) -> bool:
        """Say whether the window is minimized."""
        return bool(self.frame.windowState() & _MINIMIZED)

    def minimize(self) -> None:
        """Reduce the window to its place in the taskbar."""
        self._change_state(_MINIMIZED, True)

    def unminimize(self) -> None:
        """Bring a minimized window back as it was."""
        self._change_state(_MINIMIZED, False)

    def is_maximized(self) -> bool:
        """Say whether the window is maximized."""
        return bool(self.frame.windowState() & _MAXIMIZED)

    def maximize(self) -> None:
        """Make the window fill the work area of its monitor."""
        self._change_state(_MAXIMIZED, True)

    def unmaximize(self) -> None:
        """Give a maximized window the size back that it had."""
        self._change_state(_MAXIMIZED, False)

    def toggle_maximize(self) -> None:
        """Maximize the window, or end its being so."""
        self._change_state(_MAXIMIZED, not self.is_maximized())

    def internal_toggle_maximize(self) -> None:
        """Do what a double click on a title bar does: toggle, where the window may be resized."""
        if self.is_resizable():
            self.toggle_maximize()

    def is_fullscreen(self) -> bool:
        """Say whether the window has the whole screen."""
        return bool(self.frame.windowState() & _FULLSCREEN)

    def set_fullscreen(self, fullscreen: bool) -> None:
        """Give the window the whole screen, with no title bar and no panel, or end that."""
        expect(fullscreen, bool, "set_fullscreen", "True or False")
        self._change_state(_FULLSCREEN, fullscreen)

    def set_simple_fullscreen(self, fullscreen: bool) -> None:
        """Do as ``set_fullscreen`` does: only macOS has the difference."""
        expect(fullscreen, bool, "set_simple_fullscreen", "True or False")
        self.set_fullscreen(fullscreen)

    def set_fullscreen_on_monitor(self, position: PhysicalPosition) -> None:
        """Make the window fullscreen on the monitor that has a position; where none has it, nothing happens."""
        for monitor in available_monitors():
            if monitor.area.contains(position.x, position.y):
                if self.is_fullscreen():
                    normal = self.frame.normalGeometry().size()
                    self.set_fullscreen(False)
                    # It has its own size again later only. The one that is asked for together with the place is what
                    # the window manager keeps for the time after.
                    self.frame.resize(normal)
                self.set_position(monitor.work_area.position)
                self.set_fullscreen(True)
                return

    def is_focused(self) -> bool:
        """Say whether the window has the keyboard."""
        return self.frame.isActiveWindow()

    def set_focus(self) -> None:
        """Bring the window to the front and ask for the keyboard; a minimized one comes back first."""
        if self.is_minimized():
            self.unminimize()
        self.frame.raise_()
        self.frame.activateWindow()

    def set_focusable(self, focusable: bool) -> None:
        """Say whether the window ever gets the keyboard."""
        expect(focusable, bool, "set_focusable", "True or False")
        self._set_flag(Qt.WindowType.WindowDoesNotAcceptFocus, not focusable)

    def is_enabled(self) -> bool:
        """Say whether the window's content takes input."""
        return self.frame.isEnabled()

    def set_enabled(self, enabled: bool) -> None:
        """Let the window's content take input or ignore it; the title bar is not concerned."""
        expect(enabled, bool, "set_enabled", "True or False")
        self.frame.setEnabled(enabled)

    def _change_state(self, state: Qt.WindowState, on: bool) -> None:
        current = self.frame.windowState()
        self.frame.setWindowState(current | state if on else current & ~state)
