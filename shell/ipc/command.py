"""Commands: the functions that pages may ask for by name."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from types import NoneType
from typing import Any, get_args, overload

import attrs

from shell.given import expect, expect_function, named
from shell.ipc.binding import Casing
from shell.ipc.errors import RegistrationError


@attrs.define(eq=False)
class Command:
    """A function that pages may call.

    Attributes:
        name: What pages call it: `greet`, or `plugin:window|set_title` for a plugin's.
        function: A coroutine function, which runs on the loop, or a plain one, which runs on an executor.
        executor: Where a plain function runs; `None` for the application's threads.
        detached: Whether it runs on when the page that called it has gone.
        casing: How pages write its arguments' names.
        open: Whether every document may call it, past authority; for what concerns it alone, or is decided elsewhere.
        filtered: Whether filters see its calls.
        small: Whether its arguments are held to `Limits.arguments`, and refused unread where they are more.
        is_coroutine: Whether `function` is a coroutine function.
    """

    name: str
    function: Callable[..., Any]
    executor: Executor | None = None
    detached: bool = False
    casing: Casing = "camelCase"
    open: bool = False
    filtered: bool = True
    small: bool = False
    is_coroutine: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        function = self.function
        self.is_coroutine = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
            getattr(function, "__call__", None)  # noqa: B004  # whose kind counts, not whether there is one
        )
        if self.is_coroutine and self.executor is not None:
            raise RegistrationError(
                f"command `{self.name}`: a coroutine runs on the loop and not on an executor; make it a plain function"
            )


class Commands:
    """The commands that are registered, by name."""

    def __init__(self) -> None:
        self._by_name: dict[str, Command] = {}
        self._later: dict[str, Callable[[], Iterable[Command]]] = {}
        self._imports: dict[str, tuple[str, ...]] = {}
        self._registered_late: set[str] = set()

    def add(self, command: Command) -> None:
        """Register a command.

        Raises:
            RegistrationError: Its name is taken, or could not be called.
        """
        if not command.name or command.name.isspace():
            raise RegistrationError(f"a command needs a name: {named(command.function)} has none")
        if _namespace(command.name) in self._later:
            raise RegistrationError(
                f"command `{command.name}` is registered by {named(command.function)}, "
                f"but `{_namespace(command.name)}…` are commands that every program has"
            )
        other = self._by_name.get(command.name)
        if other is not None:
            raise RegistrationError(
                f"command `{command.name}` is registered twice: "
                f"by {named(other.function)} and by {named(command.function)}"
            )
        self._by_name[command.name] = command

    def add_later(self, namespace: str, load: Callable[[], Iterable[Command]], imports: tuple[str, ...] = ()) -> None:
        """Register the commands of a namespace when the first of them is asked for.

        Args:
            namespace: What their names begin with, such as `plugin:window|`.
            load: Gives them.
            imports: Modules that it needs, where to import them takes longer than a turn of the loop may.
        """
        self._later[namespace] = load
        self._imports[namespace] = imports
        self._registered_late.add(namespace)

    def imports_of(self, name: str) -> tuple[str, ...]:
        """Modules that are to be imported, in a thread perhaps, before the command of this name is asked for."""
        return self._imports.get(_namespace(name), ())

    def is_late(self, name: str) -> bool:
        """Whether the command of this name is of a namespace that was registered to be loaded later."""
        return _namespace(name) in self._registered_late

    def imported(self, name: str) -> None:
        """They have been."""
        self._imports.pop(_namespace(name), None)

    def get(self, name: str) -> Command | None:
        """The command of this name, if there is one."""
        command = self._by_name.get(name)
        if command is None and (namespace := _namespace(name)) in self._later:
            self._load(namespace)
            command = self._by_name.get(name)
        return command

    @property
    def loaded(self) -> tuple[Command, ...]:
        """Those that need not be loaded first."""
        return tuple(self._by_name.values())

    @property
    def plugins(self) -> frozenset[str]:
        """The names of the plugins that they are of, those among them that have not been loaded."""
        namespaces = {*self._later, *map(_namespace, self._by_name)}
        return frozenset(name[:-1].removeprefix("plugin:") for name in namespaces if name)

    def __iter__(self) -> Iterator[Command]:
        for namespace in tuple(self._later):
            self._load(namespace)
        return iter(self._by_name.values())

    def _load(self, namespace: str) -> None:
        self._imports.pop(namespace, None)
        for command in self._later.pop(namespace)():
            self.add(command)

    @overload
    def register[F: Callable[..., Any]](self, function: F, /) -> F: ...
    @overload
    def register[F: Callable[..., Any]](
        self,
        function: None = None,
        /,
        *,
        name: str | None = None,
        executor: Executor | None = None,
        detached: bool = False,
        rename_all: Casing = "camelCase",
        prefix: str = "",
    ) -> Callable[[F], F]: ...
    def register(
        self,
        function: Callable[..., Any] | None = None,
        /,
        *,
        name: str | None = None,
        executor: Executor | None = None,
        detached: bool = False,
        rename_all: Casing = "camelCase",
        prefix: str = "",
    ) -> Any:
        """Register a function as a command; a decorator, with or without arguments.

        Args:
            function: The function, which stays as it is.
            name: What pages call it, if not by the function's own name.
            executor: Where a plain function runs, if not in one of the application's threads.
            detached: Let it run on when the page that called it goes. Otherwise its task is cancelled then.
            rename_all: How pages write the arguments' names, as in Tauri's `#[command(rename_all = …)]`.
            prefix: What stands before every name, such as `plugin:notes|`.

        Raises:
            RegistrationError: The name is taken.
            TypeError, ValueError: An argument is none that this takes.
        """
        expect(name, (str, NoneType), "command: name", "what pages call it")
        expect(executor, (Executor, NoneType), "command: executor", "a concurrent.futures.Executor")
        expect(detached, bool, "command: detached", "True or False")
        if rename_all not in get_args(Casing.__value__):
            raise ValueError(f'command: rename_all: expected "camelCase" or "snake_case", got {rename_all!r}')

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            expect_function(
                function, 'command: a name is given as name="…"' if isinstance(function, str) else "command"
            )
            own = name or getattr(function, "__name__", "")
            self.add(Command(prefix + own if own else "", function, executor, detached, rename_all))
            return function

        return add if function is None else add(function)


def _namespace(name: str) -> str:
    return name[: name.find("|") + 1]
