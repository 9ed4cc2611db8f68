"""What real pages reach, by every way that they have."""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

from shell.webview.assets import Assets
from shell.webview.interceptor import WEBVIEW_HEADER, NetworkInterceptor, PageInterceptor
from shell.webview.network import Network
from shell.webview.origin import AppOrigins
from shell.webview.reply import header_of, reply_bytes
from shell.webview.scheme import AppHandler, AssetHandler, SchemeHandler
from shell.webview.seal import Seal
from tests.webview._offscreen import Page, a_page

HOME = "tauri://localhost/"
LABEL = "éditeur"
ORIGINS = AppOrigins.of()
READ = "return await fetch(URL_HERE).then((response) => response.text(), () => 'blocked')"


@functools.cache
def reach(*arguments: str) -> dict[str, Any]:
    """Run the program whose page tries everything; return what arrived."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.webview._reach", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["outcome"] == "tried"
    assert isinstance(result, dict)
    return result


def test_a_page_has_no_network_of_its_own() -> None:
    result = reach()
    assert (result["arrived"], result["connections"], result["datagrams"]) == ([], 0, 0)
    assert len(result["asked"]) > 30


def test_a_listed_host_is_reached_by_every_way_that_a_page_has() -> None:
    listed = reach("http://127.0.0.1:*", "ws://127.0.0.1:*")
    assert set(listed["arrived"]) == set(reach()["asked"]) | {"/shared-socket"}


def test_requests_have_the_user_agent_of_their_webview() -> None:
    assert reach("http://127.0.0.1:*", "ws://127.0.0.1:*")["agent"] == "reach/1.0"


def test_a_listed_host_cannot_send_a_page_on_to_another() -> None:
    listed = reach("http://127.0.0.1:*", "ws://127.0.0.1:*")
    assert "/redirect" in listed["arrived"]
    assert listed["elsewhere"] == 0


def test_what_no_interceptor_hears_of_is_closed_by_chromiums_switches_alone() -> None:
    """Where this fails because less arrives, Qt has closed a way itself, and a switch may go."""
    without = reach("--without-flags")
    assert without["arrived"] == ["/shared-socket"]
    assert without["datagrams"] > 0
    assert without["connections"] > 1


class Told(SchemeHandler):
    """Answers with the label of the webview that asks, as the core was told it."""

    def __init__(self, seal: Seal) -> None:
        super().__init__()
        self._seal = seal

    def answer(self, job: QWebEngineUrlRequestJob) -> None:
        label = self._seal.read(header_of(job, WEBVIEW_HEADER))
        reply_bytes(job, "text/plain;charset=utf-8", (label or "nobody").encode())


@pytest.fixture
def web(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<!doctype html><title>home</title><body>")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "seen.js").write_text("window.seen = 1")
    asks = "fetch('ipc://localhost/x', { headers: { 'Shell-Webview': 'main' } }).then((r) => r.text()).then"
    (tmp_path / "worker.js").write_text(f"onmessage = () => {asks}((text) => postMessage(text))")
    (tmp_path / "shared.js").write_text(
        f"onconnect = ({{ ports: [port] }}) => {asks}((text) => port.postMessage(text))"
    )
    return tmp_path


@pytest.fixture
def page(web: Path) -> Iterator[Page]:
    network, seal = Network(lambda url: False, ORIGINS), Seal()
    handlers = {
        b"tauri": AppHandler(Assets(web), ORIGINS, seal),
        b"ipc": Told(seal),
        b"asset": AssetHandler(None, ORIGINS, Seal()),
    }
    on_profile, on_page = NetworkInterceptor(network, seal), PageInterceptor(LABEL, seal)
    with a_page(handlers, on_profile=on_profile, on_page=on_page) as page:
        assert page.load_and_wait(HOME)
        yield page


IN_A_WORKER = """
    const source = `onmessage = async ({ data }) => {
        const response = await fetch(data).catch(() => undefined)
        postMessage(response?.ok ? await response.text() : "blocked")
    }`
    const worker = new Worker(URL.createObjectURL(new Blob([source])))
    worker.postMessage(url)
    return await new Promise((done) => { worker.onmessage = (event) => done(event.data) })
"""


def read(page: Page, url: str) -> Any:
    return page.ask(READ.replace("URL_HERE", repr(url)))


def test_the_core_is_told_the_webview_whatever_the_page_says(page: Page) -> None:
    assert read(page, "ipc://localhost/x") == LABEL
    for name in ("Shell-Webview", "shell-webview"):
        forged = f"return await (await fetch('ipc://localhost/x', {{ headers: {{ {name!r}: 'main' }} }})).text()"
        assert page.ask(forged) == LABEL


@pytest.mark.parametrize("worker", ["Worker('/worker.js')", "SharedWorker('/shared.js')"])
def test_a_worker_is_nobodys_whatever_it_says(page: Page, worker: str) -> None:
    asked = f"""
        const worker = new {worker}
        const port = worker.port ?? worker
        return await new Promise((done) => {{
            port.onmessage = (event) => done(event.data)
            port.postMessage("begin")
        }})
    """
    assert page.ask(asked) == "nobody"


def test_another_page_in_a_window_reads_nothing_of_the_app(page: Page) -> None:
    assert read(page, HOME + "secret.txt") == "secret"
    page.show_and_wait("<!doctype html><title>remote</title><body>", "https://remote.example/")
    assert page.ask("return origin") == "https://remote.example"
    for url in (HOME + "secret.txt", "asset://localhost/x", "ipc://localhost/x"):
        assert read(page, url) == "blocked"
    loads = (
        "return await new Promise((done) => { const e = document.createElement(NAME); e.onload = () => done('loaded');"
    )
    loads += " e.onerror = () => done('failed'); e.src = URL_HERE; document.body.append(e) })"
    assert page.ask(loads.replace("NAME", "'script'").replace("URL_HERE", f"'{HOME}seen.js'")) == "failed"
    assert page.ask("return typeof seen") == "undefined"
    for url in (HOME + "secret.txt", "asset://localhost/x", "ipc://localhost/x"):
        # No interceptor hears of what a worker asks for, so that the handlers decide.
        assert page.ask(f"const url = {url!r}; {IN_A_WORKER}") in {"blocked", "nobody"}
    page.ask(loads.replace("NAME", "'iframe'").replace("URL_HERE", f"'{HOME}'"))
    assert page.ask("return frames[0].location.href") != HOME


def test_a_sandboxed_frame_runs_the_apps_scripts_and_reads_nothing(page: Page) -> None:
    framed = """
        const frame = document.createElement("iframe")
        frame.sandbox = "allow-scripts"
        frame.srcdoc = `<script src="tauri://localhost/seen.js"></scr` + `ipt><script>
            const read = (url) => fetch(url).then((response) => response.text(), () => "blocked")
            Promise.all(["tauri://localhost/secret.txt", "ipc://localhost/x", "asset://localhost/x"].map(read)).then(
                (texts) => parent.postMessage([window.seen, ...texts], "*"))</script>`
        return await new Promise((done) => { onmessage = (event) => done(event.data); document.body.append(frame) })
    """
    assert page.ask(framed) == [1, "blocked", "blocked", "blocked"]


def test_files_of_the_machine_are_never_loaded(page: Page, web: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not page.load_and_wait(QUrl.fromLocalFile(str(web / "secret.txt")).toString())
    assert "no page may load file:" in caplog.text


def test_a_blocked_host_is_warned_of_once_with_what_would_allow_it(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("one", "two"):
        assert read(page, f"https://api.example.com/{path}") == "blocked"
    [record] = caplog.records
    assert record.message == (
        "a request of tauri://localhost was blocked: "
        '"https://api.example.com" is not listed under plugins.qtshell.network'
    )


def test_what_cannot_be_judged_is_blocked(web: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken(url: str) -> bool:
        raise ValueError("a mistake of ours")

    seal = Seal()
    handlers = {b"tauri": AppHandler(Assets(web), ORIGINS, seal)}
    with a_page(handlers, on_profile=NetworkInterceptor(Network(broken, ORIGINS), seal)) as page:
        assert page.load_and_wait(HOME)
        assert read(page, "https://api.example.com/") == "blocked"
    assert "could not be judged" in caplog.text
