"""qtshell for a long time: calls, events, reloads and dead renderers, with a look at the core's memory after each."""

import asyncio
import functools
import json
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

from shell import App, Event, Options, RecoveryPolicy
from tests.bench.processes import made_by_this

CALLS, EVENTS, RELOADS, KILLED = 1_000_000, 100_000, 1000, 200
ROUNDS = (0.1, 0.1, 1.0)
"""How much of all that is done each time. In the first round everything happens for the first time; the others are
beside each other."""
AT_ONCE, EVENTS_AT_ONCE = 50_000, 5000

CALL = """
const numbers = Array.from({ length: 1000 }, (_, at) => at);
let wrong = 0;
for (let round = 0; round < %d / 1000; round++) {
  const answers = await Promise.all(numbers.map((number) => shell.invoke("count", { number })));
  wrong += answers.filter((answer, at) => answer !== at).length;
}
return wrong;
"""
EMIT = """
const seen = new Uint8Array(%d);
const unlisten = await shell.listen("tick", ({ payload }) => seen[payload]++);
const sent = [];
for (let number = 0; number < seen.length; number++) sent.push(shell.emit("tick", number));
await Promise.all(sent);
// Events come before the answer to a call that follows them.
await shell.invoke("again", { number: -1 });
await unlisten();
return seen.filter((times) => times !== 1).length;
"""

app = App(
    "com.example.bench",
    frontend="../pages",
    config={"app": {"windows": [{"label": "main", "url": "endurance.html"}]}},
    recovery=RecoveryPolicy(first_delay=0.02, longest_delay=0.02, tries=10 * KILLED),
)
heard: Counter[str] = Counter()
lost: Counter[str] = Counter()
tasks: list[asyncio.Task[None]] = []


@app.command
async def count(number: int) -> int:
    heard["calls"] += 1
    return number


@app.command
async def again(number: int) -> int:
    return number


def tick(_: Event[int]) -> None:
    heard["events"] += 1


def memory() -> float:
    # A sign of life.
    print("{}", flush=True)
    return made_by_this()


async def bring_about(cause: Callable[[], object]) -> None:
    """Do what has the page loaded anew, and wait until it is there."""
    loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    webview = app.windows["main"].webview

    def hear(good: bool) -> None:
        if good and not loaded.done():
            loaded.set_result(None)

    webview.loaded_changed.connect(hear)
    cause()
    await loaded
    webview.loaded_changed.disconnect(hear)
    if await app.windows["main"].eval('shell.invoke("again", { number: 1 })') != 1:
        lost["pages"] += 1


def kill() -> None:
    os.kill(app.windows["main"].renderer_pid, signal.SIGKILL)


async def endure() -> None:
    window = app.windows["main"]
    await window.loaded()
    app.listen("tick", tick)

    async def calls(times: int) -> None:
        for _ in range(times // AT_ONCE):
            lost["calls"] += await window.eval(CALL % AT_ONCE)

    async def events(times: int) -> None:
        for _ in range(times // EVENTS_AT_ONCE):
            lost["events"] += await window.eval(EMIT % EVENTS_AT_ONCE)

    async def loads(cause: Callable[[], object], times: int) -> None:
        for number in range(times):
            await bring_about(cause)
            if number % 50 == 0:
                print("{}", flush=True)

    works: dict[str, tuple[Callable[[int], Awaitable[None]], int]] = {
        "calls": (calls, CALLS),
        "events": (events, EVENTS),
        "reloads": (functools.partial(loads, window.webview.reload), RELOADS),
        "killed": (functools.partial(loads, kill), KILLED),
    }
    rounds = []
    for part in ROUNDS:
        heard.clear()
        figures = {}
        for name, (work, times) in works.items():
            await work(int(times * part))
            figures[name] = memory()
        rounds.append(figures)
    lost["calls"] += abs(heard["calls"] - CALLS)
    lost["events"] += abs(heard["events"] - EVENTS)
    *_, before, after = rounds
    report = {name: 100 * (after[name] / before[name] - 1) for name in works}
    print(json.dumps({**report, "lost": lost.total(), "rounds": rounds}), flush=True)


async def main() -> None:
    try:
        await endure()
    except Exception as error:
        print(json.dumps({"failure": repr(error)}), flush=True)
        raise
    finally:
        app.exit()


@app.setup
def begin(_: App) -> None:
    tasks.append(asyncio.get_running_loop().create_task(main()))


raise SystemExit(app.run(Options(no_sandbox=os.geteuid() == 0)))
