"""Where tray icons are found on a desktop without a tray: at the bottom of a window, or in one of their own."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QSizePolicy, QToolBar, QToolButton, QWidget
from shiboken6 import isValid

from shell.long_text import beginning
from shell.tooltip import plain_tooltip
from shell.tray.event import MouseButton, MouseButtonState, TrayIconEventType
from shell.tray.native import Gesture
from shell.tray.tray_icon import TrayIcon
from shell.window import Window
from shell.window_title import plain_title

_SIDE = 16
_MARGIN = 16
_WIDTH = 360
_LONGEST = 128
"""Characters of a button's text: Qt lays out all of it, and of some scripts five hundred in a millisecond."""
_LONGEST_NAME = 256
"""Characters of what is read aloud of one."""


class StandIn(QObject):
    """A bar of buttons that do what the icons would do in a tray.

    It is in one window at a time: the first that is shown, one with a title bar rather than one without; where none is
    shown, in a small window of its own.
    """

    def __init__(
        self,
        title: str,
        windows: Mapping[str, Window],
        icons: Iterable[TrayIcon],
        leave: Callable[[], None],
        parent: QObject,
    ) -> None:
        """Make a bar, in a window at once.

        Args:
            title: What the program is called.
            windows: Its windows, by label.
            icons: Its tray icons.
            leave: Called when a person closes the window of its own.
            parent: What it belongs to.
        """
        super().__init__(parent)
        self._title = title
        self._windows = windows
        self._leave = leave
        self._bar = _bar()
        self._buttons: dict[TrayIcon, tuple[_Button, QAction]] = {}
        self._frame: QMainWindow | None = None
        self._own: _OwnWindow | None = None
        self._watched: set[str] = set()
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(lambda: self.find_place())
        self.show_icons(icons)
        self.find_place()

    def show_icons(self, icons: Iterable[TrayIcon]) -> None:
        """Have a button for each icon that is not hidden. Those that say what they should stay as they are."""
        shown = [icon for icon in icons if icon.visible]
        for icon in self._buttons.keys() - set(shown):
            _, action = self._buttons.pop(icon)
            self._bar.removeAction(action)
            action.deleteLater()
        behind: QAction | None = None
        for icon in reversed(shown):
            if icon not in self._buttons:
                button = _Button(icon, self._title)
                there = self._bar.addWidget(button) if behind is None else self._bar.insertWidget(behind, button)
                self._buttons[icon] = (button, there)
            _, behind = self._buttons[icon]
        self._name_buttons()

    def find_place(self) -> None:
        """Be where a person sees it; for when windows come, go, are shown or hidden."""
        there = {label: window for label, window in self._windows.items() if not window.closed}
        for label, window in there.items():
            if label not in self._watched:
                self._watched.add(label)
                window.frame.installEventFilter(self)
        self._watched.intersection_update(there)
        shown = [window for window in there.values() if window.frame.isVisible()]
        shown.sort(key=lambda window: not window.is_decorated())
        frames = [window.frame for window in shown]
        if self._frame is None or self._frame not in frames:
            self._move(frames[0] if frames else None)

    def close(self) -> None:
        """Take the bar away for good."""
        for label in self._watched.intersection(self._windows):
            # One that closes at this moment has no frame any more.
            if not self._windows[label].closed:
                self._windows[label].frame.removeEventFilter(self)
        self._leave_frame()
        self._bar.deleteLater()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """Look for another place when a window is shown or hidden."""
        if event.type() in {QEvent.Type.Show, QEvent.Type.Hide}:
            self._later.start()
        return False

    def _move(self, frame: QMainWindow | None) -> None:
        if frame is None and self._own is not None:
            return
        self._leave_frame()
        if frame is None:
            frame = self._own = _OwnWindow(self._title, self._leave)
        else:
            self._frame = frame
        frame.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self._bar)
        self._name_buttons()
        self._bar.show()
        if self._own is not None:
            self._own.show()

    def _name_buttons(self) -> None:
        """Let them say what their icons do; their names stand beside them where there is nothing else to read."""
        for button, _ in self._buttons.values():
            button.show_icon(fully=self._own is not None)

    def _leave_frame(self) -> None:
        frame, own, self._frame, self._own = self._frame, self._own, None, None
        place = own or frame
        if place is not None and isValid(place):
            place.removeToolBar(self._bar)
            self._bar.setParent(None)
        if own is not None:
            own.hide()
            own.deleteLater()


class _OwnWindow(QMainWindow):
    """The window for when there is no other."""

    def __init__(self, title: str, leave: Callable[[], None]) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._leave = leave
        self.setWindowTitle(plain_title(title))
        text = QLabel(
            f"This desktop has no tray. {title} has no open window, but it still runs: what it offers is below."
        )
        text.setWordWrap(True)
        text.setMargin(_MARGIN)
        text.setMinimumWidth(_WIDTH)
        self.setCentralWidget(text)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        event.ignore()
        self._leave()


class _Button(QToolButton):
    """An icon, as a button."""

    def __init__(self, icon: TrayIcon, program: str) -> None:
        super().__init__()
        self._tray_icon = icon
        self._program = program
        self._shown: object = None
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.clicked.connect(lambda: self._used(MouseButton.LEFT))
        self.customContextMenuRequested.connect(lambda _at: self._used(MouseButton.RIGHT))

    def show_icon(self, *, fully: bool) -> None:
        """Show the icon, and its title beside it; in full, something in any case. What it shows already is left."""
        icon = self._tray_icon
        picture, title, tooltip = icon.icon, icon.title, icon.tooltip
        if self._shown == (shown := (picture.cacheKey(), title, tooltip, fully)):
            return
        self._shown = shown
        text = beginning(title or (tooltip or self._program if fully else ""), _LONGEST)
        style = Qt.ToolButtonStyle
        self.setIcon(picture)
        self.setToolTip(plain_tooltip(tooltip or title or self._program))
        self.setAccessibleName(beginning(icon.hover_text() or self._program, _LONGEST_NAME))
        self.setText(text)
        self.setToolButtonStyle(style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly)

    def _used(self, button: MouseButton) -> None:
        for state in (MouseButtonState.DOWN, MouseButtonState.UP):
            self._tray_icon.used(Gesture(TrayIconEventType.CLICK, button, state), over=self)
        if button is MouseButton.RIGHT and not self._tray_icon.closed:
            self._tray_icon.open_menu(over=self)


def _bar() -> QToolBar:
    bar = QToolBar()
    bar.setMovable(False)
    bar.setFloatable(False)
    bar.setIconSize(QSize(_SIDE, _SIDE))
    # Otherwise a right click offers to hide it for good.
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    space = QWidget()
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(space)
    return bar
