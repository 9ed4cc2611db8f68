"""The other end of ``program``: what tests say to it, and how they wait for what it says."""

import base64
import itertools
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.desktop import PATIENCE, Desktop, LineReader, until

_EXPRESSIONS = {"theme", "background_color"}


class FailedError(Exception):
    """What the program was asked to do raised; ``kind`` is the name of the exception there."""

    def __init__(self, kind: str, message: str, trace: str) -> None:
        super().__init__(f"{kind}: {message}\n{trace}")
        self.kind = kind
        self.message = message


class Driver:
    """A running program."""

    def __init__(self, desk: Desktop, running: subprocess.Popen[bytes]) -> None:
        assert running.stdout is not None
        self.desk = desk
        self.pid = running.pid
        self._running = running
        self._lines = LineReader(running.stdout, "the program")
        self._events: list[tuple[str, str, Any]] = []
        self._labels = (f"window-{number}" for number in itertools.count(1))
        self._answer()

    def __call__(self, expression: str) -> Any:
        """Evaluate an expression in the program and return its value."""
        assert self._running.stdin is not None
        self._running.stdin.write(expression.encode() + b"\n")
        self._running.stdin.flush()
        return self._answer()

    def event(self, name: str, accept: Callable[[Any], bool] = lambda payload: True) -> Any:
        """Return the payload of the first event of a name since the last one asked for that a function accepts."""
        while True:
            while self._events:
                heard, _, payload = self._events.pop(0)
                if heard == name and accept(payload):
                    return payload
            self._take(self._lines.next())

    def event_of(self, name: str, label: str) -> bool:
        """Wait for the next event of a name and say whether it came from the window of a label."""
        while True:
            while self._events:
                heard, source, _ = self._events.pop(0)
                if heard == name:
                    return source == label
            self._take(self._lines.next())

    def wait_for_event(self, name: str) -> None:
        """Wait until an event of a name has come; leaves it and those before it for others to see."""
        while not any(heard == name for heard, _, _ in self._events):
            self._take(self._lines.next())

    def events_so_far(self) -> list[tuple[str, str, Any]]:
        """Return the events that nobody has asked for, and forget them."""
        events, self._events = self._events, []
        return events

    @contextmanager
    def window(self, **options: Any) -> Iterator["DrivenWindow"]:
        """Open a window for as long as the block lasts."""
        label = next(self._labels)
        # A string that names a class of the program is an expression, all other values are themselves.
        arguments = "".join(
            f", {name}={value if name in _EXPRESSIONS else repr(value)}" for name, value in options.items()
        )
        self(f"program.open({label!r}{arguments})")
        window = DrivenWindow(self, label)
        if options.get("visible", True) and options.get("reveal", True):
            window.wait_until_mapped()
        try:
            yield window
        finally:
            self(f"windows[{label!r}].destroy() if {label!r} in windows else None")
            self.events_so_far()

    def _answer(self) -> Any:
        while True:
            kind, value = self._take(self._lines.next())
            if kind == "result":
                return value
            if kind == "error":
                raise FailedError(*value)

    def _take(self, line: str) -> tuple[str, Any]:
        kind, _, encoded = line.partition(" ")
        value = pickle.loads(base64.b64decode(encoded))
        if kind == "event":
            self._events.append(value)
        return kind, value

    def close(self) -> None:
        self._lines.close()


class DrivenWindow:
    """A window of the program."""

    def __init__(self, driver: Driver, label: str) -> None:
        self.driver = driver
        self.desk = driver.desk
        self.label = label

    @property
    def id(self) -> int:
        """The native window. Qt makes another one at times, between hiding and showing."""
        found: int = self("frame.windowHandle().winId()")
        return found

    def __call__(self, expression: str) -> Any:
        """Evaluate what comes after the window's name and a dot."""
        return self.driver(f"windows[{self.label!r}].{expression}")

    def wait_until_active(self) -> None:
        """Wait until the window manager has given it the keyboard."""
        self.desk.wait_until_active(self.id)

    def wait_until_says(self, call: str, value: object) -> None:
        """Wait until a method returns a value."""
        until(lambda: bool(self(call) == value))

    def wait_until_mapped(self) -> None:
        self.desk.wait_for_property(self.id, "WM_STATE", lambda value: "Normal" in value or "Iconic" in value)

    def wait_for_state(self, *names: str, absent: bool = False) -> None:
        """Wait until the window manager has put (or taken away) ``_NET_WM_STATE_…``."""
        self.desk.wait_for_property(
            self.id, "_NET_WM_STATE", lambda value: all((f"_NET_WM_STATE_{name}" in value) != absent for name in names)
        )

    def property(self, name: str) -> str:
        return self.desk.property(self.id, name)

    def inner(self) -> tuple[int, int, int, int]:
        """Return the content's x, y, width and height as the X server has them."""
        return self.desk.geometry(self.id)

    def outer(self) -> tuple[int, int, int, int]:
        """Return x, y, width and height with the window manager's frame as the X server has them."""
        return self.desk.outer_geometry(self.id)


@contextmanager
def run_program(desk: Desktop, **env: str) -> Iterator[Driver]:
    """Run the program on a desktop for as long as the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.window.program"],
        env={**desk.env, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as running:
        driver = Driver(desk, running)
        try:
            yield driver
        finally:
            assert running.stdin is not None
            running.stdin.close()
            code = running.wait(PATIENCE)
            driver.close()
    assert code == 0, f"the program ended with {code}"
