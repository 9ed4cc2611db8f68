"""What pages post that is no post: it never raises, harms no other call, and is answered where it can be."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.ipc.wire import BrokenCall, WireCall, read_calls
from tests.ipc.page import Core, Page, turns

LONE = r'"\ud83d"'
DEEP = "[" * 20_000 + "]" * 20_000


def register(core: Core) -> None:
    @core.command
    async def echo(value: Any = None) -> Any:
        return value


@pytest.fixture
def page(core: Core) -> Page:
    """A page that may call `echo`."""
    register(core)
    return core.page()


def post(page: Page, *lines: str) -> list[Any]:
    """Post lines as they are; returns the messages of the answer."""
    answer = page.link.receive("\n".join([f'["{page.document}",{page.received}]', *lines]))
    if not answer:
        return []
    _, page.received, *messages = msgspec.json.decode(answer)
    return list(messages)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[7]", "Expected `array` of at least length 3, got 1"),
        ('[7,"echo"]', "Expected `array` of at least length 3, got 2"),
        ("[7,5,{}]", r"Expected `str`, got `int` - at `\$\[1\]`"),
        ('[7,"echo",{},{"h":1}]', "Expected `str`, got `int`"),
        ('[7,"echo",{},null,1]', "Expected `bool`, got `int`"),
        ('[7,"echo",{"value":tru}]', "JSON is malformed"),
        ('[7,"echo",{"value":1}', "Input data was truncated"),
        ('[7,"echo",{"value":1}] trailing', "JSON is malformed: trailing characters"),
        (f'[7,{LONE},{{"value":1}}]', "half of a surrogate pair, which is no character"),
        (f'[7,"echo",{{"value":{LONE}}}]', "half of a surrogate pair, which is no character"),
        ('[7,"echo",{"value":"\ud83d"}]', "half of a surrogate pair, which is no character"),
        (f'[7,"echo",{{"value":{DEEP}}}]', "nested too deep"),
    ],
)
async def test_a_line_that_is_no_call_is_refused_and_the_others_are_answered(
    page: Page, line: str, problem: str
) -> None:
    before, broken, after = post(page, '[1,"echo",{"value":1}]', line, '[2,"echo",{"value":2}]')
    assert (before, after) == ([0, 1, 1], [0, 2, 2])
    assert broken[:2] == [1, 7]
    with pytest.raises(AssertionError, match=problem):
        raise AssertionError(broken[2])


@pytest.mark.parametrize(
    "line", ["", " ", "5", "null", "{}", "[]", "[-1]", '["7"]', "[1.5]", "[" + "9" * 5000, "\0", "\ufeff"]
)
async def test_a_line_without_a_number_is_dropped(page: Page, line: str) -> None:
    assert post(page, '[1,"echo",{"value":1}]', line, '[2,"echo",{"value":2}]') == [[0, 1, 1], [0, 2, 2]]


async def test_malformed_messages_are_counted_and_logged_once(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    for text in ("", "no JSON", "[]", "[5,0]", f"[{LONE},0]", DEEP, "\ud83d", '["' + "x" * 65 + '",0]'):
        assert page.link.receive(text) == ""
    post(page, "[7]", "[8]")
    assert page.link.counts["malformed"] == 10
    assert len(caplog.records) == 1
    assert "a malformed message from webview main was dropped; further ones are only counted" in caplog.text


async def test_numbers_of_calls_are_the_pages_own(page: Page) -> None:
    numbers = [0, -5, 2**53, 2**64, 10**100]
    assert post(page, *(f'[{n},"echo",{{"value":1}}]' for n in numbers)) == [[0, n, 1] for n in numbers]


async def test_a_call_may_say_more_than_is_known(page: Page) -> None:
    assert post(page, '[1,"echo",{"value":1},null,false,null,"of a later version"]') == [[0, 1, 1]]


async def test_text_comes_and_goes_as_it_is(page: Page) -> None:
    for text in ("\0", "\u2028\u2029", "😀", '"\\/', "\x7f\x80", "\ufeff", "\n\r\t", "ﬀ", "e\u0301"):
        assert await page.invoke("echo", {"value": text}) == text


async def test_an_acknowledgement_of_what_was_never_sent_changes_nothing(page: Page) -> None:
    for ack in (-2, 10**30, 0):
        assert page.link.receive(f'["{page.document}",{ack}]') == ""
    assert await page.invoke("echo", {"value": 1}) == 1
    assert page.session.alive


def test_a_long_post_is_read_bit_by_bit() -> None:
    lines = "\n".join(f'[{n},"echo",{{"value":"{"x" * 1000}"}}]' for n in range(1000))
    calls = list(read_calls(lines))
    assert [call.id for call in calls if isinstance(call, WireCall)] == list(range(1000))
    # Between two of its bits others may have their turn.
    assert [call for call in calls if not isinstance(call, WireCall)] == [None] * 7
    assert list(read_calls("")) == []
    (broken,) = read_calls("[7" + " " * 500_000)
    assert isinstance(broken, BrokenCall)


async def test_a_post_of_many_broken_lines_takes_its_turn_like_any_other(core: Core) -> None:
    core.limit(slice_time=0.003)
    register(core)
    page, other = core.page(), core.page("other")
    page.link.receive("\n".join([f'["{page.document}",0]', *["5"] * 100_000, '[1,"echo",{}]']))
    assert page.link.counts["malformed"] < 100_000
    assert await other.invoke("echo", {"value": 1}) == 1
    page.calls[1] = asyncio.get_running_loop().create_future()
    assert await page.calls[1] is None
    assert page.link.counts["malformed"] == 100_000


# Anything at all.


@contextlib.contextmanager
def a_page() -> Iterator[Page]:
    with asyncio.Runner() as runner:
        core = Core(runner.get_loop())
        register(core)

        async def begin() -> Page:
            return core.page()

        page = runner.run(begin())
        yield page
        runner.run(turns())
        core.close()


def receive(page: Page, text: str) -> str:
    """Receive on the page's loop, as a message of the browser does."""

    async def run() -> str:
        return page.link.receive(text)

    return page.core.loop.run_until_complete(run())


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=10,
)
NAMES = st.sampled_from(
    ["echo", "plugin:event|listen", "plugin:event|emit", "plugin:shared|follow", "plugin:__shell__|parcel", "nothing"]
)


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


@given(st.lists(st.text(st.characters()) | st.binary().map(lambda data: data.decode("latin-1")), max_size=5))
def test_no_text_raises(texts: list[str]) -> None:
    with a_page() as page:
        for text in texts:
            answer = receive(page, text)
            assert isinstance(answer, str)


@given(st.lists(ANYTHING, max_size=5), st.integers())
def test_no_json_raises(values: list[Any], ack: int) -> None:
    with a_page() as page:
        for value in values:
            receive(page, as_json(value))
        answer = receive(page, "\n".join([as_json([page.document, ack]), *map(as_json, values)]))
        if answer:
            assert msgspec.json.decode(answer)[0] == page.document


@given(
    st.lists(
        st.tuples(NAMES | st.text(), ANYTHING | st.fixed_dictionaries({"event": st.text(), "number": st.integers()})),
        max_size=8,
    )
)
def test_every_call_is_answered_once(calls: list[tuple[str, Any]]) -> None:
    with a_page() as page:
        lines = [as_json([number, name, args]) for number, (name, args) in enumerate(calls)]
        answer = receive(page, "\n".join([as_json([page.document, 0]), *lines]))
        messages = msgspec.json.decode(answer)[2:] if answer else []
        answered = [message[1] for message in messages if message[0] in {0, 1}]
        assert sorted(answered) == list(range(len(calls)))


@given(
    st.lists(st.sampled_from(['[1,"echo",{"value":1}]', "[", "]", '"', "\\", "\n", "{", "}", ",", "\ud83d", "1", " "]))
)
def test_no_mixture_of_calls_and_fragments_raises(parts: list[str]) -> None:
    with a_page() as page:
        receive(page, f'["{page.document}",0]\n' + "".join(parts))
