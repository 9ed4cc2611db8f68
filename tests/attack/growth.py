"""What the core grows by while a page has Chromium keep more and more in it: `python -m tests.attack.growth`."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import attrs
import click

from shell import App, LifeEvent, Limits, Options
from shell.webview.usage import Memory

MIB = 1 << 20

WITHOUT_END = """
const turns = new MessageChannel();
const kept = [];
let count = 0;
turns.port1.onmessage = () => {
  for (const begun = performance.now(); performance.now() - begun < 8; ) { count++; %s; }
  turns.port2.postMessage(0);
};
turns.port2.postMessage(0);"""
"""What a page does again and again, and lets nothing else wait."""

KEPT = {
    "names of locks": "navigator.locks.request(count + 'x'.repeat(1e5), () => new Promise(() => 0))",
    "names of caches": "caches.open(count + 'x'.repeat(1e5))",
    "names of channels": "kept.push(new BroadcastChannel(count + 'x'.repeat(1e5)))",
    "names of databases": "indexedDB.open(count + 'x'.repeat(1e5))",
    "databases": "indexedDB.open(count)",
    "blobs": "kept.push(new Blob(['x'.repeat(1e6) + count]))",
    "object URLs": "URL.createObjectURL(new Blob(['x' + count]))",
}
"""What Chromium keeps in the core for a page, and has no bound of its own."""


@attrs.frozen
class Growth:
    """What one page came to.

    Attributes:
        ended: Seconds until the page was ended; None where it was not.
        most: MiB that the core grew by, at most.
        given_back: Seconds, from the beginning too, until the core had grown by no more than it may again; None where it
            had not, or was not watched for as long.
        longest: Seconds that another window waited for an answer, at most.
    """

    ended: float | None
    most: int
    given_back: float | None
    longest: float


def measure(what: str, *, memory: int, seconds: float, on_disk: bool, until_ended: bool = False) -> Growth:
    """Run a program with two windows, of which one makes the core grow.

    Args:
        what: By what, of `KEPT`.
        memory: MiB that the core may grow by.
        seconds: How long it is watched, unless all is given back before.
        on_disk: Whether the program is on the desktop and keeps on disk what pages store, or off screen, in memory.
        until_ended: Whether it is watched only until the page is ended.
    """
    used = Memory().used
    begun = most = 0
    ended: list[float] = []
    given_back: float | None = None
    longest = 0.0
    # Chromium may still write.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ.update(XDG_DATA_HOME=folder, XDG_CACHE_HOME=folder)
        web = Path(folder, "web")
        web.mkdir()
        (web / "index.html").write_text("<!doctype html><title>page</title>", encoding="utf-8")
        app = App("com.example.growth", frontend=web, limits=Limits(memory=memory * MIB))

        @app.on("renderer-gone")
        def note(event: LifeEvent) -> None:
            if event.payload.label == "main":
                ended.append(time.monotonic())

        async def ask(app: App, until: float) -> None:
            nonlocal longest
            while given_back is None and not (until_ended and ended) and time.monotonic() < until:
                asked = time.monotonic()
                await app.windows["other"].eval("1 + 1")
                longest = max(longest, time.monotonic() - asked)
                # Ten times a second shows how long it waits, and leaves the processor to what is measured.
                await asyncio.sleep(0.1)

        @app.setup
        async def play(app: App) -> None:
            nonlocal begun, most, given_back
            main = app.windows["main"]
            await main.loaded()
            await app.create_window("other").loaded()
            begun, since = used(), time.monotonic()
            main.webview.page.runJavaScript(WITHOUT_END % KEPT[what])
            asking = asyncio.ensure_future(ask(app, since + seconds))
            while not asking.done():
                await asyncio.wait((asking,), timeout=0.05)
                now = used()
                most = max(most, now)
                if ended and given_back is None and now - begun <= memory * MIB:
                    given_back = time.monotonic() - since
            await asking
            ended[:] = [then - since for then in ended]
            app.exit(0)

        app.run_or_raise(Options(headless=not on_disk, no_sandbox=True))
    return Growth(ended[0] if ended else None, most - begun >> 20, given_back, longest)


def _after(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"


@click.command()
@click.argument("what", nargs=-1, type=click.Choice(list(KEPT)))
@click.option("--memory", default=256, show_default=True, help="MiB that the core may grow by.")
@click.option("--seconds", default=60.0, show_default=True, help="How long each is watched.")
@click.option("--on-disk", is_flag=True, help="On the desktop; pages store on disk what they store.")
@click.option("--until-ended", is_flag=True, help="Watch each only until it is ended.")
@click.option("--one", hidden=True, is_flag=True)
def main(what: tuple[str, ...], memory: int, seconds: float, on_disk: bool, until_ended: bool, one: bool) -> None:
    """Measure WHAT, or all, each in a program of its own."""
    if one:
        growth = measure(what[0], memory=memory, seconds=seconds, on_disk=on_disk, until_ended=until_ended)
        print(json.dumps(attrs.asdict(growth)))
        return
    print("| what a page has kept without end | ended after | most growth | given back after | another window waited |")
    print("|---|---|---|---|---|")
    options = ["--one", f"--memory={memory}", f"--seconds={seconds}", *(["--on-disk"] if on_disk else ())]
    options += ["--until-ended"] if until_ended else []
    for name in what or KEPT:
        command = [sys.executable, "-m", "tests.attack.growth", *options, name]
        row = "gave no answer | – | – | –"
        with contextlib.suppress(subprocess.TimeoutExpired, ValueError, IndexError):
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=4 * seconds + 60, check=False)
            growth = Growth(**json.loads(done.stdout.splitlines()[-1]))
            row = f"{_after(growth.ended)} | {growth.most:,} MiB | {_after(growth.given_back)} | {growth.longest:.1f} s"
        print(f"| {name} | {row} |", flush=True)


if __name__ == "__main__":
    main()
