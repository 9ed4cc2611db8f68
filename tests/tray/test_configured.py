"""The tray icon of a configuration, in a program that has nothing else, and one that stays in the tray."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from tests.desktop import PATIENCE, Desktop, until
from tests.tray.driver import Panel, program
from tests.tray.test_tray import picture

ROOT = Path(__file__).parents[2]
PAGE = "<!doctype html><title>page</title>"
SHELL_TOML = """
identifier = "com.example.configured"
build.frontendDist = "web"
app.windows = [{ title = "Configured" }]

[app.trayIcon]
id = "named"
iconPath = "red.png"
iconAsTemplate = true
menuOnLeftClick = true
showMenuOnLeftClick = false
title = "Mail"
tooltip = "Three new"

[plugins.qtshell]
darkTrayIcon = "blue.png"
stayInTray = true
singleInstance = true
"""
TAURI_CONF = {
    "identifier": "com.example.configured",
    "build": {"frontendDist": "web"},
    "app": {
        "windows": [{"title": "Configured"}],
        "trayIcon": {
            "id": "named",
            "iconPath": "red.png",
            "iconAsTemplate": True,
            "menuOnLeftClick": True,
            "showMenuOnLeftClick": False,
            "title": "Mail",
            "tooltip": "Three new",
        },
    },
    "plugins": {"qtshell": {"darkTrayIcon": "blue.png", "stayInTray": True, "singleInstance": True}},
}


@attrs.frozen
class Command:
    """`qtshell run` of a project."""

    desk: Desktop
    folder: Path

    @property
    def argv(self) -> list[str]:
        return [sys.executable, "-m", "shell", "run", "--no-sandbox", str(self.folder)]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            self.argv, env=dict(self.desk.env), cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield process
            finally:
                process.terminate()

    def has_window(self) -> bool:
        """Whether the window manager has its window."""
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "^Configured$"],
            env=dict(self.desk.env),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return found.returncode == 0


@pytest.fixture(params=["shell.toml", "tauri.conf.json"])
def project(request: pytest.FixtureRequest, desk: Desktop, tmp_path: Path) -> Command:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/index.html").write_text(PAGE)
    for colour in ("red", "blue"):
        picture(tmp_path, colour)
    text = SHELL_TOML if request.param == "shell.toml" else json.dumps(TAURI_CONF)
    (tmp_path / request.param).write_text(text)
    return Command(desk, tmp_path)


def test_the_panel_shows_it_and_the_program_stays_in_it_until_a_second_start(project: Command, panel: Panel) -> None:
    with project.running() as running:
        icon = panel.icon()
        assert icon.tooltip == "Mail\nThree new"
        assert icon.pixels == {(255, 255, 0, 0)}
        assert icon.get("Menu") == "objectpath '/NO_DBUSMENU'"
        until(project.has_window)
        picture_file = project.folder / "picture.png"
        with_picture = [*project.argv, "--screenshot", str(picture_file)]
        assert (
            subprocess.run(with_picture, env=dict(project.desk.env), cwd=ROOT, timeout=PATIENCE, check=False).returncode
            == 0
        )
        assert picture_file.exists(), "a picture is of a process of its own"
        panel.wait_for(1)
        project.desk.close_titled("Configured")
        until(lambda: not project.has_window())
        assert panel.icon() == icon
        assert (
            subprocess.run(project.argv, env=dict(project.desk.env), cwd=ROOT, timeout=PATIENCE, check=False).returncode
            == 0
        )
        until(project.has_window)
        running.terminate()
        assert running.wait(PATIENCE) == 128 + signal.SIGTERM
    panel.wait_for(0)


CONFIGURED: dict[str, Any] = {"trayIcon": {"iconPath": "red.png"}}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for colour in ("red", "blue"):
        picture(tmp_path, colour)
    return tmp_path


def with_icon(pictures: Path, **keys: Any) -> dict[str, Any]:
    """A configuration with an icon."""
    return {"app": {"trayIcon": {"iconPath": str(pictures / "red.png"), **keys}}}


def test_python_finds_it_and_gives_it_a_menu(desk: Desktop, panel: Panel, pictures: Path) -> None:
    with program(desk, pictures, config=with_icon(pictures)) as run:
        assert run("[icon.id for icon in app.core.trays]") == ["main"]
        # With its first menu the icon is another one, and Xfce's panel keeps one for good that goes before it noticed it.
        panel.wait_for(1)
        run("app.tray('main').set_menu(Menu([MenuItem('Open', action=lambda event: tell('chosen'))]))")
        (icon,) = panel.wait_for(1, lambda icons: icons[0].get("Menu") != "objectpath '/NO_DBUSMENU'")
        icon.choose("Open")
        run.event("chosen")
        # Its predefined items are the program's own: About, Quit and the rest.
        assert run("app.tray('main').menu.host is app.core.menus") is True


@pytest.mark.parametrize(
    ("keys", "opens"), [({}, True), ({"showMenuOnLeftClick": False}, False), ({"menuOnLeftClick": False}, True)]
)
def test_a_left_click_does_as_configured(desk: Desktop, panel: Panel, pictures: Path, keys: Any, opens: bool) -> None:
    with program(desk, pictures, config=with_icon(pictures, **keys)) as run:
        panel.wait_for(1)
        run("app.tray('main').set_menu(Menu([MenuItem('Open')]))")
        run("app.tray('main').on_tray_icon_event(told) and None")
        (icon,) = panel.wait_for(1, lambda icons: icons[0].get("Menu") != "objectpath '/NO_DBUSMENU'")
        icon.activate()
        run.event("tray")
        assert run("app.tray('main').menu.widget.isVisible()") is opens


def test_it_is_dark_on_a_dark_desktop(desk: Desktop, panel: Panel, pictures: Path) -> None:
    plugins = {"qtshell": {"darkTrayIcon": str(pictures / "blue.png")}}
    with program(desk, pictures, config={**with_icon(pictures), "plugins": plugins}) as run:
        icon = panel.icon()
        assert icon.pixels == {(255, 255, 0, 0)}
        run("__import__('shell.window').window.set_theme(__import__('shell.config').config.Theme.DARK)")
        until(lambda: icon.pixels == {(255, 0, 0, 255)})


def test_a_picture_that_is_none_is_told_before_a_window_is_shown(desk: Desktop, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_text("no picture")
    for name, why in (
        ("broken.png", "not an image in a format that is known"),
        ("none.png", "No such file or directory"),
    ):
        (tmp_path / "shell.toml").write_text(
            f'identifier = "com.example.broken"\nbuild.frontendDist = "."\napp.trayIcon.iconPath = "{name}"\n'
        )
        (tmp_path / "index.html").write_text(PAGE)
        done = subprocess.run(
            Command(desk, tmp_path).argv,
            env=dict(desk.env),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 2
        assert (
            done.stderr.splitlines()[-1]
            == f"qtshell: shell.toml: $.app.trayIcon: invalid icon: {tmp_path / name}: {why}"
        )


def test_closing_the_last_window_ends_a_program_that_does_not_stay_or_has_no_icon_to_stay_in(
    desk: Desktop, panel: Panel, tmp_path: Path
) -> None:
    for stays, icon, seen in (
        (False, "app.create_tray()", 1),
        (True, "None", 0),
        (True, "app.create_tray(visible=False)", 0),
    ):
        with program(desk, tmp_path, app={"stay_in_tray": stays}) as run:
            run(f"{icon} and None")
            # Xfce's panel keeps an icon for good that goes before it has noticed it.
            panel.wait_for(seen)
            run("app.windows['main'].close()")
            assert run.event("exit-requested") is None
            assert run.end() == 0
        panel.wait_for(0)


def test_the_program_ends_with_its_last_icon_when_no_window_is_there(
    desk: Desktop, panel: Panel, tmp_path: Path
) -> None:
    with program(desk, tmp_path, app={"stay_in_tray": True}) as run:
        run("[app.create_tray(name) for name in 'ab'] and None")
        # Xfce's panel keeps an icon for good that goes before it has noticed it.
        panel.wait_for(2)
        run("app.windows['main'].close()")
        run.event("window-destroyed")
        run("app.remove_tray('a') and None")
        assert not [name for name, _ in run.events_so_far() if name == "exit-requested"]
        panel.wait_for(1)
        run("app.remove_tray('b') and None")
        assert run.event("exit-requested") is None
        assert run.end() == 0
