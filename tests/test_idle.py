"""A program that nobody asks anything of: the core runs nothing, and its pages are asked nothing."""

import asyncio
import os
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from shell import App, RecoveryPolicy
from shell.webview.flow import Flow
from shell.webview.rounds import Rounds
from shell.windows import _REVEAL_AFTER
from tests.conftest import Runner
from tests.desktop import until

SECONDS = 6.0
"""How long it is watched, and this is all that says when: it is about what does not happen."""
EDGE = 0.2
"""Seconds at both ends in which the test itself runs."""


async def what_runs() -> set[str]:
    """The functions that Qt or the loop call in some seconds in which the test itself does nothing."""
    ran: list[tuple[float, str]] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        caller = frame.f_back
        # What a function calls itself is its own doing.
        while caller is not None and caller.f_code is not Flow._turned.__code__:
            caller = caller.f_back
        if event == "call" and caller is None:
            ran.append((time.monotonic(), frame.f_code.co_qualname))

    begun = time.monotonic()
    sys.setprofile(note)
    await asyncio.sleep(SECONDS)
    sys.setprofile(None)
    ended = time.monotonic()
    return {name for when, name in ran if begun + EDGE < when < ended - EDGE}


def test_a_program_at_rest_runs_nothing(shell: Runner) -> None:
    app = shell.app(recovery=RecoveryPolicy(ping_every=0.2))
    app.listen("tick", print)

    async def scenario(app: App) -> None:
        windows = [app.windows["main"], *(app.create_window(f"window-{number}") for number in range(2))]
        for window in windows:
            await window.eval("await shell.listen('tick', () => {}); return shell.invoke('plugin:app|name')")
        # A window whose page paints nothing is shown some time after its start, and asks itself then whether it is.
        await asyncio.sleep(_REVEAL_AFTER / 1000 + EDGE)
        rounds = windows[0].webview.recovery.rounds
        await asyncio.to_thread(until, lambda: rounds.at_rest)
        sent = [window.webview.session and window.webview.session.sent for window in windows]
        # Qt's loop turns now and then for Chromium. Then a clock shows whether that had much to do; and once in a second it
        # is seen what memory the program has.
        assert await what_runs() <= {"Flow._turned"}
        assert [window.webview.session and window.webview.session.sent for window in windows] == sent

    shell.run(app, scenario)


def test_a_program_still_rests_after_rounds_at_rest(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        await app.windows["main"].loaded()
        rounds = app.windows["main"].webview.recovery.rounds
        await asyncio.to_thread(until, lambda: rounds.at_rest)
        assert rounds._flow is not None
        looks: list[bool] = []
        look = rounds._flow.look_for_workers
        rounds._flow.look_for_workers = lambda: (look(), looks.append(rounds._flow.rests))  # type: ignore[assignment,method-assign,func-returns-value,union-attr]
        await asyncio.to_thread(until, lambda: len(looks) == 3)
        assert looks == [True, True, True]

    shell.run(shell.app(recovery=RecoveryPolicy(ping_every=0.2, rest_every=0.2)), scenario)


def test_nothing_is_looked_at_any_more_when_a_program_has_ended(shell: Runner) -> None:
    kept: list[Rounds] = []

    async def scenario(app: App) -> None:
        await app.windows["main"].loaded()
        kept.append(app.windows["main"].webview.recovery.rounds)

    shell.run(shell.app(), scenario)
    [rounds] = kept
    # As when Qt's loop has much to do, in the next program of this process.
    rounds._wake()
    assert not rounds._timer.isActive()
    assert rounds._flow is not None
    assert not rounds._flow._timer.isActive()


def test_a_program_whose_last_window_has_gone_is_not_woken(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        rounds = app.windows["main"].webview.recovery.rounds
        await app.windows["main"].loaded()
        app.windows["main"].destroy()
        rounds._wake()
        await asyncio.to_thread(until, lambda: rounds.at_rest)
        assert not rounds._timer.isActive()

    app = shell.app(recovery=RecoveryPolicy(ping_every=0.1))
    app.on("exit-requested")(lambda event: event.prevent() if event.payload is None else None)
    shell.run(app, scenario)


def test_a_program_is_its_core_its_renderers_and_one_process_that_they_are_forked_from(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window, other = app.windows["main"], app.create_window("other")
        await window.loaded()
        await other.loaded()

        # The renderers of earlier programs may take a moment to be gone.
        def there() -> list[set[int]]:
            try:
                return [set(forks_below(pid)) for pid in forks_below()]
            except (FileNotFoundError, ProcessLookupError):
                return []

        pages = {window.renderer_pid, other.renderer_pid}
        await asyncio.to_thread(until, lambda: there() == [pages])

    shell.run(shell.app(), scenario)


def forks_below(parent: int | None = None) -> list[int]:
    """What renderers are forked from, and renderers, among the children of a process, or of this one."""
    children = [
        int(pid)
        for task in Path(f"/proc/{parent or os.getpid()}/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
    return [pid for pid in children if "--type=zygote" in Path(f"/proc/{pid}/cmdline").read_text()]
