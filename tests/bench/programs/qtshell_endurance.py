"""qtshell for a long time: calls, events, reloads and dead renderers, with a look at the core's memory after each."""

import asyncio
import gc
import json
import os
import signal
from collections import Counter
from collections.abc import Callable

from shell import App, Event, Options, RecoveryPolicy
from tests.bench.processes import private

WARM_UP, CALLS, EVENTS, RELOADS, KILLED = 100, 1_000_000, 100_000, 1000, 200
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
await shell.invoke("count", { number: -1 });
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


def tick(_: Event[int]) -> None:
    heard["events"] += 1


def memory() -> float:
    gc.collect()
    return private(os.getpid())


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
    if await app.windows["main"].eval('shell.invoke("count", { number: 1 })') != 1:
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
        for _ in range(times):
            await bring_about(cause)

    await calls(4 * AT_ONCE)
    await events(4 * EVENTS_AT_ONCE)
    await loads(window.webview.reload, WARM_UP)
    figures = {}
    heard.clear()
    before = memory()
    await calls(CALLS)
    figures["calls"] = memory()
    lost["calls"] += abs(heard["calls"] - CALLS)
    await events(EVENTS)
    figures["events"] = memory()
    lost["events"] += abs(heard["events"] - EVENTS)
    await loads(window.webview.reload, RELOADS)
    figures["reloads"] = memory()
    await loads(kill, KILLED)
    figures["killed"] = memory()
    report = {key: 100 * (value / before - 1) for key, value in figures.items()}
    print(json.dumps({**report, "lost": lost.total()}), flush=True)


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
