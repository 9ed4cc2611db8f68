"""What the core gives to a command beside what the page sent."""

import attrs
import pytest

from shell.acl import Caller
from shell.ipc import Channel, RegistrationError, Session, State, States
from shell.ipc.wire import Kind
from tests.ipc.page import Core, Rejected, kinds, turns


@attrs.define
class Notes:
    texts: list[str] = attrs.field(factory=list)


class Base:
    pass


class Derived(Base):
    pass


class Other(Base):
    pass


async def test_managed_state_is_given_by_its_type(core: Core) -> None:
    core.states.manage(notes := Notes())

    @core.command
    async def add(notes: State[Notes], text: str) -> int:
        notes.texts.append(text)
        return len(notes.texts)

    page = core.page()
    assert [await page.invoke("add", {"text": text}) for text in "ab"] == [1, 2]
    assert notes.texts == ["a", "b"]


async def test_a_page_cannot_stand_in_for_the_state(core: Core) -> None:
    core.states.manage(Notes(["kept"]))

    @core.command
    async def texts(notes: State[Notes]) -> list[str]:
        return notes.texts

    assert await core.page().invoke("texts", {"notes": {"texts": ["forged"]}}) == ["kept"]


def test_each_type_is_managed_once() -> None:
    states = States()
    states.manage(Notes())
    with pytest.raises(RegistrationError, match="state of type Notes is managed already"):
        states.manage(Notes())


async def test_an_object_of_a_subclass_will_do_if_it_is_the_only_one(core: Core) -> None:
    core.states.manage(Derived())

    @core.command
    async def name(base: State[Base]) -> str:
        return type(base).__name__

    core.router.start()
    page = core.page()
    assert await page.invoke("name") == "Derived"
    core.states.manage(Other())
    with pytest.raises(Rejected, match="several managed objects are of type Base"):
        await page.invoke("name")


async def test_a_call_that_comes_before_its_state_waits_for_the_setup(core: Core) -> None:
    @core.command
    async def count(notes: State[Notes]) -> int:
        return len(notes.texts)

    page = core.page()
    answer = page.invoke("count")
    await turns()
    assert not answer.done()
    core.states.manage(Notes(["a"]))
    core.router.start()
    assert await answer == 1


async def test_state_that_the_setup_did_not_bring_is_missing(core: Core) -> None:
    @core.command
    async def count(notes: State[Notes]) -> None: ...

    page = core.page()
    early = page.invoke("count")
    core.router.start()
    for answer in (early, page.invoke("count")):
        with pytest.raises(
            Rejected, match=r"no managed object is of type Notes; give it to the app with app.manage\(Notes"
        ):
            await answer


async def test_a_channel_outlives_the_wait_for_state(core: Core) -> None:
    @core.command
    async def stream(on_text: Channel[str], notes: State[Notes]) -> None:
        for text in notes.texts:
            on_text.send(text)

    page = core.page()
    channel = page.channel()
    answer = page.invoke("stream", {"onText": channel.argument})
    core.states.manage(Notes(["a", "b"]))
    core.router.start()
    await answer
    await page.until(lambda: channel.ended)
    assert channel.messages == ["a", "b"]


async def test_the_caller_is_who_the_core_knows(core: Core) -> None:
    @core.command
    async def who(caller: Caller) -> list[object]:
        return [caller.window, caller.origin, caller.document, caller.local]

    first, second = core.page("first"), core.page("second")
    forged = {"caller": {"window": "second"}}
    assert await first.invoke("who", forged) == ["first", "tauri://localhost", 1, True]
    assert await second.invoke("who") == ["second", "tauri://localhost", 2, True]


async def test_a_further_type_is_filled_by_its_injector(core: Core) -> None:
    @core.command
    def label(session: Session, n: int, *, again: Session) -> list[object]:
        return [session.caller.window, n, again is session]

    assert await core.page().invoke("label", {"n": 5}) == ["main", 5, True]


async def test_a_channel_may_be_left_out_where_it_is_optional(core: Core) -> None:
    @core.command
    async def work(on_step: Channel[int] | None, on_end: Channel[str] | None = None) -> list[bool]:
        if on_step is not None:
            on_step.send(1)
        return [on_step is None, on_end is None]

    page = core.page()
    assert await page.invoke("work") == [True, True]
    assert await page.invoke("work", {"onStep": None}) == [True, True]
    channel = page.channel()
    assert await page.invoke("work", {"onStep": channel.argument}) == [False, True]
    assert channel.messages == [1]


@pytest.mark.parametrize(
    "value", [5, "5", "__CHANNEL__:", "__CHANNEL__:x", "__CHANNEL__:-1", "__CHANNEL__:٣", "x" * 99]
)
async def test_what_is_no_channel_is_refused(core: Core, value: object) -> None:
    @core.command
    async def work(on_step: Channel[int]) -> None: ...

    with pytest.raises(Rejected, match=r"^invalid args `onStep` for command `work`: [Ee]xpected") as caught:
        await core.page().invoke("work", {"onStep": value})
    assert len(caught.value.payload) < 200


async def test_arguments_that_do_not_fit_open_no_channel(core: Core) -> None:
    @core.command
    async def work(on_step: Channel[int], n: int) -> None: ...

    page = core.page()
    with pytest.raises(Rejected, match="`n`"):
        await page.invoke("work", {"onStep": page.channel().argument, "n": "five"})
    await turns()
    assert kinds(page.messages) == [Kind.REJECT]


async def test_a_plain_function_gets_all_this_in_its_thread(core: Core) -> None:
    core.states.manage(Notes(["a"]))

    @core.command
    def work(caller: Caller, notes: State[Notes], on_step: Channel[str]) -> str:
        on_step.send(notes.texts[0])
        return caller.window

    page = core.page()
    channel = page.channel()
    assert await page.invoke("work", {"onStep": channel.argument}) == "main"
    await page.until(lambda: channel.ended)
    assert channel.messages == ["a"]


async def test_calls_that_wait_for_the_setup_end_with_their_page(core: Core) -> None:
    @core.command
    async def count(notes: State[Notes]) -> None: ...

    page = core.page()
    page.invoke("count")
    session = page.session
    assert len(session.tasks) == 1
    page.load()
    await turns()
    assert session.pending_calls == 0
    core.router.start()
    await turns()
    assert page.foreign == []
