"""Pages and the core, through the real bridge."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

from shell import App, Call, Channel, CommandError, JavaScriptError, Limits, Request
from shell.ipc.filter import Proceed
from shell.ipc.parcel import Parcel, Parcels
from shell.ipc.parts import LARGEST_PART
from shell.ipc.upload import MOST_EARLY
from shell.webview.ipc_scheme import IpcHandler
from tests.bench.processes import made
from tests.conftest import Runner, next_load

MOST_AHEAD = 7
"""Pieces of a body that go up while the first does not; `core.js` says so."""

RELOADS = 120
MOST_KEPT = 40
"""MiB of documents that are gone. Each takes 0.6: all of them nearly twice this, and the 32 that are kept half of it."""


def test_a_page_calls_a_command_and_gets_its_answer(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def greet(name: str) -> str:
        return f"Hello, {name}!"

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval('shell.invoke("greet", { name: "World" })') == "Hello, World!"

    shell.run(app, scenario)


def test_a_second_program_runs_in_the_same_process(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("document.title") == "page"

    shell.run(shell.app(), scenario)
    shell.run(shell.app(), scenario)


def test_what_goes_wrong_rejects_with_what_went_wrong(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    app = shell.app()

    @app.command
    async def double(number: int) -> int:
        return 2 * number

    @app.command
    async def fail() -> None:
        raise LookupError("no such note")

    @app.command
    async def refuse() -> None:
        raise CommandError({"kind": "range", "start": -1})

    @app.command
    async def strange() -> object:
        return object()

    async def scenario(app: App) -> None:
        window = app.windows["main"]

        async def rejected(call: str) -> object:
            return await window.eval(f"{call}.then(() => 'resolved', (error) => error)")

        assert "`number`" in str(await rejected('shell.invoke("double", { number: "two" })'))
        assert "`number`" in str(await rejected('shell.invoke("double")'))
        assert await rejected('shell.invoke("fail")') == "no such note"
        assert await rejected('shell.invoke("refuse")') == {"kind": "range", "start": -1}
        assert "object" in str(await rejected('shell.invoke("strange")'))
        assert "nothing not found" in str(await rejected('shell.invoke("nothing")'))
        assert "LookupError" in caplog.text

    shell.run(app, scenario)


@pytest.mark.parametrize("size", [0, 1, 300_000, 3_000_000])
def test_bytes_and_text_of_every_size_go_up_and_come_back(shell: Runner, size: int) -> None:
    app = shell.app()

    @app.command
    async def turn(body: bytes) -> bytes:
        return body[::-1]

    @app.command
    async def echo(text: str) -> str:
        return text

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        bytes_back = f"""const sent = new Uint8Array({size}).fill(7);
            if (sent.length) sent[0] = 1;
            const back = new Uint8Array(await shell.invoke("turn", sent));
            return [back.length, back[back.length - 1] ?? null];"""
        assert await window.eval(bytes_back) == [size, 1 if size else None]
        text_back = f"""const sent = "é".repeat({size});
            return (await shell.invoke("echo", {{ text: sent }})) === sent;"""
        assert await window.eval(text_back) is True

    shell.run(app, scenario)


def write_strict(shell: Runner, policy: str) -> None:
    """Write a page with a Content-Security-Policy of its own."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    shell.write(index=f"<!doctype html>{meta}<title>strict</title>")


def test_bytes_travel_under_a_policy_that_forbids_them_too(shell: Runner) -> None:
    write_strict(shell, "connect-src 'none'")
    app = shell.app()

    @app.command
    async def turn(body: bytes) -> bytes:
        return body[::-1]

    async def scenario(app: App) -> None:
        script = 'return [...new Uint8Array(await shell.invoke("turn", new Uint8Array([1, 2, 3])))]'
        assert await app.windows["main"].eval(script) == [3, 2, 1]

    shell.run(app, scenario)


@pytest.mark.parametrize("policy", ["connect-src 'none'", "connect-src ipc:"])
def test_the_core_gets_the_bytes_as_they_were_when_the_page_called(shell: Runner, policy: str) -> None:
    write_strict(shell, policy)
    app = shell.app()

    @app.command
    async def turn(body: bytes) -> bytes:
        return body[::-1]

    async def scenario(app: App) -> None:
        script = """
            const turned = [];
            for (let call = 0; call < 2; call++) {
                const bytes = new Uint8Array([1, 2, 3]);
                const answer = shell.invoke("turn", bytes);
                bytes.fill(9);
                turned.push([...new Uint8Array(await answer)]);
            }
            return turned;
        """
        assert await app.windows["main"].eval(script) == [[3, 2, 1], [3, 2, 1]]

    shell.run(app, scenario)


def test_bytes_go_slowly_only_where_the_policy_forbids_the_other_way(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_strict(shell, "img-src 'none'")
    app = shell.app()
    fetched: list[str] = []
    answer = IpcHandler.answer

    def note(handler: IpcHandler, job: QWebEngineUrlRequestJob) -> None:
        fetched.append(job.requestUrl().path())
        answer(handler, job)

    monkeypatch.setattr(IpcHandler, "answer", note)

    @app.command
    async def turn(body: bytes) -> bytes:
        return body[::-1]

    async def scenario(app: App) -> None:
        script = """
            const told = new Promise((done) => addEventListener("securitypolicyviolation", done, { once: true }));
            const picture = new Image();
            picture.src = "ipc://localhost/picture";
            await told;
            const init = { blockedURI: "ipc", effectiveDirective: "connect-src", disposition: "report", bubbles: true };
            document.dispatchEvent(new SecurityPolicyViolationEvent("securitypolicyviolation", init));
            return [...new Uint8Array(await shell.invoke("turn", new Uint8Array([1, 2, 3])))];
        """
        assert await app.windows["main"].eval(script) == [3, 2, 1]
        assert fetched == ["/turn"]

    shell.run(app, scenario)


def test_no_more_of_a_body_comes_than_the_core_keeps_while_its_first_piece_does_not(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = shell.app()
    first: list[tuple[IpcHandler, QWebEngineUrlRequestJob]] = []
    others: list[str] = []
    came = asyncio.Event()
    answer = IpcHandler.answer

    def hold_first(handler: IpcHandler, job: QWebEngineUrlRequestJob) -> None:
        query = job.requestUrl().query()
        if "&at=0&" in query:
            first.append((handler, job))
            return
        if "&at=" in query:
            others.append(query)
            if len(others) == MOST_AHEAD:
                came.set()
        answer(handler, job)

    monkeypatch.setattr(IpcHandler, "answer", hold_first)

    @app.command
    async def measure(body: bytes) -> int:
        return len(body)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        size = 20 * LARGEST_PART
        sent = asyncio.ensure_future(window.eval(f'shell.invoke("measure", new Uint8Array({size}))'))
        await came.wait()
        for _ in range(20):
            await window.eval("1")
        assert len(others) == MOST_AHEAD < MOST_EARLY
        answer(*first.pop())
        assert await sent == size

    shell.run(app, scenario)


def test_headers_and_bytes_reach_a_command_that_reads_the_request(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def inspect(request: Request) -> list[object]:
        return [request.raw, len(request.body), dict(request.headers)]

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        options = '{ headers: { "X-Kind": "note" } }'
        assert await window.eval(f'shell.invoke("inspect", new Uint8Array(5), {options})') == [
            True,
            5,
            {"x-kind": "note"},
        ]
        assert await window.eval(f'shell.invoke("inspect", {{}}, {options})') == [False, 2, {"x-kind": "note"}]

    shell.run(app, scenario)


def test_a_channel_keeps_its_order_whatever_the_size_of_its_messages(shell: Runner) -> None:
    app = shell.app()

    @app.command
    def produce(on_part: Channel[object]) -> None:
        for number in range(300):
            on_part.send(b"x" * 100_000 if number % 50 == 0 else number)

    async def scenario(app: App) -> None:
        script = """const seen = [];
            let all;
            const complete = new Promise((done) => (all = done));
            const onPart = new shell.Channel((part) => {
                seen.push(part instanceof ArrayBuffer ? part.byteLength : part);
                if (seen.length === 300) all();
            });
            await shell.invoke("produce", { onPart });
            await complete;
            return seen;"""
        seen = await app.windows["main"].eval(script)
        assert seen == [100_000 if number % 50 == 0 else number for number in range(300)]

    shell.run(app, scenario)


def test_a_channel_goes_on_behind_a_message_that_could_not_be_fetched(shell: Runner) -> None:
    app = shell.app()
    channels: list[Channel[object]] = []

    @app.command
    async def produce(on_part: Channel[object]) -> None:
        on_part.send(0)
        on_part.send(b"x" * 1_000_000)
        channels.append(on_part)

    @app.command
    async def go_on() -> None:
        channels[0].send(2)
        channels.pop().close()

    async def scenario(app: App) -> None:
        script = """
            const seen = [];
            const failed = new Promise((done) => addEventListener("error", done, { once: true }));
            const onPart = new shell.Channel((part) => seen.push(part));
            const ended = new Promise((done) => (onPart.cleanupCallback = done));
            await shell.invoke("produce", { onPart });
            window.stop();
            await failed;
            await shell.invoke("go_on");
            await ended;
            return seen;
        """
        assert await app.windows["main"].eval(script) == [0, 2]

    shell.run(app, scenario)


def test_what_could_not_be_fetched_is_kept_for_nobody(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    app = shell.app()
    handed: list[int] = []
    take_part = Parcels.take_part

    @app.command
    async def get(body: bytes = b"") -> bytes:
        return bytes(10 * LARGEST_PART)

    @app.command
    async def produce(on_part: Channel[bytes]) -> None:
        on_part.send(bytes(10 * LARGEST_PART))

    @app.command
    async def drain(on_part: Channel[int]) -> str:
        on_part.send(1)
        await on_part.drain()
        return "drained"

    def take_few(parcels: Parcels, number: int, *place: int) -> Parcel | None:
        handed.append(number)
        # As where the page stops in the middle of it.
        return take_part(parcels, number, *place) if handed.count(number) <= 2 else None

    monkeypatch.setattr(Parcels, "take_part", take_few)

    async def scenario(app: App) -> None:
        script = """
            const lost = new Promise((done) => addEventListener("error", done, { once: true }));
            const onPart = new shell.Channel();
            // The answer to bytes comes by ipc: itself.
            const calls = [shell.invoke("get"), shell.invoke("get", new Uint8Array(5))];
            const failed = await Promise.allSettled(calls);
            await shell.invoke("produce", { onPart });
            await lost;
            return [failed.map(({ reason }) => String(reason)), await shell.invoke("drain", { onPart })];
        """
        window = app.windows["main"]
        failed, drained = await window.eval(script)
        assert drained == "drained"
        assert len(failed) == 2
        assert all("the core refused the request" in reason for reason in failed)
        assert len(set(handed)) == 3
        assert window.webview.session is not None
        assert window.webview.session.parcels.size == 0

    shell.run(app, scenario)


def test_what_a_thread_has_sent_arrives_though_the_channel_ends_before_the_loop_has_heard_of_it(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def work(on_number: Channel[int], closes: bool) -> None:
        with ThreadPoolExecutor(1) as executor:
            list(executor.map(on_number.send, range(5)))
        if closes:
            on_number.close()

    script = """
        const got = [];
        await new Promise((done) => {
            const onNumber = new shell.Channel((n) => got.push(n));
            onNumber.cleanupCallback = done;
            void shell.invoke("work", { onNumber, closes: %s });
        });
        return got;
    """

    async def scenario(app: App) -> None:
        for closes in ("false", "true"):
            assert await app.windows["main"].eval(script % closes) == list(range(5))

    shell.run(app, scenario)


def test_nothing_reaches_a_page_that_took_the_place_of_the_one_that_asked(shell: Runner) -> None:
    app = shell.app()
    go_on = asyncio.Event()
    channels: list[Channel[int]] = []

    @app.command(detached=True)
    async def wait(on_tick: Channel[int]) -> str:
        channels.append(on_tick)
        await go_on.wait()
        return "for the page before"

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval(
            'void shell.invoke("wait", { onTick: new shell.Channel() }); return shell.listen("x", () => {}).then(() => 0)'
        )
        window.webview.load("tauri://localhost/?again")
        await window.loaded()
        await window.eval(
            """globalThis.heard = [];
            const { runCallback } = __TAURI_INTERNALS__;
            globalThis.answer = shell.invoke("plugin:event|emit", { event: "y" }).then((value) => heard.push(value));
            return 0;"""
        )
        go_on.set()
        assert channels[0].closed
        app.emit("x", 1)
        await window.eval("new Promise((done) => setTimeout(done, 50))")
        assert await window.eval("heard") == [None]

    shell.run(app, scenario)


def test_a_filter_sees_changes_and_answers_calls(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def greet(name: str) -> str:
        return f"Hello, {name}!"

    @app.filter
    async def louder(call: Call, proceed: Proceed) -> object:
        if call.command != "greet":
            return await proceed(call)
        if call.args["name"] == "nobody":
            return "Nobody is here."
        return str(await proceed(call.replace(args={"name": call.args["name"].upper()})))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        assert await window.eval('shell.invoke("greet", { name: "ada" })') == "Hello, ADA!"
        assert await window.eval('shell.invoke("greet", { name: "nobody" })') == "Nobody is here."

    shell.run(app, scenario)


def test_a_page_that_floods_the_core_starves_nobody(shell: Runner) -> None:
    app = shell.app(limits=Limits(pending_calls=1_000))

    pings = 0

    @app.command
    async def ping() -> None:
        nonlocal pings
        pings += 1

    async def scenario(app: App) -> None:
        flood, other = app.windows["main"], app.create_window("other")
        await other.loaded()
        await flood.eval(
            """globalThis.flooding = true;
            const round = () => {
                for (let i = 0; i < 2000; i++) shell.invoke("ping").catch(() => {});
                if (flooding) setTimeout(round);
            };
            round();"""
        )
        most = 0
        for _ in range(20):
            before = pings
            await other.eval('shell.invoke("ping")')
            most = max(most, pings - before)
        await flood.eval("flooding = false")
        # Far above what is seen, and far below what a starved window would see.
        assert most < 100_000

    shell.run(app, scenario)


def test_the_prototype_is_frozen_where_the_configuration_says_so(shell: Runner) -> None:
    app = shell.app(config={"app": {"security": {"freezePrototype": True}}})

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("Object.isFrozen(Object.prototype)") is True

    shell.run(app, scenario)


def test_a_page_cannot_take_the_bridge_out_of_its_place(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        with pytest.raises(JavaScriptError, match="TypeError"):
            await window.eval("'use strict'; window.__TAURI_INTERNALS__.invoke = null")

    shell.run(shell.app(), scenario)


def test_documents_that_are_gone_leave_no_memory_behind(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        renderer = window.renderer_pid
        before = made(renderer)
        for _ in range(RELOADS):
            loaded = asyncio.ensure_future(next_load(window))
            window.webview.reload()
            await loaded
        assert window.renderer_pid == renderer
        assert made(renderer) - before < MOST_KEPT

    shell.run(shell.app(), scenario)
