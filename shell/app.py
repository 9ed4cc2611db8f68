"""The application: what a program is made of, and its life from start to exit code."""

import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, overload

import attrs

from shell.acl import AclError, Capability
from shell.complaint import complain
from shell.config import (
    Config,
    ConfigError,
    WindowConfig,
    config_from,
    default_config,
    load,
    window_from,
    with_frontend,
)
from shell.config.frontend import frontend_at
from shell.environment import DisplayError, Options, SandboxError, SingleInstanceError
from shell.given import expect, expect_each, expect_function, expect_number
from shell.importing import undisturbed
from shell.ipc import Commands, Events, Filters, Limits, RegistrationError, Shared, SharedValues, States
from shell.ipc.binding import Casing
from shell.ipc.event import Handler, labelled
from shell.ipc.filter import Filter
from shell.ipc.thread import LoopThread
from shell.life import Life, LifeEventName, LifeHandler
from shell.plugins.plugin import Plugin
from shell.restart import Start

if TYPE_CHECKING:
    from shell.core import Core
    from shell.menu import Menu, MenuHandler
    from shell.notification.notification import Notification
    from shell.notification.notifier import Notifier
    from shell.notification.shown import OnAction, OnClick, OnClose, ShownNotification
    from shell.tray import TrayIcon
    from shell.webview.recovery import RecoveryPolicy
    from shell.window import Window

log = logging.getLogger(__name__)

_CONFIGURATION = (str, Path, Mapping, Config, NoneType)

type SetupHook = Callable[["App"], object] | Callable[["App"], Awaitable[object]]


class NotRunningError(RuntimeError):
    """Something was asked of an app that only a running one can do."""


class App:
    """A desktop program: a web frontend with this process for its core.

    Args:
        identifier: The program's name among all others, such as `com.example.notes`; its data lives under it.
        frontend: Folder with an `index.html`, relative to the file that makes the app, or the URL of a dev server.
        config: A configuration file or folder, relative likewise, or the same as a mapping, with Tauri's keys.
        capabilities: Capabilities beside those in files, as mappings or objects.
        plugins: Plugins beside those that are installed.
        limits: How much one page may ask of the core.
        recovery: How a renderer that died is brought back.
        menu: The menu bar of every window that has none of its own. As `plugins.qtshell.menu`, which it goes before.
        stay_in_tray: Whether the program runs on when its last window closes while it has an icon in the tray. Where
            the desktop has no tray, it ends then as without. As `plugins.qtshell.stayInTray`.
        single_instance: Whether there is at most one process of the program for a user. A second start hands its
            arguments and its folder to the first process, and ends; there, `second-start` happens, and then the main
            window comes to the front. As `plugins.qtshell.singleInstance`, which decides where this is `None`.
        grace_period: Seconds that commands, plugins and tasks which are still busy have when the program ends. Then it
            names them in the log and ends without them, also with a function that runs in one of the app's threads.

    Attributes:
        windows: The windows that there are, by label.
        stay_in_tray: As above; it may change while the app runs.
    """

    def __init__(
        self,
        identifier: str | None = None,
        *,
        frontend: str | Path | None = None,
        config: str | Path | Mapping[str, Any] | Config | None = None,
        capabilities: Iterable[Capability | Mapping[str, Any]] = (),
        plugins: Iterable[Plugin] = (),
        limits: Limits | None = None,
        recovery: "RecoveryPolicy | None" = None,
        menu: "Menu | None" = None,
        stay_in_tray: bool = False,
        single_instance: bool | None = None,
        grace_period: float = 3.0,
    ) -> None:
        expect(identifier, (str, NoneType), "App: identifier", 'an identifier such as "com.example.notes"')
        expect(
            frontend, (str, PathLike, NoneType), "App: frontend", "a folder with an index.html, or a dev server's URL"
        )
        expect(config, _CONFIGURATION, "App: config", "a file, a folder, a mapping with Tauri's keys, or a Config")
        expect(limits, (Limits, NoneType), "App: limits", "a Limits")
        expect(stay_in_tray, bool, "App: stay_in_tray", "True or False")
        expect(single_instance, (bool, NoneType), "App: single_instance", "True, False or None")
        expect_number(grace_period, "App: grace_period", "seconds, 0 or more")
        if recovery is not None:
            # Loaded already, where it is what it should be.
            from shell.webview.recovery import RecoveryPolicy  # noqa: PLC0415

            expect(recovery, RecoveryPolicy, "App: recovery", "a RecoveryPolicy")
        if menu is not None:
            _expect_menu(menu, "App: menu")
        self._identifier = identifier
        self._frontend = frontend
        self._given = config
        self._base = _folder_of(sys._getframe(1).f_globals)
        self._config: Config | None = None
        self._core: Core | None = None
        self._setup: list[SetupHook] = []
        self.capabilities = expect_each(
            capabilities, (Capability, Mapping), "App: capabilities", "a Capability or a mapping"
        )
        self.plugins = [*expect_each(plugins, Plugin, "App: plugins", "a Plugin")]
        self.limits = limits or Limits()
        self.recovery = recovery
        self.commands = Commands()
        self.filters = Filters()
        self.states = States()
        self.thread = LoopThread()
        self.events = Events(self.thread)
        self.shared = SharedValues(self.thread)
        self.life = Life()
        self.windows: dict[str, Window] = {}
        self.first_menu = menu
        self.stay_in_tray = stay_in_tray
        self.single_instance = single_instance
        self.grace_period = grace_period
        self.menu_handlers: list[MenuHandler] = []

    # What a program is made of.

    @overload
    def command[F: Callable[..., Any]](self, function: F, /) -> F: ...
    @overload
    def command[F: Callable[..., Any]](
        self,
        function: None = None,
        /,
        *,
        name: str | None = None,
        executor: Executor | None = None,
        detached: bool = False,
        rename_all: Casing = "camelCase",
    ) -> Callable[[F], F]: ...
    def command(
        self,
        function: Callable[..., Any] | None = None,
        /,
        *,
        name: str | None = None,
        executor: Executor | None = None,
        detached: bool = False,
        rename_all: Casing = "camelCase",
    ) -> Any:
        """Let pages call a function: `invoke("greet", { name: "World" })`. A decorator, with or without arguments.

        A coroutine function runs on the loop, a plain function in a thread. Arguments come from the page by their
        names, checked against their types; parameters of type `App`, `Window`, `Caller`, `Request`, `Scope`,
        `State[T]` and `Channel[T]` are filled by the core, and one of type `bytes` takes a raw body.

        Args:
            function: The function, which stays as it is.
            name: What pages call it, if not by the function's own name.
            executor: Where a plain function runs, if not in one of the app's threads.
            detached: Let it run on when the page that called it goes. Otherwise its task is cancelled then.
            rename_all: How pages write the arguments' names, as in Tauri's `#[command(rename_all = …)]`.

        Raises:
            RegistrationError: The name is taken.
        """
        decorate = self.commands.register(name=name, executor=executor, detached=detached, rename_all=rename_all)
        return decorate if function is None else decorate(function)

    def filter(self, function: Filter) -> Filter:
        """Send every allowed call through a function, behind the filters that there are. A decorator.

        It takes the `Call` and `proceed`, and returns what `proceed(call)` gives, or something else.
        """
        return self.filters.add(function)

    def setup(self, function: SetupHook) -> SetupHook:
        """Call a function with the app when its windows have been made. A decorator; the function may be a coroutine.

        Commands that want managed state wait until all of these are done.
        """
        expect_function(function, "App.setup")
        self._setup.append(function)
        return function

    def on(self, name: LifeEventName) -> Callable[[LifeHandler], LifeHandler]:
        """Call a function with a `LifeEvent` whenever something happens to the program. A decorator.

        Args:
            name: `ready`, `window-created`, `window-destroyed`, `close-requested`, `renderer-gone`,
                `exit-requested` or `second-start`. The two requests can be refused with `event.prevent()`, and so
                can that the main window comes to the front after a second start.

        Raises:
            RegistrationError: Nothing of this name ever happens.
        """
        return self.life.on(name)

    def manage(self, state: object) -> None:
        """Hand an object to every command that has a parameter `State[type(state)]`.

        Raises:
            RegistrationError: An object of its type is managed already.
            TypeError: It is a class, or None.
        """
        if state is None or isinstance(state, type):
            raise TypeError(
                f"App.manage: expected an object, got {'None' if state is None else f'the class {state.__name__}'}"
            )
        self.states.manage(state)

    def state[T](self, kind: type[T]) -> T:
        """The managed object of a type.

        Raises:
            MissingStateError: There is none.
        """
        expect(kind, type, "App.state", "the class of what is managed")
        return self.states.get(kind)

    def share[T](self, name: str, value: T) -> Shared[T]:
        """Share a value that windows follow with `window.shell.follow(name, handler)`.

        Raises:
            RegistrationError: The name is taken.
        """
        expect(name, str, "App.share: name", "a name")
        return self.shared.add(name, value)

    def plugin(self, plugin: Plugin) -> None:
        """Add a plugin, before the app runs.

        Raises:
            RegistrationError: The app runs already.
        """
        expect(plugin, Plugin, "App.plugin", "a Plugin")
        if self._core is not None:
            raise RegistrationError(f"plugin {plugin.name}: the app runs already; plugins are added before")
        self.plugins.append(plugin)

    # Events. All of these may be called from any thread.

    def emit(self, event: str, payload: Any = None) -> None:
        """Send an event to everyone who listens, in the core and in all pages.

        Raises:
            RefusedError: The name has other characters than events have, or the payload has no form in JSON.
        """
        self.events.emit(event, payload)

    def emit_to(self, label: str, event: str, payload: Any = None) -> None:
        """Send an event to those who listen as the window or webview of a label, or to any.

        Raises:
            RefusedError: As for `emit`.
        """
        self.events.emit(event, payload, labelled(label))

    def listen(self, event: str, handler: Handler) -> int:
        """Call a function with each `Event` of a name; returns what `unlisten` takes.

        Raises:
            RefusedError: The name has other characters than events have.
        """
        return self.events.listen(event, handler)

    def once(self, event: str, handler: Handler) -> int:
        """Call a function with the next `Event` of a name; returns what `unlisten` takes."""
        return self.events.listen(event, handler, once=True)

    def unlisten(self, listener: int) -> None:
        """Stop what `listen` began."""
        self.events.unlisten(listener)

    # Menus.

    def menu(self) -> "Menu | None":
        """The program's menu: the bar of every window that has none of its own.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.menus.app_menu

    def set_menu(self, menu: "Menu") -> "Menu | None":
        """Give the program another menu; returns the one that it had.

        Raises:
            NotRunningError: The app does not run.
        """
        _expect_menu(menu, "App.set_menu")
        return self.core.menus.set_app_menu(menu)

    def remove_menu(self) -> "Menu | None":
        """Take the program's menu away from all windows, and return it.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.menus.remove_app_menu()

    def on_menu_event(self, handler: "MenuHandler") -> "MenuHandler":
        """Call a function with the `MenuEvent` whenever an item of any menu is chosen. A decorator.

        Predefined items tell nobody: what they do is given.
        """
        expect_function(handler, "App.on_menu_event")
        self.menu_handlers.append(handler)
        return handler

    # Icons in the tray.

    def create_tray(self, id: str | None = None, **options: Any) -> "TrayIcon":  # noqa: A002  # Tauri's name
        """Put an icon into the tray. Where the desktop has none, what the icon offers is at the bottom of a window.

        Args:
            id: Its name in the program, or one that no other has.
            options: `icon` (otherwise the program's), `dark_icon`, `icon_as_template`, `menu`, `tooltip`, `title`,
                `visible`, `show_menu_on_left_click` and `on_tray_icon_event`, as `Trays.create` has them.

        Raises:
            TrayError: There is an icon of this id, or no image in a picture.
            NotRunningError: The app does not run.
        """
        if options.get("menu") is not None:
            from shell.menu import Menu, Submenu  # noqa: PLC0415

            expect(options["menu"], (Menu, Submenu), "create_tray: menu", "a Menu or a Submenu")
        return self.core.trays.create(id, **options)

    def tray(self, id: str) -> "TrayIcon | None":  # noqa: A002  # Tauri's name
        """The tray icon of an id; `main` is that of the configuration, unless it has another there.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.trays.get(id)

    def remove_tray(self, id: str) -> "TrayIcon | None":  # noqa: A002  # Tauri's name
        """Remove the tray icon of an id, if there is one, and return it.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.trays.remove(id)

    # Notifications.

    @property
    def notifier(self) -> "Notifier":
        """Shows notifications, and says what this desktop can do with them.

        Raises:
            NotRunningError: The app does not run.
        """
        return self.core.notifications.notifier

    async def notify(
        self,
        notification: "Notification | str",
        body: str = "",
        *,
        on_click: "OnClick | None" = None,
        on_action: "OnAction | None" = None,
        on_close: "OnClose | None" = None,
        **options: Any,
    ) -> "ShownNotification":
        """Show a notification on the person's desktop; where that shows none, in a window of the program's own.

        Args:
            notification: What is shown, or its title alone.
            body: The rest of the text.
            on_click: Called when the person presses it.
            on_action: Called with the id of the button that the person presses.
            on_close: Called with the `Dismissal`, once it is no longer shown.
            options: Further attributes of `Notification`, such as `icon`, `urgency`, `timeout` and `actions`.

        Raises:
            NotificationError: An option has a wrong value, or the icon is no picture.
            NotRunningError: The app does not run.
        """
        from shell.notification.notification import Notification  # noqa: PLC0415
        from shell.notification.shown import Handlers  # noqa: PLC0415

        expect(notification, (str, Notification), "App.notify", "a title or a Notification")
        for name, handler in (("on_click", on_click), ("on_action", on_action), ("on_close", on_close)):
            if handler is not None:
                expect_function(handler, f"App.notify: {name}")
        if isinstance(notification, str):
            notification = Notification(notification, body, **options)
        elif body or options:
            raise TypeError("notify: further options come with a title; a Notification has its own")
        return await self.notifier.notify(notification, Handlers(on_click, on_action, on_close))

    # Life.

    @property
    def config(self) -> Config:
        """The configuration.

        Raises:
            ConfigError: It is wrong, or what it names is not there.
        """
        if self._config is None:
            self._config = self._resolve(None)
        return self._config

    @property
    def core(self) -> "Core":
        """The running program.

        Raises:
            NotRunningError: It does not run.
        """
        if self._core is None:
            raise NotRunningError("the app does not run; do this from @app.setup, or later")
        return self._core

    def create_window(
        self,
        label: str,
        *,
        config: WindowConfig | None = None,
        parent: "Window | None" = None,
        init_script: str | Iterable[str] = (),
        **options: Any,
    ) -> "Window":
        """Open a window.

        Args:
            label: Its label, which no other window has.
            config: All its options; the label is the other argument.
            parent: The window that it stays above.
            init_script: JavaScript, one script or several, that runs in every document of the window before the page's
                own, as that of Tauri's `WebviewWindowBuilder::initialization_script`; not in sub-frames.
            options: Single options by the names of `WindowConfig`, such as `url`, `title`, `width` and `height`.

        Raises:
            ConfigError: An option is unknown or has a wrong value.
            RegistrationError: There is a window of this label.
            NotRunningError: The app does not run.
            TypeError: An argument has a wrong type, or options came beside a `config`.
        """
        core = self.core
        if parent is not None:
            from shell.window import Window  # noqa: PLC0415

            expect(parent, Window, "create_window: parent", 'a Window, such as app.windows["main"]')
        scripts = expect_each(
            (init_script,) if isinstance(init_script, str) else init_script,
            str,
            "create_window: init_script",
            "the text of a script",
        )
        named = window_from({"label": label, "title": core.title, **options}, root="window", pythonic=True)
        if config is not None:
            expect(config, WindowConfig, "create_window: config", "a WindowConfig")
            if options:
                raise TypeError(
                    f"create_window: {', '.join(options)}: a config has all options, and none come beside it"
                )
            named = attrs.evolve(config, label=label)
        return core.windows.create(named, parent=parent, init_scripts=scripts)

    def exit(self, code: int = 0) -> None:
        """End the program, unless a handler of `exit-requested` prevents it; from any thread.

        Webviews end first, then plugins, the core last.

        Args:
            code: The exit code, which `run` returns.
        """
        expect(code, int, "App.exit: code", "an exit code")
        self.thread.run(self.core.request_exit, code)

    def restart(self) -> None:
        """End the program and start it again with the same arguments, in the same process; from any thread.

        Handlers of `exit-requested` hear `RESTART_EXIT_CODE`, and cannot prevent it. What comes after `run` does not
        happen, but for functions that were registered with `atexit`.
        """
        self.thread.run(self.core.restart)

    def run(self, options: Options | None = None) -> int:
        """Run the program until it ends. What keeps it from starting is told on standard error.

        Args:
            options: How; what the command line of `qtshell run` says.

        Returns:
            The exit code: 2 where the configuration is wrong, 1 where the program could not start.
        """
        expect(options, (Options, NoneType), "App.run: options", "Options")
        with undisturbed():
            # Not before: what works for commands in other processes imports the program too, and has no use for Qt.
            from shell.qt_messages import qt_messages_logged  # noqa: PLC0415

        try:
            with qt_messages_logged():
                return self.run_or_raise(options or Options())
        except (ConfigError, AclError, RegistrationError) as error:
            from shell.trace import users_line  # noqa: PLC0415

            place = users_line(error)
            complain("\n".join(f"{place}{line}" for line in str(error).splitlines()))
            return 2
        except (DisplayError, SandboxError, SingleInstanceError) as error:
            complain(str(error))
            return 1

    def run_or_raise(self, options: Options) -> int:
        """As `run`, but raising what keeps the program from starting.

        Raises:
            ConfigError: The configuration is wrong.
            AclError: A capability is wrong.
            AuditError: The audit log cannot be opened.
            RegistrationError: A command or a plugin is.
            DisplayError: There is no display.
            SandboxError: Chromium's sandbox cannot start.
            SingleInstanceError: The program runs already, and its process does not answer.
        """
        if self._core is not None:
            raise RegistrationError("the app runs already")
        self._config = config = self._resolve(options.dev_url)
        start = Start.of_this_process()
        with ExitStack() as ending:
            instance = None
            if config.shell.single_instance if self.single_instance is None else self.single_instance:
                from shell.single_instance import SingleInstance  # noqa: PLC0415

                instance = SingleInstance.claim(config.identifier)
                if instance is None:
                    return 0
                ending.callback(instance.close)
            with undisturbed():
                # Not before: a second start ends without having loaded Chromium.
                from shell.core import Core  # noqa: PLC0415

            core = Core(self, config, options, instance)
            try:
                core.start_qt()
                loop = core.make_loop()
                self._core = core
                code = loop.run_and_close(core.live(self._setup))
            finally:
                self._core = None
                core.release()
        if core.restarting:
            start.again()
        return code

    def _resolve(self, dev_url: str | None) -> Config:
        given = self._given
        if isinstance(given, Config):
            return with_frontend(given, dev_url=dev_url) if dev_url else given
        if isinstance(given, str | Path):
            return load(self._base / given, dev_url=dev_url)
        base = self._base
        frontend = None if self._frontend is None else frontend_at(self._frontend, base=base)
        if given is None:
            if frontend is None:
                raise ConfigError(
                    "App: expected a frontend or a config: a folder with an index.html, or its configuration"
                )
            return default_config(frontend, identifier=self._identifier, root=base)
        config = config_from(given, "App", identifier=self._identifier, root=base)
        if frontend is None or dev_url:
            return with_frontend(config, dev_url=dev_url)
        return attrs.evolve(config, frontend=frontend)


def _expect_menu(menu: object, where: str) -> None:
    from shell.menu import Menu  # noqa: PLC0415  # loaded already, where it is what it should be

    expect(menu, Menu, where, "a Menu")


def _folder_of(names: Mapping[str, Any]) -> Path:
    file = names.get("__file__")
    return Path(file).resolve().parent if isinstance(file, str) else Path.cwd()
