"""qtshell doing what the floor does, and what only it can: everything is on, capabilities, filters and sessions."""

import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from shell import App, Options
from tests.bench.memory import private, proportional_set

WORK = sys.argv[1]
STARTED = float(sys.argv[2])

PAGE = """<!doctype html><title>bench</title><script type="module">
const { invoke } = shell;
const call = () => invoke("greet", { name: "World" });
await call();
await invoke("first");
const report = {};
const work = await invoke("work");
if (work === "sequential") {
  for (let i = 0; i < 500; i++) await call();
  const start = performance.now();
  for (let i = 0; i < 3000; i++) await call();
  report.milliseconds = (performance.now() - start) / 3000;
}
if (work === "at-once") {
  await Promise.all(Array.from({ length: 5000 }, call));
  const start = performance.now();
  await Promise.all(Array.from({ length: 20000 }, call));
  report.rate = 20000 / (performance.now() - start) * 1000;
}
if (work !== "endurance") await invoke("done", { measured: report });
</script>"""

folder = tempfile.TemporaryDirectory()
Path(folder.name, "index.html").write_text(PAGE, encoding="utf-8")
CAPABILITY = {"identifier": "bench", "windows": ["main"], "permissions": ["core:default", "allow-greet"]}
app = App("com.example.bench", frontend=folder.name, capabilities=[CAPABILITY])
report: dict[str, object] = {}


@app.command
async def greet(name: str) -> str:
    return f"Hello, {name}!"


@app.command
async def first() -> None:
    report["start"] = time.time() - STARTED


@app.command
async def work() -> str:
    return WORK


@app.command
async def done(measured: dict[str, float]) -> None:
    report.update(measured)
    finish_later = asyncio.get_running_loop().create_task(finish(2.0 if WORK == "memory" else 0.0))
    pending.add(finish_later)


async def finish(settle: float) -> None:
    await asyncio.sleep(settle)
    report["memory"] = proportional_set(os.getpid())
    print(json.dumps(report), flush=True)
    app.exit()


async def endure(app: App) -> None:
    """A million calls and a thousand navigations, with a look at the core's memory before, in between and after."""
    window = app.windows["main"]
    await window.loaded()
    many = """for (let round = 0; round < 50; round++) {
        await Promise.all(Array.from({ length: 1000 }, () => shell.invoke("greet", { name: "x" })));
    }"""

    async def calls(times: int) -> None:
        for _ in range(times):
            await window.eval(many)

    async def navigations(times: int) -> None:
        for number in range(times):
            window.webview.load(f"tauri://localhost/?{number}")
            await window.loaded()

    def memory() -> float:
        gc.collect()
        return private(os.getpid())

    await calls(4)
    await navigations(50)
    before = memory()
    await calls(20)
    after_calls = memory()
    await navigations(1000)
    after = memory()
    report.update(before=before, calls=after_calls, navigations=after)
    print(json.dumps(report), flush=True)
    app.exit()


pending: set[asyncio.Task[None]] = set()
if WORK == "endurance":

    @app.setup
    def begin(app: App) -> None:
        pending.add(asyncio.get_running_loop().create_task(endure(app)))


code = app.run(Options(headless=True, no_sandbox=os.geteuid() == 0))
folder.cleanup()
raise SystemExit(code)
