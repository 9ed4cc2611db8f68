"""What is written in pieces is what msgspec writes at once, whatever it is, and tells of the same errors."""

import asyncio
import collections
import dataclasses
import enum
import gc
import itertools
import pathlib
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.ipc import Channel, CommandError, EncodeError, wire
from shell.ipc.wire import AT_ONCE
from shell.ipc.writing import Writing, write_at_once
from tests.ipc.page import Core, Rejected, turns

PIECE = 32
"""Bytes; pieces so small that what hypothesis thinks of is larger."""


def in_pieces(value: Any, piece: int = PIECE) -> bytes:
    """Write a value with a pause at each chance."""
    writing = Writing(value, piece)
    while not writing.write_on():
        pass
    return bytes(writing.json)


class Colour(enum.Enum):
    RED = "red" * 20
    BLUE = 3


class Point(NamedTuple):
    x: Any
    y: Any


class Struct(msgspec.Struct, tag="a struct", rename="camel"):
    first_value: Any
    second: Any = 1


class Sparse(msgspec.Struct, omit_defaults=True, frozen=True):
    some: Any = "x" * 100
    more: Any = 1
    rest: list[Any] = []


class Array(msgspec.Struct, array_like=True, tag=True):
    first: Any
    second: Any


@dataclasses.dataclass
class Data:
    first: Any
    second: Any = None


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    first: Any
    second: Any


@attrs.frozen
class Frozen:
    first: Any
    second: Any = attrs.field(default=None, repr=False)


@attrs.define(slots=False)
class Open:
    first: Any
    _hidden: Any


leaves: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
    | st.text(st.sampled_from('"\\\n\x01é😀'), min_size=20)
    | st.binary(max_size=200)
    | st.binary(max_size=200).map(bytearray)
    | st.binary(max_size=200).map(lambda value: memoryview(value))
    | st.sampled_from(Colour)
    | st.datetimes()
    | st.dates()
    | st.timedeltas()
    | st.uuids()
    | st.decimals(allow_nan=False)
    | st.just(msgspec.Raw(b'{"as":["it","is",{"and":"rather long"}]}'))
    | st.builds(pathlib.PurePosixPath, st.just("a/path/of/some/length/with/a/name"))
)
keys = st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-9, 2**40) | st.sampled_from(Colour) | st.uuids()


def holding(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What holds others."""
    several = st.lists(inner, max_size=12)
    classes = st.sampled_from([Point, Struct, Array, Data, Slotted, Frozen, Open])
    return (
        several
        | several.map(tuple)
        | several.map(lambda items: collections.UserList(items).data)
        | st.dictionaries(keys, inner, max_size=12)
        | st.dictionaries(st.text("abc"), inner).map(collections.OrderedDict)
        | st.builds(lambda kind, one, other: kind(one, other), classes, inner, inner)
        | st.builds(lambda one: Sparse(more=one), inner)
    )


values = st.recursive(leaves, holding, max_leaves=60) | st.sets(st.text("abc", min_size=10)) | st.frozensets(st.dates())


@given(values, st.sampled_from([8, PIECE, 200]))
def test_a_value_is_written_as_msgspec_writes_it(value: Any, piece: int) -> None:
    assert in_pieces(value, piece) == wire.encode_value(value)


@given(values)
def test_what_is_short_is_written_at_once(value: Any) -> None:
    encoded = wire.encode_at_once(value)
    assert encoded is not None
    assert encoded == wire.encode_value(value)
    assert encoded == wire.encoded(value, in_loop=False)


@pytest.mark.parametrize(
    "value",
    [
        [list(range(50_000)), list(range(50_000))],
        [[number, number] for number in range(50_000)],
        {str(number): number for number in range(50_000)},
        {"k" * 200_000: 1, "other": "v" * 200_000},
        "x" * 300_000,
        '"' * 100_000,
        "é😀" * 100_000,
        b"bytes" * 60_000,
        msgspec.Raw(b"[%b1]" % (b"1," * 100_000)),
        Struct("x" * 200_000, [1] * 90_000),
        Sparse(more="x" * 200_000),
        set(range(100_000)),
        [pathlib.PurePosixPath(str(number)) for number in range(2000)],
        [[["x" * 200_000]]],
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_long_is_not_written_at_once(value: Any) -> None:
    assert wire.encode_at_once(value) is None
    expected = wire.encode_value(value)
    assert bytes(write_at_once(value)) == in_pieces(value, AT_ONCE) == expected
    assert bytes(wire.encoded(value, in_loop=False)) == expected


def test_what_has_as_many_bytes_as_are_written_at_once_is_so() -> None:
    # msgspec makes room for more than a number takes.
    for large in ("x" * (AT_ONCE - 100), [1] * (AT_ONCE // 2 - 100)):
        assert wire.encode_at_once(large) is not None
    for larger in ("x" * AT_ONCE, [1] * (AT_ONCE // 2)):
        assert wire.encode_at_once(larger) is None


@attrs.frozen
class Complex:
    value: Any


def _itself() -> list[Any]:
    value: list[Any] = ["x" * 100] * 10
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        ["x"] * 50 + [1j],
        {"a": ["x"] * 50, "b": object()},
        Complex(["x"] * 50 + [1j]),
        ["x"] * 50 + ["\ud800"],
        "x" * 100 + "\ud800",
        {(1, 2): "x" * 100},
        {"x" * 100: 1, 1j: 2},
        _itself(),
        {"a": _itself()},
    ],
)
def test_what_has_no_form_in_json_is_told_in_the_same_words(value: Any) -> None:
    with pytest.raises(EncodeError) as at_once:
        wire.encode_value(value)
    with pytest.raises(EncodeError) as pieces:
        in_pieces(value)
    assert str(pieces.value) == str(at_once.value)


def nested(levels: int, around: Callable[[Any], Any], inner: Any) -> Any:
    for _ in range(levels):
        inner = around(inner)
    return inner


AROUND: list[Callable[[Any], Any]] = [lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: Array(1, inner)]


@pytest.mark.parametrize("around", AROUND, ids=["list", "dict", "object"])
def test_each_level_of_what_is_large_may_be_the_last_of_its_turn(
    monkeypatch: pytest.MonkeyPatch, around: Callable[[Any], Any]
) -> None:
    encode_up_to, tried = wire.encode_up_to, 0

    def counted(size: int, value: Any) -> bytes | None:
        nonlocal tried
        tried += 1
        return encode_up_to(size, value)

    value = nested(100, around, list(range(100)))
    expected = wire.encode_value(value)
    monkeypatch.setattr(wire, "encode_up_to", counted)
    writing, counts = Writing(value, PIECE), [0]
    # Its time is always up.
    while not writing.write_on():
        counts.append(tried)
    assert bytes(writing.json) == expected
    assert tried > 100
    assert max(after - before for before, after in itertools.pairwise(counts)) < 10


@pytest.mark.parametrize("around", AROUND, ids=["list", "dict", "object"])
def test_what_is_large_and_nested_too_deep_is_refused(around: Callable[[Any], Any]) -> None:
    with pytest.raises(EncodeError, match="nested too deep"):
        in_pieces(nested(500, around, list(range(100))))


@pytest.mark.parametrize(
    ("value", "change", "result"),
    [
        ([*range(100)], lambda value: value.clear(), None),
        ({number: number for number in range(100)}, lambda value: value.clear(), b"{}"),
        ({number: number for number in range(100)}, lambda value: value.update({"new": 1}), None),
        ({*range(100)}, lambda value: value.add("new"), None),
    ],
    ids=["list", "emptied", "dict", "set"],
)
def test_what_changes_meanwhile_is_written_as_it_is_then(
    value: Any, change: Callable[[Any], object], result: bytes | None
) -> None:
    writing = Writing(value, PIECE)
    assert not writing.write_on()
    change(value)
    while not writing.write_on():
        pass
    found = bytes(writing.json)
    assert msgspec.json.decode(found) is not None
    assert result is None or found == result
    if isinstance(value, dict | set):
        assert found == wire.encode_value(value)


async def test_a_large_answer_arrives_by_every_road(core: Core) -> None:
    large = {"some": [[number, str(number)] for number in range(40_000)], "more": "x" * 200_000}

    @core.command
    async def get() -> Any:
        return large

    @core.command
    def plain() -> Any:
        return large

    page = core.page()
    expected = msgspec.json.decode(msgspec.json.encode(large))
    core.limits = attrs.evolve(core.limits, slice_time=0.0)
    assert await page.invoke("get") == expected
    assert await page.invoke("plain") == expected
    assert await page.fetch("get", b"{}", raw=False) == expected
    # What a command returned may be its own.
    await turns(50)
    assert len(large["some"]) == 40_000


async def test_others_go_on_while_a_large_answer_is_written(core: Core) -> None:
    core.limit(slice_time=0.0)

    @core.command
    async def get() -> Any:
        return [[number, number] for number in range(200_000)]

    @core.command
    async def ask() -> str:
        return "answered"

    page, other = core.page(), core.page("other")
    large = page.invoke("get")
    asked = 0
    while not large.done():
        assert await other.invoke("ask") == "answered"
        asked += 1
        await turns(1)
    assert asked > 10
    assert len(await large) == 200_000


async def test_a_large_answer_with_no_form_in_json_names_its_command(core: Core) -> None:
    @core.command
    async def get() -> Any:
        return [*range(100_000), 1j]

    page = core.page()
    with pytest.raises(Rejected, match="command `get`: a value of type complex cannot be sent as JSON"):
        await page.invoke("get")
    assert page.session.unwritten == 0


async def test_a_page_that_goes_gets_no_large_answer_and_leaves_nothing(core: Core) -> None:
    core.limit(slice_time=0.0)

    class Row(list[int]): ...

    rows: list[weakref.ref[Row]] = []

    @core.command
    async def get() -> Any:
        row = Row(range(200_000))
        rows.append(weakref.ref(row))
        return [row]

    page = core.page()
    page.invoke("get")
    page.invoke("get")
    session = page.session
    assert session.unwritten == 2
    page.load()
    await turns(200)
    gc.collect()
    assert session.unwritten == 0
    assert page.heard_nothing
    assert [row() for row in rows] == [None, None]


async def test_answers_that_wait_to_be_written_have_a_bound(core: Core) -> None:
    core.limit(slice_time=0.0, overflow=4 * AT_ONCE)
    large = ["x" * 1000] * 1000

    @core.command
    async def get() -> Any:
        return large

    page = core.page()
    page.fetches = False
    calls = [page.invoke("get") for _ in range(10)]
    answers = await asyncio.gather(*calls[5:], return_exceptions=True)
    assert all("large answers wait to be written" in str(answer) for answer in answers)


async def test_an_error_is_no_larger_than_what_is_written_at_once(core: Core) -> None:
    @core.command
    async def fail(text: str) -> None:
        raise ValueError(f"unknown {text}")

    @core.command
    async def fail_with(value: Any) -> None:
        raise CommandError(value)

    page = core.page()
    with pytest.raises(Rejected) as failed:
        await page.invoke("fail", {"text": "x" * 50_000})
    assert failed.value.payload.startswith("unknown xxx")
    assert failed.value.payload.endswith("x…")
    assert len(failed.value.payload) < 40_000
    with pytest.raises(Rejected, match=r"`fail_with` failed, and how cannot be told: .* 131072 bytes"):
        await page.invoke("fail_with", {"value": ["x" * 20_000] * 4 + ["y" * 70_000]})
    with pytest.raises(Rejected) as told:
        await page.invoke("fail_with", {"value": {"kind": "range"}})
    assert told.value.payload == {"kind": "range"}


async def test_what_was_read_for_a_call_counts_until_it_is_answered(core: Core) -> None:
    core.limit(slice_time=0.0)

    @core.command
    async def echo(value: Any) -> Any:
        return value

    page = core.page()
    session = page.session

    def counted() -> int:
        return session.lasting.objects

    # Loads what reads and writes in pieces.
    await page.invoke("echo", {"value": [[1]] * 50_000})
    while counted():
        await turns(1)
    answer = page.invoke("echo", {"value": [[1]] * 50_000})
    while not session.unwritten:
        assert not answer.done()
        await turns(1)
    assert counted() > 40_000
    assert len(await answer) == 50_000
    while counted():
        await turns(1)


async def test_threads_that_send_what_is_large_do_not_keep_the_loop(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = wire.encode_value
    large = [["x" * 1000] * 100] * 10

    def at_once(value: object) -> bytes:
        assert value != large
        return encode(value)

    shared = core.shared.add("large", [["empty"]])

    @core.command
    async def prepare(on_value: Channel[Any]) -> None:
        monkeypatch.setattr("shell.ipc.channel.wire.encode_value", at_once)
        monkeypatch.setattr("shell.ipc.shared.encode_value", at_once)
        await asyncio.to_thread(on_value.send, large)
        await asyncio.to_thread(core.events.emit, "large", large)

        def share() -> None:
            shared.value = large

        await asyncio.to_thread(share)

    page = core.page()
    heard: list[Any] = []
    await page.listen("large", heard)
    channel = page.channel()
    page.invoke("prepare", {"onValue": channel.argument})
    await page.until(lambda: bool(heard) and channel.ended)
    assert heard == channel.messages == [large] == [shared.value]
