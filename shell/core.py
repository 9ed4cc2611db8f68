"""The core of a running program: its rooms, built and connected, and its life in order."""

import asyncio
import inspect
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from PySide6.QtCore import QRectF, QTimer, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication, QIcon, QPalette
from PySide6.QtWebEngineCore import QWebEngineDownloadRequest
from PySide6.QtWidgets import QApplication

from shell.acl import Authority
from shell.authority import make_authority
from shell.bundled import bundled
from shell.config import Config, WebPermission, WindowConfig
from shell.environment import Options, prepare
from shell.ipc import Commands, Link, RefusedError, RegistrationError, Router, Session
from shell.ipc.event import of_window
from shell.life import LifeEvent
from shell.loop import Loop
from shell.notification.notifications import Notifications
from shell.path import BaseDirectory, PathResolver
from shell.plugins.own import add_own_plugins, own_init_scripts
from shell.plugins.page import page_commands
from shell.plugins.plugin import Plugin, installed_plugins
from shell.webview.asset_scope import AssetScope
from shell.webview.engine import Engine, Reach
from shell.webview.navigation import Navigation
from shell.webview.network import chromium_flags
from shell.webview.origin import APP_ORIGIN, AppOrigins, origin_of
from shell.webview.page import PageRules
from shell.webview.recovery import Gone
from shell.webview.scheme import register_schemes
from shell.webview.webview import Webview, WebviewOptions
from shell.window import Window, WindowEvent, wanted_platform_theme

if TYPE_CHECKING:
    from shell.app import App, SetupHook
    from shell.menu import Menus
    from shell.single_instance import SecondStart, SingleInstance
    from shell.tray import Trays

log = logging.getLogger(__name__)

_THREADS = 64
"""Threads for plain functions, made as they are needed; `Limits.threads` is how many of them one page may have."""
_REVEAL_AFTER = 3000
"""Milliseconds after which a window is shown whose page still has nothing to show."""
_PAGE_END = 5.0
"""Seconds that a page may take to end."""


class Core:
    """A program that runs: made by `App.run`, which hands it what the program is made of.

    Attributes:
        restarting: Whether the program is to be started again when it has ended.
        paths: Where the system keeps what belongs to it.
        webviews: Its webviews, by label.
        notifications: What it has of notifications.
    """

    def __init__(self, app: "App", config: Config, options: Options, instance: "SingleInstance | None" = None) -> None:
        self.restarting = False
        self._instance = instance
        self._app = app
        self._config = config
        self._options = options
        frontend = config.frontend
        self._dev = frontend is not None and frontend.dev
        self._origins = AppOrigins.of([frontend.url] if frontend and frontend.url else ())
        self.paths = PathResolver(
            config.identifier,
            program=config.root,
            resources=config.root,
            overrides=config.app.app_directories_override,
            name=config.name,
        )
        self.webviews: dict[str, Webview] = {}
        self._plugins = (*app.plugins, *installed_plugins())
        self._commands = self._all_commands()
        self._authority = make_authority(
            config, plugins=self._plugins, given=app.capabilities, app_commands=app.commands
        )
        self._reach = Reach(config.network_hosts, self._authority)
        self._application: QApplication
        self._engine: Engine | None = None
        self._asset_scope: AssetScope
        self._exit: asyncio.Future[int]
        self._menus: Menus | None = None
        self._trays: Trays | None = None
        self.notifications: Notifications
        self._tasks: set[asyncio.Task[object]] = set()
        self._ending: list[asyncio.Future[None]] = []
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="command")

    # Before it runs.

    def _all_commands(self) -> Commands:
        commands = Commands()
        add_own_plugins(commands, self._app, self)
        own = page_commands(lambda session: self.webviews[session.caller.webview])
        for group in (own, *(plugin.commands for plugin in self._plugins), self._app.commands):
            for command in group:
                commands.add(command)
        return commands

    @property
    def icon(self) -> QIcon:
        """The icon of windows that have none of their own."""
        return self._application.windowIcon()

    def start_qt(self) -> None:
        """Make Qt's application, with all that has to be settled before it.

        Raises:
            DisplayError: There is no display.
            SandboxError: Chromium's sandbox cannot start.
        """
        for warning in self._authority.warnings:
            log.warning("%s", warning)
        prepare(self._options, chromium_flags(self._reach.patterns), os.environ)
        theme = wanted_platform_theme(os.environ)
        if theme is not None:
            os.environ["QT_QPA_PLATFORMTHEME"] = theme
        register_schemes()
        self._application = _application(self._config, self._options)

    def make_loop(self) -> Loop:
        """The loop that it runs on."""
        return Loop(self._application)

    # While it runs.

    @property
    def authority(self) -> Authority:
        """Who decides on calls."""
        return self._authority

    @property
    def menus(self) -> "Menus":
        """The menus of the program and its windows. A program that has none does not load what they need."""
        if self._menus is None:
            from shell.menu import Menus  # noqa: PLC0415
            from shell.menu.about import about_program  # noqa: PLC0415

            self._menus = Menus(
                self._app.windows,
                self._application,
                handlers=self._app.menu_handlers,
                request_exit=self.request_exit,
                about=about_program(self._config, self.title),
            )
        return self._menus

    @property
    def trays(self) -> "Trays":
        """The icons in the tray. A program that has none does not load what they need."""
        if self._trays is None:
            from shell.tray import Trays  # noqa: PLC0415

            self._trays = Trays(
                root=self._config.root,
                title=self.title,
                windows=self._app.windows,
                default_icon=lambda: self.icon,
                menu_host=lambda: self.menus,
                on_unreachable=lambda: self.request_exit(None),
                parent=self._application,
            )
        return self._trays

    @property
    def commands(self) -> Commands:
        """Every command that there is: the app's, the plugins', and those that concern only the caller's own page."""
        return self._commands

    @property
    def title(self) -> str:
        """What windows are called that have no title of their own."""
        return self._config.product_name or self._config.identifier.rpartition(".")[2]

    async def live(self, setup: Iterable["SetupHook"]) -> int:
        """Run from the first window to the last; returns the exit code."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(self._executor)
        self._exit = loop.create_future()
        self._app.thread.attach(loop)
        self._router = self._make_router(loop)
        self._engine = self._make_engine()
        self.notifications = self._make_notifications()
        self._hear_signals(loop)
        begun: list[Plugin] = []
        if self._app.first_menu is not None:
            self.menus.set_app_menu(self._app.first_menu)
        try:
            for plugin in self._plugins:
                await plugin.begin(self._app)
                begun.append(plugin)
            for window in self._config.app.windows:
                if window.create:
                    self.create_window(window, parent=self._app.windows.get(window.parent or ""))
            if self._config.app.tray_icon is not None:
                self.trays.create_configured(self._config.app.tray_icon, self._config)
            if self._instance is not None:
                self._instance.listen(lambda start: self._second_start(start), self._application)
            for hook in setup:
                result = hook(self._app)
                if inspect.isawaitable(result):
                    await result
            self._router.start()
            await self._app.life.tell(LifeEvent("ready"))
            return await self._exit
        finally:
            await self._end(begun)

    def _make_router(self, loop: asyncio.AbstractEventLoop) -> Router:
        app = self._app
        return Router(
            loop,
            app.thread,
            self._commands,
            self._authority,
            app.filters,
            app.states,
            {
                type(app): lambda _: app,
                Window: lambda invocation: self._window_of(invocation.session),
                Session: lambda invocation: invocation.session,
            },
            self._executor,
            app.limits,
        )

    def _window_of(self, session: Session) -> Window:
        window = self._app.windows.get(session.caller.window)
        if window is None:
            raise RefusedError(f"the window {session.caller.window} has gone")
        return window

    def _link_of(self, label: str) -> Link | None:
        webview = self.webviews.get(label)
        return None if webview is None else webview.link

    def _make_engine(self) -> Engine:
        config, paths = self._config, self.paths
        self._asset_scope = AssetScope(config.app.security.asset_protocol.scope, paths.variables())
        return Engine(
            config,
            origins=self._origins,
            reach=self._reach,
            router=self._router,
            find=self._link_of,
            storage=None if self._options.headless else paths.directory(BaseDirectory.APP_LOCAL_DATA),
            scope=self._asset_scope,
            on_download=self._download,
            parent=self._application,
        )

    def _make_notifications(self) -> Notifications:
        config = self._config
        return Notifications(
            self._authority,
            configured=WebPermission.NOTIFICATIONS in config.shell.web_permissions,
            origins=self._origins,
            file=None
            if self._options.headless
            else self.paths.directory(BaseDirectory.APP_LOCAL_DATA) / "consent.json",
            dialogs=QGuiApplication.platformName() != "offscreen",
            title=self.title,
            identifier=config.identifier,
            icon=lambda: self.icon,
            windows=self._app.windows,
        )

    def _hear_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, self.exit_now, 128 + number)
            except (NotImplementedError, ValueError, RuntimeError):
                # Not on Windows, and not where the program does not run in the main thread.
                log.debug("signal %s is not heard", number.name)

    # Windows.

    def create_window(
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
            RegistrationError: There is a window of this label.
        """
        if config.label in self._app.windows or config.label in self.webviews:
            raise RegistrationError(f'a window with label "{config.label}" exists already')
        webview = self._make_webview(config, config.label, init_scripts)
        window = Window(config, webview, events=self._app.events, hooks=self, parent=parent, icon=self.icon)
        self._app.windows[config.label] = window
        if self._menus is not None:
            self._menus.add(window)
        if self._trays is not None:
            self._trays.windows_changed()
        # PySide does not keep what a bound method is bound to, and calls it when it is gone: hence the functions.
        webview.ready.connect(lambda: window.reveal())
        QTimer.singleShot(_REVEAL_AFTER, webview, lambda: window.reveal())
        webview.page.windowCloseRequested.connect(lambda: window.close())
        if empty:
            self.close_webview(config.label)
            window.reveal()
        else:
            self._begin(webview, config)
        if self._options.devtools and config.label == "main":
            webview.devtools.open()
        self._tell(LifeEvent("window-created", config.label))
        return window

    def create_webview(self, window: Window, config: WindowConfig) -> Webview:
        """Show a further page in a window, in a webview of its own above those that are there.

        Args:
            window: The window.
            config: What the webview is like; its place is in logical pixels from the top-left corner of the content.

        Raises:
            RegistrationError: There is a webview of this label.
        """
        if config.label in self.webviews:
            raise RegistrationError(f"a webview with label `{config.label}` already exists")
        webview = self._make_webview(config, window.label, ())
        place = QRectF(config.x or 0, config.y or 0, config.width, config.height)
        window.add_webview(webview, place, drag_drop=config.drag_drop_enabled)
        webview.page.windowCloseRequested.connect(lambda: self.close_webview(config.label))
        self._begin(webview, config)
        return webview

    def reparent(self, webview: Webview, window: Window) -> None:
        """Give a webview to another window, at the place that it has."""
        place = self._app.windows[webview.window].panes.take_out(webview.widget)
        webview.move_to(window.label)
        window.add_webview(webview, place)

    def _begin(self, webview: Webview, config: WindowConfig) -> None:
        webview.gone.connect(lambda gone: self._renderer_gone(gone))
        webview.page.popup_requested.connect(lambda address: self._open_popup(address))
        webview.page.fullscreen_requested.connect(lambda on: self._app.windows[webview.window].set_fullscreen(on))
        webview.load(self.resolve(config.url))
        self._app.events.emit(WindowEvent.WEBVIEW_CREATED, {"label": webview.label})

    def resolve(self, url: str) -> str:
        """The full URL of a window's `url`: as it is, or a path in the frontend."""
        if origin_of(url) != "null" or url.startswith(("about:", "data:")):
            return url
        frontend = self._config.frontend
        base = frontend.url if frontend is not None and frontend.url else f"{APP_ORIGIN}/"
        # As in Tauri, a program's first page is at the root, where routers in pages look for it.
        path = "" if url == "index.html" else url.lstrip("/")
        return QUrl(base).resolved(QUrl(path)).toString() if path else base

    def webview(self, label: str) -> Webview | None:
        """The webview of a label."""
        return self.webviews.get(label)

    def close_webview(self, label: str) -> None:
        """End a webview. As in Tauri, its window stays, with nothing in it."""
        webview = self.webviews.pop(label)
        ended = asyncio.get_running_loop().create_future()
        webview.page.destroyed.connect(lambda: None if ended.done() else ended.set_result(None))
        self._ending.append(ended)
        webview.close()

    def _make_webview(self, config: WindowConfig, window: str, init_scripts: Iterable[str]) -> Webview:
        shell, security = self._config.shell, self._config.app.security
        label = config.label
        navigation = Navigation(
            origins=self._origins,
            home=origin_of(self.resolve(config.url)),
            is_remote_page=lambda address: self._authority.knows_remote(self.webviews[label].window, label, address),
            may_reach=self._reach.allows,
            may_open=lambda address: any(pattern.matches(address) for pattern in shell.open_links),
        )
        rules = PageRules(
            navigation=navigation,
            permissions=frozenset(permission.value for permission in shell.web_permissions),
            popups=shell.popups,
            dialogs=QGuiApplication.platformName() != "offscreen",
            open_outside=_open_outside,
            ask_to_notify=lambda origin, answer: self.notifications.ask_for(label, origin, answer),
        )
        devtools = config.devtools if config.devtools is not None else self._options.devtools or self._dev
        options = WebviewOptions(
            label=label,
            window=window,
            background=self._background(config),
            user_agent=config.user_agent,
            init_scripts=[
                *own_init_scripts(global_api=self._config.app.with_global_tauri),
                self.notifications.script(label),
                *(one.init_script for one in self._plugins if one.init_script),
                *init_scripts,
            ],
            zoom_hotkeys=config.zoom_hotkeys_enabled,
            devtools=devtools,
            javascript=not config.javascript_disabled,
            freeze_prototype=security.freeze_prototype,
        )
        engine = self._engine
        if engine is None:
            raise RuntimeError("no webview can be made before the program runs")
        profile = engine.profile(config)
        self.notifications.pages.prepare(profile)
        webview = self.webviews[label] = Webview(
            options,
            profile=profile,
            router=self._router,
            rules=rules,
            interceptor=engine.interceptor(label, config.user_agent),
            policy=self._app.recovery,
        )
        return webview

    def _background(self, config: WindowConfig) -> QColor:
        colour = config.background_color
        if colour is not None:
            return QColor(colour.red, colour.green, colour.blue, colour.alpha)
        if config.transparent:
            return QColor(0, 0, 0, 0)
        return QGuiApplication.palette().color(QPalette.ColorRole.Base)

    def _download(self, request: QWebEngineDownloadRequest) -> None:
        if self._config.shell.downloads:
            request.accept()
        else:
            log.warning(
                "a download of %s was refused; plugins.qtshell.downloads allows it", request.url().toString()[:200]
            )
            request.cancel()

    def _open_popup(self, url: str) -> None:
        number = 1
        while f"popup-{number}" in self.webviews:
            number += 1
        self.create_window(WindowConfig(label=f"popup-{number}", url=url, title=self.title))

    def _renderer_gone(self, gone: Gone) -> None:
        self._app.events.emit("renderer-gone", attrs.asdict(gone))
        self._tell(LifeEvent("renderer-gone", gone.label, gone))

    # What windows ask.

    def close_requested(self, window: Window) -> None:
        """A window was asked to close: Python may refuse, then its page may, then it goes."""
        self._spawn(self._close(window))

    async def _close(self, window: Window) -> None:
        if (await self._app.life.tell(LifeEvent("close-requested", window.label))).prevented or window.closed:
            return
        name, address = "tauri://close-requested", of_window(window.label)
        # As in Tauri, a page that listens decides, and destroys its window itself.
        page_decides = self._app.events.has_page_listener(name, address, webview=window.label)
        self._app.events.emit(name, None, address)
        if not page_decides and not window.closed:
            window.destroy()

    def closed(self, window: Window) -> None:
        """A window is gone; with the last one, the program ends, unless it stays in the tray."""
        del self._app.windows[window.label]
        if self._menus is not None:
            self._menus.forget(window)
        if self._trays is not None:
            self._trays.windows_changed()
        for label in [label for label, webview in self.webviews.items() if webview.window == window.label]:
            self.close_webview(label)
        self._tell(LifeEvent("window-destroyed", window.label))
        stays = self._app.stay_in_tray or self._config.shell.stay_in_tray
        if not self._app.windows and not (stays and self._trays is not None and self._trays.seen):
            self.request_exit(None)

    def files_dropped(self, window: Window, paths: Iterable[str]) -> None:
        """Files that a person drops on a window may be shown by its page, as in Tauri."""
        for path in paths:
            self._asset_scope.allow_file(Path(path))

    # Another start of the program.

    def _second_start(self, start: "SecondStart") -> None:
        self._spawn(self._answer_second_start(start))

    async def _answer_second_start(self, start: "SecondStart") -> None:
        if not (await self._app.life.tell(LifeEvent("second-start", payload=start))).prevented:
            self._come_to_front(start.activation_token)

    def _come_to_front(self, activation_token: str) -> None:
        windows, first = self._app.windows, next(iter(self._config.app.windows), None)
        if not windows and first is not None:
            self.create_window(first)
        window = windows.get("main") or next(iter(windows.values()), None)
        if window is not None:
            if activation_token:
                # Qt hands it to Wayland's compositor with the next request for the keyboard.
                os.environ["XDG_ACTIVATION_TOKEN"] = activation_token
            window.unminimize()
            window.show()
            window.set_focus()

    # The end.

    def request_exit(self, code: int | None) -> None:
        """End the program unless somebody prevents it.

        Args:
            code: The exit code; `None` where nobody asks for it, and only the last window has gone. It is 0 then.
        """
        self._spawn(self._ask_to_exit(code))

    async def _ask_to_exit(self, code: int | None) -> None:
        if (
            not self._exit.done()
            and not (await self._app.life.tell(LifeEvent("exit-requested", payload=code))).prevented
        ):
            self.exit_now(code or 0)

    def restart(self) -> None:
        """End the program, to be started again."""
        self.restarting = True
        self.exit_now(0)

    def exit_now(self, code: int) -> None:
        """End the program; nobody is asked."""
        if not self._exit.done():
            self._exit.set_result(code)

    async def _end(self, begun: list[Plugin]) -> None:
        if not self._exit.done():
            self._exit.set_result(1)
        self.notifications.end()
        if self._trays is not None:
            self._trays.close()
        for window in reversed(list(self._app.windows.values())):
            window.destroy()
        if self._menus is not None:
            self._menus.close()
        _, late = await asyncio.wait(self._ending, timeout=_PAGE_END) if self._ending else ((), ())
        if late:
            log.error("%d pages did not end within %g s", len(late), _PAGE_END)
        for plugin in reversed(begun):
            try:
                await plugin.end(self._app)
            except Exception:
                log.exception("the plugin %s failed to end", plugin.name)
        self._executor.shutdown(wait=False, cancel_futures=True)

    def release(self) -> None:
        """Let go of what Qt holds, when the loop has ended and the pages are gone."""
        # There is none where what comes before it was wrong.
        if self._engine is not None:
            self._engine.release()

    def _tell(self, event: LifeEvent) -> None:
        self._spawn(self._app.life.tell(event))

    def _spawn(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


def _application(config: Config, options: Options) -> QApplication:
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName(config.identifier)
    application.setDesktopFileName(config.identifier)
    application.setQuitOnLastWindowClosed(False)
    icon = next((path for name in config.bundle.icon if (path := config.root / name).is_file()), None)
    application.setWindowIcon(QIcon(str(icon or bundled("icons", "icon.svg"))))
    return application


def _open_outside(url: str) -> None:
    QDesktopServices.openUrl(QUrl(url))
