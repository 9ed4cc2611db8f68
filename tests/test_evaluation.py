"""What the core asks of a page comes to an end, whatever the page has made of itself."""

import asyncio
import socket
from contextlib import suppress

import pytest

from shell import App, JavaScriptError, LoadError, PageGoneError, Window
from shell.webview.evaluation import Evaluations
from tests.conftest import Runner
from tests.web_server import site

BROKEN = {
    "then": "Promise.prototype.then = () => {}; Promise.prototype.catch = () => {};",
    "Promise": "window.Promise = null;",
    "constructor": "Promise.prototype.constructor = null;",
}
NEVER = "new Promise(() => {})"


async def broken(app: App, how: str) -> Window:
    window = app.create_window(how, init_script=BROKEN[how])
    await window.loaded()
    return window


def test_a_page_that_replaced_then_still_answers(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = await broken(app, "then")
        assert await window.eval("1 + 1") == 2
        with pytest.raises(JavaScriptError, match="Error: no"):
            await window.eval("throw new Error('no')")

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("foo(", "SyntaxError: Unexpected end of input"),
        ("document.title = 'ran'; if (true) {", "SyntaxError: Unexpected end of input"),
        ("var await = document.title = 'ran'", "SyntaxError: Unexpected reserved word"),
        ("'abc", "SyntaxError: Invalid or unexpected token"),
        ("foo)", "SyntaxError: Unexpected token ')'"),
    ],
)
def test_a_script_that_is_none_is_told_with_what_is_wrong_in_it_and_nothing_of_it_runs(
    shell: Runner, script: str, told: str
) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        with pytest.raises(JavaScriptError) as error:
            await window.eval(script)
        assert str(error.value) == told
        assert await window.eval("document.title") == "page"

    shell.run(shell.app(), scenario)


async def no_script(window: Window, script: str) -> str:
    with pytest.raises(JavaScriptError) as error:
        await window.eval(script)
    return str(error.value)


def test_a_script_that_is_none_leaves_nothing_to_those_that_come_after_it(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        declared = "function String() { return '()' }\nvar SyntaxError = 0;\n"
        assert "with" in await no_script(window, f"'use strict'; {declared} with (document) {{}}")
        assert await no_script(window, f"{declared} with (document) {{ foo(") == "SyntaxError: Unexpected end of input"
        assert await no_script(window, "foo)") == "SyntaxError: Unexpected token ')'"
        assert await no_script(window, "foo(") == "SyntaxError: Unexpected end of input"
        assert await window.eval("1 + 1") == 2

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize(("how", "error"), [("Promise", TimeoutError), ("constructor", JavaScriptError)])
def test_a_page_that_broke_promise_keeps_nobody_waiting(shell: Runner, how: str, error: type[Exception]) -> None:
    async def scenario(app: App) -> None:
        window = await broken(app, how)
        with pytest.raises(error):
            await window.eval("1 + 1", within=1)

    shell.run(shell.app(), scenario)


def test_a_script_that_never_ends_is_waited_for_only_so_long(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        with pytest.raises(TimeoutError) as error:
            await window.eval(NEVER, within=0.05)
        assert str(error.value) == "webview main: the page did not answer within 0.05 s"
        # It has a page that works, and what comes late is nobody's.
        late = "new Promise((done) => (globalThis.end = done))"
        while not await window.eval("'end' in globalThis"):
            with pytest.raises(TimeoutError):
                await window.eval(late, within=0.05)
        assert await window.eval("end(1), 2") == 2

    shell.run(shell.app(), scenario)


def test_without_a_limit_a_script_ends_with_its_page(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        waiting = asyncio.ensure_future(window.eval(NEVER, within=None))
        await window.eval("1")
        window.webview.reload()
        with pytest.raises(PageGoneError, match="went away"):
            await waiting

    shell.run(shell.app(), scenario)


def test_no_script_is_run_in_the_page_that_comes_after_the_one_that_it_is_for(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = Evaluations._form_of

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()

        async def find_and_go(evaluations: Evaluations, script: str) -> str:
            form = await find(evaluations, script)
            # As it is where a renderer dies at this very moment.
            window.webview.link.start_over()
            return form

        monkeypatch.setattr(Evaluations, "_form_of", find_and_go)
        with pytest.raises(PageGoneError):
            await window.eval("globalThis.ran = 1; return new Promise(() => {})", within=5)
        told: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        window.webview.page.runJavaScript("typeof ran", told.set_result)
        assert await told == "undefined"

    shell.run(shell.app(), scenario)


def test_a_page_that_draws_no_frame_has_a_picture_all_the_same(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shell.webview.webview._DRAWN_WITHIN", 0.05)

    async def scenario(app: App) -> None:
        for script in ("window.requestAnimationFrame = () => 0", "window.requestAnimationFrame = null"):
            window = app.windows["main"]
            await window.eval(f"void ({script})")
            assert (await window.screenshot()).startswith(b"\x89PNG")

    shell.run(shell.app(), scenario)


def test_browsing_data_of_a_page_that_does_not_answer_is_told_of(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shell.webview.browsing_data._CLEARED_WITHIN", 0.5)
    permissions = ["core:default", "core:webview:allow-clear-all-browsing-data"]
    app = shell.app(capabilities=[{"identifier": "all", "windows": ["*"], "permissions": permissions}])

    async def scenario(app: App) -> None:
        other = app.create_window("other")
        await other.eval("void (IDBFactory.prototype.databases = () => new Promise(() => {}))")
        answer = await app.windows["main"].eval(
            "shell.invoke('plugin:webview|clear_all_browsing_data').then(() => 'cleared', (error) => error)", within=10
        )
        assert answer == "webview other: the page did not answer within 0.5 s"

    shell.run(app, scenario)


def test_a_webview_that_is_closed_says_so(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.create_window("other")
        webview = window.webview
        window.destroy()
        for asked in (webview.loaded, webview.screenshot, lambda: webview.eval("1")):
            with pytest.raises(PageGoneError, match="webview other"):
                await asked()
        assert webview.url == ""

    shell.run(shell.app(), scenario)


def test_another_place_in_the_same_document_is_no_load_to_wait_for(shell: Runner) -> None:
    shell.write(**{"a é.html": "<!doctype html><title>page</title><p id=there>There</p>"})

    async def scenario(app: App) -> None:
        webview = app.windows["main"].webview
        await webview.loaded()
        for page, places in {
            "tauri://localhost/": ["/#there", "/#there", "/#elsewhere", "#there"],
            "tauri://localhost/a%20é.html": ["/a%20é.html#there", "/a é.html#elsewhere", "/a%20%C3%A9.html#there"],
        }.items():
            webview.load(page)
            await webview.loaded()
            await webview.eval("void (globalThis.kept = 1)")
            for place in places:
                webview.load(f"TAURI://localhost{place}")
                await webview.loaded()
                while await webview.eval("location.hash") != place[place.index("#") :]:
                    pass
            assert await webview.eval("globalThis.kept") == 1

    shell.run(shell.app(), scenario)


def test_a_place_in_the_document_takes_the_turn_of_a_load_that_was_asked_for_just_before(shell: Runner) -> None:
    shell.write(**{"other.html": "<!doctype html><title>other</title>"})

    async def scenario(app: App) -> None:
        webview = app.windows["main"].webview
        await webview.loaded()
        webview.load("tauri://localhost/other.html")
        webview.load("tauri://localhost/#there")
        await webview.loaded()
        while await webview.eval("location.href") != "tauri://localhost/#there":
            pass

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize("url", ["http://", "tauri:", "tauri:///", "asset:", "javascript:1", "other.html", ""])
def test_what_is_no_url_of_a_page_is_not_waited_for(shell: Runner, url: str) -> None:
    async def scenario(app: App) -> None:
        webview = app.windows["main"].webview
        await webview.loaded()
        with pytest.raises(ValueError, match=rf"^load: expected the URL of a page, such as .*, got '{url}'$"):
            webview.load(url)
        await webview.loaded()

    shell.run(shell.app(), scenario)


def test_why_a_page_could_not_be_loaded_is_told(shell: Runner) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{nobody.getsockname()[1]}"

        async def scenario(app: App) -> None:
            webview = app.windows["main"].webview
            await webview.loaded()
            webview.load(f"{origin}/")
            with pytest.raises(LoadError, match=f"webview main: {origin}/ could not be loaded: .*CONNECTION_REFUSED"):
                await webview.loaded()
            # It has not been loaded, so this is another try.
            webview.load(f"{origin}/#there")
            with pytest.raises(LoadError, match=f"webview main: {origin}/#there could not be loaded: .*REFUSED"):
                await webview.loaded()

        shell.run(shell.app(config={"plugins": {"qtshell": {"network": [origin]}}}), scenario)


@pytest.mark.parametrize("url", ["foo://x/", "data:application/zip,x"])
def test_what_could_not_be_loaded_is_told_and_not_the_page_before(shell: Runner, url: str) -> None:
    async def scenario(app: App) -> None:
        webview = app.windows["main"].webview
        await webview.loaded()
        webview.load(url)
        with pytest.raises(LoadError, match=f"^webview main: {url} could not be loaded: net::ERR_ABORTED$"):
            await webview.loaded()

    shell.run(shell.app(), scenario)


def test_an_answer_that_is_an_error_is_told_with_its_status(shell: Runner) -> None:
    with site() as remote:

        async def scenario(app: App) -> None:
            webview = app.windows["main"].webview
            await webview.loaded()
            webview.load(f"{remote.origin}/missing")
            with pytest.raises(LoadError, match=r"/missing could not be loaded: its answer has the HTTP status 404$"):
                await webview.loaded()

        shell.run(shell.app(config={"plugins": {"qtshell": {"network": [remote.origin]}}}), scenario)


@pytest.mark.parametrize("page", ["/missing", "/stopped"])
def test_a_document_that_is_shown_though_its_load_failed_has_places_too(shell: Runner, page: str) -> None:
    with site() as remote:
        remote.pages["/stopped"] = "<!doctype html><title>stopped</title><script>window.stop()</script>"

        async def scenario(app: App) -> None:
            webview = app.windows["main"].webview
            await webview.loaded()
            for url in (f"{remote.origin}{page}", f"{remote.origin}{page}#there"):
                webview.load(url)
                with suppress(LoadError):
                    await webview.loaded()

        shell.run(shell.app(config={"plugins": {"qtshell": {"network": [remote.origin]}}}), scenario)
