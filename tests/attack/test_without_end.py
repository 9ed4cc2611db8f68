"""A page asks a million times, or for a hundred megabytes, and never stops: others go on, and it is told what its bounds are."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import attrs
import pytest

from shell import App, Gone, RecoveryPolicy, Window
from tests.attack.test_wearing_down import memory
from tests.conftest import Runner, next_load

ALL_DAY = 3000.0
"""Seconds that a million calls may take on a machine that is slow and busy."""
LISTENERS = 100_000

# In bunches, so that the page answers the core in between, however slow the machine.
CALL = """
const turn = new MessageChannel();
const next = () => new Promise((done) => { turn.port1.onmessage = done; turn.port2.postMessage(0); });
globalThis.refused = new Map();
const refuse = (error) => refused.set(String(error), (refused.get(String(error)) ?? 0) + 1);
for (let count = 0; count < MANY; count++) {
  shell.invoke("COMMAND").catch(refuse);
  if (count % 10000 === 0) await next();
}
// Answers come in the order of the calls.
return shell.invoke("COMMAND").catch(String);
"""


# Bounds for a process that is this one: other tests have left something in it, which goes or stays.
TAKEN = 700
"""MiB that none of this may take. A million calls under way would take some thousands."""


async def meanwhile[T](other: Window, asked: Awaitable[T]) -> T:
    """What comes of something, while another page is answered and this process takes no memory to speak of."""
    before = most = memory()
    outcome = asyncio.ensure_future(asked)
    while not outcome.done():
        ask = "new Promise((done) => setTimeout(done, 50)).then(() => shell.invoke('ask'))"
        assert await other.eval(ask) == "answered"
        most = max(most, memory())
    assert most - before < TAKEN
    return outcome.result()


def app_that_answers(shell: Runner, **options: Any) -> App:
    """An app whose pages are answered, or never."""
    app = shell.app(**options)

    @app.command
    async def ask(value: Any = None) -> str:
        return "answered"

    @app.command
    async def never() -> None:
        await asyncio.Event().wait()

    @app.command
    async def size(body: bytes) -> int:
        return len(body)

    return app


async def two(app: App) -> tuple[Window, Window]:
    """The page that attacks, and another."""
    main, other = app.windows["main"], app.create_window("other")
    await main.loaded()
    await other.loaded()
    return main, other


@pytest.mark.parametrize(("command", "many"), [("ask", 1_000_000), ("never", 250_000)])
def test_a_million_calls_that_are_never_awaited_take_nothing_from_others(
    shell: Runner, command: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.conftest.SCENARIO_TIME", ALL_DAY)
    app = app_that_answers(shell)
    limit = app.limits.pending_calls

    async def scenario(app: App) -> None:
        main, other = await two(app)
        script = CALL.replace("MANY", str(many)).replace("COMMAND", command)
        last = await meanwhile(other, main.eval(script, within=None))
        refused: dict[str, int] = await main.eval("Object.fromEntries(refused)", within=None)
        why = f"too many calls at once: {limit} are under way (App's limits.pending_calls)"
        # What is answered at once is under way no more.
        assert (last, refused) == (("answered", {}) if command == "ask" else (why, {why: many - limit}))

    shell.run(app, scenario)


def test_a_hundred_thousand_listeners_are_more_than_a_page_may_have(shell: Runner) -> None:
    app = app_that_answers(shell)
    limit = app.limits.handles
    script = f"""
    const refused = new Map();
    const refuse = (error) => refused.set(String(error), (refused.get(String(error)) ?? 0) + 1);
    const listeners = [...Array({LISTENERS}).keys()];
    await Promise.all(listeners.map((count) => shell.listen("event-" + count % 9, () => 0).catch(refuse)));
    return Object.fromEntries(refused);"""

    async def scenario(app: App) -> None:
        main, other = await two(app)
        refused = await meanwhile(other, main.eval(script, within=None))
        why = f"this page has {limit} listeners already, and has ended none of them (App's limits.handles)"
        assert refused == {why: LISTENERS - limit}
        await meanwhile(other, main.eval("shell.emit('event-1')"))

    shell.run(app, scenario)


SIZE = 100_000_000
TOO_LONG = "it has {} bytes, and what is {} may have {} (App's limits.message)"
LARGE = {
    "an argument": (
        "shell.invoke('ask', { value: 'x'.repeat(SIZE) })",
        "invalid args for command `ask`: " + TOO_LONG.format(SIZE + 12, "read", 32 << 20),
    ),
    "many": (
        "shell.invoke('ask', { value: Array(SIZE / 10).fill(123456789) })",
        "invalid args for command `ask`: " + TOO_LONG.format(SIZE + 11, "read", 32 << 20),
    ),
    "an event": (
        "shell.emit('event', 'x'.repeat(SIZE))",
        "invalid args for command `plugin:event|emit`: " + TOO_LONG.format(SIZE + 30, "read", 32 << 20),
    ),
    "a name": (
        "shell.invoke('x'.repeat(SIZE))",
        f"the call could not be read: it has {SIZE + 9} bytes, and what is posted may have {256 << 10}",
    ),
    "bytes": ("shell.invoke('size', new Uint8Array(SIZE))", SIZE),
}


@pytest.mark.parametrize("what", LARGE)
def test_a_hundred_megabytes_take_nothing_from_others(shell: Runner, what: str) -> None:
    script, expected = LARGE[what]
    app = app_that_answers(shell)

    async def scenario(app: App) -> None:
        main, other = await two(app)
        whole = f"return ({script.replace('SIZE', str(SIZE))}).catch(String)"
        assert await meanwhile(other, main.eval(whole, within=None)) == expected

    shell.run(app, scenario)


@pytest.mark.parametrize("shown", [False, True], ids=["where none are shown", "where a person answers each"])
def test_a_page_of_dialogs_without_end_is_ended(shell: Runner, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[object] = []
    for name, answer in (("tell", None), ("ask", False), ("ask_line", (False, ""))):

        def person(*_: object, answer: object = answer) -> object:
            answered.append(answer)
            return answer

        monkeypatch.setattr(f"shell.webview.page.{name}", person)
    app = app_that_answers(shell, recovery=RecoveryPolicy(first_delay=0.01, ping_every=0.2, hang_after=5))
    gone: list[Gone] = []
    app.on("renderer-gone")(lambda event: gone.append(event.payload))

    async def scenario(app: App) -> None:
        main, other = await two(app)
        page: Any = main.webview.page
        page._rules = attrs.evolve(page._rules, dialogs=shown)
        back = next_load(main)
        main.webview.page.runJavaScript("for (;;) { alert(1); confirm(1); prompt(1, 1); print(); }")
        await meanwhile(other, back)
        assert [(one.label, one.reason) for one in gone] == [("main", "unresponsive")]
        assert bool(answered) is shown

    shell.run(app, scenario)
