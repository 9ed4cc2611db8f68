"""A page makes more than the core takes, without end: others are answered all the while, and the program can end."""

import asyncio
import sys
import time
from typing import Any

import pytest

from shell import App, Limits, RecoveryPolicy, Window
from tests.attack.floods import FLOODS
from tests.attack.test_wearing_down import memory
from tests.conftest import Runner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="renderers are held back on Linux")

LONGEST = 50.0
"""Seconds that another page's call may take; some 0.5 to 2, and more than 60 where nobody is held back."""
TAKEN = 3000
"""MiB that the core may take meanwhile; some hundred, and 4,000 in half a minute where nobody is held back."""
WORKERS = {
    "idle.js": "0",
    "cast.js": "const big = 'x'.repeat(1e6), channel = new BroadcastChannel('x'); for (;;) channel.postMessage(big);",
}

OFTEN = RecoveryPolicy(ping_every=0.1, rest_every=0.1, first_delay=0.01)
FLOODING = ["large messages of workers", "messages to others"]


async def open_two(app: App) -> tuple[Window, Window]:
    """The page that floods, and another."""
    main, other = app.windows["main"], app.create_window("other")
    await main.loaded()
    await other.loaded()
    return main, other


async def call(other: Window, times: int) -> None:
    """The other page calls time and again, and waits for no answer long."""
    before = memory()
    for _ in range(times):
        begun = time.monotonic()
        assert await other.eval("shell.invoke('ask')", within=None) == "answered"
        assert time.monotonic() - begun < LONGEST
        assert memory() - before < TAKEN


async def until_rests(window: Window, rests: bool) -> None:
    """Wait until the program rests, or does not."""
    while window.webview.recovery.rounds.at_rest != rests:  # noqa: ASYNC110  # it tells nobody
        await asyncio.sleep(0.01)


def app_with_workers(shell: Runner, **options: Any) -> App:
    """An app whose pages have the workers that flood."""
    shell.write(**WORKERS)
    app = shell.app(**options)

    @app.command
    async def ask() -> str:
        return "answered"

    return app


@pytest.mark.parametrize("flood", FLOODING)
def test_others_are_answered_while_a_page_makes_more_than_the_core_takes(shell: Runner, flood: str) -> None:
    app = app_with_workers(shell)

    async def scenario(app: App) -> None:
        main, other = await open_two(app)
        main.webview.page.runJavaScript(FLOODS[flood].script)
        await call(other, 20)

    # The program ends while the page still floods.
    assert shell.run(app, scenario) == 0


def test_a_page_that_begins_to_flood_while_the_program_rests_is_noticed(shell: Runner) -> None:
    app = app_with_workers(shell, recovery=RecoveryPolicy(ping_every=0.1, rest_every=3600.0))

    async def scenario(app: App) -> None:
        main, other = await open_two(app)
        await until_rests(main, True)
        # Without a word to the bridge.
        main.webview.page.runJavaScript(FLOODS["large messages of workers"].script)
        await until_rests(main, False)
        await call(other, 10)

    shell.run(app, scenario)


def test_a_page_has_so_many_workers_and_no_more(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    app = app_with_workers(shell, limits=Limits(workers=20), recovery=OFTEN)
    gone: asyncio.Queue[str] = asyncio.Queue()
    app.on("renderer-gone")(lambda event: gone.put_nowait(f"{event.payload.label} {event.payload.reason}"))

    async def scenario(app: App) -> None:
        main, other = await open_two(app)
        main.webview.page.runJavaScript("for (let count = 0; count < 200; count++) new Worker('idle.js')")
        assert await gone.get() == "main unresponsive"
        assert any("webview main has" in line and "limits.workers" in line for line in caplog.messages)
        await call(other, 1)

    shell.run(app, scenario)


def test_as_many_workers_as_a_page_may_have_go_on(shell: Runner) -> None:
    app = app_with_workers(shell, limits=Limits(workers=200), recovery=OFTEN)
    gone: list[str] = []
    app.on("renderer-gone")(lambda event: gone.append(event.payload.label))
    script = """
    const workers = Array.from({ length: 200 }, () => new Worker("echo.js"));
    const answers = workers.map((worker) => new Promise((done) => {
      worker.onmessage = ({ data }) => done(data);
      worker.postMessage(1);
    }));
    return (await Promise.all(answers)).length;"""

    async def scenario(app: App) -> None:
        shell.write(**{"echo.js": "onmessage = ({ data }) => postMessage(data)"})
        main, _ = await open_two(app)
        assert await main.eval(script, within=None) == 200
        assert not gone

    shell.run(app, scenario)
