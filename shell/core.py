"""The core of a running program: its rooms, built and connected, and its life in order."""

import asyncio
import functools
import inspect
import logging
import os
from collections import ChainMap
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from shell.acl import Authority
from shell.application import make_application
from shell.authority import make_authority, unread
from shell.background import Background
from shell.config import Config, MenuItemConfig, PatternUse, WebPermission, unused
from shell.ending import Ending
from shell.environment import Options, changed, prepare
from shell.exit import Exit
from shell.garbage import Garbage
from shell.given import named
from shell.ipc import Commands, RefusedError, Router, Session
from shell.life import LifeEvent
from shell.loop import Loop
from shell.notification.notifications import Notifications
from shell.path import BaseDirectory, PathResolver
from shell.plugins.own import add_own_plugins, own_init_scripts
from shell.plugins.page import page_commands
from shell.plugins.plugin import Plugin, installed_plugins
from shell.signals import Signals
from shell.threads import Threads
from shell.webview.asset_scope import AssetScope
from shell.webview.engine import Engine, Reach, served
from shell.webview.network import chromium_flags
from shell.webview.origin import AppOrigins
from shell.webview.profile import storage_flag
from shell.webview.recovery import RecoveryPolicy
from shell.webview.scheme import register_schemes
from shell.webview.urls import written
from shell.webviews import WebviewDefaults, Webviews
from shell.window import Window, wanted_platform_theme
from shell.windows import Windows

if TYPE_CHECKING:
    from shell.app import App
    from shell.audit import Audit
    from shell.builder import SetupHook
    from shell.config.isolation import IsolationScript
    from shell.menu import Menu, Menus
    from shell.single_instance import SecondStart, SingleInstance
    from shell.tray import Trays
    from shell.webview.downloads import Downloads

log = logging.getLogger(__name__)

_THREADS = 64
"""Threads for plain functions, made as they are needed; `Limits.threads` is how many of them one page may have."""


_PATIENCE = 5.0
"""Seconds after which it is told that a function of the setup has not returned."""


class Core:
    """A program that runs: made by `App.run`, which hands it what the program is made of.

    Attributes:
        exit: Decides that it ends.
        paths: Where the system keeps what belongs to it.
        webviews: Its webviews, by label.
        windows: Makes its windows.
        notifications: What it has of notifications.
        set_up: Whether its setup is done.
    """

    def __init__(self, app: "App", config: Config, options: Options, instance: "SingleInstance | None" = None) -> None:
        self._instance = instance
        self._app = app
        self.exit = Exit(app.life)
        self.set_up = False
        self._config = config = _with_written_urls(config)
        self._options = options
        frontend = config.frontend
        self._origins = AppOrigins.of([frontend.url] if frontend and frontend.url else ())
        self.paths = PathResolver(
            config.identifier,
            program=config.root,
            resources=config.root,
            overrides=config.app.app_directories_override,
            name=config.name,
        )
        self.webviews: Webviews
        self.windows: Windows
        self._plugins = (*app.plugins, *installed_plugins())
        self._commands = self._all_commands()
        self._authority = make_authority(
            config, plugins=self._plugins, given=app.capabilities, app_commands=app.commands
        )
        self._isolation = _isolation_of(config)
        self._reach = Reach(config.network_hosts, self._authority)
        self._application: QApplication
        self._engine: Engine | None = None
        self._asset_scope = AssetScope(config.app.security.asset_protocol.scope, self.paths.folder_of)
        self._menus: Menus | None = None
        self._trays: Trays | None = None
        self.notifications: Notifications
        self._background = Background()
        self._executor = Threads(_THREADS, "command")
        self._startup: asyncio.Task[None] | None = None
        self._audit: Audit | None = None
        self._holdings = ExitStack()

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
            AuditError: The audit log cannot be opened.
            DisplayError: There is no display.
            SandboxError: Chromium's sandbox cannot start.
        """
        self._open_audit()
        plugins = self._commands.plugins.union(plugin.name for plugin in self._plugins)
        for warning in (*self.warnings, *unused(self._config, plugins)):
            log.warning("%s", warning)
        changes: dict[str, str] = {}
        environment = ChainMap(changes, os.environ)
        flags = (*chromium_flags(self._reach.patterns), storage_flag(self._app.limits.storage))
        prepare(self._options, flags, environment)
        theme = wanted_platform_theme(environment)
        if theme is not None:
            environment["QT_QPA_PLATFORMTHEME"] = theme
        # For this run alone: neither another one in this process nor one after a restart shall have it for given.
        self._holdings.enter_context(changed(os.environ, changes))
        register_schemes()
        self._application = make_application(self._config)

    def _open_audit(self) -> None:
        if self._options.audit is None:
            return
        from shell.audit import Audit  # noqa: PLC0415

        path = Path(self._options.audit)
        self._audit = Audit.open(
            path,
            size=self._options.audit_size,
            arguments=self._options.audit_arguments,
            served=served(self._config),
            soon=self._app.thread.soon,
        )
        for log_file in (path, path.with_name(f"{path.name}.1")):
            self._asset_scope.forbid_file(log_file)
        self._holdings.callback(self._audit.end)
        self._audit.begin(self._config.identifier)

    def make_loop(self) -> Loop:
        """The loop that it runs on."""
        return Loop(self._application, self.exit.told_to_quit)

    # While it runs.

    @property
    def authority(self) -> Authority:
        """Who decides on calls."""
        return self._authority

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about capabilities and permissions, also those that nobody reads: one line each."""
        return (*self._authority.warnings, *unread(self._config))

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
                request_exit=self.exit.request,
                about=about_program(self._config, self.title),
            )
            self.windows.on_created.append(self._menus.add)
            self.windows.on_closed.append(self._menus.forget)
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
                on_unreachable=lambda: self.exit.request(None),
                parent=self._application,
            )
            trays = self._trays
            for listeners in (self.windows.on_created, self.windows.on_closed):
                listeners.append(lambda _: trays.windows_changed())
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
        self.exit.begin(loop)
        self._windows_there = asyncio.Event()
        self._app.thread.attach(loop)
        self._router = self._make_router(loop)
        if isinstance(loop, Loop):
            loop.watch(self._router.long_steps.least, self._router.note_step)
        garbage = Garbage(lambda: self._router.held + self._app.events.held)
        garbage.watch()
        self._holdings.callback(garbage.end)
        self._engine = self._make_engine()
        self.notifications = self._make_notifications()
        self.webviews = self._make_webviews(self._engine)
        self._holdings.callback(self.webviews.stop)
        self.windows = self._make_windows()
        Signals(loop, self.exit.now)
        begun: list[Plugin] = []
        try:
            self._startup = loop.create_task(self._start(setup, begun))
            await asyncio.wait((self._startup, self.exit.code), return_when=asyncio.FIRST_COMPLETED)
            if self._startup.done():
                await self._startup
            return await self.exit.code
        finally:
            await self._end(begun)

    async def _start(self, setup: Iterable["SetupHook"], begun: list[Plugin]) -> None:
        if self._instance is not None:
            # At once: a second start waits for an answer, and plugins may take their time.
            self._instance.listen(lambda start: self._second_start(start), self._application)
        menu = self._app.first_menu or self._configured_menu("menu", self._config.shell.menu)
        if menu is not None:
            self.menus.set_app_menu(menu)
        for plugin in self._plugins:
            await plugin.begin(self._app)
            begun.append(plugin)
        for window in self._config.app.windows:
            if window.create:
                self.windows.create(window, parent=self._app.windows.get(window.parent or ""))
        if self._config.app.tray_icon is not None:
            menu = self._configured_menu("trayMenu", self._config.shell.tray_menu)
            self.trays.create_configured(self._config.app.tray_icon, self._config, menu)
        self._windows_there.set()
        try:
            for hook in setup:
                result = hook(self._app)
                if inspect.isawaitable(result):
                    late = asyncio.get_running_loop().call_later(_PATIENCE, _warn_of_setup, hook)
                    try:
                        await result
                    finally:
                        late.cancel()
        except SystemExit as left:
            # Raised on, it would end the loop in the middle of a turn.
            self.exit.raised(left)
            return
        self.set_up = True
        self._router.start()
        await self._app.life.tell(LifeEvent("ready"))

    def _configured_menu(self, key: str, items: Sequence[MenuItemConfig] | None) -> "Menu | None":
        if items is None:
            return None
        from shell.menu.configured import configured_menu  # noqa: PLC0415

        return configured_menu(items, key, self._config, self._app.events.emit)

    def _make_router(self, loop: asyncio.AbstractEventLoop) -> Router:
        app = self._app
        make: Callable[..., Router] = Router
        if self._audit is not None:
            from shell.ipc.audited import AuditedRouter  # noqa: PLC0415

            make = functools.partial(AuditedRouter, audit=self._audit)
        router = make(
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
        self._holdings.callback(router.close)
        return router

    def _window_of(self, session: Session) -> Window:
        window = self._app.windows.get(session.caller.window)
        if window is None:
            raise RefusedError(f"the window {session.caller.window} has gone")
        return window

    def _make_engine(self) -> Engine:
        return Engine(
            self._config,
            origins=self._origins,
            reach=self._reach,
            router=self._router,
            find=lambda label: self.webviews.link(label),
            storage=None if self._options.headless else self.paths.directory(BaseDirectory.APP_LOCAL_DATA),
            scope=self._asset_scope,
            on_download=lambda request: self._downloads.decide(request),
            parent=self._application,
        )

    @functools.cached_property
    def _downloads(self) -> "Downloads":
        from shell.webview.downloads import Downloads  # noqa: PLC0415  # few programs have any

        return Downloads(
            Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)),
            allowed=self._config.shell.downloads,
            audit=self._audit,
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
            limits=self._app.limits,
        )

    def _make_webviews(self, engine: Engine) -> Webviews:
        frontend = self._config.frontend
        recovery = self._app.recovery or RecoveryPolicy()
        if self._options.remote_debugging_port is not None:
            # A page may wait at a breakpoint, and nobody tells that a debugger is connected.
            recovery = attrs.evolve(recovery, hang_after=0.0)
        defaults = WebviewDefaults(
            config=self._config,
            origins=self._origins,
            reach=self._reach,
            devtools=self._options.devtools or (frontend is not None and frontend.dev),
            recovery=recovery,
            scripts=self._init_scripts,
            isolation=self._isolation,
        )
        return Webviews(
            defaults,
            engine=engine,
            router=self._router,
            notifications=self.notifications,
            windows=self._app.windows,
        )

    def _init_scripts(self, window: str, label: str) -> Iterable[str]:
        yield from own_init_scripts(global_api=self._config.app.with_global_tauri)
        yield self.notifications.script(window, label)
        yield from (plugin.init_script for plugin in self._plugins if plugin.init_script)

    def _make_windows(self) -> Windows:
        return Windows(
            self._app.windows,
            self.webviews,
            events=self._app.events,
            life=self._app.life,
            asset_scope=self._asset_scope,
            menus=lambda: self.menus,
            icon=lambda: self.icon,
            title=self.title,
            profiles=lambda: 0 if self._engine is None else self._engine.profiles,
            open_devtools=self._options.devtools,
            on_last_closed=self._last_window_closed,
        )

    # Another start of the program.

    def _second_start(self, start: "SecondStart") -> None:
        self._background.run(self._answer_second_start(start))

    async def _answer_second_start(self, start: "SecondStart") -> None:
        await self._windows_there.wait()
        if not (await self._app.life.tell(LifeEvent("second-start", payload=start))).prevented:
            if start.activation_token:
                # Qt hands it to Wayland's compositor with the next request for the keyboard. What no environment can
                # have, no compositor has given.
                with suppress(ValueError):
                    os.environ["XDG_ACTIVATION_TOKEN"] = start.activation_token
            self.windows.come_to_front(next(iter(self._config.app.windows), None))

    # The end.

    def _last_window_closed(self) -> None:
        stays = self._app.stay_in_tray or self._config.shell.stay_in_tray
        if not (stays and self._trays is not None and self._trays.seen):
            self.exit.request(None)

    async def _end(self, begun: list[Plugin]) -> None:
        if not self.exit.code.done():
            self.exit.code.set_result(1)
        if self._startup is not None:
            self._startup.cancel()
        if self._instance is not None:
            self._instance.stop_listening()
        ending = Ending(self._app.grace_period)
        self.notifications.end()
        if self._trays is not None:
            self._trays.close()
        self.windows.destroy_all()
        if self._menus is not None:
            self._menus.close()
        await self.webviews.wait_ended()
        await ending.wait_for(self._router.under_way)
        for plugin in reversed(begun):
            await ending.run(plugin.end(self._app), f"the end of the plugin {plugin.name}")
        self._executor.shutdown(wait=False, cancel_futures=True)
        await ending.cancel_rest()

    def release(self) -> None:
        """Let go of what Qt holds, when the loop has ended and the pages are gone, and of the environment."""
        with self._holdings:
            # There is none where what comes before it was wrong.
            if self._engine is not None:
                self._engine.release()


def _with_written_urls(config: Config) -> Config:
    """Have the addresses of pages as Chromium writes them, since that is what origins and hosts are compared with."""
    windows = tuple(attrs.evolve(one, url=_written(one.url)) if one.remote else one for one in config.app.windows)
    frontend = config.frontend
    if frontend is not None and frontend.url:
        frontend = attrs.evolve(frontend, url=_written(frontend.url))
    return attrs.evolve(config, app=attrs.evolve(config.app, windows=windows), frontend=frontend)


def _written(url: str) -> str:
    return written(QUrl(url)) or url


def _warn_of_setup(hook: "SetupHook") -> None:
    log.warning(
        "setup waits for %s, which has not returned for %g s: until it does, nothing is ready, "
        "and commands that want managed state which is not there wait, too",
        named(hook),
        _PATIENCE,
    )


def _isolation_of(config: Config) -> "Sequence[IsolationScript] | None":
    if config.app.security.pattern.use is not PatternUse.ISOLATION:
        return None
    from shell.config.isolation import isolation_scripts  # noqa: PLC0415

    return isolation_scripts(config)
