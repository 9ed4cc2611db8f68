"""A page has Chromium keep more and more in the core: it is ended, and what the program itself takes is nobody's fault."""

import asyncio
import json
import sys
import time

import pytest

from shell import App, Limits
from tests.attack.growth import KEPT, MIB, WITHOUT_END, Growth
from tests.attack.test_wearing_down import memory
from tests.attack.test_without_end import two
from tests.conftest import Runner
from tests.desktop import PATIENCE, Desktop, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is seen on Linux for whom the core grows")

MOST = 128
"""MiB that the core may grow by."""


def ended(app: App) -> asyncio.Queue[str]:
    """The windows whose renderers go, from now on."""
    gone: asyncio.Queue[str] = asyncio.Queue()
    app.on("renderer-gone")(lambda event: gone.put_nowait(event.payload.label))
    return gone


# Object URLs take Chromium a minute, and what is stored in memory alone stays: `python -m tests.attack.growth`.
@pytest.mark.parametrize("what", ["names of locks", "names of caches", "names of channels", "blobs"])
def test_a_page_for_which_the_core_grows_without_end_is_ended(
    shell: Runner, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = shell.app(limits=Limits(memory=MOST * MIB))
    gone = ended(app)

    async def scenario(app: App) -> None:
        main, other = await two(app)
        # All others rest: it begins without a word to the bridge.
        before = memory()
        main.webview.page.runJavaScript(WITHOUT_END % KEPT[what])
        assert await gone.get() == "main"
        assert any(line.startswith("webview main makes the program grow") for line in caplog.messages)
        assert await other.eval("1 + 1") == 2
        # It is given back, but for what a page without a profile on disk stores.
        if what != "names of caches":
            await asyncio.to_thread(until, lambda: memory() < before + MOST)
        assert gone.empty()

    assert shell.run(app, scenario) == 0


SHY = """
let last = performance.now(), quiet = 0;
const turns = new MessageChannel();
turns.port1.onmessage = () => {
  const now = performance.now();
  // It did not run for a while.
  if (now - last > 25) quiet = now + 500;
  last = now;
  if (now > quiet) navigator.locks.request(now + 'x'.repeat(2e5), () => new Promise(() => 0));
  turns.port2.postMessage(0);
};
turns.port2.postMessage(0);"""
"""What a page does that rests for a while whenever it has been held."""


def test_a_page_that_rests_whenever_it_is_held_is_ended(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    # With less it grows by much of that in the time until it is held.
    app = shell.app(limits=Limits(memory=4 * MOST * MIB))
    gone = ended(app)

    async def scenario(app: App) -> None:
        main, other = await two(app)
        main.webview.page.runJavaScript(SHY)
        assert await gone.get() == "main"
        assert any("main seems to make the program grow" in line for line in caplog.messages)
        assert await other.eval("1 + 1") == 2
        assert gone.empty()

    assert shell.run(app, scenario) == 0


SELDOM = """
let last = performance.now(), quiet = 0, piece = 0;
setInterval(() => {
  const now = performance.now();
  // It did not run for a while.
  if (now - last > 400) quiet = now + 2000;
  last = now;
  if (now < quiet || now - piece < 2000) return;
  piece = now;
  navigator.locks.request(now + 'x'.repeat(2 ** 25), () => new Promise(() => 0));
  last = performance.now();
}, 50);"""
"""What a page does for which the core grows by 64 MiB at once, and then not for two seconds; that rests as well."""

DRAWS = """
const drawn = new Uint8Array(4e6);
setInterval(() => {
  for (const begun = performance.now(); performance.now() - begun < 15; ) drawn.fill(begun);
}, 50);"""
"""What a page does that shows something which moves."""


def test_a_page_for_which_the_core_grows_by_much_at_once_and_seldom_is_ended_and_no_other(shell: Runner) -> None:
    app = shell.app(limits=Limits(memory=MOST * MIB))
    gone = ended(app)

    async def scenario(app: App) -> None:
        main, other = await two(app)
        other.webview.page.runJavaScript(DRAWS)
        main.webview.page.runJavaScript(SELDOM)
        assert await gone.get() == "main"
        assert await other.eval("1 + 1") == 2
        assert gone.empty()

    assert shell.run(app, scenario) == 0


def test_a_page_that_asks_in_a_moment_for_what_takes_chromium_long_is_ended(desk: Desktop) -> None:
    options = ["--one", "--on-disk", "--until-ended", f"--memory={MOST}", f"--seconds={2 * PATIENCE}"]
    done = desk.run(sys.executable, "-m", "tests.attack.growth", *options, "names of databases", timeout=4 * PATIENCE)
    growth = Growth(**json.loads(done.splitlines()[-1]))
    assert growth.ended is not None
    # It was gigabytes when all that it had asked for was done before it was held.
    assert growth.most < 16 * MOST
    assert growth.longest < PATIENCE


def test_no_page_is_ended_for_what_the_program_itself_takes(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    app = shell.app(limits=Limits(memory=MOST * MIB))
    gone: list[str] = []
    app.on("renderer-gone")(lambda event: gone.append(event.payload.label))
    kept: list[bytes] = []

    def take(enough: asyncio.Event) -> None:
        while not enough.is_set():
            kept.append(b"x" * (2 * MIB))
            # Some 200 MiB in a second.
            time.sleep(0.01)

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await main.loaded()
        main.webview.page.runJavaScript(WITHOUT_END % "0")
        enough = asyncio.Event()
        taking = asyncio.create_task(asyncio.to_thread(take, enough))
        await asyncio.to_thread(until, lambda: any("of itself" in line for line in caplog.messages))
        enough.set()
        await taking
        assert await main.eval("1 + 1") == 2
        assert not gone

    assert shell.run(app, scenario) == 0


def test_a_bound_that_any_program_is_above_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Limits: memory: expected 16777216 \(16 MiB\) or more, got 0"):
        Limits(memory=0)
