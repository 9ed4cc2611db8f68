"""A program that ends while a person has a menu open: as it should, and without a word."""

from pathlib import Path

import pytest

from tests.desktop import Desktop
from tests.menu.person import Person, item
from tests.tray.driver import program

MENU = """Menu([Submenu("&File", [
    MenuItem("&End", action=lambda event: app.exit(0)),
    PredefinedMenuItem("Quit"),
    PredefinedMenuItem("CloseWindow"),
], id="file")])"""


@pytest.mark.parametrize("how", ["in the bar", "at the mouse", "by an item", "by Quit", "with its last window"])
def test_a_program_ends_while_a_menu_is_open(desk: Desktop, tmp_path: Path, how: str) -> None:
    log = tmp_path / "log"
    with program(desk, tmp_path, log=log) as run:
        person = Person(desk, run)
        person.show(MENU)
        if how == "at the mouse":
            run(f"{item('file')}.popup(app.windows['main'])")
        else:
            person.press("alt+f")
        person.wait_for("file")
        keys = {"by an item": "e", "by Quit": "q", "with its last window": "l"}
        if how in keys:
            person.press(keys[how])
        else:
            # It ends where the test says no more.
            assert run.running.stdin is not None
            run.running.stdin.close()
        assert run.end() == 0
    said = [line for line in log.read_text(encoding="utf-8").splitlines() if "org.freedesktop.portal" not in line]
    assert said == []
