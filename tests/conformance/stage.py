"""What a check is given: a running program with the package in its pages, and the desktop that it is on."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from tests.conformance.cursor import Cursor
from tests.desktop import PATIENCE, Desktop, LineReader, until


class RejectedError(Exception):
    """A call of a page was rejected; the text is what it was rejected with."""


class Stage:
    """A running program. Its first page, `main`, may do everything; `plain` may do nothing."""

    def __init__(self, desk: Desktop, running: subprocess.Popen[bytes], settings: subprocess.Popen[bytes]) -> None:
        assert running.stdout is not None
        self.desk = desk
        self._settings = settings
        self._running = running
        self._lines = LineReader(running.stdout, "the program")
        self._subject: MadeWindow | None = None
        self._made = 0
        self._asked = 0
        self._answer()

    def page(self, script: str, label: str = "main") -> Any:
        """Evaluate an expression, or the body of an async function, in a page. The package is `api` there.

        Raises:
            RejectedError: It threw, or was rejected.
        """
        assert self._running.stdin is not None
        self._asked += 1
        self._running.stdin.write(json.dumps([self._asked, label, script]).encode() + b"\n")
        self._running.stdin.flush()
        return self._answer()

    def rejection(self, script: str) -> str:
        """What a script of the first page is rejected with."""
        try:
            value = self.page(script)
        except RejectedError as error:
            return str(error)
        raise AssertionError(f"{script} was not rejected; it gave {value!r}")

    @contextmanager
    def scaled(self, factor: float) -> Iterator[None]:
        """Have the desktop say, for as long as the block lasts, how many physical pixels a logical one is."""
        self._set_scale(factor)
        try:
            yield
        finally:
            self._set_scale(1)
            until(lambda: bool(self.page("devicePixelRatio === 1")))

    def _set_scale(self, factor: float) -> None:
        assert self._settings.stdin is not None
        self._settings.stdin.write(f"{round(96 * factor)}\n".encode())
        self._settings.stdin.flush()

    @property
    def subject(self) -> "MadeWindow":
        """A window for checks that leave it as they found it."""
        if self._subject is None:
            self._subject = self.open()
        return self._subject

    def forget_subject(self) -> None:
        """Have another subject from now on: a check has not left this one as it found it."""
        subject, self._subject = self._subject, None
        if subject is not None:
            self._end(subject)

    def open(self, **options: Any) -> "MadeWindow":
        """Open a window from the first page, and wait until it is there."""
        self._made += 1
        label = f"made-{self._made}"
        given = {"title": label, "x": 100, "y": 100, "width": 400, "height": 300, **options}
        self.page(
            f"""const opened = new api.webviewWindow.WebviewWindow({label!r}, {json.dumps(given)});
            await new Promise((done, fail) => {{
                opened.once("tauri://created", done);
                opened.once("tauri://error", ({{ payload }}) => fail(new Error(payload)));
            }});
            made[{label!r}] = await api.window.Window.getByLabel({label!r});"""
        )
        self.page("1", label)
        window = MadeWindow(self, label)
        if given.get("visible", True):
            window.wait_until_mapped()
        return window

    @contextmanager
    def window(self, **options: Any) -> Iterator["MadeWindow"]:
        """Open a window for as long as the block lasts."""
        window = self.open(**options)
        try:
            yield window
        finally:
            self._end(window)

    def cursor(self) -> Cursor:
        """The mouse cursor on the screen."""
        return Cursor(self.desk)

    def _end(self, window: "MadeWindow") -> None:
        self.page(f"if (await api.window.Window.getByLabel({window.label!r})) await made[{window.label!r}].destroy();")

    def _answer(self) -> Any:
        # What comes for a check that gave up waiting is not for the next one.
        while (answer := json.loads(self._lines.next()))["number"] != self._asked:
            pass
        if "error" in answer:
            raise RejectedError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        self._lines.close()


@attrs.define
class MadeWindow:
    """A window that the first page has opened, where it is `made[label]`, a `Window` of the package."""

    stage: Stage
    label: str
    _id: int | None = None

    def __call__(self, call: str) -> Any:
        """Call a method from the first page."""
        return self.stage.page(f"made[{self.label!r}].{call}")

    def inside(self, script: str) -> Any:
        """Evaluate a script in the window's own page."""
        return self.stage.page(script, self.label)

    @property
    def desk(self) -> Desktop:
        return self.stage.desk

    @property
    def id(self) -> int:
        """The native window."""
        if self._id is None:
            self._id = self.desk.window_named(self.label, seen=False)
        return self._id

    def wait_until_active(self) -> None:
        """Wait until the window manager has given it the keyboard."""
        self.desk.wait_until_active(self.id)

    def wait_until_mapped(self) -> None:
        self.wait_for("WM_STATE", lambda value: "Normal" in value or "Iconic" in value)

    def wait_for(self, name: str, accept: Callable[[str], bool]) -> str:
        """Wait until a property of the native window is as it shall be."""
        return self.desk.wait_for_property(self.id, name, accept)

    def wait_for_state(self, *names: str, absent: bool = False) -> None:
        """Wait until the window manager has put (or taken away) `_NET_WM_STATE_…`."""
        self.wait_for(
            "_NET_WM_STATE", lambda value: all((f"_NET_WM_STATE_{name}" in value) != absent for name in names)
        )

    def inner(self) -> tuple[int, int, int, int]:
        """The content's x, y, width and height as the X server has them."""
        return self.desk.geometry(self.id)

    def outer(self) -> tuple[int, int, int, int]:
        """X, y, width and height with the window manager's frame as the X server has them."""
        return self.desk.outer_geometry(self.id)

    def middle(self) -> tuple[int, int]:
        """The middle of the content on the screen."""
        x, y, width, height = self.inner()
        return x + width // 2, y + height // 2


@contextmanager
def run_program(desk: Desktop, folder: Path) -> Iterator[Stage]:
    """Run the program on a desktop for as long as the block lasts."""
    with (
        _process(desk, "tests.conformance.settings") as settings,
        _process(desk, "tests.conformance.program", str(folder)) as running,
    ):
        assert settings.stdout is not None
        assert settings.stdout.readline() == b"ready\n"
        stage = Stage(desk, running, settings)
        yield stage
        stage.close()


@contextmanager
def _process(desk: Desktop, module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that ends when its input does."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=dict(desk.env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as running:
        try:
            yield running
        finally:
            assert running.stdin is not None
            running.stdin.close()
            code = running.wait(PATIENCE)
    assert code == 0, f"{module} ended with {code}"
