import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QIcon
from shiboken6 import isValid

from shell.config.window import PreventOverflowMargin, WindowConfig
from shell.ipc.event import Address, Events, Handler, Target, labelled, of_window
from shell.ipc.thread import any_thread, loop_only
from shell.webview.evaluation import ANSWERED_WITHIN
from shell.window.appearance import Appearance
from shell.window.constraints import SizeConstraints
from shell.window.dpi import LogicalPosition, PhysicalPosition, PhysicalSize, Position, whole_pixels
from shell.window.edges import ResizeEdges
from shell.window.events import WindowEvent
from shell.window.file_drop import FileDrops
from shell.window.frame import Frame
from shell.window.largest import largest_size
from shell.window.panes import Panes
from shell.window.pointer import Pointer
from shell.window.stacking import Stacking
from shell.window.states import States
from shell.window.theme import current_theme, set_theme, themes_available

if TYPE_CHECKING:
    from shell.menu import Container, Menu, Menus
    from shell.webview.webview import Webview


class WindowHooks(Protocol):
    """What a window asks and tells the program that it belongs to."""

    @property
    def menus(self) -> "Menus":
        """The menus of the program and its windows."""

    def close_requested(self, window: "Window") -> None:
        """Hear that a window was asked to close, and destroy it or not, now or later."""

    def closed(self, window: "Window") -> None:
        """Hear that a window is gone. Its page has ended, and its last event is out."""

    def files_dropped(self, window: "Window", paths: Sequence[str]) -> None:
        """Hear which files a person gave to a window, before its page does."""


@loop_only
class Window(States, Appearance, Stacking, Pointer):
    """A window of the program, with a webview that fills it, and further ones where they are added.

    Its methods are those of ``Window`` in ``@tauri-apps/api``, by the same names in Python's spelling, and do as
    Tauri's do on Linux. They are called on the thread of the event loop, and raise a `WrongThreadError` in another;
    what says so, and `label`, `closed` and `webview`, is for any thread.

    Attributes:
        panes: Its inside, where the webview has its place.
    """

    def __init__(
        self,
        config: WindowConfig,
        webview: "Webview",
        *,
        events: Events,
        hooks: WindowHooks,
        parent: "Window | None" = None,
        icon: QIcon | None = None,
    ) -> None:
        """Make a window, hidden. Where ``config.visible`` says so, ``reveal`` shows it.

        Args:
            config: What it is like; lengths in logical pixels.
            webview: What fills it. The window takes over its widget, and ends it when it closes.
            events: Where its events go, and those that it emits.
            hooks: The program that it belongs to.
            parent: The window that it stays above of (``WM_TRANSIENT_FOR`` on X11); ``config.parent`` is its label.
            icon: Its icon, or the program's where there is none.
        """
        frame = Frame(_flags(config), self._ask_to_close)
        # Qt looks at these two when it makes the native window.
        frame.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, config.transparent)
        frame.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not config.focus)
        self.panes = Panes()
        self.panes.fill_with(webview.widget)
        frame.setCentralWidget(self.panes)
        size = QSize(whole_pixels(config.width), whole_pixels(config.height))
        frame.resize(size.boundedTo(largest_size(frame.devicePixelRatioF())))
        super().__init__(config.label, frame)
        self._webview = webview
        self._content = webview.widget
        self._events = events
        self._hooks = hooks
        self._listeners: set[int] = set()
        self._arrange = config.prevent_overflow, config.center
        if parent is not None:
            self._stay_above(parent)
        if icon is not None:
            self.set_icon(icon)
        self._edges = ResizeEdges(self._handle, applies=self._has_edges, show_cursor=self._show_edge_cursor)
        self._apply(config)
        if config.drag_drop_enabled:
            FileDrops(webview.widget, webview.label, self)
        self._size, self._position, self._scale = self.inner_size(), self.outer_position(), self.scale_factor()
        frame.moved.connect(self._tell_position)
        frame.resized.connect(self._tell_size)
        frame.activated.connect(self._tell_focus)
        frame.scale_changed.connect(self._tell_scale)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._tell_theme)
        self._rehearse(then_show=config.visible)
        events.emit(WindowEvent.CREATED, {"label": self.label})

    @property
    @any_thread
    def webview(self) -> "Webview":
        """What fills the window."""
        return self._webview

    @property
    def renderer_pid(self) -> int:
        """The process that renders the page; 0 while there is none."""
        return self._webview.renderer_pid

    def add_webview(self, webview: "Webview", place: QRectF, *, drag_drop: bool = True) -> None:
        """Show a further webview, above those that are there.

        Args:
            webview: The webview. It ends with the window, unless another window takes it over.
            place: Where, in logical pixels from the top-left corner of the content.
            drag_drop: Whether files that are dragged over it are told as events, and not given to the page.
        """
        self._require_open()
        self.panes.add(webview.widget, place)
        drops = webview.widget.findChild(FileDrops)
        if drops is not None:
            drops.listener = self
        elif drag_drop:
            FileDrops(webview.widget, webview.label, self)

    async def loaded(self) -> None:
        """Wait until the page has loaded."""
        await self._webview.loaded()

    async def eval(self, script: str, *, within: float | None = ANSWERED_WITHIN) -> Any:
        """Run JavaScript in the page and return its value as Python has it.

        Args:
            script: An expression, or the body of an async function. A promise is awaited.
            within: Seconds that the page, once it has loaded, has to answer; `None` for as long as it lives.

        Raises:
            JavaScriptError: The script could not be parsed, or threw, or its value has no form in JSON.
            PageGoneError: The page went away first, or runs no scripts.
            TimeoutError: The time is up. Whatever the script does, it goes on doing.
        """
        return await self._webview.eval(script, within=within)

    async def screenshot(self) -> bytes:
        """Return a picture of the page as PNG."""
        return await self._webview.screenshot()

    @any_thread
    def emit(self, event: str, payload: Any = None) -> None:
        """Send an event to everyone who listens, in the core and in all pages. From any thread."""
        self._events.emit(event, payload)

    @any_thread
    def emit_to(self, label: str, event: str, payload: Any = None) -> None:
        """Send an event to those who listen as the window or webview of a label. From any thread."""
        self._events.emit(event, payload, labelled(label))

    @any_thread
    def listen(self, event: str, handler: Handler, *, once: bool = False) -> int:
        """Call a function for each event that is for this window, its own among them, until it is gone.

        Args:
            event: The event's name.
            handler: A function or coroutine function; called with the ``Event``.
            once: Only for the first one.

        Returns:
            What ``unlisten`` takes.
        """
        self._require_open()
        listener = self._events.listen(event, handler, Address(Target.WEBVIEW_WINDOW, self.label), once=once)
        self._listeners.add(listener)
        return listener

    @any_thread
    def unlisten(self, listener: int) -> None:
        """Stop what ``listen`` began."""
        self._listeners.discard(listener)
        self._events.unlisten(listener)

    def set_decorations(self, decorations: bool) -> None:
        """Give the window a title bar and borders, or take them away; without them its inner edges can be dragged."""
        super().set_decorations(decorations)
        self._edges.watch(not decorations)

    def menu(self) -> "Menu | None":
        """Return the menu in the window's bar: its own, or the program's."""
        return self._hooks.menus.of_window(self)

    def set_menu(self, menu: "Menu") -> "Menu | None":
        """Give the window a menu bar of its own. On macOS, which has one bar for all windows, that of the program.

        Args:
            menu: What is in it.

        Returns:
            The menu that the window had.
        """
        return self._hooks.menus.set_window_menu(self, menu)

    def remove_menu(self) -> "Menu | None":
        """Take the menu bar away, whether it is the window's own or the program's, and return the menu."""
        return self._hooks.menus.remove_window_menu(self)

    def hide_menu(self) -> None:
        """Hide the menu bar. Accelerators in it rest until it is shown again."""
        self._show_menu_bar(False)

    def show_menu(self) -> None:
        """Show the menu bar again."""
        self._show_menu_bar(True)

    def is_menu_visible(self) -> bool:
        """Say whether the window has a menu bar that is not hidden."""
        bar = self.frame.menuWidget()
        return bar is not None and not bar.isHidden()

    def popup_menu(self, menu: "Container", at: Position | None = None) -> None:
        """Show a menu over the window, for a person to choose from. Returns at once.

        Args:
            menu: The menu.
            at: Where, counted from the top-left corner of the page; at the mouse if it is not given.
        """
        self._hooks.menus.popup(menu, self, at)

    def close(self) -> None:
        """Ask the window to close, as a click on its close button does: Python and the page may refuse."""
        self._require_open()
        self._ask_to_close()

    def destroy(self) -> None:
        """Close the window without asking. Its page ends first, then ``tauri://destroyed`` is told, then it goes."""
        frame, self._frame = self._frame, None
        if frame is None:
            return
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._tell_theme)
        frame.blockSignals(True)
        self._webview.close()
        self._events.emit(WindowEvent.DESTROYED, None, of_window(self.label))
        for listener in self._listeners:
            self._events.unlisten(listener)
        self._hooks.closed(self)
        frame.hide()
        frame.deleteLater()

    def files_entered(self, label: str, paths: Sequence[str], position: QPointF) -> None:
        """Tell that files are dragged over the page."""
        payload = {"paths": list(paths), "position": self._in_page(position)}
        self._events.emit(WindowEvent.DRAG_ENTER, payload, labelled(label))

    def files_moved(self, label: str, position: QPointF) -> None:
        """Tell where the files are."""
        self._events.emit(WindowEvent.DRAG_OVER, {"position": self._in_page(position)}, labelled(label))

    def files_dropped(self, label: str, paths: Sequence[str], position: QPointF) -> None:
        """Tell that the files were dropped."""
        self._hooks.files_dropped(self, paths)
        payload = {"paths": list(paths), "position": self._in_page(position)}
        self._events.emit(WindowEvent.DRAG_DROP, payload, labelled(label))

    def files_left(self, label: str) -> None:
        """Tell that the files were dragged away again."""
        self._events.emit(WindowEvent.DRAG_LEAVE, None, labelled(label))

    def _apply(self, config: WindowConfig) -> None:
        self.set_title(config.title)
        # Not among the flags that the frame is made with: with a title bar's buttons among them, QWidget drops it.
        self.set_decorations(config.decorations)
        self.set_background_color(config.background_color)
        self.set_size_constraints(
            SizeConstraints(config.min_width, config.min_height, config.max_width, config.max_height)
        )
        self.set_resizable(config.resizable)
        if config.x is not None and config.y is not None:
            self.set_position(LogicalPosition(config.x, config.y))
        self.set_skip_taskbar(config.skip_taskbar)
        self.set_visible_on_all_workspaces(config.visible_on_all_workspaces)
        if config.theme is not None and themes_available():
            set_theme(config.theme)
        if config.maximized:
            self.maximize()
        if config.fullscreen:
            self.set_fullscreen(True)
        if self._manager is not None and config.decorations and (config.center or config.prevent_overflow):
            self._manager.request_frame_extents(self.window_id)

    def _before_showing(self) -> None:
        self._arrange_once()
        self._when_seen(self._correct_place)
        self._paint_native_background()

    def _after_showing(self) -> None:
        self._restore_states()
        # Not to take the keyboard was meant for this time. Qt looks at the widget's attribute only when it makes the
        # native window, and at this property of that window each time that it shows it.
        self._handle.setProperty("_q_showWithoutActivating", False)

    def _show_menu_bar(self, visible: bool) -> None:
        bar = self.frame.menuWidget()
        if bar is not None:
            bar.setVisible(visible)
            self.fit_menu_bar()

    def _has_edges(self) -> bool:
        return not self.closed and self.is_resizable() and not self._fills_the_screen()

    def _arrange_once(self) -> None:
        # Not before the window is shown: until then the window manager may not have said how wide its frame is.
        (overflow, center), self._arrange = self._arrange, (None, False)
        if overflow:
            self._prevent_overflow(
                overflow if isinstance(overflow, PreventOverflowMargin) else PreventOverflowMargin(0, 0)
            )
        if center:
            self.center()

    def _ask_to_close(self) -> bool:
        if self.closed:
            return True
        self._hooks.close_requested(self)
        return self.closed

    def _page_cursor(self) -> QCursor:
        widget = self._webview.widget
        # The first webview may have been closed, or have ended in another window.
        return widget.cursor() if isValid(widget) else QCursor()

    def _tell_size(self) -> None:
        size = self.inner_size()
        if size != self._size:
            self._size = size
            self._tell(WindowEvent.RESIZED, _size(size))

    def _tell_position(self) -> None:
        position = self.outer_position()
        # Until the window manager has placed the window, it is nowhere.
        if position != self._position and self._handle.isVisible():
            self._position = position
            self._tell(WindowEvent.MOVED, _position(position))

    def _tell_focus(self, focused: bool) -> None:
        self._tell(WindowEvent.FOCUSED if focused else WindowEvent.BLURRED, None)

    def _tell_scale(self) -> None:
        # Qt says it to the widget twice.
        if self.scale_factor() != self._scale:
            self._scale = self.scale_factor()
            payload = {"scaleFactor": self._scale, "size": _size(self.inner_size())}
            self._tell(WindowEvent.SCALE_CHANGED, payload)

    def _tell_theme(self) -> None:
        self._tell(WindowEvent.THEME_CHANGED, current_theme())

    def _tell(self, event: WindowEvent, payload: object) -> None:
        self._events.emit(event, payload, of_window(self.label))

    def _in_page(self, position: QPointF) -> dict[str, float]:
        scale = self.scale_factor()
        return {"x": position.x() * scale, "y": position.y() * scale}


for _part in Window.__mro__[1:-1]:
    for _name, _function in vars(_part).items():
        if inspect.isfunction(_function) and not _name.startswith("_"):
            # Python names it when it is called wrongly, and nobody has written the name of a part of this class. What
            # takes no arguments is called wrongly before what it wraps is.
            _function.__qualname__ = inspect.unwrap(_function).__qualname__ = f"Window.{_name}"


def _size(size: PhysicalSize) -> dict[str, int]:
    return {"width": size.width, "height": size.height}


def _position(position: PhysicalPosition) -> dict[str, int]:
    return {"x": position.x, "y": position.y}


def _flags(config: WindowConfig) -> Qt.WindowType:
    kind = Qt.WindowType
    chosen = kind.Window | kind.CustomizeWindowHint | kind.WindowTitleHint | kind.WindowSystemMenuHint
    for flag, wanted in (
        (kind.WindowMaximizeButtonHint, config.maximizable),
        (kind.WindowMinimizeButtonHint, config.minimizable),
        (kind.WindowCloseButtonHint, config.closable),
        (kind.WindowStaysOnTopHint, config.always_on_top),
        (kind.WindowStaysOnBottomHint, config.always_on_bottom and not config.always_on_top),
        (kind.WindowDoesNotAcceptFocus, not config.focusable),
    ):
        if wanted:
            chosen |= flag
    return chosen
