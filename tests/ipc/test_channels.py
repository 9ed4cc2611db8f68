"""Channels: in order, from any thread, and ended from either side."""

import asyncio
import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shell.ipc import Channel, ChannelClosedError, EncodeError
from shell.ipc.wire import Kind
from tests.desktop import PATIENCE
from tests.ipc.page import Core, FakeChannel, Page, Rejected, kinds, turns


async def opened(core: Core) -> tuple[Channel[Any], Page, FakeChannel]:
    """A channel that the core keeps, and the page's end of it."""
    kept: list[Channel[Any]] = []

    @core.command
    async def keep(channel: Channel[Any]) -> None:
        kept.append(channel)

    page = core.page()
    end = page.channel()
    await page.invoke("keep", {"channel": end.argument})
    return kept.pop(), page, end


async def test_values_arrive_in_order_and_then_the_end(core: Core) -> None:
    @core.command
    async def countdown(start: int, on_tick: Channel[int]) -> str:
        for n in range(start, 0, -1):
            on_tick.send(n)
        return "done"

    page = core.page()
    channel = page.channel()
    assert await page.invoke("countdown", {"start": 3, "onTick": channel.argument}) == "done"
    await page.until(lambda: channel.ended)
    assert channel.messages == [3, 2, 1]


async def test_what_is_sent_in_one_turn_goes_in_one_delivery(core: Core) -> None:
    channel, page, end = await opened(core)
    delivered = len(page.deliveries)
    for n in range(1000):
        channel.send(n)
    await turns()
    assert len(page.deliveries) == delivered + 1
    assert end.messages == list(range(1000))


async def test_bytes_and_large_values_keep_their_place(core: Core) -> None:
    core.limit(park_above=10)
    channel, page, end = await opened(core)
    values = [1, b"bytes", 2, "long" * 10, 3, bytearray(b"more")]
    for value in values:
        channel.send(value)
    channel.close()
    await page.until(lambda: end.ended)
    assert end.messages == [1, b"bytes", 2, "long" * 10, 3, b"more"]
    assert page.session.parcels.size == 0


async def test_a_closed_channel_takes_no_more(core: Core) -> None:
    channel, page, end = await opened(core)
    channel.send(1)
    channel.close()
    channel.close()
    assert channel.closed
    with pytest.raises(ChannelClosedError, match="the channel is closed, or its page has gone"):
        channel.send(2)
    await page.until(lambda: end.ended)
    assert end.messages == [1]
    assert kinds(page.messages).count(Kind.CHANNEL_END) == 1


async def test_the_last_reference_ends_a_channel(core: Core) -> None:
    channel, page, end = await opened(core)
    channel.send(1)
    del channel
    await page.until(lambda: end.ended)
    assert end.messages == [1]


async def test_a_channel_that_the_collector_finds_in_another_thread_ends(core: Core) -> None:
    channel, page, end = await opened(core)
    ring: list[Any] = [channel]
    ring.append(ring)
    del channel, ring
    thread = threading.Thread(target=gc.collect)
    thread.start()
    thread.join()
    await page.until(lambda: end.ended)


async def test_a_value_that_is_no_json_is_refused_and_the_channel_goes_on(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    channel, page, end = await opened(core)
    with pytest.raises(EncodeError, match="type object cannot be sent as JSON"):
        channel.send({"a": [object()]})
    channel.send(1)
    channel.close()
    await page.until(lambda: end.ended)
    assert end.messages == [1]
    assert not caplog.records


async def test_a_command_that_sends_what_is_no_json_fails_with_its_traceback(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    @core.command
    async def work(channel: Channel[Any]) -> None:
        channel.send(object())

    page = core.page()
    with pytest.raises(Rejected, match="command `work`: a value of type object"):
        await page.invoke("work", {"channel": page.channel().argument})
    assert "channel.send(object())" in caplog.text


async def test_two_channels_of_one_call_are_apart(core: Core) -> None:
    @core.command
    async def work(on_text: Channel[str], on_number: Channel[int]) -> None:
        for n in range(3):
            on_text.send(str(n))
            on_number.send(n)

    page = core.page()
    texts, numbers = page.channel(), page.channel()
    await page.invoke("work", {"onText": texts.argument, "onNumber": numbers.argument})
    await page.until(lambda: texts.ended and numbers.ended)
    assert (texts.messages, numbers.messages) == (["0", "1", "2"], [0, 1, 2])


async def test_a_repr_says_which_channel_it_is(core: Core) -> None:
    channel, _, end = await opened(core)
    number = end.argument.partition(":")[2]
    assert repr(channel) == f"<Channel {number}>"
    channel.close()
    assert repr(channel) == f"<Channel {number} closed>"


# Threads.


def tell_when_blocked(page: Page, tell: Callable[[], object]) -> None:
    """Call `tell` when a thread begins to wait for the page."""
    room = page.session.outbox._room
    wait = room.wait

    def tell_and_wait(timeout: float | None = None) -> bool:
        tell()
        return wait(timeout)

    room.wait = tell_and_wait  # type: ignore[method-assign]


async def test_a_thread_sends_in_order_and_its_answer_comes_behind(core: Core) -> None:
    arrived: list[str] = []

    @core.command
    def work(channel: Channel[int]) -> str:
        for n in range(1000):
            channel.send(n)
        return "done"

    page = core.page()
    end = page.channel()
    answer = page.invoke("work", {"channel": end.argument})
    answer.add_done_callback(lambda _: arrived.append(f"answer behind {len(end.messages)}"))
    await page.until(lambda: end.ended)
    await turns()
    assert end.messages == list(range(1000))
    assert arrived == ["answer behind 1000"]


async def test_several_threads_send_each_in_its_own_order(core: Core) -> None:
    channel, page, end = await opened(core)

    def send(name: str) -> None:
        for n in range(200):
            channel.send([name, n])

    await asyncio.gather(*(asyncio.to_thread(send, name) for name in "abc"))
    await page.until(lambda: len(end.messages) == 600)
    for name in "abc":
        assert [n for sender, n in end.messages if sender == name] == list(range(200))


async def test_a_thread_waits_while_the_page_is_far_behind(core: Core) -> None:
    core.limit(high_water=100_000, window_size=50_000)
    channel, page, end = await opened(core)
    page.frozen = True
    sent: list[int] = []
    blocked = asyncio.Event()
    tell_when_blocked(page, lambda: core.loop.call_soon_threadsafe(blocked.set))

    def send() -> None:
        for n in range(100):
            channel.send("x" * 10_000)
            sent.append(n)

    thread = asyncio.get_running_loop().run_in_executor(None, send)
    outbox = page.session.outbox
    await blocked.wait()
    assert len(sent) <= 12
    assert outbox.backlog <= 130_000
    page.thaw()
    await thread
    await page.until(lambda: len(end.messages) == 100)


async def test_a_thread_cannot_hand_the_loop_more_than_the_page_may_be_behind(core: Core) -> None:
    core.limit(high_water=100_000, window_size=100_000)
    channel, page, end = await opened(core)
    sent: list[int] = []
    blocked = threading.Event()
    tell_when_blocked(page, blocked.set)

    def send() -> None:
        for n in range(1000):
            channel.send("x" * 1000)
            sent.append(n)

    thread = threading.Thread(target=send)
    thread.start()
    # The loop stands still, as in a long turn.
    assert blocked.wait(PATIENCE)
    assert len(sent) < 100
    await page.until(lambda: len(end.messages) == 1000)
    await asyncio.to_thread(thread.join)


async def test_a_thread_that_waits_goes_on_when_the_page_goes(core: Core) -> None:
    core.limit(high_water=1000, window_size=1000)
    channel, page, _ = await opened(core)
    page.frozen = True
    blocked = asyncio.Event()
    tell_when_blocked(page, lambda: core.loop.call_soon_threadsafe(blocked.set))

    def send() -> str:
        try:
            while True:
                channel.send("x" * 500)
        except ChannelClosedError:
            return "closed"

    thread = asyncio.get_running_loop().run_in_executor(None, send)
    outbox = page.session.outbox
    await blocked.wait()
    page.leave()
    assert await thread == "closed"
    await turns()
    assert outbox.backlog == 0


async def test_a_thread_outlives_the_loop(core: Core) -> None:
    loop = asyncio.new_event_loop()
    core.thread.attach(loop)
    loop.close()
    heard: list[object] = []
    core.events.listen("tick", heard.append)
    with ThreadPoolExecutor(1) as executor:
        executor.submit(core.events.emit, "tick").result()
    core.thread.soon(heard.append, "late")
    assert heard == []


# Waiting without a thread.


async def test_a_coroutine_waits_until_most_has_been_taken(core: Core) -> None:
    core.limit(window_size=50_000, delivery_size=10_000)
    channel, page, end = await opened(core)
    page.frozen = True
    for _ in range(10):
        channel.send("x" * 10_000)
    drain = asyncio.ensure_future(channel.drain())
    await turns(10)
    assert not drain.done()
    page.thaw()
    await drain
    await page.until(lambda: len(end.messages) == 10)


async def test_draining_after_each_value_lets_others_have_their_turn(core: Core) -> None:
    core.limit(delivery_size=1000)
    channel, page, end = await opened(core)
    others = 0

    async def other() -> None:
        nonlocal others
        while not end.ended:
            others += 1
            await asyncio.sleep(0)

    task = asyncio.ensure_future(other())
    for _ in range(100):
        channel.send("x" * 100)
        await channel.drain()
    channel.close()
    await page.until(lambda: end.ended)
    await task
    assert others >= 5


async def test_draining_ends_when_the_page_goes(core: Core) -> None:
    core.limit(window_size=1000)
    channel, page, _ = await opened(core)
    page.frozen = True
    channel.send("x" * 10_000)
    drain = asyncio.ensure_future(channel.drain())
    await turns()
    page.leave()
    await drain


async def test_parcels_count_until_they_are_fetched(core: Core) -> None:
    core.limit(window_size=1000)
    channel, page, end = await opened(core)
    page.fetches = False
    channel.send(b"x" * 10_000)
    drain = asyncio.ensure_future(channel.drain())
    await turns(10)
    assert not drain.done()
    assert page.session.parcels.take(1) is not None
    page.session.relieve()
    await drain
    assert end.messages == []
