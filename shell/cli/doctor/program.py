"""What one program is, and what its configuration lets its pages do."""

import os
from collections.abc import Iterable, Iterator

import click

from shell.acl import AclError
from shell.cli.doctor.access import access
from shell.cli.doctor.finding import WIDTH, wrap
from shell.cli.doctor.signature import signatures
from shell.cli.failure import Failure
from shell.cli.program import program
from shell.cli.target import Target
from shell.config import Config, ConfigError, PatternUse, WindowConfig
from shell.config.errors import unbroken
from shell.core import Core
from shell.environment import Options
from shell.ipc import RegistrationError

_LABEL = 15


def report(target: str, *, verbose: bool, colour: bool) -> str:
    """Describe a program.

    Args:
        target: As `qtshell run` takes it.
        verbose: Whether every command is listed that its pages may call.
        colour: Whether the text is for a terminal with colours.

    Raises:
        Failure: There is no such program, or it cannot be used.
    """
    app = program(Target.parse(target))
    try:
        config, commands = app.config, list(signatures(app))
        core = Core(app, config, Options())
    except (AclError, ConfigError, RegistrationError) as error:
        raise Failure(str(error)) from None

    def heading(text: str) -> str:
        text = unbroken(text)
        return click.style(text, bold=True) if colour else text

    lines = [heading(config.product_name or config.identifier)]
    for label, texts in _described(config, commands):
        lines += _rows(label, texts)
    for warning in core.warnings:
        lines += _rows("!", [warning])
    lines += ["", heading("Who may call what, and why")]
    labels = [window.label for window in config.app.windows]
    lines += access(core.authority, labels, core.commands, verbose=verbose, heading=heading)
    return "\n".join(lines)


def _rows(label: str, texts: Iterable[str]) -> Iterator[str]:
    for text in texts or ["none"]:
        for line in wrap(text, WIDTH - _LABEL - 2):
            yield f"  {label:<{_LABEL}}{line}"
            label = ""


def _described(config: Config, commands: list[str]) -> Iterator[tuple[str, list[str]]]:
    shell, assets = config.shell, config.app.security.asset_protocol
    yield "identifier", [config.identifier]
    yield "configuration", [str(config.file or "no file: the defaults, and what the code says")]
    yield "frontend", _frontend(config)
    yield "windows", [_window(window) for window in config.app.windows]
    if commands:
        yield "commands", commands
    yield "network", _joined(config.network_hosts) or ["none: pages reach nothing but their own files"]
    yield "links", _joined(shell.open_links) or ["none are opened outside"]
    if assets.enable:
        yield "asset files", _joined(assets.scope.allow)
    extras = [
        *shell.web_permissions,
        *(["downloads"] if shell.downloads else ()),
        *(["pop-ups"] if shell.popups else ()),
    ]
    isolation = config.app.security.pattern.options
    if isolation is not None and config.app.security.pattern.use is PatternUse.ISOLATION:
        where = os.path.normpath(config.root / isolation.dir)
        yield "isolation", [f"{where} sees every message of a page, and may refuse or change it"]
    yield "pages may use", _joined(extras) or ["no camera, no location and the like, no downloads, no pop-ups"]


def _frontend(config: Config) -> list[str]:
    frontend = config.frontend
    if frontend is None:
        return []
    where = str(frontend.folder or frontend.url or ", ".join(map(str, frontend.files)))
    return [where, *([f"since {frontend.note}"] if frontend.note else ())]


def _window(window: WindowConfig) -> str:
    later = "" if window.create else ", not made at the start"
    return f"{window.label}: {window.url}, {window.width:g} × {window.height:g}{later}"


def _joined(items: Iterable[object]) -> list[str]:
    text = ", ".join(map(str, items))
    return [text] if text else []
