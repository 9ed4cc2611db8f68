"""The windows of a running program, and what becomes of what people and pages do to them."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import attrs
from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QIcon

from shell.background import Background
from shell.config import WindowConfig
from shell.ipc import Events, RegistrationError, Session
from shell.ipc.event import of_window
from shell.life import Life, LifeEvent
from shell.webview.asset_scope import AssetScope
from shell.webview.recovery import Gone
from shell.webview.webview import Webview
from shell.webviews import Webviews
from shell.window import Window, WindowEvent

if TYPE_CHECKING:
    from shell.menu import Menus

_REVEAL_AFTER = 3000
"""Milliseconds after which a window is shown whose page still has nothing to show."""


class Windows:
    """Makes the windows, each with its page, and decides what becomes of those that are asked to close.

    Args:
        by_label: Where they are to be found, by label.
        webviews: Makes what is in them.
        events: Where their events go.
        life: Who hears that they come and go, and may keep them from closing.
        asset_scope: Learns of the files that people drop on them.
        menus: The program's menus.
        icon: The icon of those that have none of their own.
        title: What pop-ups are called.
        profiles: Tells how many profiles have been made.
        open_devtools: Whether developer tools open with the main window.
        on_last_closed: Called when the last one has gone.

    Attributes:
        on_created: Called with each new window, before its page loads.
        on_closed: Called with each that has gone.
    """

    def __init__(
        self,
        by_label: dict[str, Window],
        webviews: Webviews,
        *,
        events: Events,
        life: Life,
        asset_scope: AssetScope,
        menus: "Callable[[], Menus]",
        icon: Callable[[], QIcon],
        title: str,
        profiles: Callable[[], int],
        open_devtools: bool,
        on_last_closed: Callable[[], None],
    ) -> None:
        self._windows = by_label
        self._webviews = webviews
        self._events = events
        self._life = life
        self._asset_scope = asset_scope
        self._menus = menus
        self._icon = icon
        self._title = title
        self._profiles = profiles
        self._open_devtools = open_devtools
        self._on_last_closed = on_last_closed
        self._ended = False
        self._deaf: set[str] = set()
        self._asked: set[Window] = set()
        self._notices: WeakKeyDictionary[Session, int] = WeakKeyDictionary()
        self._background = Background()
        self.on_created: list[Callable[[Window], object]] = []
        self.on_closed: list[Callable[[Window], object]] = []

    @property
    def menus(self) -> "Menus":
        """The menus of the program and its windows."""
        return self._menus()

    @property
    def profile_count(self) -> int:
        """How many profiles the webviews that there are and were have had."""
        return self._profiles()

    @property
    def count(self) -> int:
        """How many webviews there are in all windows, or windows where those are more."""
        return self._webviews.count

    def create(
        self,
        config: WindowConfig,
        *,
        parent: Window | None = None,
        init_scripts: Iterable[str] = (),
        empty: bool = False,
    ) -> Window:
        """Make a window and load its page; it is shown when the page has something to show.

        Args:
            config: What it is like.
            parent: The window that it stays above.
            init_scripts: JavaScript for each of its documents, after that of plugins.
            empty: Whether it begins with no webview: others can be added to it.

        Raises:
            RegistrationError: There is a window of this label, or the program ends.
        """
        label = config.label
        if self._ended:
            raise RegistrationError(f'the program ends: the window "{label}" cannot be made any more')
        if label in self._windows or label in self._webviews:
            raise RegistrationError(f'a window with label "{label}" exists already')
        webview = self._webviews.make(config, label, init_scripts)
        window = Window(config, webview, events=self._events, hooks=self, parent=parent, icon=self._icon())
        self._windows[label] = window
        for hear in self.on_created:
            hear(window)
        # PySide does not keep what a bound method is bound to, and calls it when it is gone: hence the functions.
        webview.ready.connect(lambda: window.reveal())
        QTimer.singleShot(_REVEAL_AFTER, webview, lambda: window.reveal())
        webview.page.close_requested.connect(lambda: window.close())
        if empty:
            self._webviews.close(label)
            window.reveal()
        else:
            self._begin(webview, config)
        if self._open_devtools and label == "main":
            webview.devtools.open()
        self._tell(LifeEvent("window-created", label))
        return window

    def add_webview(self, window: Window, config: WindowConfig) -> Webview:
        """Show a further page in a window, in a webview of its own above those that are there.

        Args:
            window: The window.
            config: What the webview is like; its place is in logical pixels from the top-left corner of the content.

        Raises:
            RegistrationError: There is a webview of this label.
        """
        if config.label in self._webviews:
            raise RegistrationError(f"a webview with label `{config.label}` already exists")
        webview = self._webviews.make(config, window.label)
        place = QRectF(config.x or 0, config.y or 0, config.width, config.height)
        window.add_webview(webview, place, drag_drop=config.drag_drop_enabled)
        webview.page.close_requested.connect(lambda: self._webviews.close(config.label))
        self._begin(webview, config)
        return webview

    def reparent(self, webview: Webview, window: Window) -> None:
        """Give a webview to another window, at the place that it has."""
        place = self._windows[webview.window].panes.take_out(webview.widget)
        webview.move_to(window.label)
        window.add_webview(webview, place)

    def come_to_front(self, first: WindowConfig | None) -> None:
        """Show the main window, or where there is none any other, above those of other programs.

        Args:
            first: What is opened where no window is.
        """
        if not self._windows and first is not None:
            self.create(first)
        window = self._windows.get("main") or next(iter(self._windows.values()), None)
        if window is not None:
            window.unminimize()
            window.show()
            window.set_focus()

    def destroy_all(self) -> None:
        """End all of them, the newest first. No others can be made after this."""
        self._ended = True
        for window in reversed(list(self._windows.values())):
            window.destroy()

    def _begin(self, webview: Webview, config: WindowConfig) -> None:
        webview.gone.connect(lambda gone: self._renderer_gone(gone))
        webview.page.popup_requested.connect(lambda address: self._open_popup(address))
        webview.page.fullscreen_requested.connect(lambda on: self._windows[webview.window].set_fullscreen(on))
        webview.load(self._webviews.resolve(config.url))
        self._events.emit(WindowEvent.WEBVIEW_CREATED, {"label": webview.label})

    def _open_popup(self, url: str) -> None:
        number = 1
        while (label := f"popup-{number}") in self._windows or label in self._webviews:
            number += 1
        self.create(WindowConfig(label=label, url=url, title=self._title))

    def _renderer_gone(self, gone: Gone) -> None:
        self._events.emit("renderer-gone", attrs.asdict(gone))
        self._tell(LifeEvent("renderer-gone", gone.label, gone))
        window = self._windows.get(gone.label)
        if window is not None:
            # Who was asked whether it may close may wait for this page for ever.
            self._asked.discard(window)
        if gone.label in self._deaf and window is not None:
            window.destroy()

    def _tell(self, event: LifeEvent) -> None:
        self._background.run(self._life.tell(event))

    # What windows ask and tell.

    def close_requested(self, window: Window) -> None:
        """A window was asked to close: Python may refuse, then its page may, then it goes."""
        if window not in self._asked:
            self._asked.add(window)
            self._background.run(self._close(window))

    async def _close(self, window: Window) -> None:
        try:
            event = await self._life.tell(LifeEvent("close-requested", window.label))
        finally:
            self._asked.discard(window)
        if event.prevented or window.closed:
            return
        name, address = "tauri://close-requested", of_window(window.label)
        # As in Tauri, a page that listens decides, and destroys its window itself.
        page_decides = self._events.has_page_listener(name, address, webview=window.label)
        self._events.emit(name, None, address)
        if not page_decides and not window.closed:
            window.destroy()
        elif window.webview.session is not None:
            self._await_notice(window.label, window.webview.session)

    def _await_notice(self, label: str, session: Session) -> None:
        """Where a page's renderer dies before it has taken notice of what it was told last, its window closes."""
        noticed = session in self._notices
        self._notices[session] = session.ping()
        if noticed:
            return

        def end() -> None:
            if session.acknowledged < self._notices.pop(session):
                self._deaf.add(label)
                # If it is the renderer that has died, this is told in the same turn.
                asyncio.get_running_loop().call_soon(self._deaf.discard, label)

        session.on_end.append(end)

    def closed(self, window: Window) -> None:
        """A window is gone, and its webviews go with it."""
        del self._windows[window.label]
        for hear in self.on_closed:
            hear(window)
        for label in [label for label, webview in self._webviews.items() if webview.window == window.label]:
            self._webviews.close(label)
        self._tell(LifeEvent("window-destroyed", window.label))
        if not self._windows:
            self._on_last_closed()

    def files_dropped(self, window: Window, paths: Iterable[str]) -> None:
        """Files that a person drops on a window may be shown by its page, and all in folders, as in Tauri."""
        for path in map(Path, paths):
            if path.is_dir():
                self._asset_scope.allow_directory(path)
            else:
                self._asset_scope.allow_file(path)
