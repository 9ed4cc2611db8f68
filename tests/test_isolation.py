"""An isolation application, as Tauri has it: scripts that see every message of a page before the core does."""

import json
from pathlib import Path
from typing import Any

import pytest

from shell import App, Channel, ConfigError, JavaScriptError
from shell.webview.browsing_data import clear_browsing_data
from tests.conftest import Runner, next_load
from tests.isolation import isolating, marking
from tests.npm import api_page

WITH_SHARED_MEMORY = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
}
OUTCOME = "const outcome = (call) => call.then((value) => ['resolved', value], (error) => ['rejected', error]);"


def test_it_sees_every_kind_of_message(shell: Runner) -> None:
    isolated = marking(shell, config={"security": {"headers": WITH_SHARED_MEMORY}})
    app = isolated.app

    @app.command
    async def count(on_tick: Channel[int]) -> None:
        on_tick.send(1)

    app.share("level", 3)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        told: dict[str, Any] = await window.eval(
            """const { invoke, listen, once, emit, emitTo, follow, Channel } = shell;
            const told = {};
            told.echo = await invoke("echo", { value: [1, { a: new Uint8Array([1, 2]) }] });
            told.batch = await Promise.all([1, 2, 3].map((value) => invoke("echo", { value })));
            told.large = (await invoke("echo", { value: "x".repeat(300000) })).length;
            told.bytes = await invoke("size", new Uint8Array(5));
            told.pieces = await invoke("size", new Uint8Array(5 << 20).subarray(1));
            told.shared = await invoke("size", new Uint8Array(new SharedArrayBuffer(7)));
            told.internals = await __TAURI_INTERNALS__.invoke("echo", { value: 4 });
            const heard = new Promise((done) => once("said", (event) => done(event.payload)));
            const both = new Promise((done) => listen("to", (event) => done(event.payload)));
            await new Promise((done) => setTimeout(done));
            await emit("said", 5);
            await emitTo("main", "to", 6);
            told.events = [await heard, await both];
            const channel = new Channel();
            const ticked = new Promise((done) => (channel.onmessage = done));
            await invoke("count", { onTick: channel });
            told.tick = await ticked;
            told.level = await new Promise((done) => follow("level", done));
            return told;"""
        )
        assert told == {
            "echo": [1, {"a": [1, 2]}],
            "batch": [1, 2, 3],
            "large": 300000,
            "bytes": 5,
            "pieces": (5 << 20) - 1,
            "shared": 7,
            "internals": 4,
            "events": [5, 6],
            "tick": 1,
            "level": 3,
        }
        assert isolated.unseen == []
        commands = {"echo", "size", "count", "plugin:event|listen", "plugin:event|emit", "plugin:event|emit_to"}
        assert isolated.reached >= commands | {"plugin:event|unlisten", "plugin:shared|follow"}
        seen: list[str] = await window.webview.eval("window.seen", own=True)
        assert sorted(set(seen) - {"plugin:__shell__|evaluated"}) == sorted(isolated.reached)

    shell.run(app, scenario)


def test_what_is_large_comes_down_by_every_road(shell: Runner) -> None:
    isolated = marking(shell)

    @isolated.app.command
    async def give(count: int, channel: Channel[bytes]) -> bytes:
        channel.send(bytes(count))
        channel.send(bytes(3))
        return bytes(count)

    @isolated.app.command
    async def rows(count: int) -> list[dict[str, int]]:
        return [{"row": row} for row in range(count)]

    async def scenario(app: App) -> None:
        script = """const sizes = [];
        for (const count of [100, 100000, 5000000]) {
          const channel = new shell.Channel((bytes) => sizes.push(bytes.byteLength));
          sizes.push(-(await shell.invoke("give", { count, channel })).byteLength);
        }
        while (sizes.length < 9) await new Promise((done) => setTimeout(done));
        const rows = await shell.invoke("rows", { count: 200000 });
        return [sizes.sort((a, b) => a - b), rows.length, rows[199999].row]"""
        sizes = [-5000000, -100000, -100, 3, 3, 3, 100, 100000, 5000000]
        assert await app.windows["main"].eval(script) == [sizes, 200000, 199999]

    shell.run(isolated.app, scenario)
    assert isolated.unseen == []


def add_echo_and_size(app: App) -> None:
    """Commands that say what came to the core: a value, and how many bytes."""

    @app.command
    async def echo(value: Any = None) -> Any:
        return value

    @app.command
    async def size(body: bytes) -> int:
        return len(body)


def test_it_gets_what_tauris_gets(shell: Runner) -> None:
    app = isolating(shell, "window.seen = []; window.__TAURI_ISOLATION_HOOK__ = (m) => (window.seen.push(m), m);")

    add_echo_and_size(app)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval(
            """await shell.invoke("echo", { value: new shell.Channel() }, { headers: { "X-One": "1" } });
            await shell.invoke("echo");
            await shell.invoke("size", [1, 2]);"""
        )
        seen: list[dict[str, Any]] = await window.webview.eval(
            """return window.seen.map((message) => ({ ...message, callback: typeof message.callback,
                error: typeof message.error, bytes: message.payload instanceof Uint8Array }))""",
            own=True,
        )
        other: dict[str, Any] = {"callback": "number", "error": "number", "bytes": False}
        assert seen[:3] == [
            {"cmd": "echo", "payload": {"value": "__CHANNEL__:1"}, "options": {"headers": {"x-one": "1"}}, **other},
            {"cmd": "echo", "payload": {}, **other},
            {"cmd": "size", "payload": {"0": 1, "1": 2}, **other, "bytes": True},
        ]

    shell.run(app, scenario)


@pytest.mark.parametrize(
    ("hook", "problem"),
    [
        ("() => { throw new Error('no'); }", "no"),
        ("async () => { throw new TypeError('no'); }", "no"),
        ("() => Promise.reject('no')", "no"),
        ("() => { throw { kind: 'policy', level: 3 }; }", {"kind": "policy", "level": 3}),
        ("() => { throw undefined; }", "the isolation application refused the call"),
        ("() => { throw Symbol('no'); }", "Symbol(no)"),
        ("() => undefined", "window.__TAURI_ISOLATION_HOOK__ returned undefined"),
        ("async () => null", "window.__TAURI_ISOLATION_HOOK__ returned null"),
        ("() => 'echo'", "window.__TAURI_ISOLATION_HOOK__ returned string"),
        ("() => ({})", "window.__TAURI_ISOLATION_HOOK__ returned a message whose cmd is undefined"),
        ("(m) => ({ ...m, cmd: 5 })", "window.__TAURI_ISOLATION_HOOK__ returned a message whose cmd is number"),
        ("(m) => ({ ...m, payload: m => m })", "__TAURI_ISOLATION_HOOK__ returned a message whose payload is function"),
        ("(m) => (m.payload.self = m, m)", "circular"),
        ("(m) => ({ ...m, options: { headers: { 'a b': '1' } } })", "Headers"),
    ],
)
def test_what_it_refuses_rejects_with_its_reason(shell: Runner, hook: str, problem: Any) -> None:
    guarded = f"const hook = {hook}; window.__TAURI_ISOLATION_HOOK__ = (m) => (m.cmd === 'echo' ? hook(m) : m);"
    app = isolating(shell, guarded)
    reached = []

    @app.command
    async def echo() -> None:
        reached.append("echo")

    async def scenario(app: App) -> None:
        kind, error = await app.windows["main"].eval(f"{OUTCOME} return await outcome(shell.invoke('echo'))")
        assert kind == "rejected"
        if isinstance(error, str):
            assert problem in error
        else:
            assert error == problem
        assert reached == []

    shell.run(app, scenario)


def test_what_it_returns_is_what_the_core_gets(shell: Runner) -> None:
    app = isolating(
        shell,
        """window.__TAURI_ISOLATION_HOOK__ = async (message) => {
          if (message.cmd === "old") return { ...message, cmd: "echo", payload: { value: new Uint8Array([1, 2]) } };
          if (message.cmd === "size") return { ...message, payload: message.payload.subarray(1) };
          if (message.cmd === "text") return { ...message, cmd: "size", payload: new ArrayBuffer(9) };
          if (message.cmd === "mutated") { message.cmd = "echo"; message.payload.value += 1; }
          if (message.cmd === "without") { message.cmd = "echo"; delete message.payload; }
          return message;
        };""",
    )

    add_echo_and_size(app)

    async def scenario(app: App) -> None:
        script = """return await Promise.all([shell.invoke("old"), shell.invoke("size", new Uint8Array(5)),
          shell.invoke("text"), shell.invoke("mutated", { value: 1 }), shell.invoke("without", { value: 1 })])"""
        assert await app.windows["main"].eval(script) == [[1, 2], 4, 9, 2, None]

    shell.run(app, scenario)


def test_calls_keep_their_order_however_long_it_thinks(shell: Runner) -> None:
    app = isolating(
        shell,
        """window.__TAURI_ISOLATION_HOOK__ = (message) => {
          const { number } = message.payload;
          if (number === undefined || number % 5 === 0) return message;
          if (number % 7 === 0) throw new Error("refused");
          if (number % 11 === 0) return Promise.reject(new Error("refused"));
          return new Promise((done) => setTimeout(() => done(message), (number * 37) % 20));
        };""",
    )
    reached: list[int] = []

    @app.command
    async def note(number: int) -> None:
        reached.append(number)

    async def scenario(app: App) -> None:
        script = """const calls = Array.from({ length: 200 }, (_, number) => shell.invoke("note", { number }));
        return (await Promise.allSettled(calls)).map(({ status }) => status === "fulfilled")"""
        passed: list[bool] = await app.windows["main"].eval(script)
        expected = [n for n in range(200) if n % 5 == 0 or (n % 7 and n % 11)]
        assert reached == expected
        assert [n for n, ok in enumerate(passed) if ok] == expected

    shell.run(app, scenario)


MARKED_LATE = """window.__TAURI_ISOLATION_HOOK__ = (message) => ({ ...message, options: { headers: { seen: %s } } });"""


def test_calls_wait_for_a_hook_that_is_set_late(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    isolated = marking(shell, f"setTimeout(() => {{ {MARKED_LATE} }}, 200);")

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("shell.invoke('echo', { value: 1 })") == 1
        assert isolated.unseen == []

    shell.run(isolated.app, scenario)
    assert any("has not set window.__TAURI_ISOLATION_HOOK__" in record.getMessage() for record in caplog.records)


def test_one_that_sets_null_lets_all_pass(shell: Runner) -> None:
    app = isolating(shell, "window.__TAURI_ISOLATION_HOOK__ = null;")

    @app.command
    async def echo(value: Any) -> Any:
        return value

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("shell.invoke('echo', { value: 1 })") == 1

    shell.run(app, scenario)


def test_one_that_refuses_everything_keeps_the_core_from_none_of_its_own_work(shell: Runner) -> None:
    app = isolating(shell, "window.__TAURI_ISOLATION_HOOK__ = () => { throw new Error('closed'); };")

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        with pytest.raises(JavaScriptError, match="refused to pass the outcome on: closed"):
            await window.eval("1 + 1")
        assert (await window.screenshot()).startswith(b"\x89PNG")
        await clear_browsing_data(window.webview.page.profile(), [window.webview])
        loading = next_load(window)
        window.webview.reload()
        await loading
        with pytest.raises(JavaScriptError, match="closed"):
            await window.eval("1 + 1")

    shell.run(app, scenario)


def test_large_answers_and_bytes_come_through_where_a_policy_forbids_ipc(shell: Runner) -> None:
    policy = "<meta http-equiv='Content-Security-Policy' content=\"connect-src 'none'\">"
    shell.write(index=f"<!doctype html>{policy}<title>page</title>")
    isolated = marking(shell)

    @isolated.app.command
    async def zeros(count: int) -> bytes:
        return bytes(count)

    async def scenario(app: App) -> None:
        script = """return [await shell.invoke("size", new Uint8Array(3000000)),
          (await shell.invoke("echo", { value: "x".repeat(600000) })).length,
          (await shell.invoke("zeros", { count: 100000 })).byteLength]"""
        assert await app.windows["main"].eval(script) == [3000000, 600000, 100000]
        assert isolated.unseen == []

    shell.run(isolated.app, scenario)


def test_a_program_does_not_start_without_the_one_that_it_names(shell: Runner) -> None:
    app = isolating(shell, "window.other = (message) => message;")

    async def scenario(app: App) -> None:
        pytest.fail("it has started")

    with pytest.raises(
        ConfigError, match=r"^App: \$\.app\.security\.pattern\.options\.dir: no script of .* sets window\."
    ):
        shell.run(app, scenario)


CONFIG = {
    "productName": "safe",
    "version": "1.0.0",
    "identifier": "com.example.safe",
    "build": {"frontendDist": "../dist"},
    "app": {
        "windows": [{"title": "Safe"}],
        "security": {"csp": None, "pattern": {"use": "isolation", "options": {"dir": "../dist-isolation"}}},
    },
}
CAPABILITY = {
    "identifier": "default",
    "windows": ["main"],
    "permissions": ["core:default", "core:window:allow-set-title"],
}
APPLICATION = """<!doctype html>
<html lang="en">
  <head><meta charset="UTF-8" /><title>Isolation</title></head>
  <body><script src="/rules.js"></script><script type="module" src="./index.js"></script></body>
</html>"""
RULES = "const allowed = ['greet', 'plugin:event|listen', 'plugin:window|set_title', 'plugin:__shell__|evaluated'];"
HOOK = """window.__TAURI_ISOLATION_HOOK__ = async (message) => {
  if (!allowed.includes(message.cmd)) throw new Error(`${message.cmd} is none of ours`);
  if (message.cmd === "greet") message.payload.name = message.payload.name.trim();
  return message;
};
"""


def test_a_project_of_tauri_that_uses_one_runs_as_it_stands(tmp_path: Path, shell: Runner) -> None:
    files = {
        "src-tauri/tauri.conf.json": json.dumps(CONFIG),
        "src-tauri/capabilities/default.json": json.dumps(CAPABILITY),
        "dist-isolation/index.html": APPLICATION,
        "dist-isolation/rules.js": RULES,
        "dist-isolation/index.js": HOOK,
        "dist/index.html": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "dist/index.html").write_text(api_page(tmp_path / "dist"), encoding="utf-8")
    app = App(config=tmp_path / "src-tauri")

    @app.command
    async def greet(name: str) -> str:
        return f"Hello, {name}!"

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        told: list[Any] = await window.eval(
            f"""{OUTCOME}
            await api.window.getCurrentWindow().setTitle("Safer");
            const heard = new Promise((done) => api.event.listen("told", (event) => done(event.payload)));
            return [await api.core.invoke("greet", {{ name: " Ada " }}), await outcome(api.app.getVersion()),
              await outcome(api.core.invoke("greet", new Uint8Array(1)))];"""
        )
        assert told[:2] == ["Hello, Ada!", ["rejected", "plugin:app|version is none of ours"]]
        assert told[2][0] == "rejected"
        assert window.title() == "Safer"

    shell.run(app, scenario)
