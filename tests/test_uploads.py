"""Large bodies on their way up through a real page."""

import hashlib
from typing import Any

import pytest
from PySide6.QtCore import QUrlQuery
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

from shell import App, Request
from shell.ipc import Link
from shell.webview.ipc_scheme import IpcHandler
from tests.conftest import Runner

PIECE = 2 * 2**20
SIZE = 3 * PIECE + 12345
BODY = """
const body = new Uint8Array(%d);
for (let at = 0; at < body.length; at++) body[at] = (at * 2654435761) >>> 11;
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = hex(await crypto.subtle.digest("SHA-256", body));
"""


def program(shell: Runner, **options: Any) -> App:
    app = shell.app(**options)

    @app.command
    async def digest(body: bytes) -> str:
        return hashlib.sha256(body).hexdigest()

    @app.command
    async def echo(body: bytes) -> bytes:
        return body

    @app.command
    async def joined(words: list[str]) -> str:
        return hashlib.sha256("".join(words).encode()).hexdigest()

    return app


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 4 * PIECE, SIZE])
def test_bodies_of_every_size_arrive_whole(shell: Runner, size: int) -> None:
    async def scenario(app: App) -> None:
        script = BODY % size + 'return [digest, await shell.invoke("digest", body)];'
        sent, arrived = await app.windows["main"].eval(script)
        assert arrived == sent

    shell.run(program(shell), scenario)


def test_many_at_once_do_not_mix_and_come_back(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        script = (
            BODY % SIZE
            + """
            const bodies = [...Array(6).keys()].map((number) => new Uint8Array(body).fill(number, number, number + 9));
            const back = await Promise.all(bodies.map((each) => shell.invoke("echo", each)));
            const same = async (one, other) =>
                hex(await crypto.subtle.digest("SHA-256", one)) === hex(await crypto.subtle.digest("SHA-256", other));
            return Promise.all(bodies.map((each, number) => same(each, back[number])));
            """
        )
        assert await app.windows["main"].eval(script) == [True] * 6

    shell.run(program(shell), scenario)


def test_what_the_page_does_with_its_buffer_after_the_call_changes_nothing(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        script = (
            BODY % SIZE
            + """
            const arrived = shell.invoke("digest", body);
            body.fill(0);
            return [digest, await arrived];
            """
        )
        sent, arrived = await app.windows["main"].eval(script)
        assert arrived == sent

    shell.run(program(shell), scenario)


def test_large_arguments_arrive_as_they_were(shell: Runner) -> None:
    words = [f"wörd {number} " for number in range(300_000)]

    async def scenario(app: App) -> None:
        script = """
        const words = [...Array(300000).keys()].map((number) => `wörd ${number} `);
        return shell.invoke("joined", { words });
        """
        assert await app.windows["main"].eval(script) == hashlib.sha256("".join(words).encode()).hexdigest()

    shell.run(program(shell), scenario)


def test_no_character_is_torn_where_a_piece_of_large_arguments_ends(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        # Of one, two, three and four bytes, so that pieces end in the middle of each.
        script = """
        const words = ["a", "é", "€", "😀"].map((character) => character.repeat(1500000));
        words.push("x" + "😀".repeat(1500000));
        const bytes = new TextEncoder().encode(words.join(""));
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        const arrived = await shell.invoke("joined", { words });
        return [Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""), arrived];
        """
        sent, arrived = await app.windows["main"].eval(script)
        assert arrived == sent

    shell.run(program(shell), scenario)


def test_where_the_policy_blocks_ipc_large_bodies_arrive_in_posts(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        script = (
            BODY % SIZE
            + """
            const policy = document.head.appendChild(document.createElement("meta"));
            policy.httpEquiv = "Content-Security-Policy";
            policy.content = "connect-src 'self'";
            const arrived = [await shell.invoke("digest", body)];
            arrived.push(await shell.invoke("digest", body.slice(0, 5)));
            const words = ["😀".repeat(300000), "x".repeat(1000000)];
            const all = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words.join(""))));
            const joined = await shell.invoke("joined", { words });
            const last = shell.invoke("digest", body);
            body.fill(0);
            return [digest, ...arrived, await last, hex(all), joined];
            """
        )
        sent, first, short, last, text, joined = await app.windows["main"].eval(script)
        assert first == last == sent
        assert short not in {"", sent}
        assert joined == text
        assert max(posted) < 256 * 1024
        assert len(posted) > 2 * SIZE / 65536

    posted: list[int] = []
    receive = Link.receive

    def counted(link: Link, text: str) -> str:
        posted.append(len(text))
        return receive(link, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Link, "receive", counted)
        shell.run(program(shell), scenario)


def test_what_came_of_a_body_goes_when_the_rest_does_not_come(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = IpcHandler.answer
    came: list[int] = []

    def break_off(handler: IpcHandler, job: QWebEngineUrlRequestJob) -> None:
        at = QUrlQuery(job.requestUrl()).queryItemValue("at")
        if at == str(3 * PIECE):
            # As where the page stops in the middle of it.
            job.fail(QWebEngineUrlRequestJob.Error.RequestAborted)
            return
        if at:
            came.append(int(at))
        answer(handler, job)

    monkeypatch.setattr(IpcHandler, "answer", break_off)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        script = f'shell.invoke("digest", new Uint8Array({10 * PIECE})).catch((error) => String(error))'
        assert "the core refused the request" in await window.eval(script)
        assert 0 in came
        session = window.webview.session
        assert session is not None
        assert session.uploads.size == 0
        assert await window.eval(f'shell.invoke("digest", new Uint8Array({2 * PIECE}))')

    shell.run(program(shell), scenario)


def test_a_command_that_is_not_there_rejects_after_a_large_body_as_after_a_small_one(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        script = BODY % SIZE + 'return shell.invoke("missing", body).catch((error) => error);'
        assert "command missing not found" in await app.windows["main"].eval(script)
        session = app.windows["main"].webview.session
        assert session is not None
        assert session.uploads.size == 0

    shell.run(program(shell), scenario)


def test_headers_that_are_too_long_for_a_url_go_in_a_post(shell: Runner) -> None:
    app = program(shell)

    @app.command
    async def heard(request: Request) -> list[Any]:
        return [len(request.body), request.headers["x-long"]]

    async def scenario(app: App) -> None:
        value = "%" * 40_000
        script = f"""
        const headers = {{ "X-Long": "{value}" }};
        const tell = (body) => shell.invoke("heard", body, {{ headers }});
        return [await tell(new Uint8Array(1000)), await tell({{ text: "x".repeat(300000) }})];
        """
        raw, large = await app.windows["main"].eval(script)
        assert raw == [1000, value]
        assert large == [300_011, value]

    shell.run(app, scenario)


def test_what_came_of_a_body_goes_when_its_call_is_too_long_to_be_read(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        script = """
        const body = new Uint8Array(300000);
        const headers = { "X-Long": "x".repeat(300000) };
        const problem = await shell.invoke("digest", body, { headers }).catch((error) => error);
        return [problem, (await shell.invoke("digest", body)).length];
        """
        problem, length = await window.eval(script)
        assert "what is posted may have 262144" in problem
        assert length == 64
        session = window.webview.session
        assert session is not None
        assert session.uploads.size == 0

    shell.run(program(shell), scenario)
