import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.desktop import LineReader, process
from tests.window.driver import DrivenWindow, Driver
from tests.window.pointing import press, release

SOURCE = (950, 150)


@contextmanager
def dragging(program: Driver, *what: str) -> Iterator[LineReader]:
    """Take something up in another program. The lines are what that program says."""
    with process(sys.executable, "-m", "tests.window.drag_source", *what, env=program.desk.env) as source:
        assert source.next() == "shown"
        press(program.desk, SOURCE)
        assert source.next() == "dragging"
        yield source


def move(program: Driver, *points: tuple[int, int]) -> None:
    for x, y in points:
        program.desk.run("xdotool", "mousemove", str(x), str(y))


def place(window: DrivenWindow, x: int, y: int) -> tuple[int, int]:
    left, top, _, _ = window.inner()
    return left + x, top + y


def drag_over(program: Driver, window: DrivenWindow, *points: tuple[int, int]) -> dict[str, Any]:
    move(program, SOURCE, (SOURCE[0] - 20, SOURCE[1] + 10), *(place(window, x, y) for x, y in points))
    entered: dict[str, Any] = program.event("tauri://drag-enter")
    return entered


def test_files_that_are_dropped_on_a_page_become_events(program: Driver, tmp_path: Path) -> None:
    files = [str(tmp_path / "one.txt"), str(tmp_path / "zwei ü.txt")]
    with (
        program.window(x=100.0, y=100.0, width=400.0, height=300.0) as window,
        dragging(program, *files) as source,
    ):
        entered = drag_over(program, window, (50, 60))
        assert entered == {"paths": files, "position": {"x": 50.0, "y": 60.0}}
        move(program, place(window, 120, 130))
        program.event("tauri://drag-over", lambda over: over == {"position": {"x": 120.0, "y": 130.0}})
        release(program.desk)
        assert program.event("files-dropped") == files
        assert program.event("tauri://drag-drop") == {"paths": files, "position": {"x": 120.0, "y": 130.0}}
        assert source.next() == "CopyAction"


def test_files_that_are_dragged_away_again_are_told_to_have_left(program: Driver, tmp_path: Path) -> None:
    with (
        program.window(x=100.0, y=100.0, width=400.0, height=300.0) as window,
        dragging(program, str(tmp_path / "one.txt")) as source,
    ):
        drag_over(program, window, (50, 60))
        move(program, (700, 600))
        assert program.event("tauri://drag-leave") is None
        release(program.desk)
        assert source.next() == "IgnoreAction"


def test_text_that_is_dragged_is_left_to_the_page(program: Driver) -> None:
    with (
        program.window(x=100.0, y=100.0, width=400.0, height=300.0) as window,
        dragging(program, "some", "words") as source,
    ):
        window("webview.page.take_text()")
        move(program, SOURCE, place(window, 50, 60), place(window, 80, 90))
        assert program.event("page-drag") == "some words"
        release(program.desk)
        source.next()
        assert not [name for name, _, _ in program.events_so_far() if name.startswith("tauri://drag")]


def test_files_are_left_to_a_page_that_wants_them_itself(program: Driver, tmp_path: Path) -> None:
    file = str(tmp_path / "one.txt")
    with (
        program.window(x=100.0, y=100.0, width=400.0, height=300.0, drag_drop_enabled=False) as window,
        dragging(program, file) as source,
    ):
        window("webview.page.take_text()")
        move(program, SOURCE, place(window, 50, 60), place(window, 80, 90))
        assert program.event("page-drag") == Path(file).as_uri()
        release(program.desk)
        source.next()
        assert not [name for name, _, _ in program.events_so_far() if name.startswith("tauri://drag")]
