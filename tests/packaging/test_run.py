"""`packaging/run`: what it starts, in a checkout with no set-up left to do and a `qtshell` that prints arguments."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import attrs
import click
import pytest

from shell.cli import main

OPTIONS = [option for option in main.commands["run"].params if isinstance(option, click.Option)]
VALUED = [name for option in OPTIONS for name in option.opts if not option.is_flag]
FLAGS = [name for option in OPTIONS for name in option.opts if option.is_flag]
SCRIPT = Path(__file__).parents[2] / "packaging" / "run"


@attrs.frozen
class Outcome:
    arguments: list[str]
    said: str


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "a checkout"
    for path, text in {
        "packaging/setup": "#!/bin/sh\n",
        ".venv/bin/qtshell": '#!/bin/sh\nprintf "%s\\n" "$@"\n',
    }.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    shutil.copy(SCRIPT, root / "packaging")
    return root


@pytest.fixture
def run(checkout: Path, tmp_path: Path) -> Callable[..., Outcome]:
    def start(*arguments: str, script: Path | None = None, **variables: str) -> Outcome:
        done = subprocess.run(
            [script or checkout / "packaging" / "run", *arguments],
            env={"PATH": os.environ["PATH"], **variables},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        # The sandbox has a test of its own; elsewhere the outcome is the same for everybody.
        lines = done.stdout.splitlines()
        return Outcome([line for line in lines if line != "--no-sandbox" or line in arguments], done.stderr)

    return start


def test_no_folder_opens_the_welcome_app(run: Callable[..., Outcome]) -> None:
    assert run(DISPLAY=":0").arguments == ["demo"]


def test_a_folder_and_its_options_go_to_qtshell_run_as_they_are(run: Callable[..., Outcome]) -> None:
    assert run("my notes", "--devtools", DISPLAY=":0").arguments == ["run", "my notes", "--devtools"]


@pytest.mark.parametrize("option", VALUED)
def test_the_value_of_an_option_is_no_folder(run: Callable[..., Outcome], option: str) -> None:
    assert run(option, "value", DISPLAY=":0").arguments == ["demo", option, "value"]
    assert run(f"{option}=value", DISPLAY=":0").arguments == ["demo", f"{option}=value"]
    assert run(option, "value", "web", DISPLAY=":0").arguments == ["run", option, "value", "web"]


def test_the_version_is_that_of_qtshell_and_nothing_runs(run: Callable[..., Outcome]) -> None:
    for arguments in (["--version"], ["web", "--version"], ["--headless", "--version"]):
        assert run(*arguments) == Outcome(["--version"], "")
    assert run("--screenshot", "--version", DISPLAY=":0").arguments == ["demo", "--screenshot", "--version"]


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_is_about_running_programs_and_nothing_runs(run: Callable[..., Outcome], option: str) -> None:
    for arguments in ([option], ["web", option], ["--headless", option]):
        assert run(*arguments) == Outcome(["run", "--help"], "")


def test_flags_are_no_folder(run: Callable[..., Outcome]) -> None:
    assert run(*FLAGS, DISPLAY=":0").arguments == ["demo", *FLAGS]


@pytest.mark.parametrize("display", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_a_display_is_used(run: Callable[..., Outcome], display: dict[str, str]) -> None:
    outcome = run("web", **display)
    assert outcome.arguments == ["run", "web"]
    assert "off screen" not in outcome.said


def test_without_a_display_it_renders_off_screen_and_says_so(run: Callable[..., Outcome]) -> None:
    outcome = run("web")
    assert outcome.arguments == ["run", "--headless", "--screenshot", "qtshell-screenshot.png", "web"]
    assert "no display" in outcome.said


def test_a_screenshot_that_was_asked_for_stays_where_it_was_asked_for(run: Callable[..., Outcome]) -> None:
    assert run("--screenshot", "x.png", "web").arguments == ["run", "--headless", "--screenshot", "x.png", "web"]


def test_headless_on_purpose_is_left_alone(run: Callable[..., Outcome]) -> None:
    assert run("web", "--headless").arguments == ["run", "web", "--headless"]


def test_it_starts_through_a_symbolic_link(run: Callable[..., Outcome], checkout: Path, tmp_path: Path) -> None:
    link = tmp_path / "open"
    link.symlink_to(checkout / "packaging" / "run")
    assert run("web", script=link, DISPLAY=":0").arguments == ["run", "web"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has no sandbox")
def test_root_is_told_that_the_sandbox_is_off(checkout: Path) -> None:
    done = subprocess.run([checkout / "packaging" / "run"], env={}, capture_output=True, text=True, check=True)
    assert "--no-sandbox" in done.stdout.splitlines()
    assert "Chromium cannot start its sandbox as root" in done.stderr


def test_it_stops_where_set_up_stops(checkout: Path) -> None:
    (checkout / "packaging" / "setup").write_text("#!/bin/sh\nexit 1\n")
    done = subprocess.run([checkout / "packaging" / "run"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
