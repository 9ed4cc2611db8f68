"""JSON that is read in pieces is what it would be if it were read at once, and lets others have their turn."""

import asyncio
import collections
import dataclasses
import datetime as dt
import enum
import hashlib
import itertools
import json
import pathlib
import random
import time
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypedDict

import attrs
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shell import Limits
from shell.audit import Audit
from shell.ipc import Call, pieces
from shell.ipc.decoder import check, decoder
from shell.ipc.form import Form, Skipped
from shell.ipc.pieces import PIECE, Reading
from shell.ipc.readings import Readings, read_at_once
from tests.ipc.page import Core, Page, Rejected, turns


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Point(msgspec.Struct):
    x: int
    y: float = 0.5


class Named(msgspec.Struct, tag=True, rename="camel", forbid_unknown_fields=True):
    the_name: str
    points: list[Point] = []


class Pair(msgspec.Struct, array_like=True):
    left: int
    right: str


@attrs.frozen
class Note:
    title: str
    tags: list[str] = attrs.field(factory=list)
    inner: "Note | None" = None


@dataclasses.dataclass
class Album:
    notes: dict[str, Note]
    size: int = 0


class Row(TypedDict, total=False):
    id: int
    words: list[str]


KINDS: tuple[Any, ...] = (
    *(Any, object, str, int, float, bool, None, bytes, list, dict, set[int], tuple[int, ...], tuple[int, str]),
    *(list[int], list[Any], list[str], list[list[int]], Sequence[float], list[int] | None, list[int] | str),
    *(dict[str, int], dict[str, Any], dict[int, str], dict[Colour, list[int]], dict[str, dict[str, list[int]]]),
    *(Colour, Literal["a", 1], pathlib.Path, dt.date, list[dt.date], list[pathlib.Path], list[Colour]),
    *(Annotated[str, msgspec.Meta(max_length=3)], Annotated[list[int], msgspec.Meta(min_length=2)]),
    *(list[Annotated[int, msgspec.Meta(ge=0, le=255)]], bytes | list[int], msgspec.Raw, list[msgspec.Raw]),
    *(Point, list[Point], Named, list[Named | None], Pair, list[Pair], Note, list[Note], Album, Row, list[Row]),
    *(dict[str, Note] | list[Album] | None, list[dict[str, int | float | bool | str]]),
)

TEXT = st.text() | st.sampled_from(
    ["", "x" * 50, "é" * 30, "€😀" * 20, '"' * 20, "\\" * 21, "],[", '","', '},{"x":', "2000-01-01", "red", "AAEC"]
)
NUMBERS = st.integers(-(10**20), 10**20) | st.integers(0, 300) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
KEYS = TEXT | st.sampled_from(
    ["x", "y", "id", "words", "type", "theName", "points", "title", "tags", "notes", "inner", "7"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=20)
        | st.dictionaries(KEYS, inner, max_size=8)
        | st.lists(inner).map(lambda one: one * 5)
    ),
    max_leaves=30,
)


POINTS = st.fixed_dictionaries({"x": st.integers(-5, 5)}, optional={"y": st.floats(0, 1), "z": VALUES})
NOTES = st.recursive(
    st.fixed_dictionaries({"title": TEXT}, optional={"tags": st.lists(TEXT)}),
    lambda inner: st.fixed_dictionaries(
        {"title": TEXT, "inner": inner}, optional={"tags": st.lists(TEXT, max_size=20)}
    ),
    max_leaves=4,
)
FITTING = st.one_of(
    st.lists(st.integers(0, 300), max_size=60),
    st.lists(TEXT, max_size=30),
    st.lists(st.lists(st.integers()), max_size=20),
    st.lists(POINTS, max_size=20),
    st.lists(NOTES, max_size=10),
    NOTES,
    st.dictionaries(TEXT, NOTES, max_size=5).map(lambda notes: {"notes": notes, "size": 3}),
    st.lists(
        st.fixed_dictionaries({"type": st.just("Named"), "theName": TEXT, "points": st.lists(POINTS)}), max_size=5
    ),
    st.lists(st.tuples(st.integers(), TEXT).map(list), max_size=10),
    st.lists(st.fixed_dictionaries({}, optional={"id": st.integers(), "words": st.lists(TEXT)}), max_size=10),
    st.dictionaries(TEXT, st.integers() | st.lists(st.integers()), max_size=10),
    st.dictionaries(st.sampled_from(["red", "blue", "green"]), st.lists(st.integers(), max_size=40)),
    st.lists(st.dates().map(str), max_size=20),
)
ENCODERS = st.sampled_from(
    [
        lambda value: json.dumps(value, ensure_ascii=False),
        lambda value: json.dumps(value, separators=(",", ":")),
        lambda value: json.dumps(value, indent=2),
    ]
)


def outcome(read: Any, text: bytes) -> Any:
    """What reading comes to: a value with its type, or what is said to be wrong."""
    try:
        value = read(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return type(error), str(error)
    if isinstance(value, msgspec.Raw):
        value = bytes(value).strip()
    return type(value), value


@example({"": None, "theName": None}, Named, json.dumps, 16)
@given(VALUES | FITTING, st.sampled_from(KINDS), ENCODERS, st.integers(16, 120))
def test_a_value_or_what_is_wrong_with_it_is_the_same(value: Any, kind: Any, encode: Any, piece: int) -> None:
    text = encode(value).encode("utf-8", "surrogatepass")
    in_pieces = outcome(lambda body: read_at_once(body, Form(kind), piece), text)
    at_once = outcome(decoder(kind), text)
    # Of two things that are wrong the one may be told or the other: a member too many is seen last.
    assert in_pieces == at_once or in_pieces[0] is at_once[0] is msgspec.ValidationError


@given(VALUES | FITTING, st.sampled_from(KINDS), ENCODERS, st.integers(16, 120), st.data())
def test_nothing_else_is_json(value: Any, kind: Any, encode: Any, piece: int, data: st.DataObject) -> None:
    text = encode(value).encode("utf-8", "surrogatepass")
    at = data.draw(st.integers(0, len(text)))
    damaged = (
        text[:at]
        + data.draw(st.sampled_from([b"", b",", b"]", b"}", b"[", b'"', b"\\", b"x", b"\xff", b"1e999", b"\x00", b":"]))
        + text[at + data.draw(st.integers(0, 3)) :]
    )
    in_pieces, at_once = (
        outcome(read, damaged) for read in (lambda body: read_at_once(body, Form(kind), piece), decoder(kind))
    )
    # What is said to be wrong first may differ: an item is looked at whole before it is taken for what it should be.
    # The name of a member that nobody asks for may be no text where it is read at once.
    assert (
        in_pieces == at_once
        or in_pieces[0] is UnicodeDecodeError
        or all(issubclass(kind, msgspec.DecodeError | UnicodeError) for kind, _ in (in_pieces, at_once))
    )


@pytest.mark.parametrize(
    "text",
    [
        "[" + ",".join(['"],["', "[]", "[[],[]]"] * 200) + "]",
        "[" + ",".join(['{"a":[{"a":1},{"a":[{"a":2}]}]}'] * 50) + "]",
        '{"a":{"a":1,"b":2},"c":{' + ",".join(f'"{n}":{{"a":1,"c":2}}' for n in range(100)) + "}}",
        "[" + "[1," * 100 + "1" + "]" * 100 + ",2" * 100 + "]",
        "  [ 1 " + " " * 500 + ", 2 ]  ",
        "[" + "1" * 300 + "]",
        '"' + "\\ud83d\\ude00" * 40 + "\\\\" * 40 + "\\u00e9" * 40 + "é€😀" * 40 + '"',
        '{"' + "x" * 500 + '":"' + "y" * 500 + '"}',
    ],
    ids=["where items seem to end", "a tree", "objects", "deep", "space", "a long number", "escapes", "a long name"],
)
@pytest.mark.parametrize("piece", [16, 50, 64, 200])
def test_wherever_a_piece_ends_nothing_is_lost(text: str, piece: int) -> None:
    assert read_at_once(text.encode(), Form(Any), piece) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 2_000_000, '{"a":' * 2_000_000, "[[1]," * 500_000, f'["{"x" * 1000}",' * 11_000),
        "[" * 500 + "1," * 40_000 + "1" + "]" * 500,
    ],
)
def test_what_is_nested_too_deep_is_told_to_be(text: str) -> None:
    with pytest.raises(RecursionError):
        read_at_once(text.encode(), Form(Any))


@pytest.mark.parametrize("form", [Form(Any), Form(msgspec.Raw), Skipped()], ids=["any", "raw", "skipped"])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_each_level_of_what_is_large_may_be_the_last_of_its_turn(
    monkeypatch: pytest.MonkeyPatch, form: Form, opening: str
) -> None:
    checked = 0

    def counted(text: memoryview) -> Any:
        nonlocal checked
        checked += 1
        return check(text)

    monkeypatch.setattr(pieces, "check", counted)
    levels = 100
    text = opening * levels + "[" + "1," * 40_000 + "1]" + {"[": "]"}.get(opening, "}") * levels
    reading = Reading(text.encode(), form, Limits(), PIECE)
    counts = [0]
    # Its time is always up.
    while not reading.read_on():
        counts.append(checked)
    assert checked > levels
    assert max(after - before for before, after in itertools.pairwise(counts)) < 10


def test_many_brackets_behind_one_another_are_not_looked_at_all_at_once() -> None:
    began = time.thread_time()
    with pytest.raises(RecursionError):
        read_at_once(b"[%b%b" % (b"1," * 40_000, b"[" * (16 << 20)), Form(Any))
    # It takes some hundredths of a second, and took five seconds.
    assert time.thread_time() - began < 2


def program(core: Core, **limits: Any) -> Page:
    """A core that reads little at once, and a page."""
    core.limits = Limits(read_at_once=1000, **limits)

    @core.command
    async def total(numbers: list[int], name: str = "") -> int:
        return sum(numbers)

    @core.command
    def apart(numbers: list[int]) -> int:
        return len(numbers)

    @core.command
    async def ask() -> str:
        return "answered"

    return core.page()


def numbers(count: int) -> bytes:
    return msgspec.json.encode({"numbers": [number % 1000 for number in range(count)]})


async def test_a_large_call_is_answered_like_a_small_one(core: Core) -> None:
    page = program(core)
    for count in (10, 300_000):
        expected = sum(number % 1000 for number in range(count))
        assert await page.fetch("total", numbers(count), raw=False) == expected
        assert await page.fetch("apart", numbers(count), raw=False) == count


async def test_bytes_may_be_a_large_array_of_numbers(core: Core) -> None:
    core.limits = Limits(read_at_once=1000, objects=1000)

    @core.command
    async def digest(body: bytes, name: str) -> str:
        return hashlib.sha256(body).hexdigest()

    @core.command
    async def kinds(body: bytearray | None) -> str:
        return type(body).__name__

    body = random.Random(1).randbytes(300_000)
    page = core.page()
    text = b'{"body":[%b],"name":"x"}' % b",".join(b"%d" % byte for byte in body)
    assert await page.fetch("digest", text, raw=False) == hashlib.sha256(body).hexdigest()
    assert await page.fetch("kinds", text, raw=False) == "bytearray"
    with pytest.raises(Rejected, match=r"Expected `int` <= 255 - at `\$.body\[300000\]`"):
        await page.fetch("digest", text.replace(b"]", b",256]"), raw=False)


async def test_a_large_call_passes_filters_and_the_audit_log(core: Core, tmp_path: pathlib.Path) -> None:
    core.audit = Audit.open(tmp_path / "audit.jsonl", size=1 << 30, soon=core.loop.call_soon)
    seen: list[str] = []

    async def note(call: Call, proceed: Any) -> Any:
        seen.append(call.command)
        return await proceed(call)

    core.filters.add(note)
    page = program(core)
    assert await page.fetch("apart", numbers(100_000), raw=False) == 100_000
    assert seen == ["apart"]


async def test_while_a_large_call_is_read_others_are_answered_and_the_loop_goes_on(core: Core) -> None:
    page, other = program(core, slice_time=0.0), core.page("other")
    large = page.fetch("total", numbers(1_000_000), raw=False)
    answered = 0
    while not large.done():
        assert await other.invoke("ask") == "answered"
        answered += 1
        await asyncio.sleep(0)
    # It has about 4 MiB, which are more than fifty pieces.
    assert answered > 50
    assert await large > 0


async def test_of_several_large_calls_one_piece_is_read_in_a_turn(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [program(core, slice_time=0.0), *(core.page(f"w{number}") for number in range(5))]
    turns: list[int] = []
    read_on = Reading.read_on
    turn = 0

    def counted(reading: Reading) -> bool:
        turns.append(turn)
        return read_on(reading)

    monkeypatch.setattr(Reading, "read_on", counted)
    calls = [page.fetch("total", numbers(200_000), raw=False) for page in pages for _ in range(2)]
    while not all(call.done() for call in calls):
        await asyncio.sleep(0)
        turn += 1
    assert max(collections.Counter(turns).values()) <= 2
    assert len({call.result() for call in calls}) == 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"numbers":[%b"x"]}' % (b"1," * 90_000), "Expected `int`, got `str` - at `$.numbers[90000]`"),
        (b'{"numbers":[%b1],"name":7}' % (b"1," * 90_000), "Expected `str`, got `int` - at `$.name`"),
        (b'{"numbers":[%b1' % (b"1," * 90_000), "Input data was truncated"),
        (b'{"numbers":[%b]}' % (b"1," * 90_000), "JSON is malformed"),
        (b'{"name":"%b"}' % (b"x" * 90_000), "invalid args `numbers` for command `total`: it is missing"),
        (b'["%b"]' % (b"x" * 90_000), "Expected `object`, got `array`"),
        (b'{"numbers":[1],"name":"%b\xff"}' % (b"x" * 90_000), "utf-8"),
        (b'{"numbers":%b1%b}' % (b"[" * 200 + b"1," * 90_000, b"]" * 200), "Expected `int`, got `array`"),
        (b'{"more":%b1%b}' % (b"[" * 200 + b"1," * 90_000, b"]" * 200), "it is nested too deep"),
        (b'{"numbers":[1],"name":"%b\\ud800"}' % (b"x" * 90_000), "invalid args for command `total`"),
    ],
)
async def test_what_is_wrong_with_a_large_call_is_told_as_with_a_small_one(
    core: Core, body: bytes, problem: str
) -> None:
    page = program(core)
    with pytest.raises(Rejected) as in_pieces:
        await page.fetch("total", body, raw=False)
    assert problem in in_pieces.value.payload


async def test_a_document_that_goes_takes_with_it_what_is_read_for_it(core: Core) -> None:
    page = program(core, slice_time=0.0)
    session = page.session
    call = page.fetch("total", numbers(1_000_000), raw=False)
    await asyncio.sleep(0)
    assert not call.done()
    assert session.pending_calls == 1
    page.load()
    with pytest.raises(Rejected, match="cancelled"):
        await call
    await turns()
    assert session.pending_calls == 0
    assert await page.fetch("total", numbers(1000), raw=False) == 499_500


@pytest.mark.parametrize(
    "text",
    [
        b"[%b[]]" % (b"[]," * 2000),
        b"[%b1]" % (b"1," * 100_000),
        b"{%b}" % b",".join(b'"%d":1' % n for n in range(10_000)),
    ],
    ids=["arrays", "items", "members"],
)
async def test_more_than_python_can_look_through_in_time_is_refused(core: Core, text: bytes) -> None:
    core.limits = Limits(read_at_once=1000, objects=1000)

    @core.command
    async def take(value: Any) -> int:
        return len(value)

    page = core.page()
    with pytest.raises(Rejected, match=r"hold more than 1000 arrays and objects, .* \(App's limits.objects\)"):
        await page.fetch("take", b'{"value":%b}' % text, raw=False)


async def test_what_a_command_keeps_of_a_large_call_stays_and_what_it_does_not_goes(core: Core) -> None:
    kept: list[Any] = []

    @core.command
    async def keep(rows: list[dict[str, list[int]]], more: dict[str, list[int]]) -> int:
        kept.extend((rows, more["kept"]))
        return len(rows)

    page = program(core)
    body = msgspec.json.encode(
        {
            "rows": [{"a": list(range(50_000)), "b": [number]} for number in range(20)],
            "more": {name: list(range(50_000)) for name in ("kept", "gone")},
        }
    )
    assert await page.fetch("keep", body, raw=False) == 20
    readings = core.router._large._readings
    assert readings is not None
    while readings.under_way:
        await turns()
    rows, more = kept
    assert [len(row["a"]) for row in rows] == [50_000] * 20
    assert more == list(range(50_000))


async def test_large_lists_are_let_go_little_by_little(core: Core) -> None:
    readings = Readings(core.loop, Limits(slice_time=0.0))
    read = await readings.read(b"[%b1]" % (b"1," * 100_000), Form(Any))
    large = read.large
    (found,) = large
    del read
    sizes = []
    readings.let_go(large)
    while large:
        await asyncio.sleep(0)
        sizes.append(len(found))
    # This test holds it.
    assert set(sizes) == {100_001}
    large.append(found)
    del found
    readings.let_go(large)
    sizes = []
    while large:
        sizes.append(len(large[0]))
        await asyncio.sleep(0)
    assert len(sizes) > 10
    assert sizes == sorted(sizes, reverse=True)
