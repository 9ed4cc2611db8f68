"""One page follows another of a different origin in the same window: what was one's is not the other's."""

import asyncio
import json
from typing import Any

import attrs
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtPrintSupport import QPrinter

from shell import App, Caller, Limits, Window
from shell.ipc import Link
from shell.webview.page import Page
from tests.attack.raw import RAW
from tests.attack.slow_server import slow_site
from tests.conftest import Runner, next_load
from tests.web_server import site

# Hears everything that arrives, learns from it what the document before was called, and speaks as that one.
HIJACKER = f"""<!doctype html><title>remote</title><script>
{RAW}
const names = new Set();
globalThis.tried = () => ({{ heard, names: [...names] }});
standIn.onmessage = (event) => {{
  heard.push(event.data);
  ofBridge(event);
  const message = JSON.parse(event.data);
  const delivery = message.type === 1 ? message.args[0] : message.data;
  if (!delivery) return;
  const [name, number] = JSON.parse(delivery);
  names.add(name);
  post(JSON.stringify([name, number]), '[77,"secret",{{}}]');
}};
</script>"""


def app_that_may_show(shell: Runner, origin: str, *permissions: str, own: str = "*") -> tuple[App, list[Caller]]:
    """An app of whose windows any may go to a remote page, which is granted `permissions`; and who called `secret`.

    Pages of the app's own may call it in the windows `own`.
    """
    app = shell.app(
        # That many hellos, posts and requests are ended for their number alone, which is proven elsewhere.
        limits=Limits(documents=1_000_000, strays=1_000_000, requests=1_000_000),
        capabilities=[
            {"identifier": "local", "windows": [own], "permissions": ["core:default", "allow-secret"]},
            {
                "identifier": "remote",
                "windows": ["*"],
                "local": False,
                "remote": {"urls": [f"{origin}/*"]},
                "permissions": [*permissions],
            },
        ],
    )
    callers: list[Caller] = []

    @app.command
    async def secret(caller: Caller) -> str:
        callers.append(caller)
        return "told"

    return app, callers


async def committed(window: Window, origin: str) -> None:
    """Wait until a page of an origin is what the window shows."""
    page = window.webview.page
    while not page.mainFrame().url().toString().startswith(origin):
        changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        page.urlChanged.connect(lambda _, changed=changed: None if changed.done() else changed.set_result(None))
        await changed


async def hello(window: Window) -> None:
    """The hello of the next document."""
    begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    window.webview.link.on_session.append(lambda _: None if begun.done() else begun.set_result(None))
    await begun


async def hello_of(window: Window, *, local: bool) -> None:
    """The hello of the next document that is the app's own, or is not."""
    while window.webview.session is None or window.webview.session.caller.local is not local:
        await hello(window)


async def leave(window: Window, url: str) -> None:
    """Let the page go elsewhere by itself, and wait until the next one has said hello."""
    begun = asyncio.ensure_future(hello(window))
    window.webview.page.runJavaScript(f"location.href = '{url}'")
    await begun


def test_a_remote_page_takes_over_nothing_of_the_page_before_it(shell: Runner) -> None:
    with site({"/": HIJACKER}) as remote:
        app, callers = app_that_may_show(shell, remote.origin)

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.eval("shell.listen('private', () => {})")
            before, renderer = window.webview.session, window.renderer_pid
            await leave(window, f"{remote.origin}/")
            assert before is not None
            assert not before.alive
            assert window.renderer_pid != renderer
            for number in range(20):
                app.emit("private", {"number": number})
                await window.eval("turns()")
            tried: dict[str, Any] = await window.eval("tried()")
            assert not any("private" in message for message in tried["heard"])
            assert len(tried["names"]) == 1
            assert callers == []

        shell.run(app, scenario)


@pytest.mark.parametrize("told", [True, False], ids=["Qt has told of it", "Qt has not told of it yet"])
def test_a_page_that_is_slow_to_come_keeps_nothing_open(
    shell: Runner, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not told:
        monkeypatch.setattr(Link, "look", lambda _: None)
    with slow_site(HIJACKER) as remote:
        app, callers = app_that_may_show(shell, remote.origin)

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.eval("shell.listen('private', () => {})")
            before, page = window.webview.session, window.webview.page
            assert before is not None
            alive: list[bool] = []
            page.urlChanged.connect(lambda url: alive.append(before.alive) if page.mainFrame().url() == url else None)
            page.runJavaScript(f"location.href = '{remote.origin}/'")
            await committed(window, remote.origin)
            app.emit("private")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert alive[0] is not told
            assert not before.alive
            ended = asyncio.ensure_future(next_load(window))
            remote.send.set()
            await ended
            await window.eval("turns(20)")
            assert not any("private" in message for message in (await window.eval("tried()"))["heard"])
            assert callers == []

        shell.run(app, scenario)


def test_what_is_said_in_the_name_of_a_page_that_was_left_is_not_heard(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it is until Qt has told that the page was left.
    monkeypatch.setattr(Link, "look", lambda _: None)
    with site({"/": "<!doctype html><title>remote</title>"}) as remote:
        app, callers = app_that_may_show(shell, remote.origin)

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            link, page, before = window.webview.link, window.webview.page, window.webview.session
            call = f'["{link._document}",0]\n[900001,"secret",{{}}]'
            link.receive(call)
            assert [caller.local for caller in callers] == [True]
            said: list[bool] = []

            def say(url: QUrl) -> None:
                # The next page has said nothing yet.
                if page.mainFrame().url() == url and link.session is before:
                    link.receive(call)
                    said.append(link.session is None)

            page.urlChanged.connect(say)
            await leave(window, f"{remote.origin}/")
            assert said == [True]
            assert len(callers) == 1

        shell.run(app, scenario)


def test_a_remote_page_returns_to_a_page_of_the_app(shell: Runner) -> None:
    with site({"/": "<!doctype html><title>remote</title>"}) as remote:
        app, callers = app_that_may_show(shell, remote.origin)

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            await leave(window, f"{remote.origin}/")
            assert await window.eval("document.title") == "remote"
            await leave(window, "tauri://localhost/")
            assert await window.eval("document.title") == "page"
            assert await window.eval("shell.invoke('secret')") == "told"
            for steps, title in ((-1, "remote"), (1, "page")):
                begun = asyncio.ensure_future(hello(window))
                await window.eval(f"void history.go({steps})")
                await begun
                assert await window.eval("document.title") == title
            assert [caller.local for caller in callers] == [True]

        shell.run(app, scenario)


# Says hello under a name of its own choice, over and over while it leaves, and calls under that name.
LEAVER = f"""<!doctype html><title>remote</title><script>
{RAW}
const claim = () => {{
  post('["claimed",-1]');
  post('["claimed",0]', '[1,"secret",{{}}]');
}};
globalThis.leaveFor = (url) => {{
  for (const name of ["pagehide", "unload", "visibilitychange", "beforeunload"]) {{
    addEventListener(name, () => {{ for (let count = 0; count < 20; count++) claim(); }});
  }}
  location.href = url;
  const go = () => {{ for (let count = 0; count < 3; count++) claim(); setTimeout(go); }};
  go();
}};
</script>"""


@pytest.mark.parametrize("granted", [(), ("allow-secret",)], ids=["without permission", "with permission"])
def test_what_a_page_says_as_it_leaves_is_judged_as_its_own(shell: Runner, granted: tuple[str, ...]) -> None:
    with site({"/": LEAVER}) as remote:
        app, callers = app_that_may_show(shell, remote.origin, *granted)

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            for _ in range(2):
                await leave(window, f"{remote.origin}/")
                # Its own script comes after the hello.
                await window.loaded()
                window.webview.page.runJavaScript("leaveFor('tauri://localhost/')")
                await hello_of(window, local=True)
                assert await window.eval("document.title") == "page"
            assert bool(callers) == bool(granted)
            assert {caller.origin for caller in callers} <= {remote.origin}

        shell.run(app, scenario)


# Asks by every road, over and over while it leaves, under the name that its document has and under one of its choice.
ASKER = f"""
{RAW}
const requests = (name) => `ipc://localhost/secret?document=${{name}}&raw=0&size=2`;
const ask = () => {{
  shell.invoke("secret").catch(() => 0);
  shell.invoke("secret", new Uint8Array(2)).catch(() => 0);
  for (const name of [NAME, "claimed"]) {{
    fetch(requests(name), {{ method: "POST", body: "{{}}", keepalive: true }}).catch(() => 0);
    navigator.sendBeacon(requests(name), "{{}}");
    post(JSON.stringify([name, 0]), '[900001,"secret",{{}}]');
  }}
  post('["claimed",-1]');
}};
for (const name of ["pagehide", "unload", "visibilitychange", "beforeunload"]) {{
  addEventListener(name, () => {{ for (let count = 0; count < 20; count++) ask(); }});
}}
const go = () => {{ ask(); setTimeout(go); }};
location.href = "ELSEWHERE";
go();
"""


def test_what_a_page_of_the_app_asks_for_as_it_leaves_is_not_judged_as_the_remote_pages(shell: Runner) -> None:
    with site({"/": "<!doctype html><title>remote</title>"}) as remote:
        app, callers = app_that_may_show(shell, remote.origin, "allow-secret", own="none")

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            for _ in range(3):
                begun = asyncio.ensure_future(hello_of(window, local=False))
                script = ASKER.replace("NAME", json.dumps(window.webview.link._document))
                window.webview.page.runJavaScript(f"(() => {{ {script.replace('ELSEWHERE', f'{remote.origin}/')} }})()")
                await begun
                assert callers == []
                # This one may, and has asked once.
                assert await window.eval("shell.invoke('secret')") == "told"
                assert [caller.origin for caller in callers] == [remote.origin]
                callers.clear()
                await leave(window, "tauri://localhost/")

        shell.run(app, scenario)


async def told(page: Page, script: str) -> object:
    """What a script in a page comes to, past the bridge."""
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    page.runJavaScript(script, answer.set_result)
    return await answer


async def wants_to_go(page: Page, script: str) -> None:
    """Have a page ask to navigate."""
    asked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    page.navigationRequested.connect(lambda _: None if asked.done() else asked.set_result(None))
    page.runJavaScript(script)
    await asked


def test_the_page_of_a_closed_window_calls_nobody_and_goes_nowhere(
    shell: Runner, capfd: pytest.CaptureFixture[str]
) -> None:
    with site() as remote:
        remote.pages["/after"] = "<!doctype html><title>remote</title>"
        app, callers = app_that_may_show(shell, remote.origin, "allow-secret")

        async def scenario(app: App) -> None:
            window = app.create_window("other")
            await window.loaded()
            webview, page = window.webview, window.webview.page
            # It lives on for as long as it is printed.
            webview._printing._jobs["a job"] = QPrinter()
            window.destroy()
            await told(
                page, "globalThis.told = []; __TAURI_INTERNALS__.invoke('secret').then((it) => told.push(it)); 0"
            )
            for script in ("location.reload()", f"location = '{remote.origin}/'"):
                await wants_to_go(page, script)
            # It has the label of another now.
            other = app.create_window("other")
            assert await other.eval("__TAURI_INTERNALS__.invoke('secret')") == "told"
            await wants_to_go(page, f"location = '{remote.origin}/'")
            page.windowCloseRequested.emit()
            await told(page, "alert(1); confirm(2); print(); open('/'); 0")
            # Whatever it asked for would have come by now.
            await app.create_window("after", url=f"{remote.origin}/after").loaded()
            assert await other.eval("__TAURI_INTERNALS__.invoke('secret')") == "told"
            assert await told(page, "[told.length, location.href].join()") == "0,tauri://localhost/"
            assert len(callers) == 2
            assert set(app.windows) == {"main", "other", "after"}
            webview._printing._finished("a job", ok=True)

        shell.run(app, scenario)
        assert "/" not in remote.hits
    assert "Traceback" not in capfd.readouterr().err


def test_a_page_goes_nowhere_where_nobody_can_decide_on_it(shell: Runner, capfd: pytest.CaptureFixture[str]) -> None:
    with site() as remote:
        remote.pages["/after"] = "<!doctype html><title>remote</title>"
        app, _ = app_that_may_show(shell, remote.origin)

        def fail(url: str) -> bool:
            raise ValueError(url)

        async def scenario(app: App) -> None:
            page = app.windows["main"].webview.page
            await app.windows["main"].loaded()
            navigation = attrs.evolve(page._rules.navigation, is_remote_page=fail)
            page._rules = attrs.evolve(page._rules, navigation=navigation)
            await wants_to_go(page, f"location = '{remote.origin}/'")
            await app.create_window("after", url=f"{remote.origin}/after").loaded()
            assert await told(page, "location.href") == "tauri://localhost/"

        shell.run(app, scenario)
        assert "/" not in remote.hits
    assert "ValueError" in capfd.readouterr().err
