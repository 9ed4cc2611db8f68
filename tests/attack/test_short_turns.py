"""Whatever a page does, the core's loop goes on: nothing is done at once that takes longer than a page can bear."""

import asyncio
import gc
import pathlib
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import attrs
import msgspec
import pytest
from PySide6.QtCore import QObject, QTimerEvent

from shell import App, loop
from shell.ipc import Limits, wire
from shell.ipc.readings import Readings
from shell.path import PathResolver
from shell.plugins.path import path_plugin
from tests.conftest import Runner
from tests.ipc.page import Core, Page, Rejected

type Scenario = Callable[[Core], Awaitable[None]]


@pytest.fixture
def play() -> Iterator[Callable[[Scenario], None]]:
    """Runs a scenario with a core that has no Qt."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_task_factory(asyncio.eager_task_factory)
        core = Core(runner.get_loop())

        async def run(scenario: Scenario) -> None:
            await scenario(core)

        yield lambda scenario: runner.run(run(scenario))
        core.close()


@pytest.fixture
def without_garbage() -> Iterator[None]:
    """Python does not look for garbage, which takes as long as there is much of anything."""
    gc.disable()
    yield
    gc.enable()


def test_qt_has_its_turn_while_much_is_to_be_run(shell: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_TURN", 0.0)

    class Turns(QObject):
        count = 0

        def timerEvent(self, event: QTimerEvent) -> None:  # noqa: N802  # Qt's name
            self.count += 1

    async def scenario(_: App) -> None:
        turns = Turns()
        turns.startTimer(0)
        ran: list[int] = []
        done = asyncio.get_running_loop().create_future()
        for number in range(500):
            asyncio.get_running_loop().call_soon(ran.append, number)
        asyncio.get_running_loop().call_soon(done.set_result, None)
        await done
        assert ran == list(range(500))
        # It has none while only a few are left.
        assert turns.count > 100

    shell.run(shell.app(), scenario)


def test_a_page_that_goes_takes_thousands_of_calls_with_it_little_by_little(play: Callable[[Scenario], None]) -> None:
    async def scenario(core: Core) -> None:
        core.limits = Limits(slice_time=0.0)
        ended: list[int] = []

        @core.command
        async def wait(number: int) -> None:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                ended.append(number)

        @core.command
        async def ask() -> str:
            return "answered"

        page, other = core.page(), core.page("other")
        for number in range(1000):
            page.invoke("wait", {"number": number})
        page.load()
        left = []
        while len(ended) < 1000:
            assert await other.invoke("ask") == "answered"
            left.append(1000 - len(ended))
            await asyncio.sleep(0)
        assert len(left) > 900
        # Who waits in a row with the others is found at the front of it.
        assert ended == list(range(1000))

    play(scenario)


def test_numbers_that_are_slow_to_read_keep_nobody_waiting(play: Callable[[Scenario], None]) -> None:
    async def scenario(core: Core) -> None:
        core.limits = Limits(slice_time=0.0)

        @core.command
        async def take(value: Any) -> int:
            return len(value)

        page = core.page()
        number = "4.9406564584124654e-324"
        text = f"[{','.join([number] * 990)}]"
        read = msgspec.json.Decoder(Any).decode
        begun = time.thread_time()
        read(text)
        slow = time.thread_time() - begun
        # Loads what reads such numbers.
        assert await page.fetch("take", b'{"value":%b}' % text.encode(), raw=False) == 990
        begun = time.thread_time()
        for _ in range(16):
            assert await page.fetch("take", b'{"value":%b}' % text.encode(), raw=False) == 990
        assert time.thread_time() - begun < 8 * slow

    play(scenario)


@attrs.frozen
class Row:
    number: int
    cells: list[int]


@attrs.frozen
class Empty:
    pass


@pytest.mark.parametrize(
    "value",
    [
        [[number, number + 1] for number in range(600_000)],
        {str(number): number for number in range(600_000)},
        {"some": [*range(800_000)], "more": [*range(800_000)]},
        [[[*range(1_000_000)]]],
        {"text": "\x01" * 4_000_000},
        [b"bytes" * 1_500_000],
        [Row(number, [number]) for number in range(100_000)],
        [Empty()] * 500_000,
        Row(1, [*range(1_000_000)]),
        [pathlib.PurePosixPath(str(number)) for number in range(50_000)],
        set(range(1_000_000)),
    ],
    ids=["pairs", "members", "lists", "depth", "text", "bytes", "objects", "empty", "object", "paths", "set"],
)
def test_a_large_answer_is_written_in_short_turns(
    play: Callable[[Scenario], None], without_garbage: None, value: Any
) -> None:
    async def scenario(core: Core) -> None:
        core.limits = Limits()

        @core.command
        async def get() -> Any:
            return value

        page = core.page()
        # Loads what writes in pieces.
        await page.invoke("get")
        page.fetches = False
        begun = time.thread_time()
        wire.encode(value)
        at_once = time.thread_time() - begun
        turns = await _turns_until_parked(page)
        assert len(turns) > 2
        # On a machine that takes longer for everything the slices are no longer; one piece may be.
        assert max(turns) < 0.010 + at_once / 8

    play(scenario)


async def _turns_until_parked(page: Page) -> list[float]:
    """Seconds of the processor's time that each turn takes until an answer is there to be fetched."""
    page.invoke("get")
    turns: list[float] = []
    before = len(page.deliveries)
    begun = time.thread_time()
    while len(page.deliveries) == before:
        await asyncio.sleep(0)
        now = time.thread_time()
        turns.append(now - begun)
        begun = now
    return turns


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        (str, b'"%b"' % (b"x" * 20_001), r"a string .* takes more than 20000 bytes of memory \(App's limits.text\)"),
        (str, '"{}\U0001f600"'.format("x" * 5000).encode(), r"takes more than 20000 bytes .* \(App's limits.text\)"),
        (dict[str, str], b'{"a":"%b"}' % (b"x" * 20_001), r"takes more than 20000 bytes .* \(App's limits.text\)"),
        (
            tuple[list[int], str],
            b'[[%b1],""]' % (b"1," * 20_000),
            r"can only be read whole has more than 20000 bytes \(App's limits.whole\)",
        ),
        (bytes, b'"%b"' % (b"eHh4" * 10_000), r"whole has more than 20000 bytes \(App's limits.whole\)"),
    ],
    ids=["text", "emoji", "member", "tuple", "bytes"],
)
def test_what_takes_long_at_once_is_refused_and_told_so(
    play: Callable[[Scenario], None], kind: Any, value: bytes, problem: str
) -> None:
    async def scenario(core: Core) -> None:
        core.limits = Limits(read_at_once=1000, text=20_000, whole=20_000)

        async def take(value: Any) -> int:
            return len(value)

        take.__annotations__["value"] = kind
        core.command(take)
        page = core.page()
        with pytest.raises(Rejected, match=problem):
            await page.fetch("take", b'{"value":%b}' % value, raw=False)

    # In pieces that are smaller than that.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Readings.__init__, "__defaults__", (1000,))
        play(scenario)


def test_what_is_no_longer_than_that_is_read(play: Callable[[Scenario], None]) -> None:
    async def scenario(core: Core) -> None:
        core.limits = Limits(read_at_once=1000, text=200_000, whole=200_000)

        @core.command
        async def take(text: str, pair: tuple[list[int], str], raw: msgspec.Raw) -> list[int]:
            return [len(text), len(pair[0]), len(raw)]

        page = core.page()
        parts = (b"x" * 200_000, b'[[%b1],""]' % (b"1," * 90_000), b"[%b1]" % (b"1," * 500_000))
        body = b'{"text":"%b","pair":%b,"raw": %b }' % parts
        # What is not looked into is read in pieces whatever it is.
        assert await page.fetch("take", body, raw=False) == [200_000, 90_001, len(parts[2])]

    play(scenario)


def test_the_payload_of_an_event_is_for_many_and_has_a_bound(play: Callable[[Scenario], None]) -> None:
    async def scenario(core: Core) -> None:
        core.limits = Limits(whole=200_000)
        page = core.page()
        heard: list[list[int]] = []
        core.events.listen("large", lambda event: heard.append(event.payload))
        core.events.listen("large", lambda event: heard.append(event.payload))
        event = b'{"event":"large","payload":[%b1]}'
        await page.fetch("plugin:event|emit", event % (b"1," * 90_000), raw=False)
        assert [len(payload) for payload in heard] == [90_001] * 2
        # Each has its own, which it may change.
        assert heard[0] is not heard[1]
        with pytest.raises(Rejected, match=r"hears may have 200000 bytes, .* 220003 \(App's limits.whole\)"):
            await page.fetch("plugin:event|emit", event % (b"1," * 110_000), raw=False)
        assert len(heard) == 2
        in_page = event.replace(b"large", b"in-page") % (b"1," * 110_000)
        await page.fetch("plugin:event|emit", in_page, raw=False)
        page.listen("in-page", [], {"kind": "Window", "label": "main"})
        with pytest.raises(Rejected, match="hears may have 200000 bytes"):
            await page.fetch("plugin:event|emit", in_page, raw=False)
        to_another = b'{"target":{"kind":"Window","label":"other"},' + in_page[1:]
        await page.fetch("plugin:event|emit_to", to_another, raw=False)

    play(scenario)


@pytest.mark.parametrize("path", ["a/", "../", "a/../", "/", "./", "x", "a\\"])
@pytest.mark.parametrize("command", ["normalize", "dirname", "basename", "extname", "resolve", "join"])
def test_no_path_takes_long(play: Callable[[Scenario], None], tmp_path: pathlib.Path, command: str, path: str) -> None:
    async def scenario(core: Core) -> None:
        paths = PathResolver("com.example.paths", program=tmp_path, resources=tmp_path)
        core.plugin(path_plugin(paths), "core:path:default")
        page = core.page()
        value: Any = [path] * 100_000 if command in {"resolve", "join"} else path * 100_000
        name = "paths" if command in {"resolve", "join"} else "path"
        body = msgspec.json.encode({name: value})
        with pytest.raises(
            Rejected, match=r"a path of a page has at most 8192 characters, and this one would have \d+"
        ):
            await page.fetch(f"plugin:path|{command}", body, raw=False)

    play(scenario)
