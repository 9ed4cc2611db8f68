"""What workers ask the network for as the program ends, and pages as they go: nothing leaves unseen."""

import asyncio
import os
import signal

import pytest

from shell import App
from tests.attack.roads import Counting
from tests.conftest import Runner
from tests.web_server import site

ASK = """
let count = 0;
const ask = () => {
  for (let each = 0; each < 5; each++) fetch("ELSEWHERE/" + count++, { mode: "no-cors", keepalive: true }).catch(() => 0);
  setTimeout(ask, 0);
};
const busy = () => {
  for (;;) {
    const request = new XMLHttpRequest();
    try { request.open("GET", "ELSEWHERE/" + count++, false); request.send(); } catch {}
  }
};
const tell = (name) => fetch("LISTED/" + name, { mode: "no-cors" });
oninstall = () => skipWaiting();
onmessage = (event) => { event.waitUntil(new Promise(() => 0)); tell("service").then(ask); };
"""


@pytest.mark.parametrize("attempt", range(3))
def test_no_worker_asks_for_anything_unseen_as_the_program_ends(shell: Runner, attempt: int) -> None:
    elsewhere = Counting()
    with site() as remote:
        script = ASK.replace("ELSEWHERE", f"http://127.0.0.1:{elsewhere.port}").replace("LISTED", remote.origin)
        remote.pages.update({"/": "<!doctype html><title>remote</title>", "/worker.js": script})
        shell.write(**{"shared.js": f"{script} tell('shared').then(ask)", "own.js": f"{script} tell('own').then(busy)"})
        app = shell.app(config={"plugins": {"qtshell": {"network": [remote.origin]}}})

        async def scenario(app: App) -> None:
            main = app.windows["main"]
            other = app.create_window("other", url=f"{remote.origin}/")
            await main.loaded()
            await other.loaded()
            await main.eval("void (window.workers = [new SharedWorker('shared.js'), new Worker('own.js')])")
            await other.eval(
                "navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)"
                ".then(({ active }) => active.postMessage(0))"
            )
            while not {"/service", "/shared", "/own"} <= set(remote.hits):  # noqa: ASYNC110  # a server tells nobody
                await asyncio.sleep(0.01)

        shell.run(app, scenario)
    assert elsewhere.paths == []
    elsewhere.close()


GO = """
const go = (name) => {
  for (const host of ["ELSEWHERE", "LISTED"]) {
    const url = `${host}/${name}`;
    navigator.sendBeacon(url, "x");
    fetch(url, { method: "POST", mode: "no-cors", keepalive: true, body: "x" }).catch(() => 0);
    fetch(url, { mode: "no-cors" }).catch(() => 0);
    new Image().src = url;
    try { new WebSocket(url.replace("http", "ws")); } catch {}
  }
};
for (const name of ["beforeunload", "pagehide", "visibilitychange", "unload", "freeze"]) addEventListener(name, () => go(name));
// For when the page has gone; it takes https alone.
fetchLater("ELSEWHERE".replace("http:", "https:"));
fetchLater("ELSEWHERE".replace("http:", "https:"), { method: "POST", body: "x" });
"""


@pytest.mark.parametrize("page", ["its own", "remote"])
@pytest.mark.parametrize(
    ("way", "last"),
    [
        ("goes on", "unload"),
        ("goes to another origin", "unload"),
        ("is closed", None),
        ("dies", None),
        ("ends with the program", None),
    ],
)
def test_no_page_reaches_a_host_as_it_goes(shell: Runner, page: str, way: str, last: str | None) -> None:
    shell.write(**{"next.html": "<!doctype html><title>next</title>"})
    elsewhere = Counting()
    empty = "<!doctype html><title>remote</title>"
    with site({"/": empty, "/next.html": empty}) as remote:
        # Every host with that port: Chromium's own rules do not know that the other port is not listed.
        app = shell.app(config={"plugins": {"qtshell": {"network": [f"http://*:{remote.origin.rpartition(':')[2]}"]}}})
        places = [f"{remote.origin}/", "tauri://localhost/"]
        away, home = places if page == "its own" else places[::-1]
        go = GO.replace("LISTED", remote.origin).replace("ELSEWHERE", f"http://127.0.0.1:{elsewhere.port}")

        async def scenario(app: App) -> None:
            await app.windows["main"].loaded()
            window = app.create_window("other", url=home)
            await window.loaded()
            await window.eval(go)
            if way == "goes on":
                await window.eval("void (location.href = '/next.html')")
            elif way == "goes to another origin":
                window.webview.load(away)
            elif way == "is closed":
                window.close()
            elif way == "dies":
                gone = asyncio.Event()
                app.on("renderer-gone")(lambda _: gone.set())
                os.kill(window.renderer_pid, signal.SIGKILL)
                await gone.wait()
                await window.loaded()
            while last is not None and f"/{last}" not in remote.hits:  # noqa: ASYNC110  # a server tells nobody
                await asyncio.sleep(0.01)

        shell.run(app, scenario)
    assert elsewhere.connections == 0
    elsewhere.close()
