"""The commands of an app, as pages call them."""

import inspect
import re
from collections.abc import Iterator

from shell.app import App
from shell.ipc import Session
from shell.ipc.binding import compile_binder
from shell.ipc.command import Command
from shell.window import Window

_MODULES = re.compile(r"\b(?:\w+\.)+(?=\w)")


def signatures(app: App) -> Iterator[str]:
    """Write each of an app's commands with what pages give it: `greet(name: str) -> str`.

    Raises:
        RegistrationError: A command has parameters that no page can fill.
    """
    for command in app.commands:
        yield _signature(command, app)


def _signature(command: Command, app: App) -> str:
    from_core: tuple[type, ...] = (type(app), Window, Session)
    injectors = dict.fromkeys(from_core, lambda _: None)
    binder = compile_binder(
        command.name, command.function, states=app.states, injectors=injectors, casing=command.casing
    )
    injected = {place for place, _ in binder.injected}
    signature = inspect.signature(command.function)
    parameters = [
        parameter.replace(name=_camel(parameter.name) if command.casing == "camelCase" else parameter.name)
        for place, parameter in enumerate(signature.parameters.values())
        if place not in injected
    ]
    return command.name + _MODULES.sub("", str(signature.replace(parameters=parameters)))


def _camel(name: str) -> str:
    return re.sub(r"(?<=[^_])_([^_])", lambda found: found[1].upper(), name)
