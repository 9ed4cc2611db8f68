"""The two ends that tests hold: of a program, and of the panel that shows its icons."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import attrs

from tests.desktop import PATIENCE, Desktop, LineReader, until

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


class Program:
    """A running `tests.tray.program`."""

    def __init__(self, running: subprocess.Popen[bytes]) -> None:
        assert running.stdout is not None
        self.running = running
        self._lines = LineReader(running.stdout, "the program")
        self._events: list[tuple[str, Any]] = []
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until it has started, for the first time or again."""
        assert self._answer() == "ready"

    def __call__(self, expression: str) -> Any:
        """Evaluate an expression of Python in the program and return its value."""
        assert self.running.stdin is not None
        self.running.stdin.write(json.dumps(expression).encode() + b"\n")
        self.running.stdin.flush()
        return self._answer()

    def page(self, script: str) -> Any:
        """Evaluate an expression of JavaScript in its page."""
        return self(f"page({script!r})")

    def wait_until_in_place(self, desk: Desktop, label: str = "main") -> None:
        """Wait until it knows where the window manager has put a window."""
        window = self(f"app.windows[{label!r}].window_id")
        place = f"app.windows[{label!r}].frame.geometry().getRect()"
        until(lambda: tuple(self(place)) == desk.geometry(window))

    def error(self, expression: str) -> str:
        """What an expression raises."""
        try:
            value = self(expression)
        except FailedError as error:
            return str(error)
        raise AssertionError(f"{expression} raised nothing, but is {value!r}")

    def event(self, name: str) -> Any:
        """The payload of the next event of a name."""
        while True:
            while self._events:
                heard, payload = self._events.pop(0)
                if heard == name:
                    return payload
            self._take()

    def events_so_far(self) -> list[tuple[str, Any]]:
        """The events that nobody has asked for, as far as the program has come."""
        self("None")
        events, self._events = self._events, []
        return events

    def end(self) -> int:
        """Wait for its end and return its exit code."""
        code = self.running.wait(PATIENCE)
        self._lines.close()
        return code

    def _answer(self) -> Any:
        while True:
            line = self._take()
            if "error" in line:
                raise FailedError(line["error"])
            if "value" in line:
                return line["value"]

    def _take(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self._lines.next())
        if "event" in line:
            self._events.append((line["event"], line["payload"]))
        return line


class FailedError(Exception):
    """What the program was asked to do raised."""


def command(folder: Path, *arguments: str, **options: Any) -> list[str]:
    """What starts a program."""
    return [sys.executable, "-m", "tests.tray.program", str(folder), json.dumps(options), *arguments]


@contextmanager
def program(
    desk: Desktop, folder: Path, *, env: Mapping[str, str] | None = None, log: Path | None = None, **options: Any
) -> Iterator[Program]:
    """Run a program on a desktop for as long as the block lasts.

    Args:
        desk: The desktop.
        folder: Its frontend.
        env: Further environment variables.
        log: The file for what it says on standard error.
        options: As the program takes them.
    """
    with (
        nullcontext() if log is None else log.open("wb") as errors,
        subprocess.Popen(
            command(folder, **options),
            env={**desk.env, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=Path(__file__).parents[2],
        ) as running,
    ):
        driven = None
        try:
            driven = Program(running)
            yield driven
        finally:
            assert running.stdin is not None
            if running.poll() is None:
                running.stdin.close()
            code = driven.end() if driven is not None else running.wait(PATIENCE)
    assert code == 0, f"the program ended with {code}"


@attrs.frozen
class Entry:
    """An item of a menu, as a panel reads it.

    Attributes:
        id: Its number for the panel.
        label: What it says.
        enabled: Whether it can be chosen.
        checked: Whether it has a mark.
        separator: Whether it is a line.
    """

    id: int
    label: str = ""
    enabled: bool = True
    checked: bool = False
    separator: bool = False


@attrs.frozen
class Icon:
    """A tray icon, as a panel sees it.

    Attributes:
        desk: The desktop.
        name: Whose it is on the bus.
    """

    desk: Desktop
    name: str

    def get(self, name: str) -> str:
        """A property, as gdbus writes it."""
        answer = self._call("/StatusNotifierItem", "org.freedesktop.DBus.Properties.Get", ITEM, name)
        return answer.strip().removeprefix("(<").removesuffix(">,)")

    @property
    def tooltip(self) -> str:
        """The text that is shown when the pointer rests on it."""
        found = re.fullmatch(r"\('', @a\(iiay\) \[\], ['\"](.*)['\"], ''\)", self.get("ToolTip"))
        assert found is not None, self.get("ToolTip")
        return found[1].replace("\\n", "\n")

    @property
    def pixels(self) -> set[tuple[int, ...]]:
        """The colours in its picture: alpha, red, green and blue."""
        numbers = [int(byte, 16) for byte in re.findall(r"0x([0-9a-f]{2})", self.get("IconPixmap"))]
        return {tuple(numbers[at : at + 4]) for at in range(0, len(numbers), 4)}

    def activate(self, how: str = "Activate", x: int = 10, y: int = 20) -> None:
        """Do as a panel does when a person clicks on it."""
        self._call("/StatusNotifierItem", f"{ITEM}.{how}", str(x), str(y))

    def menu(self) -> list[Entry]:
        """Its menu, submenus and all, in order."""
        layout = self._call("/MenuBar", f"{MENU}.GetLayout", "0", "-1", "[]")
        found = re.findall(r"\((\d+), (?:@a\{sv\} )?\{([^{}]*)\}", layout)
        return [_entry(int(number), properties) for number, properties in found if number != "0"]

    def labels(self) -> list[str]:
        """What its menu says."""
        return [entry.label for entry in self.menu()]

    def choose(self, label: str) -> None:
        """Click on an item of its menu, as a panel does."""
        entry = next(entry for entry in self.menu() if entry.label == label)
        self._call("/MenuBar", f"{MENU}.Event", str(entry.id), "clicked", "<''>", "0")

    def _call(self, path: str, method: str, *arguments: str) -> str:
        way = (
            "--session",
            "--timeout",
            f"{PATIENCE:.0f}",
            "--dest",
            self.name,
            "--object-path",
            path,
            "--method",
            method,
        )
        return self.desk.run("gdbus", "call", *way, "--", *arguments)


def _entry(number: int, properties: str) -> Entry:
    label = re.search(r"'label': <['\"](.*?)['\"]>", properties)
    return Entry(
        number,
        label[1] if label else "",
        enabled="'enabled': <false>" not in properties,
        checked="'toggle-state': <1>" in properties,
        separator="'type': <'separator'>" in properties,
    )


class Panel:
    """The panel of a desktop, as far as its tray goes."""

    def __init__(self, desk: Desktop) -> None:
        self._desk = desk

    def icons(self) -> list[Icon]:
        """The icons that it shows, in the order in which they came."""
        answer = self._desk.run(
            *("gdbus", "call", "--session", "--dest", WATCHER, "--object-path", "/StatusNotifierWatcher"),
            *("--method", "org.freedesktop.DBus.Properties.Get", WATCHER, "RegisteredStatusNotifierItems"),
        )
        return [Icon(self._desk, name) for name in re.findall(r":\d+\.\d+", answer)]

    def wait_for(self, count: int, accept: Callable[[list[Icon]], bool] = lambda icons: True) -> list[Icon]:
        """Wait until it shows that many icons, which a function accepts."""
        until(lambda: len(self.icons()) == count and accept(self.icons()))
        return self.icons()

    def icon(self) -> Icon:
        """Wait until it shows one icon alone, and return that."""
        return self.wait_for(1)[0]
