"""What a page may not do unless it was allowed to."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEngineProfile

from shell import App, Caller, JavaScriptError, LoadError, Window
from shell.config import WindowConfig
from tests.conftest import Runner, next_load
from tests.web_server import site


async def click(window: Window, href: str, target: str = "") -> None:
    """Click a link as a person does, and let the page go on for a moment."""
    await window.eval(
        f"""const link = Object.assign(document.createElement("a"), {{ href: "{href}", target: "{target}" }});
        link.style = "position: fixed; inset: 0; background: silver";
        globalThis.clicked = new Promise((done) => link.addEventListener("click", () => setTimeout(done, 50)));
        document.body.replaceChildren(link);
        return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));"""
    )
    widget = window.webview.widget.focusProxy()
    assert widget is not None
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    await window.eval("clicked")


def test_a_page_does_not_navigate_away(shell: Runner, opened_outside: list[str]) -> None:
    with site({"/": "away"}) as away:

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            for leave in (
                f"location.href = '{away.origin}/'",
                f"location.assign('{away.origin}/')",
                "location = 'file:///etc/passwd'",
            ):
                await window.eval(f"void ({leave})")
                await window.eval("new Promise((done) => setTimeout(done, 50))")
                assert await window.eval("location.href") == "tauri://localhost/"
            await click(window, f"{away.origin}/")
            assert await window.eval("location.href") == "tauri://localhost/"
            assert away.hits == []
            assert opened_outside == []

        shell.run(shell.app(), scenario)


def test_links_open_in_the_persons_browser_where_the_configuration_says_so(
    shell: Runner, opened_outside: list[str]
) -> None:
    app = shell.app(config={"plugins": {"qtshell": {"openLinks": ["https://example.com/*", "mailto:"]}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        await click(window, "https://example.com/docs")
        await click(window, "https://example.com/new", "_blank")
        await click(window, "mailto:ada@example.com")
        await click(window, "https://elsewhere.example/")
        await click(window, "tel:123")
        await window.eval(
            "void document.body.append(Object.assign(document.createElement('iframe'), { src: 'mailto:x@y' }))"
        )
        while len(opened_outside) < 3:
            await window.eval("new Promise((done) => setTimeout(done, 10))")
        await window.eval("new Promise((done) => setTimeout(done, 100))")
        assert opened_outside == ["https://example.com/docs", "https://example.com/new", "mailto:ada@example.com"]

    shell.run(app, scenario)


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/a%20b",
        "https://example.com/M%C3%BCnchen?q=%C3%BC",
        "https://xn--mnchen-3ya.example/",
        "mailto:ada@example.com?subject=Hello%20you",
    ],
)
def test_links_are_compared_as_chromium_writes_them(shell: Runner, opened_outside: list[str], link: str) -> None:
    links = ["https://example.com/*", "https://xn--mnchen-3ya.example", "mailto:"]
    app = shell.app(config={"plugins": {"qtshell": {"openLinks": links}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        await click(window, link)
        await click(window, link, "_blank")
        await click(window, "mailto:last@example.com")
        while not any("last" in opened for opened in opened_outside):
            await window.eval("new Promise((done) => setTimeout(done, 10))")
        assert [QUrl(opened) for opened in opened_outside[:-1]] == [QUrl(link), QUrl(link)]

    shell.run(app, scenario)


def test_a_page_goes_where_its_capability_has_a_url_with_a_space(shell: Runner) -> None:
    with site({"/a%20b/c": "<title>there</title>"}) as remote:
        capability = {
            "identifier": "remote",
            "windows": ["main"],
            "remote": {"urls": [f"{remote.origin}/a%20b/*"]},
            "permissions": ["core:default"],
        }
        network = {"plugins": {"qtshell": {"network": [remote.origin]}}}
        app = shell.app(config=network, capabilities=[capability])

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            await window.eval(f"void setTimeout(() => {{ location = '{remote.origin}/a%20b/c' }})")
            await next_load(window)
            assert await window.eval("document.title") == "there"
            assert window.webview.url == f"{remote.origin}/a%20b/c"

        shell.run(app, scenario)


def test_a_page_goes_to_a_path_that_its_capability_has_and_loads_what_it_needs_there(shell: Runner) -> None:
    pages = {"/app/page": "<script src=/static/page.js></script>", "/static/page.js": "document.title = 'there'"}
    with site(pages) as remote:
        urls = [f"{remote.origin}/app/*"]
        granted = {"windows": ["main"], "remote": {"urls": urls}, "permissions": ["core:default"]}
        app = shell.app(capabilities=[{"identifier": "remote", **granted}])

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            loaded = asyncio.ensure_future(next_load(window))
            await window.eval(f"void setTimeout(() => {{ location = '{remote.origin}/app/page' }})")
            await loaded
            assert await window.eval("document.title") == "there"

        shell.run(app, scenario)


def test_a_page_opens_no_windows(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval("void window.open('tauri://localhost/')")
        await click(window, "tauri://localhost/", "_blank")
        assert list(app.windows) == ["main"]

    shell.run(shell.app(), scenario)


def test_popups_are_windows_of_the_app_where_the_configuration_says_so(shell: Runner) -> None:
    shell.write(more="<!doctype html><title>more</title>")
    app = shell.app(config={"plugins": {"qtshell": {"popups": True}}})

    async def scenario(app: App) -> None:
        await click(app.windows["main"], "more.html", "_blank")
        popup = app.windows["popup-1"]
        assert await popup.eval("document.title") == "more"
        assert popup.renderer_pid != app.windows["main"].renderer_pid
        # A window keeps its label when its webview has gone, and a webview has one in another window.
        app.core.webviews.close("popup-1")
        app.core.windows.add_webview(app.windows["main"], WindowConfig(label="popup-2", url="more.html"))
        await click(app.windows["main"], "more.html", "_blank")
        assert list(app.windows) == ["main", "popup-1", "popup-3"]

    shell.run(app, scenario)


def test_a_page_saves_no_files(shell: Runner, tmp_path: Path) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        profile = window.webview.page.profile()
        profile.setDownloadPath(str(tmp_path))
        states: list[object] = []
        profile.downloadRequested.connect(lambda request: states.append(request.state()))
        await window.eval(
            """const link = document.createElement("a");
            link.href = URL.createObjectURL(new Blob(["text"]));
            link.download = "text.txt";
            link.click();"""
        )
        while not states:
            await window.eval("new Promise((done) => setTimeout(done, 10))")

    shell.run(shell.app(), scenario)
    assert not list(tmp_path.glob("*.txt"))


def test_web_permissions_are_refused(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        camera = "navigator.mediaDevices.getUserMedia({ video: true }).catch((error) => error.name)"
        place = "new Promise((done) => navigator.geolocation.getCurrentPosition(done, (error) => done(error.code)))"
        assert await window.eval(camera) in {"NotAllowedError", "NotFoundError"}
        assert await window.eval(place) == 1
        assert await window.eval("Notification.requestPermission()") == "denied"

    shell.run(shell.app(), scenario)


def test_sub_frames_have_no_bridge(shell: Runner) -> None:
    shell.write(
        frame="<!doctype html><script>parent.postMessage([typeof qt, typeof shell, typeof __TAURI_INTERNALS__])</script>"
    )

    async def scenario(app: App) -> None:
        told = await app.windows["main"].eval(
            """const told = new Promise((done) => addEventListener("message", (event) => done(event.data)));
            document.body.append(Object.assign(document.createElement("iframe"), { src: "frame.html" }));
            return told;"""
        )
        assert told == ["undefined", "undefined", "undefined"]

    shell.run(shell.app(), scenario)


def test_a_frame_shows_nothing_of_the_asset_scope_and_the_log_says_so(
    shell: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    page = shell.write(**{"other/page": "<script>parent.postMessage('shown', '*')</script>"}) / "other/page.html"
    app = shell.app(config={"app": {"security": {"assetProtocol": {"enable": True, "scope": [f"{page.parent}/*"]}}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        told = await window.eval(
            f"""const url = shell.convertFileSrc("{page}");
            const told = new Promise((done) => addEventListener("message", (event) => done(event.data)));
            for (const src of [url, "other/page.html"]) {{
                document.body.append(Object.assign(document.createElement("iframe"), {{ src }}));
            }}
            return [(await fetch(url)).status, await told, document.querySelector("iframe").contentDocument?.URL];"""
        )
        assert told[:2] == [200, "shown"]
        assert "asset" not in (told[2] or "")

    shell.run(app, scenario)
    refused = [record.getMessage() for record in caplog.records if "was refused" in record.getMessage()]
    assert len(refused) == 1
    assert refused[0].startswith("webview main: navigation to asset://localhost/")
    assert refused[0].endswith(
        "was refused: a frame shows nothing of asset:, as a page in it could read all that the asset scope allows"
    )


def test_bytes_answer_only_the_apps_own_origin(shell: Runner) -> None:
    app = shell.app()
    called: list[bytes] = []

    @app.command
    async def take(body: bytes) -> None:
        called.append(body)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        document = await window.eval("0") or window.webview.link._document
        url = f"ipc://localhost/take?document={document}&raw=1&size=1"
        frame = f"""const done = (text) => parent.postMessage(text, "*");
            fetch("{url}", {{ method: "POST", body: "x" }}).then((response) => done(response.ok ? "reached" : "refused"), () => done("refused"));"""
        told = await window.eval(
            f"""const told = new Promise((done) => addEventListener("message", (event) => done(event.data)));
            const frame = Object.assign(document.createElement("iframe"), {{ sandbox: "allow-scripts" }});
            frame.srcdoc = `<script>{frame}</` + `script>`;
            document.body.append(frame);
            return told;"""
        )
        assert told == "refused"
        assert called == []
        assert (
            await window.eval(f'fetch("{url}", {{ method: "POST", body: "x" }}).then((response) => response.json())')
            is None
        )
        assert called == [b"x"]

    shell.run(app, scenario)


def test_a_page_cannot_speak_for_another_window(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def who(caller: Caller) -> str:
        return caller.window

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        theirs = other.webview.link._document
        forged = (
            f'fetch("ipc://localhost/who?document={theirs}&raw=0&size=2", '
            '{ method: "POST", body: "{}", headers: { "Shell-Webview": "other" } })'
            '.then((response) => (response.ok ? response.json() : "refused")).catch(() => "refused")'
        )
        assert await main.eval(forged) == "refused"
        assert await main.eval('shell.invoke("who", { caller: { window: "other" } })') == "main"

    shell.run(app, scenario)


REMOTE = "<!doctype html><title>remote</title>"


def remote_app(shell: Runner, origin: str, *permissions: str) -> App:
    """An app whose second window shows a remote page, with these permissions for it."""
    capabilities = [
        {
            "identifier": "remote",
            "windows": ["remote"],
            "remote": {"urls": [f"{origin}/*"]},
            "local": False,
            "permissions": [*permissions],
        },
        {"identifier": "local", "windows": ["main"], "permissions": ["core:default"]},
    ]
    app = shell.app(capabilities=capabilities)

    @app.command
    async def secret() -> str:
        return "told"

    @app.command
    async def public() -> str:
        return "told"

    return app


def test_a_remote_page_calls_only_what_a_capability_gives_it(shell: Runner) -> None:
    with site({"/": REMOTE}) as remote:

        async def scenario(app: App) -> None:
            window = app.create_window("remote", url=f"{remote.origin}/")
            assert await window.eval("document.title") == "remote"
            assert await window.eval('shell.invoke("public")') == "told"
            with pytest.raises(JavaScriptError, match="secret not allowed"):
                await window.eval('shell.invoke("secret")')
            with pytest.raises(JavaScriptError, match=r"plugin:event\|emit|event.emit"):
                await window.eval('shell.emit("x")')
            assert await app.windows["main"].eval('shell.invoke("secret")') == "told"

        shell.run(remote_app(shell, remote.origin, "allow-public"), scenario)


def test_bytes_of_a_remote_page_travel_without_ipc(shell: Runner) -> None:
    with site({"/": REMOTE}) as remote:
        app = remote_app(shell, remote.origin, "allow-turn")

        @app.command
        async def turn(body: bytes) -> bytes:
            return body[::-1]

        async def scenario(app: App) -> None:
            window = app.create_window("remote", url=f"{remote.origin}/")
            script = (
                'const bytes = await shell.invoke("turn", new Uint8Array([1, 2, 3])); return [...new Uint8Array(bytes)]'
            )
            assert await window.eval(script) == [3, 2, 1]

        shell.run(app, scenario)


@pytest.mark.parametrize("path", ["javascript:alert(1)", "file:///etc/passwd", "a:b.html"])
def test_a_path_with_a_colon_in_it_stays_a_path_of_the_frontend(shell: Runner, path: str) -> None:
    async def scenario(app: App) -> None:
        assert app.core.webviews.resolve(f"/{path}") == f"tauri://localhost/{path}"

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize("network", [[], ["https://example.com"]])
def test_only_a_program_with_a_network_keeps_a_cache_of_it(shell: Runner, network: list[str]) -> None:
    app = shell.app(config={"plugins": {"qtshell": {"network": network}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        kind = window.webview.page.profile().httpCacheType()
        assert (kind is QWebEngineProfile.HttpCacheType.NoCache) == (not network)

    shell.run(app, scenario)


@pytest.mark.parametrize("host", ["127.1", "0x7f.0.0.1", "127.0.0.1"])
def test_a_window_of_another_site_is_shown_however_its_address_is_written(shell: Runner, host: str) -> None:
    with site({"/": "<!doctype html><title>far</title>", "/two": "<!doctype html><title>two</title>"}) as far:
        _, _, port = far.origin.rpartition(":")
        app = shell.app(config={"app": {"windows": [{"url": f"http://{host}:{port}/"}]}})

        async def scenario(app: App) -> None:
            main = app.windows["main"]
            await main.loaded()
            assert await main.eval("document.title") == "far"
            loaded = asyncio.ensure_future(next_load(main))
            await main.eval("void setTimeout(() => { location = '/two' })")
            await loaded
            assert await main.eval("document.title") == "two"

        shell.run(app, scenario)


def test_the_site_of_a_window_may_have_letters_beyond_ascii(shell: Runner) -> None:
    app = shell.app(config={"app": {"windows": [{"url": "http://bücher.example/"}]}})

    async def scenario(app: App) -> None:
        # Blocked, it would not be missed.
        with pytest.raises(LoadError, match="ERR_NAME_NOT_RESOLVED"):
            await app.windows["main"].loaded()

    shell.run(app, scenario)
