"""A person drags something out of a page, which has chosen what it is: who gets what of it."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QImage

from shell import App
from tests.attack.drag_target import PLACE
from tests.conftest import Runner
from tests.desktop import PATIENCE, Desktop, LineReader, process, until
from tests.window.pointing import move_until, press, release

OWN, PICTURE, APP_LINK, FILE_LINK, LISTED_LINK, FREE = ((60, 30 + 60 * row) for row in range(6))
"""Where in a page what is."""

FILE = "file:///etc/passwd"
CHOSEN = {
    "a file": {"text/uri-list": FILE},
    "files": {"text/uri-list": f"{FILE}\r\nfile:///etc/hostname"},
    "a file, with all else": {
        "text/uri-list": FILE,
        "text/html": f'<img src="{FILE}">',
        "text/x-moz-url": FILE,
        "x-special/gnome-copied-files": f"copy\n{FILE}",
        "application/x-kde-cutselection": "1",
        "application/x-kde4-urilist": FILE,
        "application/x-qabstractitemmodeldatalist": "x",
        "application/vnd.portal.filetransfer": "x",
        "Files": FILE,
        "DownloadURL": f"text/plain:x.txt:{FILE}",
    },
    "a file on another machine": {"text/uri-list": "file://other.example/share"},
    "a file by a long way": {"text/uri-list": "FILE:/tmp/../etc/./passwd"},
    "a file where pictures are": {"text/uri-list": "file:///tmp/com.example.dragged-AAAAAA/picture.png"},
    "a page of the app": {"text/uri-list": "tauri://localhost/one.html"},
    "a file that the app may serve": {"text/uri-list": "asset://localhost/%2Fetc%2Fpasswd"},
    "a site": {"text/uri-list": "https://other.example/?secret"},
    "a script": {"text/uri-list": "javascript:alert(1)"},
    "data": {"text/uri-list": "data:text/html,<script>alert(1)</script>"},
    "a program": {"text/uri-list": "ssh://other.example"},
    "markup": {"text/html": '<img src="https://other.example/?secret"><link rel="import" href="file:///etc/passwd">'},
    "a download": {"DownloadURL": "text/plain:../../harm.desktop:data:text/plain,harm"},
    "a picture to download": {"DownloadURL": "image/png:../../harm.desktop:data:text/plain,harm"},
    "a type of another program's": {"application/x-other": "harm", "x-special/gnome-copied-files": f"copy\n{FILE}"},
}


class Program:
    """The program with the pages, and what it says."""

    def __init__(self, desk: Desktop, running: subprocess.Popen[bytes]) -> None:
        assert running.stdout is not None
        self.desk = desk
        self._running = running
        self._lines = LineReader(running.stdout, "the program")
        self._said: list[list[Any]] = []
        self._numbers = itertools.count()
        self._grips = itertools.cycle((40, 80, 120))
        self._until("shown", "")
        for title in ("one", "two"):
            desk.window_named(title)

    def __call__(self, who: str, script: str) -> Any:
        """Run a script in a page, or an expression in the core."""
        assert self._running.stdin is not None
        number = next(self._numbers)
        self._running.stdin.write(json.dumps([number, who, script]).encode() + b"\n")
        self._running.stdin.flush()
        return self._until("answer", number)

    def close(self) -> int:
        """Have it end, and return how it did."""
        assert self._running.stdin is not None
        self._running.stdin.close()
        code = self._running.wait(PATIENCE)
        self._lines.close()
        return code

    def _until(self, what: str, where: object) -> Any:
        while True:
            said = json.loads(self._lines.next())
            if said[:2] == [what, where]:
                return said[2]
            self._said.append(said)

    def has_said(self, what: str, where: str, value: Any = None) -> bool:
        """Whether a page has said something since it was asked for this last."""
        while True:
            try:
                self._said.append(json.loads(self._lines.next(0)))
            except TimeoutError:
                break
        wanted = [said for said in self._said if said[:2] == [what, where] and value in (None, said[2])]
        self._said = [said for said in self._said if said[:2] != [what, where]]
        return bool(wanted)

    def says(self, what: str, where: str) -> Any:
        """Wait for what a page says next, and return it."""
        for index, (heard, place, value) in enumerate(self._said):
            if (heard, place) == (what, where):
                del self._said[: index + 1]
                return value
        return self._until(what, where)

    def at(self, where: str, point: tuple[int, int]) -> tuple[int, int]:
        """Return where on the screen a point of a page is."""
        x, y = self("core", f"place({where!r})")
        return x + point[0], y + point[1]

    def take_up(self, point: tuple[int, int], chosen: dict[str, str] | None = None) -> tuple[int, int]:
        """Begin to drag what is at a point of the first page. Returns where the hand is."""
        self("one", f"void (data = {json.dumps(chosen or {})})")
        # Pressed where it was pressed just before, it would be a double click, which drags nothing.
        point = point[0] + next(self._grips), point[1]
        start = self.at("one", point)
        self.point_at("one", point)
        press(self.desk, start)
        end = start[0] + 40, start[1]
        move_until(self.desk, start, end, lambda: self.has_said("started", "one"))
        until(lambda: bool(self("core", "dragging()")))
        return end

    def point_at(self, where: str, point: tuple[int, int]) -> None:
        """Put the pointer on a point of a page, and wait until it knows."""
        at = self.at(where, point)
        self.has_said("hover", where)
        move_until(self.desk, (at[0] + 5, at[1]), at, lambda: self.has_said("hover", where, [*point]))

    def drag_over(self, where: str, start: tuple[int, int]) -> tuple[int, int]:
        """Go on to a page, and wait until it knows."""
        end = self.at(where, FREE)
        # What it has said before this is here by then.
        self(where, "1")
        self.has_said("over", where)
        move_until(self.desk, start, end, lambda: self.has_said("over", where))
        return end

    def let_go(self) -> None:
        """Let go, and wait until nothing is dragged any more."""
        release(self.desk)
        until(lambda: not self("core", "dragging()"))


@contextmanager
def run(desk: Desktop, folder: Path, x: int = 500) -> Iterator[Program]:
    """Run the program, with its windows at a place, for as long as the block lasts; it has to end well."""
    command = [sys.executable, "-m", "tests.attack.drag_page", str(folder), str(x)]
    with subprocess.Popen(command, env=dict(desk.env), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        try:
            program = Program(desk, running)
            yield program
            assert program.close() == 0
        finally:
            running.kill()


@pytest.fixture(scope="module")
def program(desk: Desktop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with run(desk, tmp_path_factory.mktemp("web"), 100) as running:
        yield running


@pytest.fixture(scope="module")
def other(desk: Desktop) -> Iterator[LineReader]:
    """Another program."""
    with process(sys.executable, "-m", "tests.attack.drag_target", env=desk.env) as target:
        assert target.next() == "shown"
        yield target


def drag_to(other: LineReader, program: Program, start: tuple[int, int]) -> dict[str, str]:
    """Go on to the other program; returns what it is shown."""
    seen: list[Any] = []

    def is_over() -> bool:
        try:
            seen.append(json.loads(other.next(0)))
        except TimeoutError:
            return False
        return True

    # What it has said before is of another drag.
    while is_over():
        seen.clear()
    move_until(program.desk, start, PLACE, is_over)
    what, shown = seen.pop()
    assert what == "over"
    return dict(shown)


def drop_on(other: LineReader, program: Program, start: tuple[int, int]) -> dict[str, str]:
    """Go on to the other program and let go there; returns what it got."""
    shown = drag_to(other, program, start)
    program.let_go()
    what, got = json.loads(other.next())
    while what == "over":
        what, got = json.loads(other.next())
    assert (what, got) == ("dropped", shown)
    return {kind: text for kind, text in got.items() if text}


@pytest.mark.parametrize("chosen", CHOSEN.values(), ids=CHOSEN)
def test_another_program_gets_nothing_that_the_page_may_not_have_it_open(
    program: Program, other: LineReader, chosen: dict[str, str]
) -> None:
    assert drop_on(other, program, program.take_up(OWN, chosen)) == {}


def test_another_program_gets_text_and_links_that_the_page_may_have_opened(program: Program, other: LineReader) -> None:
    chosen = {"text/plain": "words", "text/html": "<b>words</b>"}
    assert drop_on(other, program, program.take_up(OWN, chosen)) == {"text/plain": "words"}
    url = "https://listed.example/page"
    assert drop_on(other, program, program.take_up(OWN, {"text/uri-list": url})) == {"text/uri-list": f"{url}\r\n"}
    link = {"text/plain": "a link to a site", "text/uri-list": f"{url}\r\n"}
    assert drop_on(other, program, program.take_up(LISTED_LINK)) == link


@pytest.mark.parametrize(("place", "text"), [(APP_LINK, "a link of the app"), (FILE_LINK, "a link to a file")])
def test_of_other_links_another_program_gets_the_text(
    program: Program, other: LineReader, place: tuple[int, int], text: str
) -> None:
    assert drop_on(other, program, program.take_up(place)) == {"text/plain": text}


def test_another_program_gets_a_picture_as_a_file_with_no_name_of_the_pages_choice(
    program: Program, other: LineReader
) -> None:
    got = drop_on(other, program, program.take_up(PICTURE))
    file = Path(unquote(urlsplit(got.pop("text/uri-list").strip()).path))
    assert got == {"text/plain": "../../harm.desktop"}, "the picture's title, as text"
    assert file.name == "picture.png"
    assert file.parent.stat().st_mode & 0o077 == 0
    assert QImage(str(file)).pixelColor(0, 0).name() == "#ff0000"


@pytest.mark.parametrize("where", ["one", "two"], ids=["that the drag has left and come back to", "in another window"])
@pytest.mark.parametrize("place", [OWN, FILE_LINK, PICTURE], ids=["of its own choice", "a link", "a picture"])
def test_a_page_gets_no_file(program: Program, other: LineReader, where: str, place: tuple[int, int]) -> None:
    at = program.take_up(place, CHOSEN["a file, with all else"])
    if where == "one":
        drag_to(other, program, at)
        at = PLACE
    program.drag_over(where, at)
    program.let_go()
    dropped = program.says("dropped", where)
    assert (dropped["read"], dropped["handles"]) == ([], 0)
    assert program(where, "location.href") == f"tauri://localhost/{where}.html"


def test_a_page_gets_what_another_one_of_the_program_has_chosen_that_is_no_file(program: Program) -> None:
    chosen = {"application/x-own": "value", "text/html": "<b>words</b>", "text/uri-list": "tauri://localhost/two.html"}
    program.drag_over("two", program.take_up(OWN, chosen))
    program.let_go()
    texts = program.says("dropped", "two")["texts"]
    assert {kind: texts[kind] for kind in chosen} == chosen


def test_what_is_let_go_on_the_menu_bar_is_let_go_nowhere(program: Program) -> None:
    at = program.take_up(OWN, CHOSEN["a file"])
    x, y = program.at("two", (200, -10))
    program.drag_over("two", at)
    program.desk.run("xdotool", "mousemove", str(x), str(y))
    for where in ("one", "two"):
        program.has_said("dropped", where)
    program.let_go()
    for where in ("one", "two"):
        assert program(where, "location.href") == f"tauri://localhost/{where}.html"
        assert not program.has_said("dropped", where)


def test_no_script_begins_a_drag(program: Program) -> None:
    program.point_at("one", OWN)
    program(
        "one",
        """
        for (const kind of ["pointerdown", "mousedown", "pointermove", "mousemove", "mousemove", "dragstart", "drag"]) {
          const type = kind.startsWith("drag") ? DragEvent : PointerEvent;
          const options = { bubbles: true, button: 0, buttons: 1, clientX: 60, clientY: 30, dataTransfer: new DataTransfer() };
          own.dispatchEvent(new type(kind, options));
        }
        return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));""",
    )
    assert not program("core", "dragging()")


def test_a_drag_that_begins_when_the_person_has_let_go_ends_at_once(program: Program) -> None:
    program.point_at("one", OWN)
    program(
        "one",
        "void document.addEventListener('dragstart', () => { for (const end = Date.now() + 500; Date.now() < end;); }, { once: true })",
    )
    x, y = program.at("one", OWN)
    moves = [part for step in range(1, 9) for part in ("mousemove", str(x + 5 * step), str(y))]
    program.has_said("ended", "one")
    program.desk.run("xdotool", "mousedown", "1", *moves, "mouseup", "1")
    program.says("ended", "one")
    until(lambda: not program("core", "dragging()"))


def test_other_pages_are_answered_while_a_person_drags(program: Program) -> None:
    at = program.drag_over("two", program.take_up(OWN, {"text/plain": "words"}))
    for step in range(50):
        program.desk.run("xdotool", "mousemove", str(at[0] + step % 5), str(at[1]))
        assert program("two", "shell.invoke('told', { what: 'asked', label: 'two', value: 1 }).then(() => 1)") == 1
        assert program("one", "1 + 1") == 2
    assert program("core", "dragging()")
    program.let_go()


@pytest.mark.parametrize(
    ("who", "script"),
    [
        ("core", "os.kill(app.windows['one'].renderer_pid, signal.SIGKILL)"),
        ("core", "app.windows['one'].webview.reload()"),
        ("one", "void (location = '?again')"),
    ],
    ids=["dies", "is loaded again", "goes elsewhere"],
)
def test_the_program_goes_on_where_a_page_goes_in_the_middle_of_a_drag(
    desk: Desktop, tmp_path: Path, other: LineReader, who: str, script: str
) -> None:
    with run(desk, tmp_path) as program:
        at = program.drag_over("two", program.take_up(OWN, CHOSEN["a file"]))
        program(who, script)
        until(lambda: bool(program("one", "data") == {}))
        program.drag_over("two", at)
        program.let_go()
        assert program.says("dropped", "two")["read"] == []
        assert drop_on(other, program, program.take_up(OWN, {"text/plain": "words"})) == {"text/plain": "words"}


@pytest.mark.parametrize("what", ["a window", "all windows", "the program"])
def test_the_program_ends_well_where_it_ends_in_the_middle_of_a_drag(desk: Desktop, tmp_path: Path, what: str) -> None:
    with run(desk, tmp_path) as program:
        program.drag_over("two", program.take_up(OWN, CHOSEN["a file"]))
        if what != "the program":
            program("core", "app.windows['one'].destroy()")
            until(lambda: not program("core", "dragging()"))
            assert program("two", "1 + 1") == 2
        if what == "all windows":
            program("core", "app.windows['two'].destroy()")
    release(desk)


@pytest.mark.filterwarnings("ignore:.*QDrag(Enter|Move)Event:DeprecationWarning")
def test_a_page_that_does_not_answer_keeps_the_core_waiting_once(
    shell: Runner, capfd: pytest.CaptureFixture[str]
) -> None:
    shell.write(index="<!doctype html><title>page</title><script>ondragover = () => { for (;;); };</script>")

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        widget, data = window.webview.widget, QMimeData()
        data.setText("words")
        button, action, none = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction, Qt.KeyboardModifier(0)
        QCoreApplication.sendEvent(widget, QDragEnterEvent(QPoint(5, 5), action, data, button, none))
        for step in range(5):
            QCoreApplication.sendEvent(widget, QDragMoveEvent(QPoint(5 + step, 5), action, data, button, none))
        assert capfd.readouterr().err.count("updateDragAction was not called") == 1

    shell.run(shell.app(), scenario)
