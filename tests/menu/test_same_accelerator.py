"""Several items with the same accelerator: one acts, the first that can, and the log says which."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from shell import CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu, Window
from tests.conftest import Runner
from tests.menu.test_in_a_program import play

_Key, _Modifier = Qt.Key, Qt.KeyboardModifier


async def press(window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = _Modifier.NoModifier) -> None:
    """Press a key in a window that has the keyboard."""
    active = asyncio.Event()
    window.frame.activated.connect(lambda _: active.set())
    if not window.is_focused():
        window.set_focus()
        await active.wait()
    QTest.keyClick(window.frame.windowHandle(), key, modifier)


def test_the_first_item_acts_and_the_log_says_so_once(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    chosen: list[str] = []

    def choose(event: MenuEvent) -> None:
        chosen.append(event.id)

    first = MenuItem("One", id="first", accelerator="F5", action=choose)
    second = CheckMenuItem("Two", id="second", accelerator="F5", action=choose)
    third = MenuItem("Three", id="third", accelerator="F5", action=choose)
    menu = Menu([Submenu("File", [first]), more := Submenu("Edit", [second, Submenu("More", [third, first])])])

    async def scenario(app: object, window: Window) -> None:
        for _ in range(4):
            await press(window, _Key.Key_F5)
        assert chosen == ["first"] * 4
        assert [record.message for record in caplog.records if "F5" in record.message] == [
            'F5 is the accelerator of "One", and never of "Two", "Three": the first acts'
        ]
        # What cannot be chosen is not meant.
        first.set_enabled(False)
        await press(window, _Key.Key_F5)
        await press(window, _Key.Key_F5)
        assert chosen[4:] == ["second", "second"]
        assert not second.is_checked()
        more.remove(second)
        await press(window, _Key.Key_F5)
        assert chosen[6:] == ["third"]
        first.set_enabled(True)
        first.set_accelerator("F6")
        await press(window, _Key.Key_F5)
        await press(window, _Key.Key_F6)
        assert chosen[7:] == ["third", "first"]

    play(shell, scenario, menu=menu)


def test_an_item_comes_before_the_letter_of_a_menu(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    chosen: list[str] = []
    item = MenuItem("Go", id="go", accelerator="Alt+G", action=lambda event: chosen.append(event.id))
    below = Submenu("&Goods", [MenuItem("a")])

    async def scenario(app: object, window: Window) -> None:
        for _ in range(3):
            await press(window, _Key.Key_G, _Modifier.AltModifier)
        assert chosen == ["go"] * 3
        assert not below.widget.isVisible()
        assert "Alt+G" in caplog.text

    play(shell, scenario, menu=Menu([Submenu("File", [item]), below]))


def test_a_predefined_item_is_one_of_them(shell: Runner) -> None:
    chosen: list[str] = []
    item = MenuItem("Mark", id="mark", accelerator="Ctrl+M", action=lambda event: chosen.append(event.id))

    async def scenario(app: object, window: Window) -> None:
        await press(window, _Key.Key_M, _Modifier.ControlModifier)
        assert chosen == ["mark"]
        assert not window.is_minimized()

    play(shell, scenario, menu=Menu([Submenu("File", [item, PredefinedMenuItem("Minimize")])]))


def test_each_window_has_its_own(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    chosen: list[str] = []

    def bar(name: str) -> Menu:
        return Menu([Submenu("a", [MenuItem(name, id=name, accelerator="F5", action=lambda e: chosen.append(e.id))])])

    async def scenario(app: object, window: Window) -> None:
        await press(window, _Key.Key_F5)
        Menu([MenuItem("popup", id="popup", accelerator="F5")]).widget.adjustSize()
        await press(window, _Key.Key_F5)
        window.set_menu(bar("own"))
        await press(window, _Key.Key_F5)
        assert chosen == ["program", "program", "own"]
        assert "F5" not in caplog.text

    play(shell, scenario, menu=bar("program"))
