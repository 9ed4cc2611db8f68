"""Desktops without a tray, with one that comes late, that restarts, and with an old one of X11."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.desktop import Desktop, desktop, process, until
from tests.tray.conftest import require
from tests.tray.driver import WATCHER, Panel, Program, program
from tests.tray.test_tray import MENU

NO_TRAY = "this desktop has no tray: what the tray icons offer is at the bottom of a window instead"
WIDGETS = "__import__('PySide6.QtWidgets').QtWidgets"
FIND = (
    f"[button for window in {WIDGETS}.QApplication.topLevelWidgets() if window.isVisible()"
    f" for button in window.findChildren({WIDGETS}.QToolButton) if type(button).__name__ == '_Button']"
)
"""The buttons that stand in for icons."""


@pytest.fixture(scope="module")
def desk() -> Iterator[Desktop]:
    """A desktop without a panel."""
    require("xfce4-panel")
    with desktop() as running:
        yield running


@contextmanager
def a_panel(desk: Desktop) -> Iterator[None]:
    """Run a panel for as long as the block lasts."""
    with process("xfce4-panel", "--disable-wm-check", env=desk.env):
        desk.wait_for_name(WATCHER)
        yield
    # It has left its tray to another process, which takes notice of the end.
    until(lambda: not desk.has_name(WATCHER))


def standing_in(run: Program) -> list[str]:
    """What the buttons say that stand in for icons, where a person sees them."""
    texts: list[str] = run(f"[button.accessibleName() for button in {FIND}]")
    return texts


def test_without_a_tray_the_menu_is_in_the_window_and_that_is_said_once(desk: Desktop, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with program(desk, tmp_path, log=log) as run:
        run(f"app.create_tray('a', tooltip='Three new', menu={MENU}, on_tray_icon_event=told) and None")
        run("app.create_tray('b', title='Second') and None")
        assert standing_in(run) == ["Three new", "Second"]
        run("app.windows['main'].set_focus()")
        desk.wait_until_active(run("app.windows['main'].window_id"))
        run.wait_until_in_place(desk)
        x, y = run(f"(at := {FIND}[0].mapToGlobal({FIND}[0].rect().center())) and [at.x(), at.y()]")
        desk.run("xdotool", "mousemove", str(x), str(y), "click", "1")
        assert run.event("tray")["type"] == "Click"
        until(lambda: run("app.tray('a').menu.widget.isVisible()"))
        desk.run("xdotool", "key", "Down", "Return")
        assert run.event("chosen") == "open"
        run("app.remove_tray('a') and app.remove_tray('b') and None")
        assert standing_in(run) == []
    assert log.read_text().count(NO_TRAY) == 1


def test_the_keyboard_reaches_what_stands_in(desk: Desktop, tmp_path: Path) -> None:
    with program(desk, tmp_path) as run:
        run(f"app.create_tray('a', menu={MENU}) and None")
        run("app.windows['main'].set_focus()")
        until(lambda: run("app.windows['main'].is_focused()"))
        run(f"{FIND}[0].setFocus()")
        desk.run("xdotool", "key", "space")
        until(lambda: run("app.tray('a').menu.widget.isVisible()"))
        desk.run("xdotool", "key", "Down", "Return")
        assert run.event("chosen") == "open"


def test_what_stands_in_goes_where_a_person_sees_it(desk: Desktop, tmp_path: Path) -> None:
    with program(desk, tmp_path) as run:
        run(f"app.create_tray('a', tooltip='Mail', menu={MENU}) and None")
        place = f"{FIND}[0].window().windowTitle()"
        assert run(place) == run("app.windows['main'].title()")
        run("app.create_window('other', title='Other') and None")
        run("app.windows['main'].hide()")
        until(lambda: run(place) == "Other")
        run("app.windows['other'].hide()")
        until(lambda: run(f"[type(button.window()).__name__ for button in {FIND}]") == ["_OwnWindow"])
        assert run(f"[button.text() for button in {FIND}]") == ["Mail"]
        run("app.windows['main'].show()")
        until(lambda: run(f"[type(button.window()).__name__ for button in {FIND}]") != ["_OwnWindow"])
        assert run(f"[button.text() for button in {FIND}]") == [""]
        run("app.windows['main'].hide()")
        until(lambda: run(f"[type(button.window()).__name__ for button in {FIND}]") == ["_OwnWindow"])
        # Not by its title, which other windows have that the window manager has not let go of yet.
        desk.close_window(run(f"int({FIND}[0].window().winId())"))
        assert run.event("exit-requested") is None
        assert run.end() == 0


def test_a_panel_that_starts_late_shows_icons_with_menus_that_work(desk: Desktop, tmp_path: Path) -> None:
    with program(desk, tmp_path) as run:
        run(f"app.create_tray('a', tooltip='Mail', menu={MENU}, on_tray_icon_event=told) and None")
        assert standing_in(run) == ["Mail"]
        with a_panel(desk):
            icon = Panel(desk).icon()
            assert icon.tooltip == "Mail"
            icon.choose("Open")
            assert run.event("chosen") == "open"
            icon.activate()
            assert run.event("tray")["type"] == "Click"
            until(lambda: standing_in(run) == [])
        until(lambda: standing_in(run) == ["Mail"])
        with a_panel(desk):
            Panel(desk).icon().choose("Deep")
            assert run.event("chosen") == "deep"
            until(lambda: standing_in(run) == [])


def test_a_program_without_windows_shows_one_when_the_panel_is_gone(desk: Desktop, tmp_path: Path) -> None:
    with ExitStack() as panel:
        panel.enter_context(a_panel(desk))
        with program(desk, tmp_path, app={"stay_in_tray": True}) as run:
            run(f"app.create_tray('a', tooltip='Mail', menu={MENU}) and app.windows['main'].close()")
            run.event("window-destroyed")
            Panel(desk).wait_for(1)
            panel.close()
            until(lambda: run(f"[type(button.window()).__name__ for button in {FIND}]") == ["_OwnWindow"])
            panel.enter_context(a_panel(desk))
            Panel(desk).icon().choose("Open")
            assert run.event("chosen") == "open"
            until(lambda: standing_in(run) == [])


def test_a_panel_that_restarts_shows_all_icons_again(desk: Desktop, tmp_path: Path) -> None:
    with ExitStack() as panel:
        panel.enter_context(a_panel(desk))
        with program(desk, tmp_path, app={"stay_in_tray": True}) as run:
            run(f"[app.create_tray(name, tooltip=name, menu={MENU}) for name in 'ab'] and None")
            run("app.windows['main'].close()")
            run.event("window-destroyed")
            Panel(desk).wait_for(2)
            for _ in range(2):
                panel.close()
                panel.enter_context(a_panel(desk))
                for icon in Panel(desk).wait_for(2):
                    icon.choose("Open")
                    assert run.event("chosen") == "open"
                assert standing_in(run) == []


def test_an_old_tray_reports_all_that_the_pointer_does(desk: Desktop, tmp_path: Path) -> None:
    # Without a session's bus there are only such trays.
    with a_panel(desk), program(desk, tmp_path, env={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/none"}) as run:
        run("app.create_tray('a', tooltip='Mail', on_tray_icon_event=told) and None")
        kinds: list[str] = []

        def place() -> list[int] | None:
            at = run("(at := app.tray('a').rect()) and [at.position.x, at.position.y, at.size.width, at.size.height]")
            return at and list(at)

        def pointed_at() -> bool:
            """Whether a pointer that moves over the icon has moved there; the panel may still put it elsewhere."""
            if (at := place()) is None:
                return False
            x, y, width, height = at
            desk.run("xdotool", "mousemove", str(x + width // 2), str(y + height // 2), "mousemove_relative", "1", "0")
            kinds.extend(payload["type"] for name, payload in run.events_so_far() if name == "tray")
            return "Move" in kinds

        until(pointed_at)
        assert kinds[0] == "Enter"
        places = [place()]
        desk.run("xdotool", "click", "1")
        while (event := run.event("tray"))["type"] == "Move":
            pass
        assert (event["type"], event["button"], event["buttonState"]) == ("Click", "Left", "Down")
        # A panel may move it by some pixels until it has settled.
        places.append(place())
        position, size = event["rect"]["position"]["Physical"], event["rect"]["size"]["Physical"]
        assert [position["x"], position["y"], size["width"], size["height"]] in places
        assert run.event("tray")["buttonState"] == "Up"
        desk.run("xdotool", "mousemove", "600", "600")
        while run.event("tray")["type"] != "Leave":
            pass
        assert standing_in(run) == []
