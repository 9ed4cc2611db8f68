"""A page floods the one queue in which all pages' messages wait for the core: no other is ended for that."""

import asyncio
import os
import signal
import time
from collections.abc import Iterable

import pytest

from shell import App, LifeEvent, RecoveryPolicy, Window
from shell.ipc import Link
from shell.webview.pulse import Pulse
from shell.webview.rounds import Rounds
from tests.attack.raw import RAW
from tests.conftest import Runner

HANG = 2.0
"""Seconds after which a page of these tests hangs that does not answer; all others answer sooner on any machine."""

POLICY = RecoveryPolicy(first_delay=0.01, ping_every=0.1, rest_every=0.1, hang_after=HANG)

FLOOD = f"""{RAW} for (let count = 0; count < 500; count++) post('["x",0]', '[1,"ask",{{}}]')"""
"""The bridge itself posts no more than the core takes."""


_MANY = 10


class SlowCore:
    """A core that has much to do with each message of the page `main`, from when it is told until some page is overdue.

    Attributes:
        slow: Whether it has.
        busy: Whether so many of them are there that the page must have sent nearly all by now.
        overdue: Whether a page is overdue.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slow = False
        self._heard = 0
        self.busy = asyncio.Event()
        self.overdue = asyncio.Event()
        receive, judge = Link.receive, Rounds._judge

        def receive_slowly(link: Link, text: str) -> str:
            if self.slow and link.label == "main":
                self._heard += 1
                if self._heard == _MANY:
                    self.busy.set()
                # Nothing is waited for: the core is to be this slow.
                time.sleep(0.05)
            return receive(link, text)

        def judge_when_overdue(rounds: Rounds, pulses: Iterable[Pulse], now: float) -> None:
            self.slow = False
            self.overdue.set()
            judge(rounds, pulses, now)

        monkeypatch.setattr(Link, "receive", receive_slowly)
        monkeypatch.setattr(Rounds, "_judge", judge_when_overdue)


class Ends:
    """The pages that are ended."""

    def __init__(self, app: App) -> None:
        self.labels: list[str] = []
        self._one = asyncio.Event()
        app.on("renderer-gone")(self._note)

    def _note(self, event: LifeEvent) -> None:
        self.labels.append(event.payload.label)
        self._one.set()

    async def until(self, label: str) -> None:
        """Wait until a page has been ended."""
        while label not in self.labels:
            self._one.clear()
            await self._one.wait()


async def open_all(app: App, *labels: str) -> list[Window]:
    """Windows whose pages hear of ticks."""
    windows = [app.windows["main"], *map(app.create_window, labels)]
    for window in windows:
        await window.eval("await shell.listen('tick', () => {}); return 0")
    return windows


async def flood(app: App, core: SlowCore) -> None:
    """Have the page `main` flood, and send all others something, so that they have to show that they live."""
    core.slow = True
    app.windows["main"].webview.page.runJavaScript(f"(async () => {{ {FLOOD} }})()")
    await core.busy.wait()
    app.emit("tick", 1)
    await core.overdue.wait()


def test_a_page_that_answers_is_not_ended_for_one_that_floods(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    core = SlowCore(monkeypatch)
    app = shell.app(recovery=POLICY)
    ends = Ends(app)

    async def scenario(app: App) -> None:
        _, other, idle = await open_all(app, "other", "idle")
        await flood(app, core)
        assert await other.eval("1 + 1", within=None) == 2
        assert await idle.eval("1 + 1", within=None) == 2
        assert not {"other", "idle"} & set(ends.labels)

    shell.run(app, scenario)


def test_a_page_that_hangs_is_ended_while_another_floods(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    core = SlowCore(monkeypatch)
    app = shell.app(recovery=POLICY)
    ends = Ends(app)

    async def scenario(app: App) -> None:
        _, other, hung = await open_all(app, "other", "hung")
        os.kill(hung.renderer_pid, signal.SIGSTOP)
        await flood(app, core)
        await ends.until("hung")
        assert await other.eval("1 + 1", within=None) == 2
        assert "other" not in ends.labels

    shell.run(app, scenario)
