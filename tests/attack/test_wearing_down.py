"""A page asks for more than anybody should have: of the loop, of memory, of the screen and of the person's patience."""

import asyncio
import collections
import gc
import json
import logging
import resource
import time
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtWebEngineCore import QWebEngineDesktopMediaRequest, QWebEngineUrlRequestJob

from shell import App, Channel, Limits
from shell.ipc import Link, wire
from shell.ipc.decoder import decoder
from shell.ipc.outbox import Outbox
from shell.ipc.wire import BrokenCall, WireCall
from shell.webview.ipc_scheme import IpcHandler
from shell.webview.scheme import AppHandler
from shell.webview.turns import Turns
from tests.attack.mutation import send
from tests.attack.raw import RAW
from tests.conftest import Runner, next_load
from tests.web_server import site

KEPT = [
    *("", "\n", "\0", "[", "]", "[]", "[[]]", "{}", "null", "nan", "NaN", "-Infinity", '"', '"\\', '"\\u', '"\\ud800"'),
    *(
        '[1,"a"]',
        '[1,"a",]',
        '[1,"a",{},{},{}]',
        '[1,"a",{},null,true,1]',
        '["1","a",{}]',
        '[1.0,"a",{}]',
        '[-1,"a",{}]',
    ),
    *(
        "[1e400,2,3]",
        f"[{'9' * 4301},2]",
        f"[{'9' * 100},{'9' * 5000}]",
        '[1,"a",{"a":1,"a":2}]',
        '[1,"a",{"__proto__":{}}]',
    ),
    *(
        '[1,"a",' + "[" * 10_000 + "]" * 10_000 + "]",
        "[" * 100_000,
        '{"a":' * 100_000,
        '[1,"a",' + '{"a":' * 5000 + "1",
    ),
    *('[1,"\ud800",{}]', '[1,"\\ud83d\\ude00",{}]', '[1,"a","\\ud83d"]', '[1,"a",{}]\r\n', "\u2028", "\ufeff[1,2]"),
    *('[1,"a",{},{"a":1}]', '[1,"a",{},{"a":"b","a":"c"}]', '[1,"a",1e999]', '[1,"a",01]', '[1,"a",+1]', "[1,'a',{}]"),
]
"""What has been sent to the core to harm it. None of it may raise."""

LINES = (
    st.text()
    | st.sampled_from(KEPT)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ).map(json.dumps)
)

within_reason = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@within_reason
@given(st.lists(LINES).map("\n".join))
@example("\n".join(KEPT))
def test_whatever_a_page_posts_is_a_call_or_is_told_to_be_none(text: str) -> None:
    for call in wire.read_calls(text):
        assert call is None or isinstance(call, WireCall | BrokenCall)


def test_no_message_made_from_those_that_are_kept_makes_the_core_raise_or_keeps_it() -> None:
    outcome = asyncio.run(send(10_000, seed=6))
    assert outcome.failed == []
    # Most can be read as far as there is something to answer.
    assert outcome.answered > outcome.sent / 4
    # Of the processor's time, and many times what the slowest takes.
    assert outcome.longest < 1, outcome.slowest[:200]


def test_the_core_takes_all_that_from_a_real_page(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    app = shell.app()

    @app.command
    async def take(value: object = None) -> str:
        return "taken"

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        answer = await window.eval(
            f"""{RAW}
            await shell.invoke("take");
            const name = JSON.parse(JSON.parse(heard.find((text) => text.includes("taken"))).data)[0];
            const kept = {json.dumps(KEPT)};
            for (const line of kept) post(line);
            post(JSON.stringify([name, 0]), ...kept);
            for (const line of kept) {{
              post(JSON.stringify([name, 0]), `[1,"take",${{line}}]`);
              post(JSON.stringify([name, 0]), `[1,${{line}},{{}}]`);
              post(JSON.stringify([name, 0]), `[1,"take",{{"value":${{line}}}}]`);
              post(`[${{JSON.stringify(line)}},0]`, line);
              await fetch(`ipc://localhost/take?document=${{name}}&raw=0&size=1&headers=${{encodeURIComponent(line.toWellFormed())}}`,
                {{ method: "POST", body: "x" }}).catch(() => 0);
              await fetch(`ipc://localhost/?document=${{name}}&parcel=${{encodeURIComponent(line.toWellFormed())}}`).catch(() => 0);
            }}
            return shell.invoke("take", {{ value: 1 }});"""
        )
        assert answer == "taken"
        assert [record.getMessage() for record in caplog.records if record.exc_info] == []

    shell.run(app, scenario)


def test_a_page_that_says_hello_without_end_is_ended_and_no_other_notices(shell: Runner) -> None:
    app = shell.app(limits=Limits(documents=50))
    gone: list[Any] = []
    app.on("renderer-gone")(lambda event: gone.append(event.payload))

    @app.command
    async def ask() -> str:
        return "answered"

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        back = asyncio.ensure_future(next_load(main))
        main.webview.page.runJavaScript(f"(() => {{ {RAW} for (;;) post('[\"again\",-1]'); }})()")
        assert await other.eval("shell.invoke('ask')") == "answered"
        await back
        assert [(one.label, one.reason) for one in gone] == [("main", "unresponsive")]
        assert await main.eval("shell.invoke('ask')") == "answered"

    shell.run(app, scenario)


TOO_MANY_STRAYS = "made more than 500 stray posts within 10 s (App's limits.strays)"
FORGED = f"""(async () => {{
{RAW}
await shell.invoke("ask");
const [name, delivery] = JSON.parse(JSON.parse(heard.find((text) => text.includes("answered"))).data);
for (let guessed = 0; ; ) post(JSON.stringify([name, %s]), '[1,"ask",{{}}]');
}})()"""
"""Calls that the core answers, one after another, without a look at the answers."""

ENDED = {
    "posts": (
        f"{RAW} const big = 'x'.repeat(1e6); for (let count = 0; count < 100; count++) post('[\"\",0]', big)",
        "posted more than 8 MiB within 10 s (App's limits.posted)",
    ),
    "small posts": (f"{RAW} for (;;) post('[\"\",0]')", TOO_MANY_STRAYS),
    "posts that nobody can read": (f"{RAW} for (;;) post('[')", TOO_MANY_STRAYS),
    "posts before their turn": (FORGED % "0", TOO_MANY_STRAYS),
    "posts that acknowledge anything": (FORGED % "2 ** 50", TOO_MANY_STRAYS),
    "posts that guess what they acknowledge": (FORGED % "delivery + ++guessed * 2 ** 15", TOO_MANY_STRAYS),
    "requests of the app": (
        "const go = () => { for (let count = 0; count < 100; count++) fetch('index.html').catch(() => 0); setTimeout(go); }; go()",
        "made more than 1000 requests within 10 s (App's limits.requests)",
    ),
    "requests of ipc:": (
        "const go = () => { for (let count = 0; count < 100; count++) shell.invoke('ask', new Uint8Array(1)).catch(() => 0); setTimeout(go); }; go()",
        "made more than 1000 requests within 10 s (App's limits.requests)",
    ),
    "pictures": (
        "for (let count = 0; count < 5000; count++) new Image().src = 'none' + count",
        "made more than 1000 requests within 10 s (App's limits.requests)",
    ),
    "lines on the console": (
        "for (;;) console.log(1)",
        "wrote more than 10000 lines to its console within 10 s (App's limits.console)",
    ),
    "large lines on the console": (
        "const big = 'x'.repeat(1e6); for (;;) console.log(big)",
        "wrote more than 10000 lines to its console within 10 s (App's limits.console)",
    ),
}


@pytest.mark.parametrize("flood", ENDED)
def test_a_page_that_does_it_without_end_is_ended_and_fills_no_memory(
    shell: Runner, flood: str, caplog: pytest.LogCaptureFixture
) -> None:
    script, problem = ENDED[flood]
    app = shell.app(limits=Limits(posted=8 * 1024 * 1024, strays=500, requests=1000, console=10_000))
    gone: list[Any] = []
    app.on("renderer-gone")(lambda event: gone.append(event.payload))

    @app.command
    async def ask(body: bytes = b"") -> str:
        return "answered"

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        back = asyncio.ensure_future(next_load(main))
        before = memory()
        main.webview.page.runJavaScript(f"(() => {{ {script} }})()")
        assert await other.eval("shell.invoke('ask')") == "answered"
        await back
        assert memory() - before < 600
        assert [(one.label, one.reason) for one in gone] == [("main", "unresponsive")]
        said = [record.getMessage() for record in caplog.records if "App's limits" in record.getMessage()]
        assert said == [f"webview main {problem}"]
        assert await other.eval("shell.invoke('ask')") == "answered"
        assert await main.eval("shell.invoke('ask')") == "answered"

    shell.run(app, scenario)


def test_what_a_page_has_posted_is_thrown_away_once_it_is_too_much(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = []
    receive = Link.receive

    def take(link: Link, text: str) -> str:
        posted.append(text)
        return receive(link, text)

    monkeypatch.setattr(Link, "receive", take)
    app = shell.app(limits=Limits(strays=100))

    @app.command
    async def ask() -> str:
        return "answered"

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        recovery, renderer = window.webview.recovery, window.renderer_pid
        # It lives on, so that it has posted all of them for sure.
        recovery.give_up, give_up = lambda why="": True, recovery.give_up  # type: ignore[method-assign]
        titled = asyncio.Event()
        window.webview.page.titleChanged.connect(lambda title: titled.set() if title == "posted" else None)
        script = (
            f"(() => {{ {RAW} for (let count = 0; count < 20000; count++) post('['); document.title = 'posted'; }})()"
        )
        window.webview.page.runJavaScript(script)
        await titled.wait()
        assert 100 < len(posted) < 10_000
        assert window.renderer_pid == renderer
        back = asyncio.ensure_future(next_load(window))
        give_up()
        await back
        assert await window.eval("shell.invoke('ask')") == "answered"

    shell.run(app, scenario)


def test_no_page_that_calls_without_end_posts_before_its_turn(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    unheeded: list[int] = []
    answer = Outbox.end_answer

    def end_answer(outbox: Outbox) -> str:
        unheeded.append(outbox.unheeded)
        return answer(outbox)

    monkeypatch.setattr(Outbox, "end_answer", end_answer)
    app = shell.app()

    @app.command
    async def ask(channel: Channel[int]) -> str:
        for number in range(3):
            channel.send(number)
            await asyncio.sleep(0)
        return "answered"

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        await window.eval(
            """
            shell.listen("said", () => 0);
            const calls = [];
            for (let count = 0; count < 4000; count++) {
              calls.push(shell.invoke("ask", { channel: new shell.Channel() }));
              if (count % 50 === 0) await new Promise((done) => setTimeout(done));
              calls.push(shell.emit("said", "x".repeat(count)));
            }
            await Promise.all(calls);
            """
        )
        assert 0 < max(unheeded) <= wire.POSTS_AT_ONCE
        assert len(unheeded) > 100

    shell.run(app, scenario)


def test_of_a_thousand_requests_at_once_each_is_answered_and_few_at_a_time(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = AppHandler.answer
    begun, on_their_way = collections.Counter[str](), [0]

    def take(handler: AppHandler, job: QWebEngineUrlRequestJob) -> None:
        begun["now"] += 1
        job.destroyed.connect(lambda: begun.subtract(["now"]))
        on_their_way.append(begun["now"])
        answer(handler, job)

    monkeypatch.setattr(AppHandler, "answer", take)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        answered = await window.eval(
            """
            const all = Array.from({ length: 1000 }, (_, count) => fetch(`index.html?${count}`).then((one) => one.text()));
            return (await Promise.all(all)).filter((text) => text.includes("<")).length;
            """
        )
        assert answered == 1000
        assert len(on_their_way) > 1000
        assert max(on_their_way) <= 2 * 64

    shell.run(shell.app(), scenario)


def test_a_page_of_whose_requests_many_wait_makes_no_more_but_may_be_loaded_again(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shell.webview.turns._AT_ONCE", 1)
    monkeypatch.setattr("shell.webview.turns._MANY_WAITING", 10)
    take = Turns.take
    _answer_those_without_a_query(monkeypatch)

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        many = asyncio.Event()

        def take_and_tell(turns: Turns, job: QWebEngineUrlRequestJob) -> None:
            take(turns, job)
            if turns.are_many("main"):
                many.set()

        monkeypatch.setattr(Turns, "take", take_and_tell)
        await main.eval("for (let count = 0; count < 20; count++) fetch(`index.html?${count}`).catch(() => 0);")
        await many.wait()
        assert await main.eval("fetch('index.html').catch(String)") == "TypeError: Failed to fetch"
        # Neither a call nor what a command answers is a file.
        assert await main.eval("shell.invoke('double', new Uint8Array([1, 2])).then((one) => one.byteLength)") == 4
        assert await other.eval("fetch('index.html').then((one) => one.ok)")
        again = asyncio.ensure_future(next_load(main))
        main.webview.reload()
        await again
        assert await main.eval("fetch('index.html').then((one) => one.ok)")

    app = shell.app()

    @app.command
    async def double(body: bytes) -> bytes:
        return body * 2

    shell.run(app, scenario)


def _answer_those_without_a_query(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = AppHandler.answer

    def answer_others(handler: AppHandler, job: QWebEngineUrlRequestJob) -> None:
        if not job.requestUrl().hasQuery():
            answer(handler, job)

    monkeypatch.setattr(AppHandler, "answer", answer_others)


def test_the_program_may_have_more_files_once_a_page_asks_for_much_at_once(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shell.webview.turns._AT_ONCE", 1)
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (8192, 524_288))
    monkeypatch.setattr(resource, "setrlimit", lambda _, bounds: asked.append(bounds))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        await window.eval("Promise.all(Array.from({ length: 50 }, (_, count) => fetch(`index.html?${count}`)))")
        assert asked == [(65_536, 524_288)]

    shell.run(shell.app(), scenario)


def test_what_a_page_asks_for_and_does_not_read_counts_until_it_has_gone(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shell.webview.turns._AT_ONCE", 1)
    monkeypatch.setattr("shell.webview.turns._MANY_WAITING", 10)
    monkeypatch.setattr("shell.webview.turns._FEW", 5)
    monkeypatch.setattr("shell.webview.turns._PATIENCE", 0.05)
    _answer_those_without_a_query(monkeypatch)
    take = Turns.take
    turns: set[Turns] = set()

    def note(one: Turns, job: QWebEngineUrlRequestJob) -> None:
        turns.add(one)
        take(one, job)

    monkeypatch.setattr(Turns, "take", note)

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        await main.eval("for (let count = 0; count < 12; count++) fetch(`index.html?${count}`).catch(() => 0);")
        (of_app,) = turns
        while not of_app.are_many("main") or of_app._pages["main"].waiting:  # noqa: ASYNC110  # nobody tells of it
            await asyncio.sleep(0.01)
        assert await main.eval("fetch('index.html').catch(String)") == "TypeError: Failed to fetch"
        assert await other.eval("fetch('index.html').then((one) => one.ok)")
        again = asyncio.ensure_future(next_load(main))
        main.webview.reload()
        await again
        while of_app.are_many("main"):  # noqa: ASYNC110  # nobody tells of it
            await asyncio.sleep(0.01)
        assert await main.eval("fetch('index.html').then((one) => one.ok)")

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize("kind", ["Worker", "SharedWorker"])
def test_no_worker_has_more_requests_waiting_than_there_are_files_for(
    shell: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    monkeypatch.setattr("shell.webview.turns._AT_ONCE", 1)
    monkeypatch.setattr("shell.webview.turns._MANY_OF_WORKERS", 10)
    _answer_those_without_a_query(monkeypatch)
    asking = """
    const heard = new BroadcastChannel("refused");
    for (let count = 0; count < 40; count++) fetch(`tauri://localhost/?${count}`).then(({ status }) => heard.postMessage(status));
    """

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        refused = await main.eval(
            f"""const heard = new BroadcastChannel("refused");
            const told = [];
            const all = new Promise((done) => (heard.onmessage = ({{ data }}) => told.push(data) === 25 && done()));
            globalThis.kept = new {kind}(URL.createObjectURL(new Blob([{asking!r}])));
            await all;
            return told;"""
        )
        assert refused == [403] * 25
        assert caplog.text.count("requests of workers are refused while 10 of them wait") == 1
        for window in (main, other):
            assert await window.eval("fetch('index.html').then((one) => one.ok)")

    shell.run(shell.app(), scenario)


def test_calls_with_bytes_go_out_no_faster_than_the_core_takes_them(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    receive, answer = Link.receive, IpcHandler.answer

    def post(link: Link, text: str) -> str:
        order.append("post" if link.label == "main" else link.label)
        return receive(link, text)

    def request(handler: IpcHandler, job: Any) -> None:
        order.append("request")
        answer(handler, job)

    monkeypatch.setattr(Link, "receive", post)
    monkeypatch.setattr(IpcHandler, "answer", request)
    app = shell.app()

    arrived: list[bytes] = []
    all_there = asyncio.Event()

    @app.command
    async def add(body: bytes) -> int:
        arrived.append(body)
        if len(arrived) == 1000:
            all_there.set()
        # None is answered before the last has come.
        await all_there.wait()
        return sum(body)

    @app.command
    async def large(value: int) -> str:
        return "x" * 300_000 + str(value)

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        sums: list[int] = await main.eval(
            """const bytes = new Uint8Array(2);
            const calls = [];
            for (let count = 0; count < 1000; count++) {
              bytes[0] = count % 256;
              calls.push(shell.invoke("add", bytes));
            }
            return Promise.all(calls);"""
        )
        # What a call carries is what it was when the page called.
        assert sums == [count % 256 for count in range(1000)]
        runs = [len(run) for run in "".join("." if one == "request" else "|" for one in order).split("|")]
        assert sum(runs) == 1000
        # 32 in a turn; those of one may still come when others have begun, for they go another way than posts.
        assert max(runs) < 500
        assert len([run for run in runs if run]) >= 8
        # Large answers are fetched in the same way.
        ends: list[str] = await main.eval(
            """const numbers = [...Array(200).keys()];
            const all = await Promise.all(numbers.map((value) => shell.invoke("large", { value })));
            return all.map((one) => one.replaceAll("x", ""));"""
        )
        assert ends == [str(number) for number in range(200)]

    shell.run(app, scenario)


def memory() -> int:
    """What this process has in memory at this moment, in MiB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() >> 20


def test_limits_say_so_when_they_are_hit(shell: Runner) -> None:
    limits = Limits(handles=10, pending_calls=40, webviews=4)
    app = shell.app(
        limits=limits,
        capabilities=[
            {
                "identifier": "all",
                "windows": ["*"],
                "permissions": [
                    *("core:default", "core:window:allow-create", "core:webview:allow-create-webview-window"),
                    "core:webview:allow-create-webview",
                ],
            }
        ],
    )

    refused = asyncio.Event()

    @app.command
    async def slow() -> None:
        await refused.wait()

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await main.eval(
            """
            window.many = async (promises) => {
              const outcomes = await Promise.allSettled(promises);
              const refused = outcomes.filter((one) => one.status === "rejected").map((one) => String(one.reason));
              return [outcomes.length - refused.length, [...new Set(refused)]];
            };
            const numbers = [...Array(30).keys()];
            window.counted = {};
            counted.listeners = await many(numbers.map((number) => shell.listen(`event-${number}`, () => {})));
            counted.images = await many(numbers.map(() => shell.invoke("plugin:image|new", { rgba: [1, 2, 3, 4], width: 1, height: 1 })));
            counted.windows = await many(numbers.map((number) =>
              shell.invoke("plugin:webview|create_webview_window", { options: { label: `w${number}`, visible: false } })));
            counted.name = await many([shell.listen("x".repeat(2000), () => {})]);
            window.calls = [...numbers, ...numbers].map(() => shell.invoke("slow"));
            let left = 20;
            await new Promise((done) => calls.forEach((call) => call.catch(() => --left || done())));"""
        )
        refused.set()
        counted: dict[str, list[Any]] = await main.eval("counted.calls = await many(calls); return counted;")
        # An earlier call may still be under way for a moment when its answer is there.
        assert 36 <= counted["calls"][0] <= 40
        assert {what: count for what, (count, _) in counted.items() if what != "calls"} == {
            "listeners": 10,
            "images": 10,
            "windows": 3,
            "name": 0,
        }
        assert {what: reasons for what, (_, reasons) in counted.items()} == {
            "listeners": ["this page has 10 listeners already, and has ended none of them (App's limits.handles)"],
            "images": ["this page holds 10 resources already, and has closed none of them (App's limits.handles)"],
            "windows": ["there are 4 windows or webviews already, and pages may open no more (App's limits.webviews)"],
            "calls": ["too many calls at once: 40 are under way (App's limits.pending_calls)"],
            "name": ["an event name has at most 1024 characters, this one 2000"],
        }
        assert len(app.windows) == 4

    shell.run(app, scenario)


def test_a_page_cannot_keep_a_person_in_dialogs(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("shell.webview.page.tell", lambda _view, _url, message: shown.append(message))
    monkeypatch.setattr("shell.webview.page.ask", lambda *_: shown.append("confirm"))
    # However long the machine takes from one to the next.
    monkeypatch.setattr("shell.webview.page._BETWEEN_DIALOGS", 1e9)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        page: Any = window.webview.page
        page._rules = attrs.evolve(page._rules, dialogs=True)
        await window.eval("for (let count = 0; count < 200; count++) { alert(count); confirm('on?'); }")
        assert len(shown) == 10

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize(
    "refused",
    [
        "window.open('https://example.com/' + count)",
        "alert(count)",
        "navigator.geolocation.getCurrentPosition(() => 0, () => 0)",
        "print()",
    ],
)
def test_what_a_page_is_refused_without_end_fills_no_log(
    shell: Runner, refused: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await main.eval(f"for (let count = 0; count < 400; count++) {refused}")
        # What a page asks Chromium for may come after what it tells the core.
        while not (told := [record for record in caplog.records if record.name.startswith("shell.webview")]):
            await main.eval("1")
        assert len(told) < 250

    shell.run(shell.app(), scenario)


def test_a_page_fills_no_log(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "shell.console")

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval("console.log('x'.repeat(1e6))")
        await window.eval("for (let count = 0; count < 20000; count++) console.log(count)")
        await window.eval("new Promise((done) => setTimeout(done, 1100))")
        await window.eval("console.log('later')")
        messages = [record.getMessage() for record in caplog.records if record.name == "shell.console"]
        assert len(messages) < 5000
        assert max(map(len, messages)) < 11_000
        assert any("are left out" in message for message in messages)
        assert messages[-1].endswith("later")

    shell.run(shell.app(), scenario)


class _Asked:
    """A page's question for the screen's picture, and its answer."""

    def __init__(self) -> None:
        self.answer = ""

    def cancel(self) -> None:
        self.answer = "refused"

    def screensModel(self) -> Any:  # noqa: N802  # Qt's name
        return QWebEngineDesktopMediaRequest.screensModel

    def selectScreen(self, _index: object) -> None:  # noqa: N802  # Qt's name
        self.answer = "granted"


@pytest.mark.parametrize("local", [True, False], ids=["of the app", "remote"])
def test_only_pages_of_the_app_get_the_screen(shell: Runner, local: bool) -> None:
    with site({"/": "<!doctype html>"}) as remote:
        app = shell.app(
            config={"plugins": {"qtshell": {"network": [remote.origin], "webPermissions": ["screen-capture"]}}}
        )

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            if not local:
                window.webview.load(f"{remote.origin}/")
            await window.loaded()
            asked: Any = _Asked()
            asked.screensModel = lambda: asked
            asked.index = lambda _row: None
            page: Any = window.webview.page
            page._ask_screen(asked)
            assert asked.answer == ("granted" if local else "refused")

        shell.run(app, scenario)


BODIES = """
const document = JSON.parse(JSON.parse(heard.find((text) => text.includes("taken"))).data)[0];
const send = (size, body, more = {}) => Promise.race([
  fetch(`ipc://localhost/take?document=${document}&raw=1&size=${size}`, { method: "POST", body, ...more })
    .then((answer) => (answer.ok ? answer.json() : "refused"), () => "refused"),
  new Promise((done) => setTimeout(done, 1000, "no answer")),
]);
const endless = () => new ReadableStream({ pull: (stream) => { stream.enqueue(new Uint8Array(65536)); return new Promise((next) => setTimeout(next)); } });
const silent = () => new ReadableStream({ pull: () => new Promise(() => 0) });
return {
  endless: await send(1e6, endless(), { duplex: "half" }),
  silent: await send(1, silent(), { duplex: "half" }),
  less: await send(1e9, "x"),
  more: await send(1, "x".repeat(1e6)),
  none: await send(0),
  negative: await send(-1, "x"),
  huge: await send("9".repeat(6000), "x"),
  fraction: await send(1.5, "x"),
  digits: await send("\\u0661", "x"),
  file: await send(5, new Blob(["bytes"])),
};
"""


def test_a_body_that_never_ends_and_one_that_lies_take_nothing_with_them(
    shell: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    app = shell.app()
    sizes: list[int] = []

    @app.command
    async def take(body: bytes = b"") -> str:
        sizes.append(len(body))
        return "taken"

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        outcome = await main.eval(f"{RAW} await shell.invoke('take'); {BODIES}")
        assert {what for what, how in outcome.items() if how == "taken"} <= {"none", "file", "digits"}, outcome
        assert max(sizes) <= 5
        assert await other.eval("shell.invoke('take')") == "taken"
        assert [record.getMessage() for record in caplog.records if record.exc_info] == []

    shell.run(app, scenario)


def test_30_mib_of_json_keep_nobody_waiting(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0.0

    def watch(owner: type, name: str) -> None:
        function = getattr(owner, name)

        def watched(*args: Any) -> Any:
            nonlocal longest
            begun = time.thread_time()
            try:
                return function(*args)
            finally:
                longest = max(longest, time.thread_time() - begun)

        monkeypatch.setattr(owner, name, watched)

    # What Qt calls by itself must not be replaced: PySide keeps the replacement's address when that has gone.
    for owner, name in ((Link, "receive"), (asyncio.Handle, "_run"), (IpcHandler, "answer")):
        watch(owner, name)
    app = shell.app()

    @app.command
    async def count(rows: list[dict[str, int | float | str]]) -> int:
        return len(rows)

    @app.command
    async def ask() -> str:
        return "answered"

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        call = """
        const text = "some text that says nothing ".repeat(3);
        const rows = Array.from({ length: 240000 }, (_, number) => ({ number, half: number / 2, text }));
        return shell.invoke("count", { rows: rows.slice(0, %d) });"""
        assert await main.eval(call % 10_000) == 10_000
        # What the first such call loads is not looked at.
        nonlocal longest
        longest = 0.0
        # Nor what other tests have left for Python to look through.
        gc.freeze()
        large = asyncio.ensure_future(main.eval(call % 240_000))
        while not large.done():
            assert await other.eval("shell.invoke('ask')") == "answered"
        assert await large == 240_000
        meanwhile = longest
        text = "some text that says nothing " * 3
        rows = msgspec.json.encode([{"number": n, "half": n / 2, "text": text} for n in range(240_000)])
        begun = time.thread_time()
        decoder(list[dict[str, int | float | str]])(rows)
        at_once = time.thread_time() - begun
        # A thirtieth of it, as the processor's time goes.
        assert 0 < meanwhile < at_once / 3

    try:
        shell.run(app, scenario)
    finally:
        gc.unfreeze()


PEACE = 0.25
"""Seconds of the processor's time that nearly all turns of the loop may take, ten times what they do."""


@pytest.mark.parametrize(
    "burden",
    [
        "for (let count = 0; count < 20000; count++) shell.invoke('ask')",
        "for (let count = 0; count < 20000; count++) shell.listen('event-' + count, () => {}).catch(() => 0)",
        "for (let count = 0; count < 20000; count++) console.log(count)",
        "for (let count = 0; count < 2000; count++) location.href = 'https://example.com/' + count",
        "for (let count = 0; count < 2000; count++) navigator.geolocation.getCurrentPosition(() => 0, () => 0)",
        "for (let count = 0; count < 500; count++) alert(count)",
        "for (;;);",
    ],
    ids=["calls", "listeners", "console", "navigations", "permissions", "alerts", "a loop"],
)
def test_the_loop_goes_on_whatever_a_page_does(shell: Runner, burden: str) -> None:
    app = shell.app()

    @app.command
    async def ask() -> str:
        return "answered"

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        loop = asyncio.get_running_loop()
        main.webview.page.runJavaScript(f"(() => {{ {burden} }})()")
        pauses = []
        until = loop.time() + 1
        while loop.time() < until:
            before = time.thread_time()
            # What the loop does before it comes back to this is what is looked at.
            await asyncio.sleep(0.001)
            pauses.append(time.thread_time() - before)
        assert sorted(pauses)[len(pauses) * 9 // 10] < PEACE
        assert await other.eval("shell.invoke('ask')") == "answered"

    shell.run(app, scenario)
