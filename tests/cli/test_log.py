"""The log as people read it."""

import io
import logging
import re
import traceback
import tracemalloc
from collections.abc import Callable
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.cli.log import _Lines
from shell.cli.terminal import wants_colour
from tests.real_program import folder, log, run

__all__ = ["folder"]


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


MUCH = "\x7f" * 4_000_000


FILE = PurePath(MUCH)
# Which it takes once.
str(FILE)


def with_a_note[E: BaseException](error: E, note: str = "\n" * len(MUCH)) -> E:
    error.add_note(note)
    return error


@pytest.mark.parametrize(
    "error",
    [
        KeyError(MUCH),
        OSError(36, "File name too long", MUCH),
        OSError(2, "No such file", MUCH.encode(), None, FILE),
        ValueError("not one of", MUCH),
        SyntaxError("what is this", ("<unknown>", 1, 1, MUCH, 1, len(MUCH))),
        with_a_note(ValueError("no")),
        with_a_note(KeyError(MUCH)),
    ],
    ids=lambda error: type(error).__name__,
)
def test_of_what_is_long_in_an_error_no_more_is_written_than_is_shown(error: BaseException) -> None:
    above = LookupError("no")
    above.__cause__ = BaseExceptionGroup("some", [error])
    for shown in (error, above):
        record = logging.LogRecord("shell.ipc", logging.ERROR, "", 0, "no", None, (type(shown), shown, None))
        tracemalloc.start()
        try:
            text = _Lines(colour=False).format(record)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert type(error).__name__ in text
        # To write all would take four times as much at least.
        assert most < len(MUCH)


def again() -> None:
    try:
        int("x")
    except ValueError as error:
        raise ExceptionGroup("two", [error, ValueError("a", 2)]) from error


def silent() -> None:
    try:
        again()
    except ExceptionGroup:
        raise with_a_note(OSError(2, "No such file", "a"), "of two\nlines") from None


def around() -> None:
    try:
        again()
    except ExceptionGroup as error:
        error.__cause__ = KeyError("y")
        error.__cause__.__cause__ = error
        raise


def misspelt() -> None:
    "".uper  # type: ignore[attr-defined]  # noqa: B018


def unfinished() -> None:
    compile("x = (", "a.py", "exec")


@pytest.mark.parametrize("fail", [again, silent, around, misspelt, unfinished])
def test_of_others_a_traceback_is_pythons_own(fail: Callable[[], object]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        fail()
    error = caught.value
    written = _Lines(colour=False).formatException((type(error), error, error.__traceback__))
    assert written == "".join(traceback.format_exception(error))


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


SAYS = """
import logging

{log}
heard = asyncio.Event()

def hear(record):
    heard.set()
    return True

logging.getLogger("shell.console").addFilter(hear)

@app.command
async def fail(text: str) -> None:
    raise ValueError(text)

async def play():
    await app.windows["main"].eval(r"console.warn('one\\x1b]0;title\\x07\\r\\nqtshell: forged')")
    await heard.wait()
    await app.windows["main"].eval(r"shell.invoke('fail', {{ text: 'two\\x1b]0;title\\nqtshell: forged' }}).catch(() => 0)")
    app.exit()

@app.setup
async def begin(app):
    task(play())
"""


def test_a_program_that_qtshell_does_not_run_has_a_log_that_no_page_forges(folder: Path) -> None:
    ended = run(folder, SAYS.format(log=""))
    assert ended.returncode == 0
    lines = log(ended)
    assert lines[0].endswith(r": one\x1b]0;title\x07\r")
    assert "command fail failed for webview main" in lines
    assert r"  ValueError: two\x1b]0;title" in lines
    assert lines.count("  qtshell: forged") == 2
    assert not any("\x1b" in line or line.startswith("qtshell") for line in lines)


def test_a_program_that_writes_its_log_itself_has_it_as_it_says(folder: Path) -> None:
    ended = run(folder, SAYS.format(log="logging.basicConfig(format='own %(name)s %(message)s')"))
    assert ended.returncode == 0
    lines = log(ended)
    assert re.fullmatch(r"own shell\.console \[main\] \S+: one\\x1b]0;title\\x07\\r", lines[0])
    assert "own shell.ipc.router command fail failed for webview main" in lines
    assert "Traceback (most recent call last):" in lines
