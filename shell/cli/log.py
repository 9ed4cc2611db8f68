"""The log as `qtshell` writes it: on standard error, for people."""

import logging
import sys
import traceback
from typing import Any, Literal

import click

from shell.cli.terminal import wants_colour

type Level = Literal["debug", "info", "warning", "error"]

_ESCAPED = {code: repr(chr(code))[1:-1] for code in (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))}
_LONGEST = 16 * 1024
"""Characters of a message, of an error's text, or of a traceback."""
_COLOURS = {"debug": "bright_black", "info": "blue", "warning": "yellow", "error": "red", "critical": "red"}


class _Lines(logging.Formatter):
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
        parts = [record.getMessage()]
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        # Pages choose what their consoles say, and what errors do about their arguments: it may neither drive the
        # terminal nor look like another message.
        text = "\n".join(_cut(part.rstrip("\r\n")) for part in parts)
        text = text.translate(_ESCAPED).replace("\n", "\n  ")
        return f"{time} {label} {name} {text}"

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        whole = traceback.TracebackException(*ei)
        left = [whole]
        while left:
            error = left.pop()
            # Before Python takes it line by line, which takes it a second for what a page may give a command.
            error._str = _cut(error._str)  # type: ignore[attr-defined]  # nothing public says it in less
            left += [one for one in (error.__cause__, error.__context__, *(error.exceptions or ())) if one is not None]
        return "".join(whole.format())


def _cut(text: str) -> str:
    # Of a traceback the end says most.
    more = len(text) - _LONGEST
    return text if more <= 0 else f"{text[: _LONGEST // 2]} … {more} characters left out … {text[-_LONGEST // 2 :]}"


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
