"""A person has clicked, which lets pages do more: it lets them do no more than people take a click for."""

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from shell import App, Limits, Window
from shell.config import WindowConfig
from tests.attack.test_out_of_the_page import POWERS
from tests.conftest import Runner
from tests.web_server import site

SILVER = """
document.body.replaceChildren(Object.assign(document.createElement("div"), { style: "position: fixed; inset: 0; background: silver" }));
return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
"""


async def click(window: Window, what: str) -> None:
    """Let a person click, and the page do something in that moment."""
    await window.eval(
        f"""globalThis.clicked = new Promise((done) => addEventListener("click", (event) => {{
          done(event.isTrusted && navigator.userActivation.isActive);
          {what}
        }}, {{ once: true }}));
        {SILVER}"""
    )
    there = asyncio.ensure_future(window.eval("clicked"))
    while not there.done():
        # A window that is not on the screen yet gets none.
        widget = window.webview.widget.focusProxy()
        assert widget is not None
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
        await asyncio.wait([there], timeout=1)
    assert there.result() is True


# What a click is enough for in every browser, and lists that are empty whoever asks.
ENOUGH = {
    "fullscreen": "undefined",
    "keyboard": "undefined",
    "chooser": "undefined",
    "copied": "undefined",
    "hid": "",
    "fonts": "",
    "idle": "denied",
}


def test_a_click_gives_a_page_no_power_that_nobody_has_granted(shell: Runner) -> None:
    shell.write(**{"worker.js": "onfetch = () => 0"})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        names: list[str] = await window.eval(f"{POWERS} return Object.keys(powers)")
        assert len(names) > 40
        outcomes = {}
        for name in names:
            await click(window, f"globalThis.outcome = told(powers['{name}'])")
            outcomes[name] = await window.eval("outcome")
        got = {name: outcome for name, outcome in outcomes.items() if not outcome.endswith("Error")}
        assert got.items() <= ENOUGH.items()
        assert "no answer" not in outcomes.values()
        assert list(app.windows) == ["main"]

    shell.run(shell.app(), scenario)


def test_esc_ends_a_full_screen_whatever_the_page_does_with_its_keys(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        keep = """
        for (const type of ["keydown", "keyup", "keypress"]) addEventListener(type, (event) => event.preventDefault(), true);
        const again = () => document.fullscreenElement || document.documentElement.requestFullscreen().catch(() => 0);
        addEventListener("fullscreenchange", again);
        addEventListener("keydown", again, true);
        document.documentElement.requestFullscreen();
        navigator.keyboard.lock().catch(() => 0);"""
        await click(window, keep)
        while not window.is_fullscreen():  # noqa: ASYNC110  # a window off screen tells nobody
            await asyncio.sleep(0.01)
        await window.eval(
            "const input = document.body.appendChild(document.createElement('input')); input.focus(); return 0"
        )
        while window.is_fullscreen():
            # Until the window has the keyboard, no key is for it.
            widget = window.webview.widget.focusProxy()
            assert widget is not None
            QTest.keyClick(widget, Qt.Key.Key_Escape)
            await asyncio.sleep(0.05)
        while await window.eval("!!document.fullscreenElement"):
            pass
        assert not window.is_fullscreen()

    shell.run(shell.app(), scenario)


def test_a_remote_page_gets_no_full_screen(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    with site({"/": "<!doctype html><title>remote</title><body>"}) as remote:
        app = shell.app(config={"plugins": {"qtshell": {"network": [remote.origin]}}})

        async def scenario(app: App) -> None:
            window = app.create_window("remote", url=f"{remote.origin}/")
            await window.loaded()
            await click(window, "document.documentElement.requestFullscreen().catch(() => 0);")
            while "asked for the full screen: only the app's own pages get it" not in caplog.text:
                await window.eval("new Promise((done) => setTimeout(done))")
            assert not await window.eval("!!document.fullscreenElement")
            assert not window.is_fullscreen()

        shell.run(app, scenario)


def test_clicks_open_no_more_windows_than_pages_may_open(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    app = shell.app(limits=Limits(webviews=3), config={"plugins": {"qtshell": {"popups": True}}})
    many = """for (let count = 0; count < 20; count++) {
      open("index.html?" + count);
      Object.assign(document.createElement("a"), { href: "index.html?a" + count, target: "_blank" }).click();
    }"""

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        app.core.windows.create(WindowConfig(label="alone"), empty=True)
        while "there are 3 windows or webviews already (App's limits.webviews)" not in caplog.text:
            await click(window, many)
            await window.eval("new Promise((done) => setTimeout(done))")
            assert len(app.windows) <= 3
        assert len(app.windows) == 3

    shell.run(app, scenario)


def test_no_page_is_given_the_links_of_other_programs(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    with site({"/": "<!doctype html><title>remote</title>"}) as remote:
        app = shell.app(config={"plugins": {"qtshell": {"network": [remote.origin]}}})

        async def scenario(app: App) -> None:
            window = app.create_window("remote", url=f"{remote.origin}/")
            await window.loaded()
            asked = asyncio.Event()
            window.webview.page.registerProtocolHandlerRequested.connect(lambda _: asked.set())
            await click(window, "navigator.registerProtocolHandler('mailto', '/?to=%s')")
            await asked.wait()
            await window.eval("void (location.href = 'mailto:a@example.com')")
            while (
                not any("mailto:" in line for line in caplog.messages)
                and "/?to=mailto%3Aa%40example.com" not in remote.hits
            ):
                await window.eval("new Promise((done) => setTimeout(done))")
            assert remote.hits == ["/"]

        shell.run(app, scenario)
