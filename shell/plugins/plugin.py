"""Plugins: commands under a name of their own, with permissions, a script for pages, a beginning and an end."""

import inspect
import re
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path
from types import NoneType
from typing import Any

from shell.acl import Manifest, Permission, PermissionSet
from shell.given import expect, expect_each, expect_function
from shell.ipc import Commands, RegistrationError
from shell.ipc.binding import Casing

ENTRY_POINTS = "shell.plugins"

_NAME = re.compile("[A-Za-z0-9]+(-[A-Za-z0-9]+)*")

type Hook = Callable[[Any], object] | Callable[[Any], Awaitable[object]]


class Plugin:
    """A set of commands that pages call as `plugin:<name>|<command>`.

    Each command gets the permissions `allow-<command>` and `deny-<command>`. A page may call none of them before a
    capability says so.

    Args:
        name: The namespace, such as `notes`.
        default: What the permission `<name>:default` grants, such as `["allow-list"]`.
        permissions: Further permissions, with scopes if they have any.
        sets: Sets of permissions beside the default one.
        init_script: JavaScript that runs at the beginning of every document, before any script of the page.

    Attributes:
        name: The namespace.
        init_script: See above.
        commands: Its commands, by their full names.
    """

    def __init__(
        self,
        name: str,
        *,
        default: Iterable[str] = (),
        permissions: Iterable[Permission] = (),
        sets: Iterable[PermissionSet] = (),
        init_script: str | None = None,
    ) -> None:
        expect(name, str, "Plugin: name", "a name such as notes")
        if not _NAME.fullmatch(name):
            raise ValueError(f"Plugin: name: expected letters, digits and single inner hyphens, got {name!r}")
        expect(init_script, (str, NoneType), "Plugin: init_script", "the text of a script")
        self.name = name
        self.init_script = init_script
        self.commands = Commands()
        self._default = expect_each(default, str, "Plugin: default", "the identifier of a permission")
        self._permissions = expect_each(permissions, Permission, "Plugin: permissions", "a Permission")
        self._sets = expect_each(sets, PermissionSet, "Plugin: sets", "a PermissionSet")
        for granted in (*self._permissions, *self._sets):
            expect(granted.identifier, str, "Plugin: the identifier of a permission", "a name")
        self._setup: list[Hook] = []
        self._teardown: list[Hook] = []

    @property
    def manifest(self) -> Manifest:
        """What capabilities can grant of it."""
        prefix = len(self._prefix)
        return Manifest(
            commands=tuple(command.name[prefix:] for command in self.commands),
            default=self._default or None,
            permissions=self._permissions,
            sets=self._sets,
        )

    @property
    def _prefix(self) -> str:
        return f"plugin:{self.name}|"

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
        """Register a command; a decorator, as `App.command`."""
        decorate = self.commands.register(
            name=name, executor=executor, detached=detached, rename_all=rename_all, prefix=self._prefix
        )
        return decorate if function is None else decorate(function)

    def setup(self, hook: Hook) -> Hook:
        """Call a function with the app when it starts; a decorator. It may be a coroutine function."""
        expect_function(hook, "Plugin.setup", "app")
        self._setup.append(hook)
        return hook

    def teardown(self, hook: Hook) -> Hook:
        """Call a function with the app when its windows have gone; a decorator. It may be a coroutine function."""
        expect_function(hook, "Plugin.teardown", "app")
        self._teardown.append(hook)
        return hook

    async def begin(self, app: Any) -> None:
        """Run what was registered with `setup`, in order."""
        for hook in self._setup:
            await _call(hook, app)

    async def end(self, app: Any) -> None:
        """Run what was registered with `teardown`, the last first."""
        for hook in reversed(self._teardown):
            await _call(hook, app)


async def _call(hook: Hook, app: Any) -> None:
    result = hook(app)
    if inspect.isawaitable(result):
        await result


def installed_plugins() -> tuple[Plugin, ...]:
    """The plugins that are installed beside the program: what the entry points `shell.plugins` name.

    Raises:
        RegistrationError: One of them is no plugin.
    """
    if not any(_may_offer_plugins(Path(folder)) for folder in sys.path):
        return ()
    # Loaded where there is something to find: it takes longer than all that is found to load.
    import importlib.metadata  # noqa: PLC0415

    plugins = []
    for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
        plugin = entry.load()
        plugin = plugin() if callable(plugin) else plugin
        if not isinstance(plugin, Plugin):
            raise RegistrationError(
                f"the entry point {entry.name} of {ENTRY_POINTS} is {entry.value}, which is no Plugin"
            )
        plugins.append(plugin)
    return tuple(plugins)


def _may_offer_plugins(folder: Path) -> bool:
    try:
        if folder.is_file():
            # An archive, which importlib can look into.
            return True
    except OSError:
        return False
    group = f"[{ENTRY_POINTS}]".encode()
    for form in ("dist-info", "egg-info"):
        for file in folder.glob(f"*.{form}/entry_points.txt"):
            try:
                if group in file.read_bytes():
                    return True
            except OSError:
                continue
    return False
