"""The log as `qtshell` writes it: on standard error, for people."""

import logging
import sys
from traceback import TracebackException
from typing import Any, Literal

import click

from shell.cli.terminal import wants_colour
from shell.long_text import cut, shortened

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
        text = "\n".join(cut(part.rstrip("\r\n"), _LONGEST) for part in parts)
        text = text.translate(_ESCAPED).replace("\n", "\n  ")
        return f"{time} {label} {name} {text}"

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        return "".join(_trace(ei[1]).format()) if ei[1] is not None else super().formatException(ei)


def _trace(error: BaseException) -> TracebackException:
    """As Python makes it, with the errors that went before, but of what is long no more than is shown.

    It would write all of that, and then take it line by line: seconds for what a page may give a command.
    """
    left: list[tuple[TracebackException, BaseException]] = []
    seen: set[int] = set()

    def alone(error: BaseException) -> TracebackException:
        seen.add(id(error))
        left.append((_trace_alone(error), error))
        return left[-1][0]

    def unseen(error: BaseException | None) -> TracebackException | None:
        return None if error is None or id(error) in seen else alone(error)

    whole = alone(error)
    while left:
        trace, error = left.pop()
        trace.__cause__, trace.__context__ = unseen(error.__cause__), unseen(error.__context__)
        trace.exceptions = [alone(one) for one in error.exceptions] if isinstance(error, BaseExceptionGroup) else None
    return whole


def _trace_alone(error: BaseException) -> TracebackException:
    short = shortened(error)
    # Told that others follow those that went before, it leaves them out. Nothing public says that, nor the rest.
    trace = TracebackException(type(error), short, error.__traceback__, _seen=set())
    trace._str = cut(trace._str, _LONGEST)  # type: ignore[attr-defined]
    trace.__suppress_context__ = error.__suppress_context__
    notes = trace.__notes__ if short is error else getattr(error, "__notes__", None)
    if isinstance(notes, list):
        notes = [cut(note, _LONGEST) if isinstance(note, str) else note for note in notes]
    trace.__notes__ = notes
    if isinstance(error, SyntaxError):
        for part in ("text", "msg", "filename"):
            if isinstance(getattr(trace, part), str):
                setattr(trace, part, cut(getattr(trace, part), _LONGEST))
    return trace


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
