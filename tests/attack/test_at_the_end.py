"""Workers that ask the network for something without end, as the program ends: it ends them first."""

import asyncio

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
