"""What a person sees and does: the question whether a page may notify, and the window that comes back."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop import Desktop, until
from tests.notification.conftest import Dunst
from tests.tray.driver import Program, program

ASK = "void (globalThis.asked = Promise.all([Notification.requestPermission(), Notification.requestPermission()]))"


class Asked:
    """A person before a program whose page asks."""

    def __init__(self, desk: Desktop, run: Program) -> None:
        self.run = run
        self.desk = desk
        until(lambda: len(self.windows()) == 1)
        (self.window,) = self.windows()

    def answer(self, *keys: str) -> list[str]:
        """Let the page ask, and press keys in the dialog that comes. Returns what the page is told, both times."""
        self.run.page(ASK)
        until(lambda: len(self.windows()) == 2)
        (dialog,) = self.windows() - {self.window}
        self.desk.wait_until_active(int(dialog, 16))
        for key in keys:
            self.desk.run("xdotool", "key", key)
        told: list[str] = self.run.page("asked")
        until(lambda: self.windows() == {self.window})
        return told

    def on_screen(self) -> bool:
        """Whether its window is there and not minimized."""
        return self.window in self.windows() and "HIDDEN" not in self.desk.property(
            int(self.window, 16), "_NET_WM_STATE"
        )

    def windows(self) -> set[str]:
        return set(re.findall(r"0x\w+", self.desk.run("xprop", "-root", "_NET_CLIENT_LIST").partition("#")[2]))


@pytest.fixture
def desk(dunst_session: Dunst) -> Desktop:
    return dunst_session.desk


@contextmanager
def asking(desk: Desktop, folder: Path, **env: str) -> Iterator[Asked]:
    """A program with data of its own, whose pages nobody has said anything of."""
    folder.mkdir(exist_ok=True)
    config = {"identifier": "com.example.asking", "productName": "Post"}
    with program(desk, folder, env={"XDG_DATA_HOME": str(folder / "data"), **env}, config=config) as run:
        yield Asked(desk, run)


def consents(folder: Path) -> dict[str, bool]:
    (file,) = (folder / "data").rglob("consent.json")
    answers: dict[str, bool] = json.loads(file.read_text(encoding="utf-8"))["notifications"]
    return answers


def test_a_person_who_allows_it_is_not_asked_again(desk: Desktop, dunst: Dunst, tmp_path: Path) -> None:
    with asking(desk, tmp_path) as asked:
        assert asked.run.page("Notification.permission") == "default"
        assert asked.answer("Tab", "Tab", "Return") == ["granted", "granted"]
        assert asked.run.page("Notification.permission") == "granted"
    assert consents(tmp_path) == {"tauri://localhost": True}
    with asking(desk, tmp_path) as asked:
        assert asked.run.page("[Notification.permission, await Notification.requestPermission()]") == ["granted"] * 2
        asked.run.page("new Promise((done) => { new Notification('Allowed').onshow = done; })")
        desk.run("dunstctl", "close-all")
        assert json.loads(desk.run("dunstctl", "history"))["data"][0][0]["summary"]["data"] == "Allowed"


def test_a_person_who_refuses_it_is_not_asked_again(desk: Desktop, tmp_path: Path) -> None:
    with asking(desk, tmp_path) as asked:
        assert asked.answer("Tab", "Return") == ["denied", "denied"]
        told = asked.run.page(
            "new Promise((done) => { new Notification('x').onerror = (event) => done(event.message); })"
        )
        assert told.endswith("or the person said no")
    assert consents(tmp_path) == {"tauri://localhost": False}
    with asking(desk, tmp_path) as asked:
        assert asked.run.page("[Notification.permission, await Notification.requestPermission()]") == ["denied"] * 2


def test_a_person_who_puts_the_question_away_is_asked_at_the_next_start(desk: Desktop, tmp_path: Path) -> None:
    with asking(desk, tmp_path) as asked:
        assert asked.answer("Escape") == ["denied", "denied"]
        assert asked.run.page("Notification.requestPermission()") == "denied"
    with asking(desk, tmp_path) as asked:
        assert asked.run.page("Notification.permission") == "default"
        assert asked.answer("Tab", "Tab", "space") == ["granted", "granted"]


@pytest.mark.parametrize("away", ["minimize", "hide"])
def test_a_pressed_notification_brings_its_window_back(desk: Desktop, dunst: Dunst, tmp_path: Path, away: str) -> None:
    with asking(desk, tmp_path) as asked:
        asked.answer("Tab", "Tab", "Return")
        asked.run(f"app.windows['main'].{away}()")
        until(lambda: not asked.on_screen())
        asked.run.page("new Promise((done) => { new Notification('Come back', { timeout: 0 }).onshow = done; })")
        asyncio.run(dunst.press())
        until(asked.on_screen)
        desk.wait_until_active(int(asked.window, 16))


BUTTON = """next(
    tuple(button.mapToGlobal(button.rect().center()).toTuple())
    for widget in __import__('PySide6.QtWidgets').QtWidgets.QApplication.topLevelWidgets()
    for button in widget.findChildren(__import__('PySide6.QtWidgets').QtWidgets.QPushButton, 'later')
)"""


def test_the_programs_own_are_pressed_and_leave_the_keyboard_where_it_is(desk: Desktop, tmp_path: Path) -> None:
    nobody = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'nothing'}"}
    with asking(desk, tmp_path, **nobody) as asked:
        handlers = "on_action=lambda action: tell('action', action), on_close=lambda why: tell('close', why)"
        asked.run(f"(await app.notify('Title', 'text', actions=[Action('later', 'Later')], {handlers})) and None")
        asked.run("(await app.notify('Another', timeout=0)) and None")
        x, y = asked.run(BUTTON)
        desk.wait_until_active(int(asked.window, 16))
        assert asked.window in desk.run("xprop", "-root", "_NET_ACTIVE_WINDOW")
        assert asked.windows() == {asked.window}
        desk.run("xdotool", "mousemove", str(x), str(y), "click", "1")
        assert (asked.run.event("action"), asked.run.event("close")) == ("later", "dismissed")
        assert asked.window in desk.run("xprop", "-root", "_NET_ACTIVE_WINDOW")
