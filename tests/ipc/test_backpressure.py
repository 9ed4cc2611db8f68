"""A page that asks for much, or takes little, costs a bounded amount and keeps nobody waiting."""

import asyncio
import threading
import tracemalloc
from typing import Any

import pytest

from shell.ipc import Channel, Limits, RefusedError
from shell.ipc.command import Command
from shell.ipc.wire import Kind
from tests.desktop import PATIENCE
from tests.ipc.page import Core, Page, Rejected, kinds, turns


async def filled(core: Core, page: Page, size: int, count: int) -> None:
    """Emit events to a page until so much has been added."""
    for n in range(count):
        core.events.emit("fill", f"{n}:".ljust(size, "x"))
    await turns()


async def listening(core: Core, label: str = "main") -> tuple[Page, list[Any]]:
    page = core.page(label)
    heard: list[Any] = []
    await page.listen("fill", heard)
    return page, heard


# What goes down.


async def test_a_page_that_does_not_acknowledge_gets_no_more_than_a_window(core: Core) -> None:
    core.limit(window_size=10_000, delivery_size=1000, high_water=10_000)
    page, heard = await listening(core)
    page.frozen = True
    await filled(core, page, 100, 1000)
    assert 10_000 <= sum(map(len, page._kept)) <= 13_000
    page.thaw()
    await page.until(lambda: len(heard) == 1000)
    assert page.session.outbox.backlog < 10_000


async def test_a_page_gets_no_more_deliveries_than_may_be_on_their_way(core: Core) -> None:
    core.limit(window_count=5, delivery_size=50)
    page, heard = await listening(core)
    page.frozen = True
    await filled(core, page, 100, 20)
    assert len(page._kept) == 4  # the answer to `listen` is the fifth
    page.thaw()
    await page.until(lambda: len(heard) == 20)


async def test_what_did_not_fit_arrives_in_order_once_the_page_goes_on(core: Core) -> None:
    core.limit(window_size=1000, delivery_size=200, high_water=1000)
    page, heard = await listening(core)
    page.frozen = True
    await filled(core, page, 50, 200)
    page.thaw()
    await page.until(lambda: len(heard) == 200)
    assert [int(text.partition(":")[0]) for text in heard] == list(range(200))


async def test_a_large_answer_to_a_post_does_not_wait_for_the_next_post(core: Core) -> None:
    core.limit(delivery_size=100)

    @core.command
    async def text() -> str:
        return "x" * 90

    page = core.page()
    with page.together():
        answers = [page.invoke("text") for _ in range(20)]
    assert answers[0].done()
    assert not answers[19].done()
    await asyncio.gather(*answers)


async def test_a_page_that_is_too_far_behind_is_given_up(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    core.limit(overflow=3 * 1024 * 1024)
    page, _ = await listening(core)
    other = core.page("other")
    page.frozen = True
    session = page.session
    for _ in range(10):
        await filled(core, page, 100_000, 10)
    assert core.given_up == ["main"]
    assert not session.alive
    assert session.outbox.backlog == 0
    assert "the page in webview main takes no messages: 4 MiB wait for it; it is given up" in caplog.text
    assert other.session.alive


async def test_pages_emit_nothing_more_to_one_that_is_far_behind_and_end_it_not(core: Core) -> None:
    core.limit(overflow=3 * 1024 * 1024)
    page, other = core.page(), core.page("other")
    heard: list[Any] = []
    others: list[Any] = []
    await page.listen("fill", heard, {"kind": "Window", "label": "main"})
    await other.listen("fill", others)
    page.frozen = True
    answers = []
    for _ in range(40):
        answers.append(other.invoke("plugin:event|emit", {"event": "fill", "payload": "x" * 90_000}))
        await asyncio.wait(answers)
    emitted = sum(answer.exception() is None for answer in answers)
    assert 10 < emitted < 40
    with pytest.raises(
        Rejected, match=r"fill is not emitted: the page in webview main listens to it, and \d\.\d MiB wait"
    ):
        await answers[-1]
    # Nobody has heard of it, and what does not reach the page is told.
    assert len(others) == emitted
    await other.invoke("plugin:event|emit", {"event": "else"})
    target = {"kind": "Window", "label": "other"}
    await other.invoke("plugin:event|emit_to", {"target": target, "event": "fill", "payload": "x" * 90_000})
    # What the core itself has to say is told, too.
    core.events.emit("fill", "last")
    page.thaw()
    await page.until(lambda: "last" in heard)
    assert core.given_up == []
    await other.invoke("plugin:event|emit", {"event": "fill", "payload": "x"})


async def test_who_fills_what_waits_for_a_page_is_refused_and_no_other(core: Core) -> None:
    core.limit(overflow=16 * 1024 * 1024)

    @core.command
    async def text() -> str:
        return "x" * 100_000

    page, heard = await listening(core)
    greedy, honest = core.page("greedy"), core.page("honest")
    page.frozen = True

    def emit(by: Page, size: int) -> "asyncio.Future[Any]":
        return by.invoke("plugin:event|emit", {"event": "fill", "payload": "x" * size})

    # Be it the page itself, or another beside it: something is left for who has emitted little.
    for by in (page, greedy):
        before = page.session.outbox.backlog
        for _ in range(200):
            emit(by, 90_000)
        assert 2 * 1024 * 1024 < page.session.outbox.backlog - before < 6 * 1024 * 1024
        await emit(honest, 100)
    with pytest.raises(Rejected, match="fill is not emitted"):
        await emit(greedy, 100)
    # Nor is it another's where the page has asked for much else.
    with page.together():
        for _ in range(80):
            page.invoke("text")
    assert page.session.outbox.backlog > 14 * 1024 * 1024
    await emit(honest, 100)
    assert core.given_up == []
    page.thaw()
    await page.until(lambda: heard[-1:] == ["x" * 100])
    await emit(greedy, 90_000)


async def test_a_page_that_takes_its_answers_slowly_keeps_no_events_from_others(core: Core) -> None:
    core.limit(overflow=16 * 1024 * 1024, window_size=256 * 1024)

    @core.command
    async def text() -> str:
        return "x" * 100_000

    page, _ = await listening(core)
    honest, heard = await listening(core, "honest")
    page.frozen = True
    with page.together():
        for _ in range(165):
            page.invoke("text")
    await turns()
    assert core.given_up == []
    for n in range(20):
        await honest.invoke("plugin:event|emit", {"event": "fill", "payload": n})
    assert heard == [*range(20)]
    assert core.given_up == []
    # It is given up where its answers and what it hears are too much together.
    for _ in range(20):
        await honest.invoke("plugin:event|emit", {"event": "fill", "payload": "x" * 90_000})
    assert len(heard) == 40
    assert core.given_up == ["main"]


async def test_a_page_is_not_given_up_for_a_single_large_answer(core: Core) -> None:
    core.limit(overflow=1000)

    @core.command
    async def data() -> bytes:
        return b"x" * 5000

    @core.command
    async def text() -> str:
        return "x" * 5000

    page = core.page()
    assert await page.invoke("data") == b"x" * 5000
    assert await page.invoke("text") == "x" * 5000
    assert core.given_up == []


async def test_answers_that_a_page_does_not_fetch_are_refused_in_the_end(core: Core) -> None:
    core.limit(overflow=2 * 1024 * 1024)

    @core.command
    async def data() -> bytes:
        return b"x" * 1024 * 1024

    page = core.page()
    page.fetches = False
    answers = [page.invoke("data") for _ in range(10)]
    with pytest.raises(Rejected, match="3 MiB wait for the page already"):
        await answers[9]
    assert core.given_up == []
    assert page.session.parcels.size <= 3 * 1024 * 1024
    assert await page.invoke("plugin:event|emit", {"event": "small"}) is None


async def test_a_coroutine_that_never_drains_is_stopped_and_not_its_page(core: Core) -> None:
    core.limit(overflow=2 * 1024 * 1024)
    sent: list[int] = []

    @core.command
    async def pour(channel: Channel[bytes]) -> None:
        for n in range(100):
            channel.send(b"x" * 100_000)
            sent.append(n)

    page = core.page()
    with pytest.raises(Rejected, match=r"awaits its drain\(\) now and then"):
        await page.invoke("pour", {"channel": page.channel().argument})
    assert len(sent) <= 22
    assert core.given_up == []
    assert page.session.alive


# What comes up.


async def test_a_document_has_no_more_calls_under_way_than_its_limit(core: Core) -> None:
    core.limit(pending_calls=10)
    gate = asyncio.Event()

    @core.command
    async def wait() -> None:
        await gate.wait()

    page, other = core.page(), core.page("other")
    with page.together():
        answers = [page.invoke("wait") for _ in range(15)]
    assert [answer.done() for answer in answers] == [False] * 10 + [True] * 5
    with pytest.raises(Rejected, match="too many calls at once: 10 are under way"):
        await answers[14]
    assert not other.invoke("wait").done()
    gate.set()
    await asyncio.gather(*answers[:10])
    assert await page.invoke("wait") is None


async def test_nothing_is_loaded_for_a_call_beyond_the_limit(core: Core) -> None:
    def load() -> list[Command]:
        raise AssertionError("it was loaded")

    @core.command
    async def wait() -> None:
        await asyncio.Event().wait()

    core.limit(pending_calls=1)
    page = core.page()
    core.commands.add_later("plugin:later|", load, ("later",))
    page.invoke("wait")
    with pytest.raises(Rejected, match="too many calls at once: 1 are under way"):
        await page.invoke("plugin:later|wait")


async def test_calls_under_way_hold_no_more_than_their_limit(core: Core) -> None:
    core.limit(pending_size=700_000)
    gate = asyncio.Event()

    @core.command
    async def keep(text: str) -> None:
        await gate.wait()

    page = core.page()
    answers = [page.invoke("keep", {"text": "x" * 200_000}) for _ in range(5)]
    by_ipc = page.fetch("keep", b'{"text":"x"}', raw=False)
    for answer in (answers[4], by_ipc):
        with pytest.raises(Rejected, match="those under way hold more than 0 MiB"):
            await answer
    gate.set()
    await asyncio.gather(*answers[:4])
    assert page.session.pending_size == 0


async def test_what_calls_under_way_hold_is_counted_as_what_it_takes_and_not_as_its_json(core: Core) -> None:
    core.limit(pending_size=10_000_000)
    gate = asyncio.Event()
    kept: list[list[list[int]]] = []

    @core.command
    async def keep(items: list[list[int]]) -> None:
        kept.append(items)
        await gate.wait()

    page = core.page()
    arguments: dict[str, list[list[int]]] = {"items": [[]] * 20_000}
    tracemalloc.start()
    answers = [page.invoke("keep", arguments) for _ in range(20)]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 2_000_000 < taken < 20_000_000
    with pytest.raises(Rejected, match="those under way hold more than 9 MiB"):
        await answers[-1]
    gate.set()
    await asyncio.gather(*answers, return_exceptions=True)
    assert all(items == arguments["items"] for items in kept)
    assert page.session.pending_size == 0


async def test_a_call_under_way_does_not_keep_the_post_that_it_came_in(core: Core) -> None:
    gate = asyncio.Event()

    @core.command
    async def keep() -> None:
        await gate.wait()

    @core.command
    async def skip(text: str) -> None: ...

    page = core.page()
    with page.together():
        kept = page.invoke("keep")
        page.invoke("skip", {"text": "x" * 90_000})
    assert page.session.pending_size < 100
    gate.set()
    await kept


async def test_a_hundred_thousand_calls_at_once_are_all_answered(core: Core) -> None:
    @core.command
    async def echo(n: int) -> int:
        return n

    page = core.page()
    answers: list[asyncio.Future[int]] = []
    for start in range(0, 100_000, 2000):
        with page.together():
            answers += [page.invoke("echo", {"n": n}) for n in range(start, start + 2000)]
    assert await asyncio.gather(*answers) == list(range(100_000))
    assert (page.session.pending_calls, page.session.pending_size) == (0, 0)


async def test_posts_that_wait_their_turn_take_no_more_than_their_limit(core: Core) -> None:
    core.limit(slice_time=0, pending_size=100_000)

    @core.command
    async def note(text: str) -> None: ...

    page = core.page()
    answers: list[asyncio.Future[None]] = []
    for _ in range(20):
        with page.together():
            answers += [page.invoke("note", {"text": "x" * 1000}) for _ in range(20)]
    done = [answer for answer in answers if answer.done() and answer.exception()]
    assert len(done) > 200
    with pytest.raises(Rejected, match="too many calls at once: more than 0 MiB of them wait"):
        await done[-1]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    assert outcomes.count(None) == len(answers) - len(done)
    assert await page.invoke("note", {"text": "after"}) is None


async def test_a_flood_from_one_page_does_not_keep_another_waiting(core: Core) -> None:
    core.limit(slice_time=0.001)

    @core.command
    async def work(n: int) -> int:
        return n

    flooding, other = core.page(), core.page("other")
    with flooding.together():
        answers = [flooding.invoke("work", {"n": n}) for n in range(20_000)]
    assert not answers[-1].done()
    assert other.invoke("work", {"n": 1}).done()
    turns_taken = 0
    while not answers[-1].done():
        await asyncio.sleep(0)
        turns_taken += 1
    assert turns_taken > 5
    assert [answer.result() for answer in answers] == list(range(20_000))


async def test_posts_that_come_while_others_wait_keep_their_order(core: Core) -> None:
    core.limit(slice_time=0)
    begun: list[int] = []

    @core.command
    async def note(n: int) -> None:
        begun.append(n)

    page = core.page()
    for start in range(0, 300, 100):
        with page.together():
            for n in range(start, start + 100):
                page.invoke("note", {"n": n})
    await page.until(lambda: len(page.answers) == 300)
    assert begun == list(range(300))


async def test_what_waits_its_turn_goes_with_its_document(core: Core) -> None:
    core.limit(slice_time=0)
    begun: list[int] = []

    @core.command
    async def note(n: int) -> None:
        begun.append(n)

    page = core.page()
    with page.together():
        for n in range(100):
            page.invoke("note", {"n": n})
    assert len(begun) < 100
    before = len(begun)
    page.load()
    await turns(20)
    assert len(begun) == before
    assert page.heard_nothing


class Blocking:
    """Plain functions of an app: `block`, which waits until it may end, and `quick`.

    Attributes:
        gate: Lets those that wait end.
        running: One for each that has begun.
    """

    def __init__(self, core: Core, threads: int) -> None:
        core.limit(threads=threads)
        self.gate = threading.Event()
        self.running: list[int] = []

        @core.command
        def block() -> None:
            self.running.append(1)
            self.gate.wait(PATIENCE)

        @core.command
        def quick() -> str:
            return "quick"


async def test_plain_functions_of_one_page_do_not_take_all_threads(core: Core) -> None:
    blocking = Blocking(core, threads=2)
    page, other = core.page(), core.page("other")
    blocked = [page.invoke("block") for _ in range(20)]
    assert await other.invoke("quick") == "quick"
    assert len(blocking.running) == 2
    blocking.gate.set()
    await asyncio.gather(*blocked)
    assert len(blocking.running) == 20


async def test_plain_functions_that_wait_for_a_thread_go_with_their_page(core: Core) -> None:
    blocking = Blocking(core, threads=1)
    page = core.page()
    for _ in range(5):
        page.invoke("block")
    page.load()
    await turns(5)
    blocking.gate.set()
    await page.invoke("block")
    assert len(blocking.running) == 2


async def test_plain_functions_that_go_on_count_for_the_next_document(core: Core) -> None:
    blocking = Blocking(core, threads=2)
    page, other = core.page(), core.page("other")
    for _ in range(4):
        page.invoke("block")
        page.invoke("block")
        # Those of another page have their turn, so that those would have had theirs.
        assert await other.invoke("quick") == "quick"
        page.load()
    last = page.invoke("block")
    await turns()
    assert len(blocking.running) == 2
    blocking.gate.set()
    await last
    assert len(blocking.running) == 3


async def test_limits_that_would_never_let_a_thread_go_on_are_refused(core: Core) -> None:
    with pytest.raises(ValueError, match=r"high_water \(1000\) is less than window_size"):
        Limits(high_water=1000)


async def test_a_full_window_asks_for_an_acknowledgement(core: Core) -> None:
    core.limit(window_count=2)
    page = core.page()
    core.events.emit("nobody")
    await page.listen("fill", [])
    await filled(core, page, 10, 1)
    assert kinds(page.messages) == [Kind.LISTEN, Kind.RESOLVE, Kind.EVENT, Kind.PING]


async def test_a_refusal_says_how_much_waits(core: Core) -> None:
    core.limit(overflow=0)
    page = core.page()
    page.fetches = False
    page.session.parcels.park("application/json", b"x" * 2_000_000)
    with pytest.raises(RefusedError, match="1 MiB wait for the page already, which it has not taken"):
        page.session.refuse_overflow()
