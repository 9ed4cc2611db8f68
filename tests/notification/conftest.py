"""A desktop with dunst on it, and programs that find its bus."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desktop import Desktop, desktop, missing_programs, process, until

_CHOOSE = """#!/bin/sh
grep --fixed-strings -- "$(cat "$HOME/choice")" | head -n 1
"""
_BUS = """<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
_CONFIGURATION = """[global]
    notification_limit = 20
    dmenu = {menu}
    markup = full
    font = DejaVu Sans 10
    frame_width = 1
    width = 340
"""


class Dunst:
    """The service that shows notifications, as `dunstctl` and a person drive it."""

    def __init__(self, desk: Desktop) -> None:
        self.desk = desk
        self.env = dict(desk.env)

    async def run(self, *argv: str) -> str:
        """Run a program on the desktop."""
        return await asyncio.to_thread(self.desk.run, *argv)

    def shown(self) -> int:
        """How many are on the screen."""
        return int(self.desk.run("dunstctl", "count", "displayed"))

    async def until_shown(self, count: int) -> None:
        """Wait until so many are on the screen: it answers that it has one before it shows that."""
        await asyncio.to_thread(until, lambda: self.shown() == count)

    async def until_any_shown(self) -> None:
        """Wait until there is one on the screen."""
        await asyncio.to_thread(until, lambda: self.shown() > 0)

    async def history(self) -> list[dict[str, Any]]:
        """Those that are no longer, the last first."""
        table = json.loads(await self.run("dunstctl", "history"))
        return [{key: field["data"] for key, field in one.items()} for one in table["data"][0]]

    async def last(self) -> dict[str, Any]:
        """Put away all that is on the screen; returns what was shown last."""
        await self.run("dunstctl", "close-all")
        return (await self.history())[0]

    async def press(self) -> None:
        """Press the notification itself."""
        await self.until_any_shown()
        await self.run("dunstctl", "action")

    async def choose(self, title: str) -> None:
        """Press the button of a title."""
        await self.until_any_shown()
        choice = self.desk.home / "choice"
        await asyncio.to_thread(choice.write_text, f"#{title} ")
        await self.run("dunstctl", "context")

    async def close(self) -> None:
        """Put the last one away."""
        await self.until_any_shown()
        await self.run("dunstctl", "close")


@pytest.fixture(scope="session")
def dunst_session() -> Iterator[Dunst]:
    missing = missing_programs("dunst", "dunstctl")
    if missing:
        pytest.fail(f"these tests need programs that are not installed: {', '.join(missing)}", pytrace=False)
    with desktop() as desk:
        menu = desk.home / "menu"
        menu.write_text(_CHOOSE, encoding="utf-8")
        menu.chmod(0o755)
        configuration = desk.home / "dunstrc"
        configuration.write_text(_CONFIGURATION.format(menu=menu), encoding="utf-8")
        with process("dunst", "-config", str(configuration), env=desk.env):
            desk.wait_for_name("org.freedesktop.Notifications")
            yield Dunst(desk)


@pytest.fixture
def dunst(dunst_session: Dunst, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dunst]:
    """The service, on the bus that programs of this test find."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", dunst_session.env["DBUS_SESSION_BUS_ADDRESS"])
    yield dunst_session
    dunst_session.desk.run("dunstctl", "close-all")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A bus that starts no service by itself, which programs of this test find."""
    configuration = tmp_path / "bus.conf"
    configuration.write_text(_BUS.format(socket=tmp_path / "bus"), encoding="utf-8")
    argv = ("dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile", "--print-address=1")
    with process(*argv, env=dict(os.environ)) as lines:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", lines.next())
        yield


@pytest.fixture
def no_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Programs of this test find no bus."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")
