"""Bodies in pieces and parts that are not what they should be."""

import asyncio
import hashlib
from typing import Any

import pytest
from PySide6.QtCore import QUrl, QUrlQuery

from shell import App
from shell.webview import ipc_scheme
from tests.attack.raw import RAW
from tests.conftest import Runner, next_load

SIZE = 5 * 2**20
DATA = bytes(range(256)) * (SIZE // 256)

NAME = f"""
{RAW}
await shell.invoke("count", new Uint8Array(1));
await shell.invoke("ping");
const name = JSON.parse(JSON.parse(heard.find((text) => text.includes("pong"))).data)[0];
const get = (query) => fetch(`ipc://localhost/?document=${{name}}&${{query}}`).then((answer) => answer.status, () => 0);
const put = (path, body) =>
  fetch(`ipc://localhost/${{path}}`, {{ method: "POST", body }})
    .then(async (answer) => (answer.ok ? [answer.headers.get("content-type"), await answer.text()] : answer.status), () => 0);
"""


def program(shell: Runner) -> App:
    app = shell.app()

    @app.command
    async def ping() -> str:
        return "pong"

    @app.command
    async def count(body: bytes) -> int:
        return len(body)

    return app


def session_of(app: App, label: str) -> Any:
    return app.windows[label].webview.session


def test_no_part_of_anothers_parcel_is_to_be_had_and_none_that_is_none(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await other.loaded()
        await main.loaded()
        number = session_of(app, "main").parcels.park("application/octet-stream", DATA)
        wrong = [
            f"at=0&size={SIZE + 1}",
            f"at={SIZE}&size=1",
            "at=0&size=0",
            "at=-1&size=5",
            "at=0&size=-5",
            "at=1e3&size=5",
            "at=&size=",
            "at=0",
            f"at=0&size={'9' * 40}",
            f"at={'9' * 18}&size={'9' * 18}",
        ]
        tried = f"return Promise.all({wrong}.map((part) => get(`parcel={number}&${{part}}`)));"
        assert set(await main.eval(NAME + tried)) == {403}
        # The other knows the number, and speaks for itself or in the name of the first.
        name = await main.eval(NAME + "return name;")
        for document in ("name", f"'{name}'"):
            as_document = f"fetch(`ipc://localhost/?document=${{{document}}}&parcel={number}&at=0&size=5`)"
            status = f"return {as_document}.then((answer) => answer.status);"
            assert await other.eval(NAME + status) == 403
        fetched = f"""
        const parts = await Promise.all([[0, 3000000], [3000000, {SIZE} - 3000000]].map(async ([at, size]) =>
          (await fetch(`ipc://localhost/?document=${{name}}&parcel={number}&at=${{at}}&size=${{size}}`)).arrayBuffer()));
        const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
        return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");"""
        assert await main.eval(NAME + fetched) == hashlib.sha256(DATA).hexdigest()
        assert session_of(app, "main").parcels.size == 0

    shell.run(program(shell), scenario)


def test_pieces_of_another_document_and_pieces_of_the_wrong_size_make_no_body(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await other.loaded()
        await main.loaded()
        put = "const piece = (query, body) => put(`?document=${name}&${query}`, body);"
        name = await main.eval(NAME + put + "await piece('upload=7&at=0&size=3', 'abc'); return name;")
        assert session_of(app, "main").uploads.size > 3
        foreign = await other.eval(f"{NAME} return put('?document={name}&upload=7&at=3&size=3', 'def');")
        assert foreign == 403
        taken = await other.eval(f"{NAME} return put(`count?document=${{name}}&raw=1&size=3&upload=7`);")
        assert taken[0] == "application/problem+json"
        wrong = """
        return Promise.all([
          piece("upload=7&at=3&size=4", "def"), piece("upload=7&at=3&size=2", "def"), piece("upload=7&at=3", "def"),
          piece("upload=7&at=-3&size=3", "def"), piece("upload=&at=3&size=3", "def"),
          piece(`upload=7&at=3&size=${2 ** 31}`, "def"),
        ]);"""
        assert set(await main.eval(NAME + put + wrong)) == {403}
        call = "return put(`count?document=${name}&raw=1&size=3&upload=7`);"
        assert await main.eval(NAME + call) == ["application/json", "3"]
        assert session_of(app, "main").uploads.size == 0

    shell.run(program(shell), scenario)


def test_no_request_brings_more_at_once_than_one_of_the_bridge_does(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        at_once = """
        const body = new Uint8Array(3 * 2 ** 20);
        const queries = ["count?raw=1", "?upload=7&at=0"];
        const answers = await Promise.all(queries.map((query) => put(`${query}&document=${name}&size=${body.length}`, body)));
        return [answers, await shell.invoke("count", body)];"""
        answers, in_pieces = await window.eval(NAME + at_once)
        for content_type, text in answers:
            assert content_type == "application/problem+json"
            assert "the body of a request has at most 2097152 bytes, and this one 3145728" in text
        assert in_pieces == 3 * 2**20
        assert session_of(app, "main").uploads.size == 0

    shell.run(program(shell), scenario)


@pytest.mark.parametrize(
    "path",
    [
        "`?document=${name}&${'&'.repeat(70000)}`",
        "`${'%80'.repeat(25000)}?document=${name}&size=1&raw=1`",
        "`count?document=${name}&size=1&raw=1&headers=${'%20'.repeat(25000)}`",
    ],
)
def test_no_request_is_read_whose_url_is_longer_than_any_of_the_bridge(shell: Runner, path: str) -> None:
    async def scenario(app: App) -> None:
        content_type, text = await app.windows["main"].eval(f"{NAME} return put({path}, 'x');")
        assert content_type == "application/problem+json"
        assert "characters, and may have 65536" in text

    shell.run(program(shell), scenario)


def test_of_what_a_worker_asks_not_even_the_query_is_read(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def query(url: QUrl) -> QUrlQuery:
        read.append(url.query())
        return QUrlQuery(url)

    monkeypatch.setattr(ipc_scheme, "QUrlQuery", query)
    shell.write(**{"worker.js": "fetch('ipc://localhost/count?of=worker').then(({ status }) => postMessage(status));"})

    async def scenario(app: App) -> None:
        script = """
        await shell.invoke("count", new Uint8Array(1));
        return new Promise((done) => { new Worker("worker.js").onmessage = ({ data }) => done(data); });"""
        assert await app.windows["main"].eval(script) == 403
        assert len(read) == 1
        assert "worker" not in read[0]

    shell.run(program(shell), scenario)


def test_what_was_begun_and_never_finished_goes_with_the_document(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        begin = """
        await Promise.all([...Array(50).keys()].map((number) =>
          put(`?document=${name}&upload=${100 + number}&at=${number % 2}&size=1000`, new Uint8Array(1000))));"""
        await window.eval(NAME + begin)
        before = session_of(app, "main")
        assert before.uploads.size >= 50_000
        again = asyncio.ensure_future(next_load(window))
        window.webview.reload()
        await again
        assert before.uploads.size == 0

    shell.run(program(shell), scenario)
