"""A second start of a whole program on a desktop: what was given to it reaches the first one, which comes to the front."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.desktop import PATIENCE, Desktop, until, windows_in
from tests.tray.driver import Program, command, program

ROOT = Path(__file__).parents[2]
SINGLE: dict[str, Any] = {"app": {"single_instance": True}}
ANOTHER: dict[str, Any] = {**SINGLE, "config": {"identifier": "com.example.another"}}
"""A program that is not the one of most tests here."""


@pytest.fixture(scope="module")
def first(desk: Desktop, folder: Path) -> Iterator[Program]:
    with program(desk, folder, **SINGLE) as running:
        yield running


def start_again(
    desk: Desktop, folder: Path, *arguments: str, cwd: Path = ROOT, options: dict[str, Any] = SINGLE
) -> int:
    """Start the program another time, wait for its end, and return its exit code."""
    env = {**desk.env, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command(folder, *arguments, **options), env=env, cwd=cwd, timeout=PATIENCE, check=False
    ).returncode


def window_of(run: Program, label: str = "main") -> int:
    number: int = run(f"app.windows[{label!r}].frame.winId()")
    return number


def wait_until_above(desk: Desktop, window: int, other: int) -> None:
    def above(value: str) -> bool:
        stack = windows_in(value)
        return {window, other} <= {*stack} and stack.index(window) > stack.index(other)

    desk.wait_for_property(None, "_NET_CLIENT_LIST_STACKING", above)


def test_what_it_was_given_reaches_the_first(first: Program, desk: Desktop, folder: Path, tmp_path: Path) -> None:
    assert start_again(desk, folder, "--open", "ein Häuschen.txt", cwd=tmp_path) == 0
    start = first.event("second-start")
    assert start["args"][-2:] == ["--open", "ein Häuschen.txt"]
    assert start["args"][0] == str(ROOT / "tests/tray/program.py")
    assert start["cwd"] == str(tmp_path)


@pytest.mark.parametrize("away", ["minimize", "hide", None])
def test_the_first_comes_to_the_front(
    first: Program, desk: Desktop, folder: Path, tmp_path: Path, away: str | None
) -> None:
    with program(desk, tmp_path) as other:
        if away is not None:
            first(f"app.windows['main'].{away}()")
        other("app.windows['main'].set_focus()")
        desk.wait_until_active(window_of(other))
        assert start_again(desk, folder) == 0
        desk.wait_until_active(window_of(first))
        wait_until_above(desk, window_of(first), window_of(other))
        until(lambda: first("app.windows['main'].is_visible() and not app.windows['main'].is_minimized()"))


def test_a_handler_can_keep_it_where_it_is(first: Program, desk: Desktop, folder: Path) -> None:
    first("made.update(prevent='second-start') or app.windows['main'].hide()")
    first.events_so_far()
    assert start_again(desk, folder) == 0
    first.event("second-start")
    assert not first("app.windows['main'].is_visible()")
    first("made.clear() or app.windows['main'].show()")


def test_one_that_has_no_window_but_an_icon_in_the_tray_gets_its_window_back(desk: Desktop, tmp_path: Path) -> None:
    options: dict[str, Any] = {**ANOTHER, "app": {"single_instance": True, "stay_in_tray": True}}
    with program(desk, tmp_path, **options) as run:
        run("app.create_tray() and app.windows['main'].close()")
        run.event("window-destroyed")
        assert start_again(desk, tmp_path, options=ANOTHER) == 0
        run.event("second-start")
        assert run("await app.windows['main'].loaded()") is None
        desk.wait_until_active(window_of(run))


def test_of_two_first_starts_at_once_one_lives(desk: Desktop, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>page</title>")
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    command(tmp_path, str(number), **ANOTHER),
                    env=dict(desk.env),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    cwd=ROOT,
                )
            )
            for number in range(2)
        ]
        until(lambda: any(process.poll() is not None for process in started))
        second, first = sorted(started, key=lambda process: process.poll() is None)
        assert second.returncode == 0
        run = Program(first)
        heard = run.event("second-start")
        assert heard["args"][-1] == str(started.index(second))
        assert first.stdin is not None
        first.stdin.close()
        assert run.end() == 0


def test_a_start_while_the_first_ends_is_the_next_first(desk: Desktop, tmp_path: Path) -> None:
    with program(desk, tmp_path, **ANOTHER) as first:
        first("made.update(last=__import__('asyncio').Event()) or app.exit(0)")
        first.event("ending")
        with subprocess.Popen(
            command(tmp_path, **ANOTHER), env=dict(desk.env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        ) as second:
            address = Path(desk.env["XDG_RUNTIME_DIR"]) / "com.example.another.sock"
            assert not address.exists()
            first("made['last'].set()")
            assert first.end() == 0
            run = Program(second)
            assert run("list(app.windows)") == ["main"]
            assert second.stdin is not None
            second.stdin.close()
            assert run.end() == 0


def test_a_second_start_does_not_wait_for_a_first_that_takes_its_time(desk: Desktop, tmp_path: Path) -> None:
    address = Path(desk.env["XDG_RUNTIME_DIR"]) / "com.example.another.sock"
    assert not address.exists()
    with subprocess.Popen(
        command(tmp_path, **ANOTHER, waits=True),
        env=dict(desk.env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as first:
        until(address.exists)
        assert start_again(desk, tmp_path, "early", options=ANOTHER) == 0
        assert first.stdin is not None
        first.stdin.write(b"\n")
        first.stdin.flush()
        run = Program(first)
        assert run.event("second-start")["args"][-1] == "early"
        desk.wait_until_active(window_of(run))
        first.stdin.close()
        assert run.end() == 0


def test_a_restarted_program_is_the_first_again(desk: Desktop, tmp_path: Path) -> None:
    with program(desk, tmp_path, **ANOTHER) as run:
        run("app.restart()")
        run.wait_until_ready()
        assert start_again(desk, tmp_path, options=ANOTHER) == 0
        run.event("second-start")


def test_a_killed_first_makes_room_for_the_next(desk: Desktop, tmp_path: Path) -> None:
    with subprocess.Popen(
        command(tmp_path, **ANOTHER), env=dict(desk.env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as killed:
        Program(killed)
        killed.kill()
    with program(desk, tmp_path, **ANOTHER) as run:
        assert start_again(desk, tmp_path, options=ANOTHER) == 0
        run.event("second-start")


def test_a_second_start_ends_before_it_loads_chromium(first: Program, desk: Desktop, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        """from shell import App
app = App("com.example.tray", frontend=".", single_instance=True)
raise SystemExit(app.run())
"""
    )
    (tmp_path / "index.html").write_text("")
    env = {**desk.env, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(script)],
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "shell.single_instance" in loaded
    assert not {name for name in loaded if name.startswith(("PySide6.QtWeb", "PySide6.QtWidgets", "shell.core"))}
    first.event("second-start")
