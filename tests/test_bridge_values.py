"""What a page hands to `invoke`, and what it gets: values that JSON has no form for, and calls in great number."""

from typing import Any

from shell import App, Channel
from tests.conftest import Runner

EXPECT = """
const outcome = (call) => call.then((value) => ["resolved", value], (error) => ["rejected", String(error)]);
"""


def test_what_json_has_no_form_for_travels_as_objects_and_numbers(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def echo(value: Any = "missing") -> Any:
        return value

    async def scenario(app: App) -> None:
        window = app.windows["main"]

        async def echoed(value: str) -> Any:
            return await window.eval(f'shell.invoke("echo", {{ value: {value} }})')

        assert await echoed("new Uint8Array([1, 2, 255])") == [1, 2, 255]
        assert await echoed("new Uint8Array([1, 2]).buffer") == [1, 2]
        assert await echoed("new DataView(new Uint8Array([1, 2]).buffer, 1)") == [2]
        assert await echoed("new Float32Array([0.5, -1])") == [0.5, -1]
        assert await echoed("{ a: [new Map([['x', 1], ['y', new Map()]])] }") == {"a": [{"x": 1, "y": {}}]}
        assert await echoed("{ __TAURI_TO_IPC_KEY__() { return { String: 'id' } } }") == {"String": "id"}
        assert await echoed("[[{ __TAURI_TO_IPC_KEY__: () => 5 }]]") == [[5]]
        assert await echoed("new Date(0)") == "1970-01-01T00:00:00.000Z"
        deep = (
            "let deep = 5; for (let n = 0; n < 1500; n++) deep = [deep]; return shell.invoke('echo', { value: deep })"
        )
        assert str(await window.eval(f"{deep}.then(JSON.stringify)")) == "[" * 1500 + "5" + "]" * 1500
        assert await echoed("[NaN, Infinity, -0, 2 ** 53, undefined]") == [None, None, 0, 2**53, None]
        assert await echoed("undefined") == "missing"
        assert await echoed("'\\0\\u2028😀'") == "\0\u2028😀"
        assert await window.eval('shell.invoke("echo", undefined)') == "missing"
        assert await window.eval('shell.invoke("echo", null)') == "missing"
        assert await window.eval('shell.invoke("echo")') == "missing"

    shell.run(app, scenario)


def test_what_cannot_be_sent_rejects_and_says_why(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def echo(value: Any) -> Any:
        return value

    async def scenario(app: App) -> None:
        script = (
            EXPECT
            + """
            const circle = { items: [1, {}] };
            circle.items[1].back = circle;
            let deep = [];
            for (let n = 0; n < 20000; n++) deep = [deep];
            const calls = [
                shell.invoke("echo", { value: 1 }),
                shell.invoke("echo", { value: circle }),
                shell.invoke("echo", { value: 10n }),
                shell.invoke("echo", { value: new BigInt64Array(1) }),
                shell.invoke("echo", { value: "\\ud83d" }),
                shell.invoke("\\ud83d"),
                shell.invoke("echo", { value: deep }),
                shell.invoke("echo", "text"),
                shell.invoke(5),
                shell.invoke("echo", { value: 2 }),
            ];
            return await Promise.all(calls.map(outcome));
        """
        )
        outcomes = await app.windows["main"].eval(script)
        assert (outcomes[0], outcomes[-1]) == (["resolved", 1], ["resolved", 2])
        for (kind, problem), expected in zip(
            outcomes[1:-1],
            (
                "circular structure",
                "BigInt",
                "BigInt",
                "half of a surrogate pair",
                "half of a surrogate pair",
                "Maximum call stack size exceeded",
                "invalid args for command `echo`: Expected `object`, got `str`",
                "expected a command's name, got number",
            ),
            strict=True,
        ):
            assert kind == "rejected"
            assert expected in problem

    shell.run(app, scenario)


def test_a_hundred_thousand_calls_at_once_are_all_answered_in_order(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def echo(n: int) -> int:
        return n

    async def scenario(app: App) -> None:
        script = """
            const answers = [];
            const calls = Array.from({ length: 100000 }, (_, n) =>
                shell.invoke("echo", { n }).then((value) => answers.push(value)));
            await Promise.all(calls);
            return answers.every((value, n) => value === n) && answers.length;
        """
        assert await app.windows["main"].eval(script) == 100_000

    shell.run(app, scenario)


def test_a_page_may_declare_a_shell_of_its_own(shell: Runner) -> None:
    shell.write(
        index="<!doctype html><script>const shell = 'mine'; window.seen = shell;</script>",
        other="<!doctype html><script>var shell = 'mine'; window.seen = shell;</script>",
        function="<!doctype html><script>function shell() { return 'mine' } window.seen = shell();</script>",
    )

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("seen") == "mine"
        for page in ("other", "function"):
            window = app.create_window(page, url=f"{page}.html")
            await window.loaded()
            assert await window.eval("seen") == "mine"

    shell.run(shell.app(), scenario)


def test_what_a_page_replaces_does_not_harm_the_bridge(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def echo(value: Any) -> Any:
        return value

    async def scenario(app: App) -> None:
        script = """
            const broken = () => { throw new Error("replaced") };
            JSON.parse = JSON.stringify = queueMicrotask = fetch = setTimeout = broken;
            Array.isArray = Object.fromEntries = broken;
            const bytes = await shell.invoke("echo", { value: new Map([["a", 1]]) });
            return bytes.a;
        """
        assert await app.windows["main"].eval(f"(async () => {{ {script} }})().then(String)") == "1"

    shell.run(app, scenario)


def test_a_coroutine_that_sends_much_and_drains_reaches_the_page(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def pour(on_part: Channel[str], count: int) -> None:
        for n in range(count):
            on_part.send(f"{n}:".ljust(1000, "é"))
            await on_part.drain()

    async def scenario(app: App) -> None:
        script = """
            let seen = 0;
            let ordered = true;
            let all;
            const complete = new Promise((done) => (all = done));
            const onPart = new shell.Channel((part) => {
                ordered &&= part.startsWith(seen + ":");
                if (++seen === 5000) all();
            });
            await shell.invoke("pour", { onPart, count: 5000 });
            await complete;
            return ordered;
        """
        assert await app.windows["main"].eval(script) is True

    shell.run(app, scenario)
