"""What a program is made of, before it runs."""

import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Executor
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, overload

from shell.acl import Capability
from shell.config import Config
from shell.given import expect, expect_each, expect_function, expect_number
from shell.ipc import Commands, Events, Filters, Limits, RegistrationError, Shared, SharedValues, States
from shell.ipc.binding import Casing
from shell.ipc.filter import Filter
from shell.ipc.thread import LoopThread
from shell.life import Life, LifeEventName, LifeHandler
from shell.plugins.plugin import Plugin

if TYPE_CHECKING:
    from shell.app import App
    from shell.core import Core
    from shell.menu import Menu, MenuHandler
    from shell.webview.recovery import RecoveryPolicy
    from shell.window import Window

_CONFIGURATION = (str, Path, Mapping, Config, NoneType)

type SetupHook = Callable[["App"], object] | Callable[["App"], Awaitable[object]]


class Builder:
    """Takes what a program is made of: its arguments are those of `App`, and its decorators register functions."""

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
            expect_menu(menu, "App: menu")
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

        A coroutine function runs on the loop, a plain function in a thread, where windows, menus, tray icons and
        notifications only say what Python keeps of them, such as `window.label`; what else they can do raises there.
        `app.thread.run(window.set_title, "…")` has the loop do it, and returns at once.

        Arguments come from the page by their names, checked against their types; parameters of type `App`, `Window`,
        `Caller`, `Request`, `Scope`, `State[T]` and `Channel[T]` are filled by the core, and one of type `bytes` takes
        a raw body.

        Args:
            function: The function, which stays as it is.
            name: What pages call it, if not by the function's own name.
            executor: Where a plain function runs, if not in one of the app's threads.
                Python waits at the end of the process for what runs on one of `concurrent.futures`, however long that
                takes.
            detached: Let it run on when the page that called it goes. Otherwise its task is cancelled then.
            rename_all: How pages write the arguments' names, as in Tauri's `#[command(rename_all = …)]`.

        Raises:
            RegistrationError: The name is taken, or the app runs already.
        """
        if self._core is not None:
            raise RegistrationError("App.command: the app runs already; commands are registered before")
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

        Raises:
            RegistrationError: They are done.
        """
        expect_function(function, "App.setup", "app")
        if self._core is not None and self._core.set_up:
            raise RegistrationError("App.setup: the app has been set up already; do it at once, or before the app runs")
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

    def on_menu_event(self, handler: "MenuHandler") -> "MenuHandler":
        """Call a function with the `MenuEvent` whenever an item of any menu is chosen. A decorator.

        Predefined items tell nobody: what they do is given.
        """
        expect_function(handler, "App.on_menu_event", "event")
        self.menu_handlers.append(handler)
        return handler


def expect_menu(menu: object, where: str) -> None:
    """See that a value is a `Menu`; otherwise raise a `TypeError` that names what it was given to."""
    from shell.menu import Menu  # noqa: PLC0415  # loaded already, where it is what it should be

    expect(menu, Menu, where, "a Menu")


def _folder_of(names: Mapping[str, Any]) -> Path:
    file = names.get("__file__")
    return Path(file).resolve().parent if isinstance(file, str) else Path.cwd()
