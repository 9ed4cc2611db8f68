"""A document is a session: what ends with it, and what never reaches a document that is gone."""

import asyncio
import collections
import threading
import weakref
from typing import Any

import msgspec
import pytest

from shell.ipc import Call, Channel, ChannelClosedError, RefusedError, ResourceError, Resources, Session
from shell.ipc.address import EVERYONE
from shell.ipc.outbox import Outbox
from shell.ipc.wire import Kind
from tests.desktop import PATIENCE
from tests.ipc.page import Core, Rejected, kinds, turns


async def test_each_hello_begins_a_session_and_ends_the_one_before(core: Core) -> None:
    begun: list[Session] = []
    page = core.page()
    page.link.on_session.append(begun.append)
    first = page.session
    page.load()
    second = page.session
    assert (first.alive, second.alive) == (False, True)
    assert begun == [second]
    assert core.router.sessions == (second,)
    assert first.caller.document != second.caller.document


async def test_a_document_that_says_hello_again_begins_anew(core: Core) -> None:
    page = core.page()
    first = page.session
    page.link.receive(f'["{page.document}",-1]')
    assert page.session is not first
    assert not first.alive


async def test_late_messages_of_an_earlier_document_are_dropped_and_counted(core: Core) -> None:
    calls: list[int] = []

    @core.command
    async def note(n: int) -> None:
        calls.append(n)

    page = core.page()
    late = f'["{page.document}",0]\n[1,"note",{{"n":1}}]'
    page.load()
    assert page.link.receive(late) == ""
    assert calls == []
    assert page.link.counts["late"] == 1


async def test_messages_without_a_hello_are_dropped_and_counted(core: Core) -> None:
    page = core.page()
    page.leave()
    assert page.link.receive('["d",0]\n[1,"note",{}]') == ""
    assert page.link.counts["late"] == 1
    assert page.link.find("d") is None


async def test_a_session_is_found_by_its_documents_name_while_it_is_there(core: Core) -> None:
    page = core.page()
    assert page.link.find(page.document) is page.session
    earlier = page.document
    page.load()
    assert page.link.find(earlier) is None


async def test_the_end_cancels_calls_that_are_under_way(core: Core) -> None:
    ended: list[str] = []

    @core.command
    async def forever() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError as error:
            ended.append(str(error))
            raise

    page = core.page()
    page.invoke("forever")
    session = page.session
    page.load()
    await turns()
    assert ended == ["the page that called has gone"]
    assert (session.tasks, session.pending_calls, session.pending_size) == ({}, 0, 0)
    assert page.heard_nothing


async def test_a_detached_command_runs_on(core: Core) -> None:
    gate, done = asyncio.Event(), asyncio.Event()

    @core.command(detached=True)
    async def save() -> str:
        await gate.wait()
        done.set()
        return "saved"

    page = core.page()
    page.invoke("save")
    page.load()
    gate.set()
    await asyncio.wait_for(done.wait(), PATIENCE)
    await turns()
    assert page.heard_nothing


async def test_detached_calls_count_against_what_a_document_may_have_under_way(core: Core) -> None:
    gate = asyncio.Event()

    @core.command(detached=True)
    async def wait() -> None:
        await gate.wait()

    core.limits = type(core.limits)(pending_calls=3)
    page = core.page()
    answers = [page.invoke("wait") for _ in range(4)]
    with pytest.raises(Rejected, match="too many calls at once: 3 are under way"):
        await answers[3]
    gate.set()
    await asyncio.gather(*answers[:3])


async def test_detached_calls_count_for_the_documents_that_follow(core: Core) -> None:
    gate = asyncio.Event()

    @core.command(detached=True)
    async def keep(text: str) -> None:
        await gate.wait()

    @core.command
    async def hurry() -> str:
        return "done"

    core.limit(pending_calls=3, pending_size=50_000)
    page, other = core.page(), core.page("other")
    for _ in range(3):
        page.invoke("keep", {"text": ""})
        page.load()
    with pytest.raises(Rejected, match="too many calls at once: 3 are under way"):
        await page.invoke("hurry")
    other.invoke("keep", {"text": "x" * 50_000})
    other.load()
    with pytest.raises(Rejected, match="those under way hold more than 0 MiB"):
        await other.invoke("hurry")
    gate.set()
    await turns()
    assert [await page.invoke("hurry"), await other.invoke("hurry")] == ["done", "done"]


async def test_what_detached_calls_have_read_counts_for_the_documents_that_follow(core: Core) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()

    @core.command(detached=True)
    async def keep(value: Any) -> None:
        begun.set()
        await gate.wait()

    core.limit(read_at_once=1000, objects=5000)
    page = core.page()
    large = msgspec.json.encode({"value": [[] for _ in range(3000)]})
    kept = page.fetch("keep", large, raw=False)
    await begun.wait()
    page.load()
    with pytest.raises(Rejected, match=r"hold more than 5000 arrays and objects, .* \(App's limits.objects\)"):
        await page.fetch("keep", large, raw=False)
    gate.set()
    await kept
    await turns()
    await page.fetch("keep", large, raw=False)


async def test_a_command_that_ends_its_own_page_is_cancelled_with_it(core: Core) -> None:
    reached: list[str] = []

    @core.command
    async def reload() -> None:
        page.load()
        reached.append("first step")
        await asyncio.sleep(0)
        reached.append("second step")

    page = core.page()
    session = page.session
    page.invoke("reload")
    await turns()
    assert reached == ["first step"]
    assert (session.tasks, session.pending_calls) == ({}, 0)
    assert page.foreign == []


async def test_calls_behind_one_that_ends_the_page_do_not_begin(core: Core) -> None:
    begun: list[str] = []

    @core.command
    async def reload() -> None:
        page.load()

    @core.command
    async def after() -> None:
        begun.append("after")

    page = core.page()
    with page.together():
        page.invoke("reload")
        page.invoke("after")
    await turns()
    assert begun == []
    assert page.heard_nothing


async def test_the_end_drops_replies_that_wait_to_be_delivered(core: Core) -> None:
    gate = asyncio.Event()

    @core.command
    async def wait() -> str:
        await gate.wait()
        return "late"

    page = core.page()
    page.invoke("wait")
    gate.set()
    await asyncio.sleep(0)
    page.load()
    await turns()
    assert page.heard_nothing


async def test_a_thread_that_answers_a_dead_page_is_not_heard(core: Core) -> None:
    gate, began = threading.Event(), threading.Event()

    @core.command
    def work() -> str:
        began.set()
        gate.wait(PATIENCE)
        return "late"

    page = core.page()
    page.invoke("work")
    await asyncio.to_thread(began.wait, PATIENCE)
    page.load()
    gate.set()
    await asyncio.to_thread(core.executor.shutdown)
    await turns()
    assert page.heard_nothing


async def test_the_end_closes_channels(core: Core) -> None:
    kept: list[Channel[int]] = []

    @core.command
    async def keep(on_step: Channel[int]) -> None:
        kept.append(on_step)

    page = core.page()
    await page.invoke("keep", {"onStep": page.channel().argument})
    page.load()
    (channel,) = kept
    assert channel.closed
    with pytest.raises(ChannelClosedError):
        channel.send(1)
    channel.close()
    await channel.drain()
    await turns()
    assert page.heard_nothing


async def test_the_end_forgets_listeners(core: Core) -> None:
    page = core.page()
    await page.listen("tick", [], {"kind": "App"})
    page.load()
    core.events.emit("tick")
    await turns()
    assert page.heard_nothing
    assert not core.events.has_page_listener("tick", EVERYONE, webview="main")


async def test_a_document_that_has_gone_listens_to_nothing(core: Core) -> None:
    page = core.page()
    session = page.session
    page.load()
    with pytest.raises(RefusedError, match="the page that would listen has gone"):
        core.events.listen_in_page(session, "tick", EVERYONE, 1)
    assert core.events.held == 0
    assert not session.on_end


async def test_the_end_forgets_parcels(core: Core) -> None:
    @core.command
    async def data() -> bytes:
        return b"data"

    page = core.page()
    page.fetches = False
    page.invoke("data")
    session = page.session
    assert session.parcels.size == 4
    page.load()
    assert session.parcels.size == 0
    assert session.parcels.take(1) is None


async def test_the_end_calls_back_once_and_in_order_whatever_fails(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    ended: list[str] = []

    def fail() -> None:
        raise ValueError("in the middle")

    page = core.page()
    session = page.session
    session.on_end += [lambda: ended.append("first"), fail, lambda: ended.append("second")]
    page.load()
    session.end()
    assert ended == ["first", "second"]
    assert "in the middle" in caplog.text


# Resources.


class File:
    def __init__(self, name: str, closed: list[str]) -> None:
        self.name = name
        self.closed = closed

    def close(self) -> None:
        self.closed.append(self.name)


async def test_the_end_releases_resources_the_newest_first(core: Core) -> None:
    closed: list[str] = []

    @core.command
    async def open_file(session: Session, name: str) -> int:
        return session.resources.add(File(name, closed))

    page = core.page()
    for name in "abc":
        await page.invoke("open_file", {"name": name})
    assert await page.invoke("plugin:resources|close", {"rid": 2}) is None
    assert closed == ["b"]
    page.load()
    assert closed == ["b", "c", "a"]


async def test_thousands_of_resources_are_let_go_of_little_by_little_and_what_can_be_closed_at_once(core: Core) -> None:
    class Picture:
        """What there is nothing to be closed of."""

    core.limit(slice_time=0.0)
    page = core.page()
    session, closed = page.session, list[str]()
    session.resources.add(File("first", closed))
    pictures = [Picture() for _ in range(20)]
    for picture in pictures:
        session.resources.add(picture)
    session.resources.add(File("last", closed))
    left = weakref.WeakSet(pictures)
    del picture, pictures
    page.load()
    assert closed == ["last", "first"]
    assert len(session.resources) == 0
    with pytest.raises(ResourceError, match="is invalid"):
        session.resources.get(2, Picture)
    counts = [len(left)]
    while left:
        await asyncio.sleep(0)
        counts.append(len(left))
    assert len(counts) == 20


async def test_what_waits_for_a_page_that_goes_is_let_go_of_little_by_little(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    core.limit(slice_time=0.0, window_size=100, high_water=100)
    page, one, another = core.page(), core.page("one"), core.page("another")
    await page.listen("tick", [])
    page.frozen = True
    for number in range(100):
        await (one, another)[number % 2].invoke("plugin:event|emit", {"event": "tick"})
    rows: list[collections.deque[Any]] = []
    close = Outbox.close

    def closed(outbox: Outbox) -> Any:
        rows.extend(close(outbox))
        return rows

    monkeypatch.setattr(Outbox, "close", closed)
    page.leave()
    counts = [sum(map(len, rows))]
    while counts[-1]:
        await turns(1)
        counts.append(sum(map(len, rows)))
    assert len(counts) > 100


async def test_a_resource_that_comes_when_its_document_has_gone_is_closed(core: Core) -> None:
    closed: list[str] = []
    adds, gone = asyncio.Event(), threading.Event()
    refused: asyncio.Queue[str] = asyncio.Queue()

    @core.command
    def open_file(session: Session) -> int:
        core.thread.run(adds.set)
        assert gone.wait(PATIENCE)
        try:
            return session.resources.add(File("late", closed))
        except ResourceError as error:
            core.thread.run(refused.put_nowait, str(error))
            raise

    page = core.page()
    page.invoke("open_file")
    await adds.wait()
    session = page.session
    page.load()
    gone.set()
    assert await refused.get() == "the page that would hold it has gone"
    assert closed == ["late"]
    assert len(session.resources) == 0


async def test_a_resource_belongs_to_its_document_alone(core: Core) -> None:
    closed: list[str] = []

    @core.command
    async def open_file(session: Session) -> int:
        return session.resources.add(File("secret", closed))

    page, other = core.page(), core.page("other")
    rid = await page.invoke("open_file")
    with pytest.raises(Rejected, match=f"the resource id {rid} is invalid"):
        await other.invoke("plugin:resources|close", {"rid": rid})
    page.load()
    with pytest.raises(Rejected, match=f"the resource id {rid} is invalid"):
        await page.invoke("plugin:resources|close", {"rid": rid})


def test_a_resource_is_of_the_kind_that_is_asked_for() -> None:
    resources = Resources()
    rid = resources.add("text")
    assert resources.get(rid, str) == "text"
    with pytest.raises(ResourceError, match=f"the resource id {rid} is a str, not a int"):
        resources.get(rid, int)
    resources.close(rid)
    with pytest.raises(ResourceError, match="is invalid"):
        resources.close(rid)


def test_a_document_holds_no_more_resources_than_its_limit() -> None:
    closed: list[str] = []
    resources = Resources(2)
    for name in "ab":
        resources.add(File(name, closed))
    with pytest.raises(ResourceError, match="holds 2 resources already"):
        resources.add(File("c", closed))
    assert closed == ["c"]


def test_a_resource_that_fails_to_close_is_gone_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    class Stuck:
        def close(self) -> None:
            raise OSError("stuck")

    class Gone:
        @property
        def close(self) -> None:
            raise ReferenceError("gone")

    resources = Resources()
    resources.close(resources.add(Stuck()))
    resources.add(Stuck())
    resources.add(Gone())
    resources.clear()
    assert len(resources) == 0
    assert caplog.text.count("closing a Stuck failed") == 2
    assert caplog.text.count("closing a Gone failed") == 1


# Others.


async def test_one_pages_end_leaves_the_others_alone(core: Core) -> None:
    gate = asyncio.Event()

    @core.command
    async def wait(n: int) -> int:
        await gate.wait()
        return n

    page, other = core.page(), core.page("other")
    page.invoke("wait", {"n": 1})
    answer = other.invoke("wait", {"n": 2})
    page.leave()
    gate.set()
    assert await answer == 2


async def test_a_call_by_ipc_of_a_document_that_is_gone_is_refused(core: Core) -> None:
    @core.command
    async def greet() -> None: ...

    page = core.page()
    session = page.session
    page.load()
    refused: list[Any] = []

    class Sink:
        def resolve(self, _call: int, value: Any) -> bool:
            raise AssertionError(value)

        def reject(self, _call: int, error: Any) -> None:
            refused.append(error)

    core.router.dispatch(session, Sink(), 0, Call("greet", session.caller, b"{}"))
    assert refused == ["the page that called has gone"]


async def test_nothing_is_sent_to_a_session_that_has_ended(core: Core) -> None:
    page = core.page()
    session = page.session
    page.load()
    session.send(b"[8]")
    session.resolve(1, b"bytes")
    session.reject(1, "error")
    session.ping()
    await turns()
    assert session.outbox.backlog == 0
    assert page.heard_nothing


async def test_a_ping_is_answered_by_a_page_that_is_alive(core: Core) -> None:
    page = core.page()
    page.frozen = True
    number = page.session.ping()
    await turns()
    assert page.session.acknowledged < number
    page.thaw()
    await turns()
    assert page.session.acknowledged == number
    assert kinds(page.messages) == [Kind.PING]
