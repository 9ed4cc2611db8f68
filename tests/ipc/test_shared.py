"""Shared values: one in the core, every change in order to every page and function that follows."""

import asyncio
import gc
import threading
import weakref
from typing import Any

import pytest

from shell.ipc import EncodeError, RegistrationError
from tests.ipc.page import Core, FakeChannel, Page, Rejected, turns


async def follow(page: Page, name: str) -> tuple[FakeChannel, int]:
    """Follow a value as `window.shell.follow` does; returns what arrives, and the resource that ends it."""
    channel = page.channel()
    return channel, await page.invoke("plugin:shared|follow", {"name": name, "onChange": channel.argument})


async def test_a_page_gets_the_value_that_there_is_and_each_change(core: Core) -> None:
    count = core.shared.add("count", 1)
    page = core.page()
    channel, _ = await follow(page, "count")
    assert channel.messages == [1]
    count.value = 2
    count.value += 1
    assert count.update(lambda n: n * 10) == 30
    await turns()
    assert channel.messages == [1, 2, 3, 30]
    assert count.value == 30


async def test_a_change_goes_once_to_a_page_that_follows_many_times(core: Core) -> None:
    text = core.shared.add("text", "first")
    page, other = core.page(), core.page("other")
    followed = [await follow(page, "text") for _ in range(10)]
    alone, _ = await follow(other, "text")
    await page.invoke("plugin:resources|close", {"rid": followed.pop()[1]})
    page.frozen = True
    backlog = page.session.outbox.backlog
    large = "x" * 200_000
    text.value = large
    await turns()
    assert page.session.outbox.backlog < backlog + 2 * len(large)
    page.thaw()
    text.value = "y" * 300_000
    await page.until(lambda: all(len(channel.messages) == 3 for channel, _ in followed))
    text.value = "last"
    await turns()
    assert all(channel.messages == ["first", large, "y" * 300_000, "last"] for channel, _ in followed)
    assert alone.messages == ["first", large, "y" * 300_000, "last"]


async def test_a_page_that_comes_late_gets_the_last_value(core: Core) -> None:
    count = core.shared.add("count", 0)
    first, _ = await follow(core.page(), "count")
    for n in range(1, 4):
        count.value = n
    late, _ = await follow(core.page("late"), "count")
    count.value = 4
    await turns()
    assert first.messages == [0, 1, 2, 3, 4]
    assert late.messages == [3, 4]


async def test_a_page_stops_following(core: Core) -> None:
    count = core.shared.add("count", 0)
    page = core.page()
    channel, rid = await follow(page, "count")
    await page.invoke("plugin:resources|close", {"rid": rid})
    count.value = 1
    await page.until(lambda: channel.ended)
    assert channel.messages == [0]


async def test_a_page_that_goes_follows_no_more(core: Core) -> None:
    count = core.shared.add("count", 0)
    page = core.page()
    await follow(page, "count")
    session = weakref.ref(page.session)
    page.load()
    count.value = 1
    await turns()
    assert page.heard_nothing
    gc.collect()
    assert session() is None


async def test_a_page_that_went_is_not_kept_until_the_next_change(core: Core) -> None:
    core.shared.add("count", 0)
    page = core.page()
    await follow(page, "count")
    session = weakref.ref(page.session)
    page.load()
    await turns()
    gc.collect()
    assert session() is None


async def test_functions_follow_too(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    count = core.shared.add("count", 0)
    heard: list[int] = []

    def fail(_: int) -> None:
        raise ValueError("deaf")

    count.follow(fail)
    unfollow = count.follow(heard.append)
    count.value = 1
    unfollow()
    unfollow()
    count.value = 2
    assert heard == [0, 1]
    assert "a follower of the shared value count failed" in caplog.text


async def test_a_change_that_a_follower_makes_comes_behind_the_one_that_it_heard_of(core: Core) -> None:
    count = core.shared.add("count", 0)
    heard: list[int] = []

    def correct(n: int) -> None:
        if n == 1:
            count.value = 100

    channel, _ = await follow(core.page(), "count")
    count.follow(correct)
    count.follow(heard.append)
    count.value = 1
    await turns()
    assert heard == [0, 1, 100]
    assert channel.messages == [0, 1, 100]


async def test_threads_change_it_with_no_change_lost_and_all_follow_in_one_order(core: Core) -> None:
    count = core.shared.add("count", 0)
    page, other = core.page(), core.page("other")
    channel, _ = await follow(page, "count")
    second, _ = await follow(other, "count")
    heard: list[int] = []
    threads: set[int] = set()
    count.follow(heard.append)
    count.follow(lambda _: threads.add(threading.get_ident()))

    def add() -> None:
        for _ in range(250):
            count.update(lambda n: n + 1)

    adding = [asyncio.to_thread(add) for _ in range(4)]
    tasks = [asyncio.ensure_future(task) for task in adding]
    for _ in range(50):
        count.update(lambda n: n + 1)
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    await page.until(lambda: len(channel.messages) == 1051)
    await other.until(lambda: len(second.messages) == 1051)
    assert channel.messages == second.messages == heard == list(range(1051))
    assert threads == {threading.get_ident()}


async def test_a_value_that_is_no_json_is_refused_and_the_old_one_stays(core: Core) -> None:
    value = core.shared.add("value", 0)
    shared: Any = value
    page = core.page()
    channel, _ = await follow(page, "value")
    with pytest.raises(EncodeError, match="type object"):
        shared.value = object()
    assert value.value == 0
    value.value = 1
    await turns()
    assert channel.messages == [0, 1]
    with pytest.raises(EncodeError):
        core.shared.add("other", object())


async def test_a_change_that_fails_changes_nothing(core: Core) -> None:
    value = core.shared.add("value", 5)
    with pytest.raises(ZeroDivisionError):
        value.update(lambda n: n // 0)
    assert value.value == 5
    assert value.update(lambda n: n + 1) == 6


async def test_a_name_is_shared_once(core: Core) -> None:
    core.shared.add("count", 0)
    with pytest.raises(RegistrationError, match="the shared value 'count' is there already"):
        core.shared.add("count", 1)


async def test_an_unknown_name_says_how_to_share_it(core: Core) -> None:
    page = core.page()
    with pytest.raises(Rejected, match=r'no shared value "count"; in Python, app.share\("count", …\) makes it'):
        await follow(page, "count")
    with pytest.raises(Rejected) as caught:
        await follow(page, "x" * 10_000)
    assert len(caught.value.payload) < 500


async def test_a_page_follows_no_more_than_its_limit(core: Core) -> None:
    core.limit(handles=2)
    count = core.shared.add("count", 0)
    page = core.page()
    channels = [(await follow(page, "count"))[0] for _ in range(2)]
    refused = page.channel()
    with pytest.raises(Rejected, match="holds 2 resources already"):
        await page.invoke("plugin:shared|follow", {"name": "count", "onChange": refused.argument})
    count.value = 1
    await page.until(lambda: refused.ended)
    assert [channel.messages for channel in channels] == [[0, 1], [0, 1]]
    assert refused.messages == [0]


async def test_a_document_follows_one_value_so_many_times_and_no_more(core: Core) -> None:
    for name in ("count", "other"):
        core.shared.add(name, 0)
    page, second = core.page(), core.page("second")
    followed = [await follow(page, "count") for _ in range(256)]
    with pytest.raises(Rejected, match='this page follows the shared value "count" 256 times already'):
        await follow(page, "count")
    # Others may, and so may it once it has ended one.
    await follow(page, "other")
    await follow(second, "count")
    await page.invoke("plugin:resources|close", {"rid": followed[0][1]})
    last, _ = await follow(page, "count")
    page.load()
    again, _ = await follow(page, "count")
    assert last.messages == again.messages == [0]


async def test_a_page_that_is_too_far_behind_follows_no_more(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    core.limit(overflow=1_000_000, park_above=1000)
    text = core.shared.add("text", "")
    page, other = core.page(), core.page("other")
    await follow(page, "text")
    channel, _ = await follow(other, "text")
    page.fetches = False
    for n in range(20):
        text.value = str(n) * 100_000
    assert "a page no longer follows the shared value text: 0 MiB wait for the page" in caplog.text
    await other.until(lambda: len(channel.messages) >= 11)
    assert core.given_up == []
