"""Events: names, targets and who hears what, as in Tauri v2."""

import asyncio
import functools
import re
import threading
from typing import Any

import attrs
import msgspec
import pytest

from shell.ipc import EncodeError, Event, EventTarget, RefusedError
from shell.ipc.event import APP, labelled, of_webview, of_window
from tests.ipc.page import Core, Page, Rejected, turns

TARGETS: dict[str, dict[str, str]] = {
    "any": {"kind": "Any"},
    "app": {"kind": "App"},
    "label main": {"kind": "AnyLabel", "label": "main"},
    "window main": {"kind": "Window", "label": "main"},
    "webview main": {"kind": "Webview", "label": "main"},
    "webview window main": {"kind": "WebviewWindow", "label": "main"},
    "label other": {"kind": "AnyLabel", "label": "other"},
    "window other": {"kind": "Window", "label": "other"},
}

HEARD_BY: dict[str, set[str]] = {
    "any": set(TARGETS),
    "app": {"any", "app"},
    "label main": {"any", "label main", "window main", "webview main", "webview window main"},
    "window main": {"any", "label main", "window main"},
    "webview main": {"any", "label main", "webview main"},
    "webview window main": {"any", "label main", "webview window main"},
    "label other": {"any", "label other", "window other"},
    "window other": {"any", "label other", "window other"},
}
"""Who hears an event for a target: Tauri's rules, as they are since 2.1."""


def target(name: str) -> EventTarget:
    return EventTarget(**TARGETS[name])


def emit(page: Page, name: str, payload: Any = None) -> "asyncio.Future[None]":
    return page.invoke("plugin:event|emit", {"event": name, "payload": payload})


@pytest.mark.parametrize("sent_to", TARGETS)
async def test_an_event_reaches_the_listeners_that_tauri_says(core: Core, sent_to: str) -> None:
    page = core.page()
    in_page: dict[str, list[Any]] = {name: [] for name in TARGETS}
    in_core: dict[str, list[Any]] = {name: [] for name in TARGETS}
    for name, as_written in TARGETS.items():
        await page.listen("tick", in_page[name], as_written)
        core.events.listen("tick", in_core[name].append, target(name).listener())
    await page.invoke("plugin:event|emit_to", {"target": TARGETS[sent_to], "event": "tick", "payload": 1})
    core.events.emit("tick", 2, target(sent_to).address())
    await turns()
    assert {name for name, heard in in_page.items() if heard == [1, 2]} == HEARD_BY[sent_to]
    assert {name for name, heard in in_page.items() if not heard} == set(TARGETS) - HEARD_BY[sent_to]
    assert {name for name, heard in in_core.items() if [event.payload for event in heard] == [1, 2]} == HEARD_BY[
        sent_to
    ]


async def test_a_page_emits_to_everyone(core: Core) -> None:
    pages = [core.page(label) for label in ("main", "other")]
    heard: dict[str, list[Any]] = {page.label: [] for page in pages}
    in_core: list[Event[Any]] = []
    for page in pages:
        await page.listen("note/saved", heard[page.label])
    listener = core.events.listen("note/saved", in_core.append)
    await pages[0].invoke("plugin:event|emit", {"event": "note/saved", "payload": {"id": 7}})
    await turns()
    assert heard == {"main": [{"id": 7}], "other": [{"id": 7}]}
    assert in_core == [Event("note/saved", listener, {"id": 7})]


async def test_an_event_goes_only_to_pages_that_listen(core: Core) -> None:
    page = core.page()
    await page.listen("one", [], {"kind": "Window", "label": "main"})
    delivered = len(page.deliveries)
    core.events.emit("two")
    core.events.emit("one", address=labelled("elsewhere"))
    await turns()
    assert len(page.deliveries) == delivered


async def test_an_event_without_a_payload_carries_null(core: Core) -> None:
    page = core.page()
    heard: list[Any] = []
    await page.listen("tick", heard)
    await page.invoke("plugin:event|emit", {"event": "tick"})
    core.events.emit("tick")
    await turns()
    assert heard == [None, None]


@pytest.mark.parametrize("name", ["tick", "a-b/c:d_e", "tauri://close-requested", "Größe1"])
async def test_a_name_has_letters_digits_and_four_signs(core: Core, name: str) -> None:
    heard: list[Any] = []
    await core.page().listen(name, heard)
    core.events.emit(name, 1)
    await turns()
    assert heard == [1]


@pytest.mark.parametrize("name", ["", "a b", "a.b", "tick\n", "<x>", "a\0", "x" * 999 + "!"])
async def test_any_other_name_is_refused_everywhere(core: Core, name: str) -> None:
    page = core.page()
    problem = "invalid event name .*event names must include only alphanumeric characters, `-`, `/`, `:` and `_`"
    commands: dict[str, dict[str, Any]] = {
        "listen": {"target": {"kind": "Any"}, "handler": 1},
        "unlisten": {"eventId": 1},
        "emit": {},
        "emit_to": {"target": {"kind": "App"}},
    }
    for command, args in commands.items():
        with pytest.raises(Rejected, match=problem) as caught:
            await page.invoke(f"plugin:event|{command}", {"event": name, **args})
        assert len(caught.value.payload) < 1000
    with pytest.raises(RefusedError, match=problem):
        core.events.listen(name, print)
    with pytest.raises(RefusedError, match=problem):
        core.events.emit(name)


async def test_an_unknown_target_is_refused(core: Core) -> None:
    page = core.page()
    with pytest.raises(Rejected, match="unknown event target 'Everyone'; expected one of Any, AnyLabel, App"):
        await page.listen("tick", [], {"kind": "Everyone"})
    with pytest.raises(Rejected, match=r"invalid args `target` for command `plugin:event\|listen`"):
        await page.listen("tick", [], "main")


# The end of a listener.


async def test_a_listener_that_has_stopped_hears_no_more(core: Core) -> None:
    page = core.page()
    heard: list[Any] = []
    in_core: list[Any] = []
    listener = await page.listen("tick", heard)
    of_core = core.events.listen("tick", in_core.append)
    core.events.emit("tick")
    core.events.unlisten(of_core)
    await page.invoke("plugin:event|unlisten", {"event": "tick", "eventId": listener})
    delivered = len(page.deliveries)
    core.events.emit("tick")
    await turns()
    assert (len(heard), len(in_core), len(page.deliveries)) == (1, 1, delivered)


async def test_stopping_a_listener_again_is_no_error(core: Core) -> None:
    page = core.page()
    listener = await page.listen("tick", [])
    for _ in range(2):
        await page.invoke("plugin:event|unlisten", {"event": "tick", "eventId": listener})
        core.events.unlisten(listener)


async def test_a_listener_belongs_to_its_document_alone(core: Core) -> None:
    page, other = core.page(), core.page("other")
    heard: list[Any] = []
    listener = await page.listen("tick", heard)
    await other.invoke("plugin:event|unlisten", {"event": "tick", "eventId": listener})
    await page.invoke("plugin:event|unlisten", {"event": "tock", "eventId": listener})
    core.events.emit("tick", 1)
    await turns()
    assert heard == [1]


async def test_one_of_two_listeners_of_a_page_stops(core: Core) -> None:
    page = core.page()
    first: list[Any] = []
    second: list[Any] = []
    listener = await page.listen("tick", first)
    await page.listen("tick", second)
    await page.invoke("plugin:event|unlisten", {"event": "tick", "eventId": listener})
    del page.listeners["tick"][listener]
    core.events.emit("tick", 1)
    await turns()
    assert (first, second) == ([], [1])


async def test_a_page_has_no_more_listeners_than_its_limit(core: Core) -> None:
    core.limit(handles=2)
    page = core.page()
    first = await page.listen("a", [])
    await page.listen("b", [])
    with pytest.raises(Rejected, match="this page has 2 listeners already"):
        await page.listen("c", [])
    await page.invoke("plugin:event|unlisten", {"event": "a", "eventId": first})
    await page.listen("c", [])


async def test_whether_a_page_listens_to_its_own_window_is_known(core: Core) -> None:
    page = core.page()
    name = "tauri://close-requested"
    await page.listen(name, [])
    assert not core.events.has_page_listener(name, of_window("main"), webview="main")
    listener = await page.listen(name, [], {"kind": "Window", "label": "main"})
    assert core.events.has_page_listener(name, of_window("main"), webview="main")
    assert not core.events.has_page_listener(name, of_window("main"), webview="other")
    assert not core.events.has_page_listener(name, of_webview("main"), webview="main")
    await page.invoke("plugin:event|unlisten", {"event": name, "eventId": listener})
    assert not core.events.has_page_listener(name, of_window("main"), webview="main")


# Listeners in the core.


async def test_listeners_in_the_core_are_called_in_order_before_emit_returns(core: Core) -> None:
    heard: list[str] = []
    for name in "abc":
        core.events.listen("tick", lambda _, name=name: heard.append(name))
    core.events.emit("tick")
    assert heard == ["a", "b", "c"]


async def test_once_hears_the_first_event_alone_even_if_it_emits_itself(core: Core) -> None:
    heard: list[Any] = []

    def hear(event: Event[Any]) -> None:
        heard.append(event.payload)
        core.events.emit("tick", "again")

    core.events.listen("tick", hear, once=True)
    core.events.emit("tick", "first")
    core.events.emit("tick", "second")
    assert heard == ["first"]


async def test_once_waits_for_an_event_that_reaches_it(core: Core) -> None:
    heard: list[Any] = []
    core.events.listen("tick", lambda event: heard.append(event.payload), labelled("main"), once=True)
    core.events.emit("tick", 1, APP)
    core.events.emit("tick", 2, labelled("main"))
    assert heard == [2]


async def test_a_listener_may_stop_the_next(core: Core) -> None:
    heard: list[str] = []
    listeners: list[int] = []
    core.events.listen("tick", lambda _: core.events.unlisten(listeners[0]))
    listeners.append(core.events.listen("tick", lambda _: heard.append("second")))
    core.events.listen("tick", lambda _: heard.append("third"))
    core.events.emit("tick")
    assert heard == ["third"]


async def test_a_listener_that_begins_while_an_event_is_told_hears_the_next(core: Core) -> None:
    heard: list[Any] = []
    core.events.listen(
        "tick", lambda _: core.events.listen("tick", lambda event: heard.append(event.payload)), once=True
    )
    core.events.emit("tick", 1)
    core.events.emit("tick", 2)
    assert heard == [2]


async def test_a_listener_that_fails_is_logged_and_the_next_is_called(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Any] = []

    def fail(_: object) -> None:
        raise ValueError("deaf")

    async def fail_later(_: object) -> None:
        await asyncio.sleep(0)
        raise ValueError("deaf later")

    core.events.listen("tick", fail)
    core.events.listen("tick", fail_later)
    core.events.listen("tick", heard.append)
    core.events.emit("tick")
    await turns()
    assert len(heard) == 1
    assert "a listener of the event tick failed" in caplog.text
    assert "deaf later" in caplog.text


async def test_each_listener_gets_a_payload_of_its_own(core: Core) -> None:
    heard: list[Any] = []

    def change(event: Event[Any]) -> None:
        event.payload.append("changed")

    core.events.listen("tick", change)
    core.events.listen("tick", lambda event: heard.append(event.payload))
    core.events.emit("tick", payload := ["text"])
    assert heard == [["text"]]
    assert payload == ["text"]


async def test_what_is_large_of_a_page_is_read_for_each_listener_in_a_turn_of_its_own_and_in_order(core: Core) -> None:
    page, other = core.page(), core.page("other")
    turn = 0
    heard: list[tuple[int, Any]] = []
    turn_of: dict[int, int] = {}

    def hear(number: int, event: Event[Any]) -> None:
        heard.append((number, event.payload if event.payload in (1, 2, 3) else len(event.payload)))
        if len(event.payload if isinstance(event.payload, list) else ()) == 20_000:
            turn_of[number] = turn

    for number in range(4):
        core.events.listen("tick", functools.partial(hear, number))
    payloads: list[Any] = [1, [[]] * 20_000, 2]
    emitted = [page.invoke("plugin:event|emit", {"event": "tick", "payload": payload}) for payload in payloads]
    other.invoke("plugin:event|emit", {"event": "tick", "payload": 3})
    assert emitted[0].done()
    # Others do not wait for that.
    assert [payload for number, payload in heard if number == 3] == [1, 3]
    while not emitted[2].done():
        turn += 1
        await asyncio.sleep(0)
    for number in range(4):
        assert [payload for listener, payload in heard if listener == number and payload != 3] == [1, 20_000, 2]
    assert len(set(turn_of.values())) == 4
    assert sorted(turn_of) == sorted(turn_of, key=turn_of.__getitem__)


async def test_who_is_not_meant_by_what_is_large_takes_no_turn(core: Core) -> None:
    heard: list[int] = []
    core.events.listen("tick", lambda event: heard.append(len(event.payload)), of_window("main"))
    for _ in range(1000):
        core.events.listen("tick", lambda event: heard.append(0), of_window("other"))
    core.events.listen("tick", lambda event: heard.append(len(event.payload)), of_window("main"))
    emits = {"target": TARGETS["window main"], "event": "tick", "payload": [[]] * 20_000}
    emitted = core.page().invoke("plugin:event|emit_to", emits)
    await turns(10)
    assert emitted.done()
    assert heard == [20_000] * 2


async def test_what_is_large_is_told_to_all_listeners_though_its_page_goes_meanwhile(core: Core) -> None:
    page = core.page()
    heard: list[int] = []
    for number in range(4):
        core.events.listen("tick", functools.partial(lambda number, _: heard.append(number), number))
    page.invoke("plugin:event|emit", {"event": "tick", "payload": [[]] * 20_000})
    while not heard:
        await turns(1)
    page.load()
    assert len(heard) < 4
    while len(heard) < 4:
        await turns(1)
    assert heard == [0, 1, 2, 3]


async def test_what_a_page_emits_behind_what_is_large_is_told_though_it_goes_meanwhile(core: Core) -> None:
    page = core.page()
    heard: list[Any] = []
    for _ in range(2):
        core.events.listen("state", lambda event: heard.append(len(event.payload)))
    core.events.listen("bye", lambda event: heard.append(event.payload))
    with page.together():
        for name, payload in (("state", "x" * 20_000), ("bye", "now"), ("state", "x" * 30_000)):
            page.invoke("plugin:event|emit", {"event": name, "payload": payload})
    page.load()
    while len(heard) < 5:
        await turns(1)
    assert heard == [20_000, 20_000, "now", 30_000, 30_000]


async def test_a_coroutine_function_may_listen(core: Core) -> None:
    heard: list[Any] = []
    gate = asyncio.Event()

    async def hear(event: Event[Any]) -> None:
        await gate.wait()
        heard.append(event.payload)

    core.events.listen("tick", hear)
    core.events.emit("tick", 1)
    gate.set()
    await turns()
    assert heard == [1]


class Slow:
    """A listener of the core that takes its time."""

    def __init__(self, core: Core) -> None:
        self.begun: list[Any] = []
        self._gate = asyncio.Event()
        core.events.listen("save", self._hear)

    async def _hear(self, event: Event[Any]) -> None:
        self.begun.append(event.payload)
        await self._gate.wait()

    def finish(self) -> None:
        self._gate.set()


async def test_a_page_emits_nothing_more_to_listeners_in_the_core_that_have_not_done_with_much_of_it(
    core: Core,
) -> None:
    core.limit(pending_calls=10)
    slow = Slow(core)
    page, other = core.page(), core.page("other")
    for n in range(10):
        await emit(page, "save", n)
    # They go on without the document.
    page.load()
    with pytest.raises(
        Rejected, match=r"10 of what webview main emitted have not ended \(App's limits.pending_calls\)"
    ):
        await emit(page, "save", 10)
    await emit(page, "elsewhere")
    await page.invoke("plugin:event|emit_to", {"target": TARGETS["window other"], "event": "news"})
    await emit(other, "save", "of another")
    core.events.emit("save", "of the program")
    assert slow.begun == [*range(10), "of another", "of the program"]
    slow.finish()
    await turns()
    await emit(page, "save", 11)
    assert slow.begun[-1] == 11


async def test_what_listeners_in_the_core_have_not_done_with_holds_no_more_than_calls_under_way_may(core: Core) -> None:
    core.limit(pending_size=700_000)
    slow = Slow(core)
    page = core.page()
    for _ in range(4):
        await emit(page, "save", "x" * 200_000)
    with pytest.raises(Rejected, match=r"hold more than 0 MiB \(App's limits.pending_size\)"):
        await emit(page, "save", "x")
    slow.finish()
    await turns()
    await emit(page, "save", "x")
    assert core.events.held == 0


# Payloads.


@attrs.frozen
class Note:
    text: str


async def test_a_payload_arrives_as_json_carries_it(core: Core) -> None:
    page = core.page()
    heard: list[Any] = []
    in_core: list[Any] = []
    await page.listen("note", heard)
    core.events.listen("note", lambda event: in_core.append(event.payload))
    core.events.emit("note", Note("hi"))
    await turns()
    assert heard == in_core == [{"text": "hi"}]


async def test_a_payload_that_is_no_json_is_refused_before_anyone_hears(core: Core) -> None:
    heard: list[Any] = []
    core.events.listen("note", heard.append)
    with pytest.raises(EncodeError, match="type object cannot be sent as JSON"):
        core.events.emit("note", object())
    assert heard == []


async def test_a_pages_payload_that_is_no_unicode_is_refused_before_anyone_hears(core: Core) -> None:
    page = core.page()
    heard: list[Any] = []
    core.events.listen("note", heard.append)
    await page.listen("note", heard)
    answer = page.fetch("plugin:event|emit", rb'{"event":"note","payload":"\ud83d! "}', raw=False)
    with pytest.raises(Rejected, match="half of a surrogate pair"):
        await answer
    assert heard == []


# Threads and order.


async def test_events_may_be_emitted_from_any_thread(core: Core) -> None:
    page = core.page()
    heard: list[Any] = []
    threads: set[int] = set()
    await page.listen("tick", heard)
    core.events.listen("tick", lambda _: threads.add(threading.get_ident()))

    def emit() -> None:
        for n in range(100):
            core.events.emit("tick", n)

    await asyncio.to_thread(emit)
    await page.until(lambda: len(heard) == 100)
    assert heard == list(range(100))
    assert threads == {threading.get_ident()}


async def test_listeners_may_come_and_go_in_any_thread(core: Core) -> None:
    heard: list[Any] = []

    def come_and_go() -> None:
        for _ in range(200):
            core.events.unlisten(core.events.listen("tick", lambda _: None))

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    core.events.listen("tick", heard.append)
    for thread in threads:
        thread.start()
    for _ in range(100):
        core.events.emit("tick")
        await asyncio.sleep(0)
    for thread in threads:
        await asyncio.to_thread(thread.join)
    core.events.emit("tick")
    assert len(heard) == 101


async def test_events_replies_and_channels_keep_their_order(core: Core) -> None:
    @core.command
    async def work() -> str:
        core.events.emit("tick", 1)
        core.events.emit("tick", 2)
        return "done"

    page = core.page()
    heard: list[Any] = []
    await page.listen("tick", heard)
    with page.together():
        answer = page.invoke("work")
        page.invoke("plugin:event|emit", {"event": "tick", "payload": 3})
    assert heard == [1, 2, 3]
    assert answer.result() == "done"


async def test_an_event_before_there_is_a_page_is_heard_in_the_core(core: Core) -> None:
    heard: list[Any] = []
    core.events.listen("tick", heard.append)
    core.events.emit("tick")
    assert len(heard) == 1


async def test_a_page_that_reloads_hears_only_what_it_asks_for_anew(core: Core) -> None:
    page = core.page()
    heard: list[Any] = []
    await page.listen("tick", heard)
    page.load()
    core.events.emit("tick", 1)
    await turns()
    assert heard == []
    await page.listen("tick", heard)
    core.events.emit("tick", 2)
    await turns()
    assert heard == [2]


@pytest.mark.parametrize("filler", [0, 100_000], ids=["read at once", "read in pieces"])
async def test_a_payload_that_is_no_text_is_refused_and_harms_nobody_who_listens(core: Core, filler: int) -> None:
    @core.command
    async def echo(value: msgspec.Raw) -> msgspec.Raw:
        return value

    page, other = core.page("sender"), core.page("listener")
    heard: list[Any] = []
    await other.listen("tick", heard)
    core.events.emit("tick", 1)
    value = b'["%b","a\xff"]' % (b"x" * filler)
    for command, body in (("echo", b'{"value":%b}'), ("plugin:event|emit", b'{"event":"tick","payload":%b}')):
        with pytest.raises(Rejected, match=f"invalid args for command `{re.escape(command)}`: 'utf-8' codec"):
            await page.fetch(command, body % value, raw=False)
    core.events.emit("tick", 2)
    await turns()
    assert heard == [1, 2]


async def test_what_the_core_itself_emits_that_is_no_text_is_delivered_with_marks_in_its_place(core: Core) -> None:
    page = core.page()
    heard: list[Any] = []
    await page.listen("tick", heard)
    for payload in (b"1", b'"a\xffb"', b"2"):
        core.events.emit_encoded("tick", msgspec.Raw(payload))
    await turns()
    assert heard == [1, "a\ufffdb", 2]


async def test_a_page_that_goes_takes_its_listeners_with_it_little_by_little(core: Core) -> None:
    core.limit(slice_time=0.0)
    page = core.page()
    heard: list[Any] = []
    for _ in range(100):
        await page.listen("tick", heard, {"kind": "Window", "label": "main"})
    address = of_window("main")
    assert core.events.is_heard("tick", address)
    assert core.events.has_page_listener("tick", address, webview="main")
    page.load()
    left = [sum(sum(own.values()) for own in core.events._pages["tick"].values())]
    assert not core.events.is_heard("tick", address)
    assert not core.events.has_page_listener("tick", address, webview="main")
    core.events.emit("tick")
    while core.events._pages:
        await turns(1)
        left.append(sum(sum(own.values()) for own in core.events._pages.get("tick", {}).values()))
    assert heard == []
    assert left == sorted(left, reverse=True)
    assert len(left) > 50
