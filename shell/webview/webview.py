"""A webview: one page, its renderer process and its bridge, inside a window."""

import functools
import json
import math
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWebEngineCore import QWebEngineProfile, QWebEngineSettings
from PySide6.QtWidgets import QDialog, QWidget

from shell.given import expect, expect_number
from shell.ipc import Link, Router, Session
from shell.ipc.thread import any_thread, loop_only
from shell.value import frozen
from shell.webview.bridge import Boot, connect, inject, own_world
from shell.webview.color_scheme import ColorScheme
from shell.webview.devtools import Devtools
from shell.webview.evaluation import ANSWERED_WITHIN, Evaluations, JavaScriptError, PageGoneError
from shell.webview.hotkeys import LEAST_ZOOM, MOST_ZOOM, add_way_out_of_fullscreen, add_zoom_hotkeys, on_keys
from shell.webview.interceptor import PageInterceptor
from shell.webview.keyboard_focus import KeyboardFocus
from shell.webview.loads import LoadError, Loads
from shell.webview.origin import AppOrigins
from shell.webview.page import Page, PageRules
from shell.webview.printing import Printing
from shell.webview.recovery import Gone, Recovery, RecoveryPolicy
from shell.webview.rounds import Rounds
from shell.webview.urls import is_of_page, written
from shell.webview.view import View
from shell.webview.whereabouts import Whereabouts

if TYPE_CHECKING:
    from shell.config.isolation import IsolationScript
    from shell.webview.dev_server import DevServer, DevServerPage

_DRAWN_WITHIN = 3.0
"""Seconds that a page has to draw itself for a picture; then it is taken as it is."""
_TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"

_SAME_ZOOM = 1e-3
"""Chromium keeps logarithms of zoom factors: what it gives back is not quite what it was given."""


@frozen
class WebviewOptions:
    """What one webview is made with.

    Attributes:
        label: Its label.
        window: Label of its window.
        background: Colour of the page before it has painted, and behind what it leaves free.
        user_agent: What pages see as the browser's name, if not Chromium's own.
        init_scripts: JavaScript that runs at the beginning of every document, after the bridge.
        zoom_hotkeys: Whether Ctrl with +, - and 0, or with the mouse's wheel, zooms the page.
        devtools: Whether developer tools may be opened.
        javascript: Whether scripts run at all.
        freeze_prototype: Whether `Object.prototype` is frozen in pages.
        isolation: The scripts of the isolation application; None where there is none.
        dev_server: The dev server that has the app's pages; None where they are not written just now.
    """

    label: str
    window: str
    background: QColor
    user_agent: str | None = None
    init_scripts: Sequence[str] = ()
    zoom_hotkeys: bool = False
    devtools: bool = False
    javascript: bool = True
    freeze_prototype: bool = False
    isolation: "Sequence[IsolationScript] | None" = None
    dev_server: "DevServer | None" = None


@loop_only
class Webview(QObject):
    """One page in its own renderer process.

    Attributes:
        label: The webview's label.
        window: Its window's label.
        widget: What shows it.
        page: The page.
        link: Its end of the wire.
        devtools: Its developer tools.
        recovery: Brings its renderer back.
    """

    ready = Signal()
    """The page of a new document has something to show."""
    loaded_changed = Signal(bool)
    """A load has ended, well or not."""
    gone = Signal(object)
    """The renderer has died; a `Gone`."""

    def __init__(
        self,
        options: WebviewOptions,
        *,
        profile: QWebEngineProfile,
        router: Router,
        rules: PageRules,
        interceptor: PageInterceptor,
        policy: RecoveryPolicy,
        rounds: Rounds,
    ) -> None:
        super().__init__()
        self.label = options.label
        self.window = options.window
        self._options = options
        self._closed = False
        self._origins: AppOrigins = rules.navigation.origins
        self.page = Page(options.label, profile, rules)
        whereabouts = Whereabouts(self.page, self._origins)
        ColorScheme(self.page)
        self._evaluations = Evaluations(self.page, options.label, own_world(options.isolation is not None))
        self.devtools = Devtools(self.page, options.label, allowed=options.devtools)
        self._interceptor = interceptor
        self.page.setUrlRequestInterceptor(interceptor)
        self.link = Link(
            options.label,
            router,
            lambda document: whereabouts.identify(self.window, self.label, document),
            whereabouts.is_there,
            lambda text: bridge.deliver.emit(text),
            self._overflow,
        )
        interceptor.is_one_too_many = functools.partial(self.link.count, "requests")
        interceptor.on_excess = self.link.end_renderer
        self.page.writes_too_much = functools.partial(self.link.count, "console")
        boot = Boot(
            window=self.window,
            webview=self.label,
            origins=tuple(sorted(self._origins.origins)),
            separator=os.sep,
            delimiter=os.pathsep,
            freezePrototype=options.freeze_prototype,
        )
        self._bridge = bridge = connect(self.page, self.link.receive, boot, options.isolation)
        self._set_up_page(options)
        self._of_dev_server = self._make_dev_server_page(options.dev_server)
        self._loads = Loads(
            self.page,
            has_bridge=lambda: self.link.session is not None or not options.javascript,
            replace=lambda: self.recovery.replace(),
            dev_server=self._of_dev_server,
        )
        self._loads.ended.connect(self._load_ended)
        self._loads.missed.connect(self._load_missed)
        self.page.urlChanged.connect(lambda _: self.link.look())
        self._hangs_up = False
        self._given_up: int | None = None
        self.page.renderProcessTerminated.connect(lambda *_: self._start_over())
        self.page.renderProcessPidChanged.connect(self._note_pid)
        self.recovery = Recovery(self.page, self.link, policy, rounds)
        self.recovery.gone.connect(self._renderer_gone)
        self._view = View(self.devtools, rules.navigation.may_drag_out, self.page.keep_back)
        self.widget: QWidget = self._view
        self._view.setPage(self.page)
        self._focus = KeyboardFocus(self._view, self.page)
        self._zoom = 1.0
        self.page.zoomFactorChanged.connect(self._zoomed)
        self._printing = Printing(self._view, dialogs=rules.dialogs)
        self._add_keys(options)
        self.link.on_session.append(self._session_begun)

    def _set_up_page(self, options: WebviewOptions) -> None:
        """Have the page be as it was asked for. Its scripts come after the bridge."""
        if options.user_agent is not None:
            agent = json.dumps(options.user_agent)
            inject(
                self.page,
                "user-agent",
                f'Object.defineProperty(Navigator.prototype, "userAgent", {{ get: () => {agent} }});',
                sub_frames=True,
            )
        for number, script in enumerate(options.init_scripts, 1):
            inject(self.page, f"init-script-{number}", script)
        self.page.settings().setAttribute(QWebEngineSettings.WebAttribute.JavascriptEnabled, options.javascript)
        self.page.setBackgroundColor(options.background)

    def _add_keys(self, options: WebviewOptions) -> None:
        """Have the keys do something that a person may use in this webview."""
        add_way_out_of_fullscreen(self._view, self.page.fullscreen_requested)
        if options.zoom_hotkeys:
            add_zoom_hotkeys(self._view)
        if options.devtools:
            on_keys(self._view, "Ctrl+Shift+I", self.devtools.toggle)

    # What is shown.

    @property
    def url(self) -> str:
        """URL of the document that is shown; empty once the webview is closed."""
        return "" if self._closed else written(self.page.url())

    @property
    def renderer_pid(self) -> int:
        """Process id of the renderer; 0 while there is none."""
        return 0 if self._closed else self.page.renderProcessPid()

    @property
    @any_thread
    def session(self) -> Session | None:
        """The session of the document that is shown, once it has said hello."""
        return self.link.session

    def load(self, url: str) -> None:
        """Show a page. The core may load any URL; where the page goes from there, its rules say.

        Raises:
            ValueError: It is a URL of no page.
        """
        if not is_of_page(url):
            raise ValueError(f"load: expected the URL of a page, such as 'tauri://localhost/index.html', got {url!r}")
        if self._loads.shows_document and self.page.is_place_here(url):
            self._loads.stay()
        else:
            self._loads.ask()
        self.recovery.load(url)

    def reload(self) -> None:
        """Load the page again where it is."""
        self._loads.ask()
        if self._of_dev_server is not None and self.misses_dev_server:
            self._of_dev_server.reload()
        else:
            self.recovery.reload()

    @property
    def misses_dev_server(self) -> bool:
        """Whether its page is still to come, as soon as the dev server answers that does not now."""
        return self._of_dev_server is not None and self._of_dev_server.waiting

    async def loaded(self) -> None:
        """Wait until the page has been loaded; at once where it has been already. A dev server may take its time.

        Raises:
            LoadError: It could not be loaded.
            PageGoneError: The webview was closed first.
        """
        await self._loads.wait()

    async def eval(self, script: str, *, within: float | None = ANSWERED_WITHIN, own: bool = False) -> Any:
        """Run JavaScript in the page, with all that the page itself may do.

        Args:
            script: An expression, or the body of an async function. A promise is awaited.
            within: Seconds that the page, once it has loaded, has to answer; `None` for as long as it lives.
            own: Whether the script is the program's own, and needs no more of the page than its DOM. An isolation
                application has no say then.

        Returns:
            The value, as JSON carries it.

        Raises:
            JavaScriptError: The script could not be parsed, or threw, or its value has no form in JSON.
            PageGoneError: The page went away first, or runs no scripts.
            TimeoutError: The time is up. Whatever the script does, it goes on doing.
        """
        expect(script, str, "eval: script", "the text of a script")
        if within is not None:
            expect_number(within, "eval: within", "seconds, 0 or more, or None")
        if self._closed or not self._options.javascript:
            raise PageGoneError(f"webview {self.label} has no page that runs scripts")
        if self.session is None:
            await self.loaded()
        if self.session is None:
            raise PageGoneError(f"webview {self.label} shows a page without a bridge")
        return await self._evaluations.run(script, within=within, own=own)

    def evaluated(self, number: int, value: Any, error: str | None) -> None:
        """Take the outcome of a script that `eval` runs."""
        self._evaluations.ended(number, value, error)

    async def screenshot(self) -> bytes:
        """The webview's picture as PNG. It has to be shown, on a display or off screen.

        Raises:
            PageGoneError: The webview is closed.
            RuntimeError: It has no size, so that there is nothing to draw.
        """
        if not self._closed and self._view.isVisible() and self.session is not None:
            # A new picture is there two frames after the last change of the page.
            with suppress(JavaScriptError, PageGoneError, TimeoutError):
                await self.eval(_TWO_FRAMES, within=_DRAWN_WITHIN, own=True)
        if self._closed:
            raise PageGoneError(f"webview {self.label} was closed")
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if not self._view.grab().save(buffer, "PNG"):
            raise RuntimeError(f"webview {self.label} could not be drawn")
        return bytes(data.data())

    @property
    def zoom(self) -> float:
        """How many times its own size the page is shown at."""
        return self._view.zoomFactor()

    def set_zoom(self, factor: float) -> None:
        """Show the page larger or smaller; 1 is its own size.

        Raises:
            ValueError: Chromium does not zoom that far.
        """
        if not LEAST_ZOOM <= factor <= MOST_ZOOM:
            raise ValueError(f"a zoom factor is a number from {LEAST_ZOOM:g} to {MOST_ZOOM:g}, not {factor:g}")
        self._zoom = factor
        self._view.setZoomFactor(factor)

    def set_background(self, colour: QColor | None) -> None:
        """Set the colour behind the page, or the one that it began with."""
        self.page.setBackgroundColor(self._options.background if colour is None else colour)

    def move_to(self, window: str) -> None:
        """Hear that another window shows it from now on. What the page may do there, capabilities of that window say.

        Args:
            window: That window's label.
        """
        self.window = window
        self.link.identify_again()

    def set_focus(self) -> None:
        """Give the page the keyboard, as far as its window has it."""
        self._focus.take()

    def show(self) -> None:
        """Show the webview in its window again."""
        self._view.show()

    def hide(self) -> None:
        """Take the webview out of its window's picture; the page lives on, and hears that it is hidden."""
        self._view.hide()

    def print(self) -> None:
        """Show the print dialog for the page.

        Raises:
            PrintError: There is no display to show it on, or it is shown already.
        """
        self._printing.ask()

    # The end.

    def close(self) -> None:
        """End the page and its renderer. Closing again does nothing."""
        if self._closed:
            return
        self._closed = True
        self.recovery.stop()
        self.link.close()
        self.page.closed = True
        error = PageGoneError(f"webview {self.label} was closed")
        self._evaluations.fail(error)
        self._loads.close(error)
        self.devtools.close()
        # The window goes now, with all that is in it, and a print job may still need the view.
        self._view.setParent(None)
        if self.page.in_dialog:
            # Qt is in the middle of a call to the page, which ends with the dialog and one turn of the loop.
            end = functools.partial(self._printing.when_done, self._delete)
            self.page.dialog_ended.connect(lambda: QTimer.singleShot(0, self, end))
            for dialog in self._view.findChildren(QDialog):
                dialog.reject()
        else:
            self._printing.when_done(self._delete)

    def _delete(self) -> None:
        # Where a person drags something out of it, Qt is in the middle of a call to the page.
        self._view.drags.end(lambda: self._delete_now())

    def _delete_now(self) -> None:
        # The page has no parent, so that it goes now and not when Python's collector finds it. This goes as well: what
        # is connected to its signals holds the window that it was in.
        self._view.deleteLater()
        self.page.deleteLater()
        self.deleteLater()

    # What Qt tells.

    def _session_begun(self, session: Session) -> None:
        session.on_end.append(
            lambda: self._evaluations.fail(PageGoneError(f"the page in webview {self.label} went away"))
        )

    def _overflow(self) -> None:
        if not self.recovery.give_up():
            # There is none to end: this is what it had sent before, and not held against the next one.
            self.link.start_over()
            return
        self._given_up = self.recovery.pid
        # What it has posted by now comes all the same, and before what others post. This may be in the middle of one.
        self._hangs_up = True
        QTimer.singleShot(0, self, self._hang_up)

    def _hang_up(self) -> None:
        if self._hangs_up and not self._closed:
            self._bridge.hang_up(self.page, isolated=self._options.isolation is not None)

    def _start_over(self) -> None:
        self._hangs_up = False
        self._given_up = None
        self.link.start_over()

    def _note_pid(self, pid: int) -> None:
        # The end of one that a navigation has left behind is not told.
        if self._given_up is not None and pid not in {0, self._given_up}:
            self._start_over()

    def _zoomed(self, factor: float) -> None:
        if self._options.zoom_hotkeys:
            self._zoom = factor
        # Chromium zooms at each turn of the wheel with Ctrl that the page leaves to it, and has no setting for that.
        elif not math.isclose(factor, self._zoom, rel_tol=_SAME_ZOOM):
            self._view.setZoomFactor(self._zoom)

    def _make_dev_server_page(self, server: "DevServer | None") -> "DevServerPage | None":
        if server is None:
            return None
        # Loaded while a frontend is written, and not in programs that people have.
        from shell.webview.dev_server import DevServerPage  # noqa: PLC0415

        return DevServerPage(self.page, server)

    def _load_missed(self, is_shown: bool) -> None:
        if is_shown:
            self.ready.emit()
        self.loaded_changed.emit(False)

    def _load_ended(self, ok: bool) -> None:
        self._focus.restore()
        self.ready.emit()
        self.loaded_changed.emit(ok)

    def _renderer_gone(self, gone: Gone) -> None:
        text = f"webview {self.label}: the renderer of {gone.url} keeps ending"
        self._loads.lose(None if gone.recovering else LoadError(text))
        self._focus.remember()
        self.gone.emit(gone)
