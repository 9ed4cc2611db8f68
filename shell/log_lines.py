"""The log as people read it, whatever pages have it say."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import TracebackException
from typing import Any

from shell.long_text import cut, shortened

_ACTED_ON = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]+")
_ESCAPED = {code: repr(chr(code))[1:-1] for code in (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))}
_LONGEST = 16 * 1024
"""Characters of a message, of an error's text, or of a traceback."""


def escaped(text: str) -> str:
    """A text with what a terminal would act on, but for tabs and ends of lines, as Python writes it."""
    # To translate all of it takes fifty times as long, where most characters are beyond ASCII.
    return _ACTED_ON.sub(lambda found: found[0].translate(_ESCAPED), text)


class Lines(logging.Formatter):
    """What was said. Pages choose some of that: it neither drives the terminal nor looks like another message."""

    def format(self, record: logging.LogRecord) -> str:
        """As `logging.Formatter` has it; further lines are indented."""
        parts = [record.getMessage()]
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        text = "\n".join(cut(part.rstrip("\r\n"), _LONGEST) for part in parts)
        return escaped(text).replace("\n", "\n  ")

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        """As `logging.Formatter` has it, but of what is long no more than is shown."""
        return "".join(_trace(ei[1]).format()) if ei[1] is not None else super().formatException(ei)


@contextmanager
def lines_without_handlers() -> Iterator[None]:
    """Have Python write `Lines` on standard error while the block runs and the program has no handlers of its own."""
    last = logging.lastResort
    if last is None or last.formatter is not None:
        yield
        return
    last.setFormatter(Lines())
    try:
        yield
    finally:
        last.setFormatter(None)


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
