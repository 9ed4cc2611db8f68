"""Filters: every allowed call passes here, in order, and may be changed, refused or answered."""

import asyncio
from collections.abc import Awaitable, Coroutine
from functools import partial
from typing import Any, cast

import attrs
import msgspec
import pytest

from shell.acl import capability_from
from shell.ipc import Call, Command, CommandError, EncodeError, RefusedError
from shell.ipc.filter import Filters, Proceed
from shell.plugins.plugin import Plugin
from tests.desktop import PATIENCE
from tests.ipc.page import Core, Page, Rejected, turns


@pytest.fixture
def page(core: Core) -> Page:
    """A page that may call `greet` and read notes, but not write them."""

    @core.command
    async def greet(name: str) -> str:
        return f"Hello, {name}!"

    @core.command
    async def size(body: bytes) -> int:
        return len(body)

    notes = Plugin("notes", default=["allow-read"])

    @notes.command
    async def read() -> str:
        return "read"

    @notes.command
    async def write() -> str:
        return "written"

    core.plugin(notes)
    return core.page()


async def test_filters_see_a_call_in_order_and_its_result_in_reverse(core: Core, page: Page) -> None:
    seen: list[str] = []

    def noting(name: str) -> Any:
        async def note(call: Call, proceed: Proceed) -> Any:
            seen.append(f"{name} {call.command} {call.args} of {call.caller.window}")
            result = await proceed(call)
            seen.append(f"{name} {result}")
            return result

        return note

    for name in "ab":
        core.filters.add(noting(name))
    assert await page.invoke("greet", {"name": "Ada"}) == "Hello, Ada!"
    assert seen == [
        "a greet {'name': 'Ada'} of main",
        "b greet {'name': 'Ada'} of main",
        "b Hello, Ada!",
        "a Hello, Ada!",
    ]


async def test_a_call_through_filters_that_do_not_wait_is_answered_in_the_same_turn(core: Core, page: Page) -> None:
    @core.filters.add
    async def pass_on(call: Call, proceed: Proceed) -> Any:
        return await proceed(call)

    assert page.invoke("greet", {"name": "Ada"}).result() == "Hello, Ada!"


async def test_a_filter_may_be_a_plain_function(core: Core, page: Page) -> None:
    @core.filters.add
    def pass_on(call: Call, proceed: Proceed) -> Awaitable[Any] | str:
        return "answered" if call.args.get("name") == "Bob" else proceed(call)

    assert await page.invoke("greet", {"name": "Ada"}) == "Hello, Ada!"
    assert await page.invoke("greet", {"name": "Bob"}) == "answered"


async def test_filters_of_every_kind_keep_their_order_side_by_side(core: Core, page: Page) -> None:
    seen: list[str] = []

    class Noting:
        async def __call__(self, _: str, call: Call, proceed: Proceed) -> Any:
            seen.append("object")
            return await proceed(call)

    async def note(name: str, call: Call, proceed: Proceed) -> Any:
        seen.append(name)
        return await proceed(call)

    def plainly(call: Call, proceed: Proceed) -> Awaitable[Any]:
        seen.append("plain")
        return proceed(call)

    for function in (partial(note, "first"), plainly, partial(Noting(), ""), partial(note, "last")):
        core.filters.add(function)
    assert page.invoke("greet", {"name": "Ada"}).result() == "Hello, Ada!"
    assert seen == ["first", "plain", "object", "last"]


async def test_a_filter_changes_the_arguments_and_the_result(core: Core, page: Page) -> None:
    @core.filters.add
    async def shout(call: Call, proceed: Proceed) -> Any:
        result: str = await proceed(call.replace(args={"name": call.args["name"].upper()}))
        return result + "!!"

    assert await page.invoke("greet", {"name": "Ada"}) == "Hello, ADA!!!"


async def test_arguments_that_a_filter_puts_in_are_checked_like_the_pages(core: Core, page: Page) -> None:
    @core.filters.add
    async def spoil(call: Call, proceed: Proceed) -> Any:
        return await proceed(call.replace(args={"name": 5}))

    with pytest.raises(Rejected, match="invalid args `name` for command `greet`"):
        await page.invoke("greet", {"name": "Ada"})


async def test_arguments_that_are_no_json_cannot_be_put_in(core: Core, page: Page) -> None:
    @core.filters.add
    async def spoil(call: Call, proceed: Proceed) -> Any:
        with pytest.raises(EncodeError):
            call.replace(args={"name": object()})
        return await proceed(call)

    assert await page.invoke("greet", {"name": "Ada"}) == "Hello, Ada!"


async def test_a_filter_sends_a_call_to_another_command(core: Core, page: Page) -> None:
    @core.filters.add
    async def redirect(call: Call, proceed: Proceed) -> Any:
        return await proceed(call.replace(command="plugin:notes|read"))

    assert await page.invoke("greet", {"name": "Ada"}) == "read"


async def test_another_command_is_checked_as_if_the_page_had_called_it(core: Core, page: Page) -> None:
    @core.filters.add
    async def redirect(call: Call, proceed: Proceed) -> Any:
        return await proceed(call.replace(command=call.args["command"]))

    with pytest.raises(Rejected, match="notes:allow-write"):
        await page.invoke("greet", {"command": "plugin:notes|write"})
    with pytest.raises(Rejected, match="command nothing not found"):
        await page.invoke("greet", {"command": "nothing"})


async def test_a_call_that_is_not_allowed_never_reaches_a_filter(core: Core, page: Page) -> None:
    seen: list[str] = []

    @core.filters.add
    async def note(call: Call, proceed: Proceed) -> Any:
        seen.append(call.command)
        return await proceed(call)

    for command in ("plugin:notes|write", "nothing"):
        with pytest.raises(Rejected):
            await page.invoke(command)
    assert seen == []


async def test_a_filter_refuses_by_raising(core: Core, page: Page, caplog: pytest.LogCaptureFixture) -> None:
    @core.filters.add
    async def refuse(call: Call, _: Proceed) -> Any:
        match call.args["name"]:
            case "refused":
                raise RefusedError("not after six")
            case "rejected":
                raise CommandError({"code": 6})
        raise ValueError("a mistake in the filter")

    with pytest.raises(Rejected, match="not after six"):
        await page.invoke("greet", {"name": "refused"})
    with pytest.raises(Rejected) as caught:
        await page.invoke("greet", {"name": "rejected"})
    assert caught.value.payload == {"code": 6}
    assert not caplog.records
    with pytest.raises(Rejected, match="a mistake in the filter"):
        await page.invoke("greet", {"name": "other"})
    assert "raise ValueError" in caplog.text


async def test_a_filter_answers_without_proceeding(core: Core, page: Page) -> None:
    @core.filters.add
    async def answer(_call: Call, _proceed: Proceed) -> Any:
        return b"bytes"

    assert await page.invoke("greet", {"name": "Ada"}) == b"bytes"


async def test_a_filter_that_forgets_to_await_is_told_so_and_the_page_gets_no_answer(
    core: Core, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    async def pass_on(call: Call, proceed: Proceed) -> Any:
        return await proceed(call)

    async def forget(call: Call, proceed: Proceed) -> None:
        proceed(call)

    async def hand_back(call: Call, proceed: Proceed) -> Any:
        return proceed(call)

    def forget_plainly(call: Call, proceed: Proceed) -> None:
        proceed(call)

    for filter_ in (forget, hand_back, forget_plainly):
        filters = Filters()
        for one in (pass_on, filter_, pass_on):
            filters.add(one)
        core.router._filters = filters
        caplog.clear()
        with pytest.raises(
            Rejected, match=rf"the filter `.*\.{filter_.__name__}` has not awaited what proceed\(call\)"
        ):
            await page.invoke("greet", {"name": "Ada"})
        assert "has not awaited" in caplog.text


async def test_a_filter_may_carry_a_call_out_beside_it(core: Core, page: Page) -> None:
    results: list[str] = []

    @core.filters.add
    async def twice(call: Call, proceed: Proceed) -> list[str]:
        beside = asyncio.create_task(read(proceed, call))
        results.append(await proceed(call))
        await beside
        return results

    async def read(proceed: Proceed, call: Call) -> None:
        results.append(await proceed(call.replace(command="plugin:notes|read")))

    assert await page.invoke("greet", {"name": "Ada"}) == ["read", "Hello, Ada!"]


async def test_a_filter_may_answer_and_have_a_call_carried_out_later(core: Core, page: Page) -> None:
    kept: list[Awaitable[Any]] = []

    async def pass_on(call: Call, proceed: Proceed) -> Any:
        return await proceed(call)

    async def in_a_task(call: Call, proceed: Proceed) -> str:
        kept.append(asyncio.Task(cast("Coroutine[Any, Any, Any]", proceed(call))))
        return "queued"

    def in_a_list(call: Call, proceed: Proceed) -> str:
        kept.append(proceed(call))
        return "queued"

    for filter_ in (in_a_task, in_a_list):
        filters = Filters()
        for one in (pass_on, filter_, pass_on):
            filters.add(one)
        core.router._filters = filters
        assert await page.invoke("greet", {"name": "Ada"}) == "queued"
        assert await kept.pop() == "Hello, Ada!"


async def test_a_filter_may_take_its_time_and_end_with_the_page(core: Core, page: Page) -> None:
    ended: list[str] = []

    @core.filters.add
    async def wait(call: Call, proceed: Proceed) -> Any:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append(call.command)
        return await proceed(call)

    page.invoke("greet", {"name": "Ada"})
    page.load()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert ended == ["greet"]
    assert page.heard_nothing


async def test_a_filter_catches_what_the_command_raises(core: Core, page: Page) -> None:
    @core.filters.add
    async def soften(call: Call, proceed: Proceed) -> Any:
        try:
            return await proceed(call)
        except RefusedError as refused:
            return f"sorry: {refused}"

    assert (await page.invoke("greet", {})).startswith("sorry: invalid args `name`")


async def test_raw_bytes_have_no_arguments(core: Core, page: Page) -> None:
    seen: list[Any] = []

    @core.filters.add
    async def note(call: Call, proceed: Proceed) -> Any:
        seen.append((call.raw, call.args, bytes(call.body)))
        return await proceed(call)

    assert await page.fetch("size", b"abc") == 3
    assert seen == [(True, {}, b"abc")]


@pytest.mark.parametrize("body", [b"null", b"5", b"[1]"])
async def test_arguments_that_are_no_object_look_empty_to_a_filter(core: Core, page: Page, body: bytes) -> None:
    seen: list[Any] = []

    @core.filters.add
    async def note(call: Call, _: Proceed) -> Any:
        seen.append(call.args)

    await page.fetch("greet", body, raw=False)
    assert seen == [{}]


async def test_arguments_that_are_no_json_are_refused_when_a_filter_looks_at_them(core: Core, page: Page) -> None:
    @core.filters.add
    async def look(call: Call, proceed: Proceed) -> Any:
        return await proceed(call.replace(args=call.args))

    with pytest.raises(Rejected, match="invalid args for command `greet`"):
        await page.fetch("greet", b"{", raw=False)


async def test_what_the_bridge_tells_of_its_own_page_passes_no_filter(core: Core) -> None:
    async def ready() -> str:
        return "ready"

    @core.filters.add
    async def refuse(call: Call, _: Proceed) -> Any:
        raise RefusedError(call.command)

    core.commands.add(Command("plugin:__shell__|ready", ready, open=True, filtered=False))
    assert await core.page().invoke("plugin:__shell__|ready") == "ready"


# Large calls.

PAIRS = [[number, number] for number in range(20_000)]


async def test_large_arguments_are_read_for_filters_while_the_loop_goes_on(core: Core) -> None:
    core.limit(slice_time=0.0)
    seen: list[Any] = []

    @core.command
    async def take(pairs: list[tuple[int, int]]) -> int:
        return len(pairs)

    @core.command
    async def ask() -> str:
        return "answered"

    for _ in range(2):

        @core.filters.add
        async def look(call: Call, proceed: Proceed) -> Any:
            seen.append(call.args)
            call.args.clear()
            return await proceed(call)

    own, other = core.page("own"), core.page("other")
    # Loads what reads in pieces.
    assert await own.invoke("take", {"pairs": PAIRS}) == len(PAIRS)
    seen.clear()
    call = own.invoke("take", {"pairs": PAIRS})
    asked = 0
    while not seen:
        assert await other.invoke("ask") == "answered"
        seen[:] = [args for args in seen if args]
        asked += 1
        await turns(1)
    assert asked > 3
    assert await call == len(PAIRS)
    assert [args for args in seen if args] == [{"pairs": PAIRS}] * 2
    while own.session.lasting.objects:  # it waits for turns, not for time
        await turns(1)


async def test_large_arguments_that_a_filter_puts_in_are_read_for_the_next(core: Core) -> None:
    seen: list[Any] = []

    @core.command
    async def take(pairs: Any, more: Any) -> list[int]:
        return [len(pairs), len(more)]

    @core.filters.add
    async def change(call: Call, proceed: Proceed) -> Any:
        return await proceed(call.replace(args=call.args | {"more": (*PAIRS, 1)}))

    @core.filters.add
    async def look(call: Call, proceed: Proceed) -> Any:
        seen.append(call.args["more"])
        return await proceed(call)

    assert await core.page("own").invoke("take", {"pairs": PAIRS}) == [len(PAIRS), len(PAIRS) + 1]
    assert seen == [[*PAIRS, 1]]


async def test_large_arguments_that_cannot_be_read_are_refused_when_a_filter_looks_at_them(core: Core) -> None:
    looks: list[str] = []

    @core.command
    async def size(data: Any) -> int:
        return len(data)

    @core.filters.add
    async def look(call: Call, proceed: Proceed) -> Any:
        looks.append(call.command)
        return await proceed(call.replace(args=call.args))

    core.limit(objects=1000)
    page = core.page()
    with pytest.raises(Rejected, match="invalid args for command `size`"):
        await page.fetch("size", b"[" * 200_000, raw=False)
    with pytest.raises(Rejected, match=r"hold more than 1000 arrays .* \(App's limits.objects\)"):
        await page.invoke("size", {"data": PAIRS})
    assert looks == ["size", "size"]


async def test_what_a_filter_was_shown_does_not_count_against_its_call(core: Core) -> None:
    @core.command
    async def size(data: Any) -> int:
        return len(data)

    @core.filters.add
    async def look(call: Call, proceed: Proceed) -> Any:
        return await proceed(call)

    core.limit(objects=30_000)
    page = core.page()
    assert await page.invoke("size", {"data": PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("size", [10, 200_000])
async def test_a_detached_command_runs_though_its_page_goes_while_a_filter_waits(core: Core, size: int) -> None:
    saved: asyncio.Queue[int] = asyncio.Queue()
    waits, go_on = asyncio.Event(), asyncio.Event()

    @core.command(detached=True)
    async def save(text: str) -> None:
        saved.put_nowait(len(text))

    @core.filters.add
    async def wait(call: Call, proceed: Any) -> Any:
        waits.set()
        await go_on.wait()
        return await proceed(call)

    page = core.page()
    page.invoke("save", {"text": "x" * size})
    await waits.wait()
    page.load()
    go_on.set()
    assert await asyncio.wait_for(saved.get(), PATIENCE) == size


@pytest.mark.parametrize("becomes", ["another", "somebody else's", "forbidden"])
async def test_what_began_before_its_page_went_becomes_nothing_else(
    core: Core, caplog: pytest.LogCaptureFixture, becomes: str
) -> None:
    ran: list[str] = []
    waits, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    core.capabilities.append({"identifier": "some", "windows": ["main"], "permissions": ["allow-save", "allow-other"]})

    @core.command(detached=True)
    async def save() -> None:
        ran.append("save")

    @core.command(detached=True)
    async def other() -> None:
        ran.append("other")

    @core.filters.add
    async def wait(call: Call, proceed: Any) -> Any:
        waits.set()
        await go_on.wait()
        if becomes == "another":
            call = call.replace(command="other")
        elif becomes == "somebody else's":
            call = msgspec.structs.replace(call, caller=attrs.evolve(call.caller, window="another"))
        try:
            return await proceed(call)
        except RefusedError:
            done.set()
            raise

    page = core.page()
    page.invoke("save")
    await waits.wait()
    page.load()
    if becomes == "forbidden":
        core.authority.add_capability(
            capability_from({"identifier": "less", "windows": ["main"], "permissions": ["deny-save"]}, "test")
        )
    go_on.set()
    await done.wait()
    assert ran == []
