"""One line of the diagnosis: what was looked at, how it is, and what to do about it."""

import enum
import textwrap

import click

from shell.config.errors import unbroken
from shell.value import frozen

WIDTH = 80
"""Columns of the terminal that is written for."""
_SUBJECT = 15


class State(enum.Enum):
    """How something is; the value is its sign, the name of the member what it means."""

    FINE = "✓"
    LACKING = "!"
    """Programs run without it, but not with all that they can do."""
    BROKEN = "✗"
    """No program runs like this."""


_COLOURS = {State.FINE: "green", State.LACKING: "yellow", State.BROKEN: "red"}


@frozen
class Finding:
    """What was found out about one thing.

    Attributes:
        subject: What was looked at, in a word or two.
        state: How it is.
        text: What was found.
        advice: What to do about it, for people.
        command: What to type for that, which is not broken into lines.
    """

    subject: str
    state: State
    text: str
    advice: str = ""
    command: str = ""

    def lines(self, *, colour: bool) -> str:
        """Write it for a terminal of 80 columns."""
        sign = self.state.value
        subject = f"{self.subject:<{_SUBJECT}}"
        parts = [self.text, *([f"→ {self.advice}"] if self.advice else ())]
        texts = [wrapped for part in parts for wrapped in wrap(part, WIDTH - _SUBJECT - 4)]
        texts += [f"    {self.command}"] if self.command else []
        if colour:
            sign = click.style(sign, fg=_COLOURS[self.state], bold=True)
            subject = click.style(subject, bold=True)
        indent = " " * (_SUBJECT + 4)
        return f"  {sign} {subject}" + f"\n{indent}".join(texts)


def wrap(text: str, width: int) -> list[str]:
    """Break text into lines between words only, with nothing in them that a terminal acts on."""
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return [unbroken(line) for line in lines] or [""]
