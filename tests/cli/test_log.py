"""The log as people read it."""

import io
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.cli.log import _Lines
from shell.cli.terminal import wants_colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(message: str, *, name: str = "shell.console", level: int = logging.WARNING, colour: bool = False) -> str:
    return _Lines(colour).format(logging.LogRecord(name, level, "", 0, "%s", (message,), None))


def test_a_line_has_time_level_and_logger_and_then_what_was_said() -> None:
    assert re.fullmatch(r"\d\d:\d\d:\d\d warning  console: careful", written("careful"))
    assert re.fullmatch(r"\d\d:\d\d:\d\d error    my\.own: no", written("no", name="my.own", level=logging.ERROR))


@pytest.mark.parametrize("end", ["\n", "\n\n", "\r\n"])
def test_a_message_that_ends_its_own_line_leaves_no_empty_one(end: str) -> None:
    assert written(f"careful{end}") == written("careful")
    assert written(f"two\nlines{end}").split("\n")[1:] == ["  lines"]


@given(st.text())
def test_whatever_a_page_says_it_neither_drives_the_terminal_nor_begins_a_line(message: str) -> None:
    text = written(message)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    first, *others = text.split("\n")
    assert re.match(r"\d\d:\d\d:\d\d warning  console: ", first)
    assert all(line.startswith("  ") for line in others)


@given(st.text())
def test_nor_does_what_it_has_an_error_or_a_stack_say(message: str) -> None:
    error = (LookupError, LookupError(message), None)
    record = logging.LogRecord("shell.ipc", logging.ERROR, "", 0, "it failed", None, error, sinfo=message)
    # As it is after another handler has written it.
    logging.Formatter().format(record)
    text = _Lines(colour=False).format(record)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    first, *others = text.split("\n")
    assert first.endswith("ipc: it failed")
    assert others[0].startswith("  LookupError")
    assert all(line.startswith("  ") for line in others)


@pytest.mark.parametrize("said", ["\x7f", "\n", "a"])
def test_of_what_is_long_beginning_and_end_are_written(said: str) -> None:
    much = said * 1_000_000
    error = LookupError(f"no note called {much}!")
    error.__cause__ = ExceptionGroup("some", [ValueError(f"not {much}?")])
    info = (LookupError, error, None)
    record = logging.LogRecord(
        "shell.ipc", logging.ERROR, "", 0, "first %s last", (much,), info, sinfo=f"on {much} top"
    )
    text = _Lines(colour=False).format(record)
    for words in ("ipc: first ", " last\n", "ValueError: not ", "!\n  on ", " characters left out "):
        assert words in text
    assert text.endswith(" top")
    # Three parts, and an escape has four characters.
    assert len(text) < 3 * 5 * 16 * 1024


def test_colours_are_all_that_a_terminal_has_more() -> None:
    coloured = written("careful", colour=True)
    assert "\x1b[33mwarning" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured)[9:] == written("careful")[9:]


@pytest.mark.parametrize(
    ("stream", "variables", "wanted"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_colours_are_for_terminals_whose_person_wants_them(
    stream: io.StringIO, variables: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(stream) is wanted
