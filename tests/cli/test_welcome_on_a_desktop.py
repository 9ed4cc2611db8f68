"""The welcome app among a window manager, a panel with a tray and a service that shows notifications."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import PATIENCE, process, until
from tests.notification.conftest import Dunst, dunst_session  # noqa: F401  # a fixture
from tests.tray.conftest import require
from tests.tray.driver import WATCHER, Icon, Panel, Program, program


@pytest.fixture(scope="module")
def panel(dunst_session: Dunst) -> Iterator[Panel]:  # noqa: F811
    require("xfce4-panel")
    with process("xfce4-panel", "--disable-wm-check", env=dunst_session.env):
        dunst_session.desk.wait_for_name(WATCHER)
        yield Panel(dunst_session.desk)


@pytest.fixture
def run(dunst_session: Dunst, panel: Panel, tmp_path: Path) -> Iterator[Program]:  # noqa: F811
    with program(dunst_session.desk, tmp_path, welcome=True) as running:
        until(lambda: "Hello" in running.page("document.querySelector('#greet-transcript').innerText"))
        yield running
    panel.wait_for(0)


@pytest.fixture
def icon(run: Program, panel: Panel) -> Icon:
    return panel.icon()


def shown(run: Program) -> list[str]:
    """The windows that a person sees."""
    labels: list[str] = run("[label for label, window in app.windows.items() if window.is_visible()]")
    return labels


def test_the_menu_opens_hides_and_shows_windows(run: Program, icon: Icon) -> None:
    labels = ["Show", "Hide", "Open a window", "Crash", "main", "", "Stay here without windows", "", "_Quit"]
    assert icon.labels() == labels
    icon.choose("Open a window")
    until(lambda: shown(run) == ["main", "second-1"])
    assert icon.labels() == [*labels[:5], "second-1", *labels[5:]]
    icon.choose("Hide")
    until(lambda: shown(run) == [])
    icon.choose("Show")
    until(lambda: shown(run) == ["main", "second-1"])
    run("app.windows['second-1'].close()")
    until(lambda: icon.labels() == labels)


def test_the_menu_opens_no_more_windows_than_there_is_room_for(run: Program, icon: Icon) -> None:
    def opens() -> bool:
        return next(entry for entry in icon.menu() if entry.label == "Open a window").enabled

    for number in range(1, 6):
        assert opens()
        icon.choose("Open a window")
        run(f"app.windows['second-{number}'].loaded()")
    assert not opens()
    run("app.windows['second-2'].close()")
    until(opens)


def test_the_menu_crashes_a_window_which_comes_back(run: Program, icon: Icon) -> None:
    before = run("app.windows['main'].renderer_pid")
    icon.choose("main")
    until(lambda: run("app.windows['main'].renderer_pid") not in {0, before})
    assert run("await app.windows['main'].loaded()") is None
    assert shown(run) == ["main"]


def test_the_check_marks_in_the_menu_and_in_the_page_are_one(run: Program, icon: Icon) -> None:
    def marks() -> tuple[bool, bool, bool]:
        menu = next(entry for entry in icon.menu() if entry.label.startswith("Stay"))
        return menu.checked, run.page("document.querySelector('#stay').checked"), run("app.stay_in_tray")

    assert marks() == (False, False, False)
    icon.choose("Stay here without windows")
    until(lambda: marks() == (True, True, True))
    run.page("document.querySelector('#stay').click()")
    until(lambda: marks() == (False, False, False))
    run.page("document.querySelector('#stay').click()")
    until(lambda: marks() == (True, True, True))


@pytest.mark.parametrize("how", ["button", "notification", "tray"])
def test_a_window_that_is_hidden_comes_back(run: Program, icon: Icon, dunst_session: Dunst, how: str) -> None:  # noqa: F811
    run.page("document.querySelector('#hide').click()")
    until(lambda: shown(run) == [])
    if how == "button":
        asyncio.run(dunst_session.choose("Bring it back"))
    elif how == "notification":
        asyncio.run(dunst_session.press())
    else:
        icon.choose("Show")
    until(lambda: shown(run) == ["main"])
    text = "document.querySelector('#tray-transcript').innerText"
    until(lambda: "The window was hidden, and the page ran on" in run.page(text))
    dunst_session.desk.wait_for_property(
        None, "_NET_ACTIVE_WINDOW", lambda value: f"# {run("app.windows['main'].frame.winId()"):#x}" in value
    )
    dunst_session.desk.run("dunstctl", "close-all")


def test_it_stays_in_the_tray_where_that_is_asked_for_and_ends_there(run: Program, icon: Icon) -> None:
    icon.choose("Stay here without windows")
    run("app.windows['main'].close()")
    until(lambda: run("list(app.windows)") == [])
    icon.choose("Open a window")
    until(lambda: shown(run) == ["second-1"])
    icon.choose("Show")
    until(lambda: shown(run) == ["second-1", "main"])
    icon.choose("_Quit")
    assert run.end() == 0


def test_the_command_shows_the_icon_and_ends_with_its_window(dunst_session: Dunst, panel: Panel) -> None:  # noqa: F811
    desk = dunst_session.desk
    argv = [sys.executable, "-m", "shell", "demo", "--no-sandbox"]
    with subprocess.Popen(argv, env=dict(desk.env), cwd=Path(__file__).parents[2]) as running:
        assert panel.icon().tooltip == "Welcome to qtshell"
        desk.close_titled("Welcome to qtshell")
        assert running.wait(PATIENCE) == 0
    panel.wait_for(0)
