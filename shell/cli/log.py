"""The log as `qtshell` writes it: on standard error, for people."""

import logging
import sys
from typing import Literal

import click

from shell.cli.terminal import wants_colour
from shell.log_lines import Lines

type Level = Literal["debug", "info", "warning", "error"]

_COLOURS = {"debug": "bright_black", "info": "blue", "warning": "yellow", "error": "red", "critical": "red"}


class _Lines(Lines):
    """`09:41:07 warning  console: [main] tauri://localhost/:3: careful`."""

    def __init__(self, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        time = self.formatTime(record, "%H:%M:%S")
        level = record.levelname.lower()
        label = f"{level:<8}"
        name = f"{record.name.removeprefix('shell.')}:"
        if self._colour:
            time, name = click.style(time, dim=True), click.style(name, dim=True)
            label = click.style(label, fg=_COLOURS.get(level), bold=True if level == "critical" else None)
        return f"{time} {label} {name} {super().format(record)}"


def configure_logging(level: Level) -> None:
    """Write the log to standard error; nowhere where that is closed.

    Args:
        level: The least important messages that are written.
    """
    handler = logging.NullHandler() if sys.stderr is None else logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(wants_colour(sys.stderr)))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    # It tells of every timer and every turn of its loop.
    logging.getLogger("qasync").setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level.upper()]))
