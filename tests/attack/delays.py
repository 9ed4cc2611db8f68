"""How long the program waits while a page does one thing without end: `python -m tests.attack.delays`.

Another window calls a command all the while. What it waits for is Qt's work as well as ours: for messages, requests and
lines of consoles, which Qt takes in the order in which they come. What is ours alone is told apart, as time of the
processor that our functions take before they return to Qt.
"""

import asyncio
import contextlib
import functools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import click

from shell import App, Options, Window
from shell.ipc import Link
from shell.loop import _Soon
from shell.webview import bridge
from shell.webview.interceptor import NetworkInterceptor, PageInterceptor
from shell.webview.page import Page
from shell.webview.scheme import SchemeHandler
from tests.attack.floods import FLOODS
from tests.attack.raw import KEEP

WATCHED = 3.0
"""Seconds that another window calls for."""

RESULTS = Path(__file__).parent / "DELAYS.md"

_CALLS = """
const delays = [];
const until = performance.now() + %d;
while (performance.now() < until) {
  const begun = performance.now();
  await shell.invoke("ask");
  delays.push(performance.now() - begun);
}
return delays;
"""
_FILES = {
    "index.html": "<!doctype html><title>page</title><body>",
    "busy.js": "for (;;);",
    "cast.js": "const big = 'x'.repeat(1e6), channel = new BroadcastChannel('x'); for (;;) channel.postMessage(big);",
    "idle.js": "0",
    "flood.js": "let count = 0; const go = () => { for (let n = 0; n < 200; n++) fetch('none' + count++).catch(() => 0);"
    " setTimeout(go); }; go();",
}
OURS = {
    Link: ("receive",),
    _Soon: ("timerEvent",),
    SchemeHandler: ("requestStarted",),
    NetworkInterceptor: ("interceptRequest",),
    PageInterceptor: ("interceptRequest",),
    Page: (
        "_navigate",
        "_open_window",
        "_ask_permission",
        "_ask_fullscreen",
        "javaScriptConsoleMessage",
        "javaScriptAlert",
    ),
}
"""What Qt calls of ours while pages do what they do here."""


@attrs.frozen
class Delay:
    """What one flood came to; times are milliseconds.

    Attributes:
        flood: Its name; empty where none was.
        calls: How many calls of the other window were answered.
        p99: How long 99 of 100 of them took at most.
        longest: How long the longest took.
        pause: The longest that the loop had to wait for its turn.
        ours: The longest that Qt had to wait for us, as time of the processor.
        ended: Whether the page was ended for it.
    """

    flood: str
    calls: int
    p99: float
    longest: float
    pause: float
    ours: float
    ended: bool


class Stopwatch:
    """Measures functions that Qt calls.

    Attributes:
        longest: Seconds of the processor that the longest took.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self._depth = 0

    def watch(self, owner: type, name: str) -> None:
        """Measure a method of a class, for good."""
        setattr(owner, name, self.watched(getattr(owner, name)))

    def watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does the same, and is measured."""

        @functools.wraps(function)
        def measured(*args: Any) -> Any:
            begun = time.thread_time()
            self._depth += 1
            try:
                return function(*args)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.longest = max(self.longest, time.thread_time() - begun)

        return measured


def _keep_transport() -> None:
    inject = bridge.inject

    def inject_after(page: Any, name: str, source: str, **options: Any) -> None:
        if name == "bridge":
            inject(page, "kept", KEEP)
        inject(page, name, source, **options)

    bridge.inject = inject_after


async def _pauses(until: asyncio.Future[Any]) -> float:
    loop = asyncio.get_running_loop()
    longest = 0.0
    while not until.done():
        before = loop.time()
        await asyncio.wait((until,), timeout=0.001)
        longest = max(longest, loop.time() - before)
    return longest


async def _measure(flooding: Window, other: Window, flood: str, watch: Stopwatch, gone: list[str]) -> Delay:
    await flooding.loaded()
    await other.loaded()
    await other.eval(_CALLS % 300)
    calls = asyncio.ensure_future(other.eval(_CALLS % (WATCHED * 1000)))
    # The first calls of a page are slower than any that come later.
    await asyncio.sleep(0.2)
    watch.longest = 0.0
    if flood:
        flooding.webview.page.runJavaScript(FLOODS[flood].script)
    pause = await _pauses(calls)
    delays = sorted(calls.result())
    return Delay(
        flood,
        len(delays),
        delays[len(delays) * 99 // 100],
        delays[-1],
        pause * 1000,
        watch.longest * 1000,
        flooding.label in gone,
    )


def measure(flood: str) -> Delay:
    """Run a program with two windows, one of which floods; no flood where its name is empty."""
    watch = Stopwatch()
    for owner, names in OURS.items():
        for name in names:
            watch.watch(owner, name)
    _keep_transport()
    outcome: list[Delay] = []
    gone: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in _FILES.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        app = App("com.example.delays", frontend=Path(folder))

        @app.command
        async def ask(body: bytes = b"") -> str:
            return "answered"

        app.on("renderer-gone")(lambda event: gone.append(event.payload.label))

        @app.setup
        async def play(app: App) -> None:
            outcome.append(await _measure(app.windows["main"], app.create_window("other"), flood, watch, gone))
            app.exit(0)

        app.run_or_raise(Options(headless=True, no_sandbox=True))
    return outcome[0]


def _ran(flood: str) -> Delay | None:
    command = [sys.executable, "-m", "tests.attack.delays", "--one", flood]
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError, IndexError):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return Delay(**json.loads(done.stdout.splitlines()[-1]))
    return None


def _row(flood: str, delay: Delay | None) -> str:
    if delay is None:
        return f"| {flood or 'nothing'} | – | – | more than 60,000 | – | – | |"
    times = " | ".join(f"{value:,.1f}" for value in (delay.p99, delay.longest, delay.pause, delay.ours))
    return f"| {flood or 'nothing'} | {delay.calls:,} | {times} | {'ended' if delay.ended else ''} |"


@click.command()
@click.argument("floods", nargs=-1)
@click.option("--write", is_flag=True, help="Write the table to tests/attack/DELAYS.md.")
@click.option("--one", hidden=True, is_flag=True)
def main(floods: tuple[str, ...], write: bool, one: bool) -> None:
    """Measure FLOODS, or all of them, each in a program of its own."""
    if one:
        print(json.dumps(attrs.asdict(measure(floods[0]))))
        return
    lines = [
        "| what a page does without end | calls | 99 of 100 | longest | the loop's longest pause | ours | the page |",
        "|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines))
    for flood in ["", *(floods or FLOODS)]:
        lines.append(_row(flood, _ran(flood)))
        print(lines[-1], flush=True)
    if write:
        machine = (
            f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
        )
        RESULTS.write_text(_TEXT % (machine, WATCHED, "\n".join(lines)), encoding="utf-8")


_TEXT = """# While one page does something without end

How long another window's calls took, one after another, and how long the core's loop had to wait for its turn. Times are
milliseconds; "ours" is the longest that Qt waited for our code, as time of the processor. `python -m tests.attack.delays
--write` writes this. Here: %s, off screen, %g s for each.

A page that makes more than Chromium takes is held back until it has taken that; others wait meanwhile for what it had
made before.

%s
"""


if __name__ == "__main__":
    main()
