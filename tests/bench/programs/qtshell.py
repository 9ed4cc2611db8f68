"""The measuring pages on qtshell: everything is on, capabilities, sessions and validation."""

import asyncio
import json
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shell import App, Channel, Limits, Options

if TYPE_CHECKING:
    from concurrent.futures import Executor

given = json.loads(sys.argv[1])
more = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}

permissions = ["core:default", "allow-greet"]
capabilities: list[dict[str, Any]] = [{"identifier": "bench", "windows": ["*"], "permissions": permissions}]
capabilities += [
    {"identifier": f"other-{number}", "windows": [f"other-{number}"], "permissions": ["core:default"]}
    for number in range(more.get("capabilities", 0))
]
if "isolation" in more:
    pattern = {"use": "isolation", "options": {"dir": "../isolation"}}
    given = {**given, "app": {**given["app"], "security": {**given["app"].get("security", {}), "pattern": pattern}}}
# A page has fewer listeners otherwise than are measured.
limits = Limits(handles=100_000) if "listeners" in more else Limits()
app = App(config=given, frontend="../pages", limits=limits, capabilities=capabilities)


@app.command
async def greet(name: str) -> str:
    return f"Hello, {name}!"


@app.command
async def report(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), flush=True)


@app.command
async def up(body: bytes) -> int:
    return len(body)


@app.command
async def down(size: int) -> bytes:
    return b"\x07" * size


@app.command
async def echo(body: bytes) -> bytes:
    return body


@app.command
async def rows_up(rows: list[dict[str, int | float | bool | str]]) -> int:
    return len(rows)


@app.command
async def rows_down(count: int) -> list[dict[str, int | float | bool | str]]:
    return [
        {"id": n, "name": f"person number {n}", "mail": f"person.{n}@example.com", "score": n / 8, "active": True}
        for n in range(1000, 1000 + count)
    ]


@app.command
async def stream(count: int, size: int, channel: Channel[object]) -> None:
    if size:
        message = "x" * size
        for _ in range(count):
            channel.send(message)
    else:
        for number in range(count):
            channel.send(number)


@app.command
def compute(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))


@app.command
async def watch_loop() -> None:
    """Note from now on how much later than asked for the loop comes back to something."""
    pause = 0.005
    delays: list[float] = []

    async def watch() -> None:
        while True:
            due = time.monotonic() + pause
            await asyncio.sleep(pause)
            delays.append(1000 * (time.monotonic() - due))

    watches.append((asyncio.get_running_loop().create_task(watch()), delays))


@app.command
async def loop_delays() -> dict[str, float]:
    """The delays since then, in milliseconds."""
    watcher, delays = watches.pop()
    watcher.cancel()
    delays.sort()
    return {"loop": delays[int(len(delays) * 0.99)], "loop-most": delays[-1]}


watches: list[tuple[asyncio.Task[None], list[float]]] = []

for number in range(more.get("commands", 0)):
    app.command(name=f"other_{number}")(greet)
for number in range(more.get("listeners", 0)):
    app.listen(f"other-{number}", print)


# What few programs need is imported by those alone: it would count for the start of all.


def audit_in(stack: ExitStack) -> Path:
    """A file for an audit log."""
    import tempfile  # noqa: PLC0415

    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")), "audit.jsonl")


def compute_on(count: int) -> "Executor":
    """Have functions computed in so many other processes."""
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    from tests.bench.programs.elsewhere import compute_elsewhere  # noqa: PLC0415

    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"))
    app.command(executor=pool)(compute_elsewhere)
    return pool


# The other processes read this file too.
if __name__ == "__main__":
    with ExitStack() as stack:
        if "processes" in more:
            stack.enter_context(compute_on(more["processes"]))
        audit = audit_in(stack) if "audit" in more else None
        code = app.run(Options(no_sandbox=os.geteuid() == 0, audit=audit))
    raise SystemExit(code)
