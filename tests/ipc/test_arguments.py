"""What a page's arguments become, by the types of the command's parameters."""

import contextlib
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.acl import Allowed, Caller, Scope
from shell.config.errors import path_text
from shell.ipc import Channel, GlobalScope, RefusedError, RegistrationError, Request, State, States
from shell.ipc.binding import compile_binder
from shell.ipc.call import Call
from shell.ipc.session import Session
from tests.ipc.page import Core, Rejected


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@attrs.define
class Point:
    x: int
    y: int = 0


@dataclasses.dataclass
class Line:
    start: Point
    end: Point
    tags: list[str] = dataclasses.field(default_factory=list)


class Size(TypedDict):
    width: int
    height: int


class Pair(NamedTuple):
    first: int
    second: str


@attrs.frozen
class Node:
    value: int
    children: "list[Node]" = attrs.field(factory=list)


type Ids = list[int]
type Maybe = int | None


def bind(function: Callable[..., Any], args: Any, casing: Any = "camelCase") -> tuple[Any, ...]:
    """What a command `f` would be called with: the values of all its parameters, in order."""
    binder = compile_binder("f", function, states=States(), injectors={}, casing=casing)
    body = args if isinstance(args, bytes) else msgspec.json.encode(args)
    session: Session = None  # type: ignore[assignment]  # nothing here asks for it
    caller = Caller("main", "main", "tauri://localhost/", "tauri://localhost", 1, local=True)
    positional, keywords = binder.bind(Call("f", caller, body), session, Allowed())
    return (*positional, *keywords.values())


def taking(annotation: Any, **default: Any) -> Callable[..., Any]:
    """A command with one parameter `value` of a type."""

    def f(value: Any) -> None: ...

    f.__annotations__["value"] = annotation
    f.__defaults__ = tuple(default.values())
    return f


@pytest.mark.parametrize(
    ("annotation", "json", "value"),
    [
        (int, b"5", 5),
        (float, b"5", 5.0),
        (float, b"0.5", 0.5),
        (bool, b"true", True),
        (str, b'"\\u0000\\ud83d\\ude00"', "\0😀"),
        (None, b"null", None),
        (Any, b'{"a":[1,null]}', {"a": [1, None]}),
        (object, b"[1]", [1]),
        (list, b"[1]", [1]),
        (list[int], b"[1,2]", [1, 2]),
        (tuple[int, str], b'[1,"a"]', (1, "a")),
        (tuple[int, ...], b"[1,2]", (1, 2)),
        (set[int], b"[1,1]", {1}),
        (frozenset[str], b'["a"]', frozenset({"a"})),
        (dict[str, int], b'{"a":1}', {"a": 1}),
        (dict[int, str], b'{"1":"a"}', {1: "a"}),
        (Mapping[str, Any], b'{"a":1}', {"a": 1}),
        (Sequence[int], b"[1]", [1]),
        (int | str, b'"a"', "a"),
        (int | None, b"null", None),
        (Ids, b"[1]", [1]),
        (Maybe, b"3", 3),
        (Literal["a", "b"], b'"b"', "b"),
        (Colour, b'"red"', Colour.RED),
        (Level, b"2", Level.HIGH),
        (dt.datetime, b'"2026-01-02T03:04:05Z"', dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)),
        (dt.date, b'"2026-01-02"', dt.date(2026, 1, 2)),
        (dt.time, b'"03:04:05"', dt.time(3, 4, 5)),
        (dt.timedelta, b'"PT90S"', dt.timedelta(seconds=90)),
        (decimal.Decimal, b'"1.10"', decimal.Decimal("1.10")),
        (uuid.UUID, b'"12345678-1234-5678-1234-567812345678"', uuid.UUID("12345678-1234-5678-1234-567812345678")),
        (Path, b'"/tmp/a"', Path("/tmp/a")),
        (list[Path], b'["/tmp/a"]', [Path("/tmp/a")]),
        (list[object], b'[1,"a"]', [1, "a"]),
        (Path | None, b'"/tmp/a"', Path("/tmp/a")),
        (Point, b'{"x":1}', Point(1)),
        (Point | None, b'{"x":1,"y":2}', Point(1, 2)),
        (Line, b'{"start":{"x":1},"end":{"x":2},"tags":["a"]}', Line(Point(1), Point(2), ["a"])),
        (Size, b'{"width":1,"height":2}', {"width": 1, "height": 2}),
        (Pair, b'[1,"a"]', Pair(1, "a")),
        (Node, b'{"value":1,"children":[{"value":2}]}', Node(1, [Node(2)])),
        (Annotated[int, msgspec.Meta(ge=0)], b"5", 5),
        (msgspec.Raw, b'{"a": 1}', b'{"a": 1}'),
    ],
)
def test_an_argument_becomes_a_value_of_its_type(annotation: Any, json: bytes, value: Any) -> None:
    (bound,) = bind(taking(annotation), b'{"value":%b}' % json)
    assert (bytes(bound) if isinstance(bound, msgspec.Raw) else bound) == value
    if annotation in {int, float, bool, str}:
        assert type(bound) is annotation


@pytest.mark.parametrize(
    ("annotation", "json", "problem"),
    [
        (int, b'"5"', r"Expected `int`, got `str` - at `\$.value`"),
        (int, b"5.5", r"Expected `int`, got `float` - at `\$.value`"),
        (int, b"true", r"Expected `int`, got `bool` - at `\$.value`"),
        (str, b"null", r"Expected `str`, got `null` - at `\$.value`"),
        (list[int], b'[1,"2"]', r"Expected `int`, got `str` - at `\$.value\[1\]`"),
        (Colour, b'"green"', r"Invalid enum value 'green'; right would be \"red\" or \"blue\" - at `\$.value`"),
        (Colour, b"5", r"Expected `str`, got `int`; right would be \"red\" or \"blue\" - at `\$.value`"),
        (Colour | None, b'""', r"Invalid enum value ''; right would be \"red\" or \"blue\" - at `\$.value`"),
        (Level, b"3", r"Invalid enum value 3; right would be 1 or 2 - at `\$.value`"),
        (Level | str, b"3", r"Invalid enum value 3; right would be 1 or 2 - at `\$.value`"),
        (Level | str, b"[]", r"Expected `int \| str`, got `array` - at `\$.value`"),
        (Literal["a", "b"], b'"c"', r"Invalid enum value 'c'; right would be \"a\" or \"b\" - at `\$.value`"),
        (
            list[Colour],
            b'["red","x"]',
            r"Invalid enum value 'x'; right would be \"red\" or \"blue\" - at `\$.value\[1\]`",
        ),
        (dict[str, Colour], b'{"a b":"x"}', r"Invalid enum value 'x'; right .* - at `\$.value\[\"a b\"\]`"),
        (dict[Colour, int], b'{"x":1}', r"Invalid enum value 'x'; right .* \"blue\" - at the key `\$.value.x`"),
        (tuple[int, Level], b"[1,3]", r"Invalid enum value 3; right would be 1 or 2 - at `\$.value\[1\]`"),
        (Line, b'{"start":{"x":1},"end":{"x":2,"y":"3"}}', r"Expected `int`, got `str` - at `\$.value.end.y`"),
        (Line, b'{"start":{"x":1}}', r"Object missing required field `end` - at `\$.value`"),
        (dict[str, int], b'{"a":"b"}', r"Expected `int`, got `str` - at `\$.value.a`"),
        (dict[str, int], b'{"a":1,"b":2,"c d":[],"e":[]}', r"Expected `int`, got `array` - at `\$.value\[\"c d\"\]`"),
        (dict[str, dict[str, int]], b'{"a":{},"b":{"c":null}}', r"Expected `int`, got `null` - at `\$.value.b.c`"),
        (dict[str, Line], b'{"a":{"start":{"x":""}}}', r"Expected `int`, got `str` - at `\$.value.a.start.x`"),
        (
            list[dict[str, Pair]],
            b'[{},{"`":[1,2]}]',
            r"Expected `str`, got `int` - at `\$.value\[1\]\[\"\\u0060\"\]\[1\]`",
        ),
        (dict[int, int], b'{"1":1,"x":2}', r"Expected `int`, got `str` - at the key `\$.value.x`"),
        (dt.datetime, b'"yesterday"', r"Invalid RFC3339 encoded datetime - at `\$.value`"),
        (uuid.UUID, b'"12"', r"Invalid UUID - at `\$.value`"),
        (Path, b"5", r"Expected `Path`, got `int` - at `\$.value`"),
        (list[Path], b"[5]", r"Expected `Path`, got `int` - at `\$.value\[0\]`"),
        (Annotated[int, msgspec.Meta(ge=0)], b"-1", r"Expected `int` >= 0 - at `\$.value`"),
        (Pair, b"[1]", r"Expected `array` of length 2 - at `\$.value`"),
    ],
)
def test_a_wrong_type_is_refused_with_command_argument_and_path(annotation: Any, json: bytes, problem: str) -> None:
    with pytest.raises(RefusedError, match=f"^invalid args `value` for command `f`: {problem}$"):
        bind(taking(annotation), b'{"value":%b}' % json)


def test_a_missing_argument_is_named_as_the_page_writes_it() -> None:
    def f(first_name: str) -> None: ...

    with pytest.raises(
        RefusedError, match=r"^invalid args `firstName` for command `f`: it is missing; `first_name` is there$"
    ):
        bind(f, {"first_name": "Ada"})


def test_a_wrong_argument_is_named_as_the_page_writes_it() -> None:
    def f(first_name: str) -> None: ...

    with pytest.raises(RefusedError, match=r"^invalid args `firstName` for command `f`: Expected `str`"):
        bind(f, {"firstName": 1})


@pytest.mark.parametrize("args", [b"5", b'"text"', b"[1]", b"true"])
def test_arguments_that_are_no_object_are_refused(args: bytes) -> None:
    with pytest.raises(RefusedError, match=r"^invalid args for command `f`: Expected `object`, got"):
        bind(taking(int), args)


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (b"", "Input data was truncated"),
        (b'{"value":', "Input data was truncated"),
        (b'{"value":tru}', "JSON is malformed"),
        (b'{"value":NaN}', "JSON is malformed"),
        (b'{"value":"\\ud83d"}', "half of a surrogate pair"),
        (b'{"value":"\\ude00 \\\\ud83d"}', "half of a surrogate pair"),
        (b'{"value":"\xff"}', "Invalid UTF-8|utf-8"),
        (b'{"value":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
    ],
)
def test_what_is_no_json_is_refused(args: bytes, problem: str) -> None:
    with pytest.raises(RefusedError, match=f"^invalid args for command `f`: .*({problem})"):
        bind(taking(Any), args)


def test_arguments_of_null_are_none_at_all() -> None:
    assert bind(lambda: None, b"null") == ()
    assert bind(taking(int | None), b"null") == (None,)


def test_arguments_that_nobody_asked_for_are_ignored() -> None:
    assert bind(taking(int), {"value": 1, "other": 2}) == (1,)


def test_of_a_repeated_name_the_last_counts_as_in_javascript() -> None:
    assert bind(taking(int), b'{"value":1,"value":2}') == (2,)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("name", "name"),
        ("on_tick", "onTick"),
        ("a_b_c", "aBC"),
        ("x1_y2", "x1Y2"),
        ("from_", "from"),
        ("_private", "private"),
        ("user__name", "userName"),
        ("größe_cm", "größeCm"),
        ("_", "_"),
    ],
)
def test_names_are_camel_case_in_a_page(name: str, page: str) -> None:
    f = eval(f"lambda {name}: None")
    assert bind(f, {page: 1}) == (1,)


def test_names_may_stay_in_snake_case() -> None:
    assert bind(lambda first_name, from_: None, {"first_name": 1, "from": 2}, "snake_case") == (1, 2)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"on_tick": 1}, "; `on_tick` is there"),
        ({"ontick": 1, "other": 2}, "; `ontick` is there"),
        ({"start": 1, "onTicks": 1}, "; `onTicks` is there"),
        ({"start": 1}, ""),
        ({"on`tick": 1}, r"; `on\u0060tick` is there"),
        ({"x" * 5000: 1, "on_tick": 1}, ""),
        ({"`": 1, "😀": 2}, ""),
        ({"on_tick" + "k" * 100: 1}, ""),
    ],
)
def test_an_argument_that_is_missing_is_told_with_what_stands_for_it(sent: dict[str, int], told: str) -> None:
    def f(on_tick: int, start: int = 0) -> None: ...

    with pytest.raises(RefusedError) as refused:
        bind(f, sent)
    assert str(refused.value) == f"invalid args `onTick` for command `f`: it is missing{told}"


def test_two_parameters_cannot_share_a_name() -> None:
    with pytest.raises(RegistrationError, match=r"command `f`: .*both `from_` and `_from` as `from`"):
        bind(lambda from_, _from: None, {})


def test_a_default_stands_in_for_what_is_missing() -> None:
    def f(a: int, b: int = 2, *, c: str = "c", d: int | None = 4) -> None: ...

    assert bind(f, {"a": 1}) == (1, 2, "c", 4)
    assert bind(f, {"a": 1, "b": 3, "c": "x", "d": None}) == (1, 3, "x", None)


def test_a_default_is_the_very_object_of_the_signature() -> None:
    shared: list[int] = [1]

    def f(value: list[int] = shared) -> None: ...

    assert bind(f, {})[0] is shared


@pytest.mark.parametrize("annotation", [int | None, Maybe, Annotated[int | None, "note"], Annotated[Maybe, "note"]])
def test_what_may_be_null_may_be_missing(annotation: Any) -> None:
    assert bind(taking(annotation), {}) == (None,)


def test_what_may_be_null_and_has_a_default_gets_the_default() -> None:
    assert bind(taking(int | None, default=7), {}) == (7,)


def test_parameters_of_every_kind_are_filled() -> None:
    def f(a: int, /, b: int, *, c: int, d: int) -> tuple[int, ...]:
        return a, b, c, d

    binder = compile_binder("f", f, states=States(), injectors={})
    caller = Caller("main", "main", "", "", 1, local=True)
    session: Session = None  # type: ignore[assignment]
    body = b'{"d":4,"c":3,"b":2,"a":1}'
    positional, keywords = binder.bind(Call("f", caller, body), session, Allowed())
    assert f(*positional, **keywords) == (1, 2, 3, 4)


def test_a_parameter_without_a_type_takes_anything() -> None:
    assert bind(lambda a, b=3: None, {"a": [1]}) == ([1], 3)


# Signatures that no page could fill.


class Opaque:
    """No data, and not managed."""


@attrs.define
class Renamed:
    first_name: str = attrs.field(alias="firstName")


@attrs.define
class Private:
    _x: int


@attrs.define
class Computed:
    parts: list[int]
    total: int = attrs.field(init=False, default=0)


@dataclasses.dataclass
class Stamped:
    text: str
    at: float = dataclasses.field(init=False, default=0.0)


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (Opaque, r"Opaque is not made from JSON, and `value` wants one.*State\[Opaque\]"),
        (list[Opaque], "Opaque is not made from JSON"),
        (dict[str, tuple[int, Opaque | None]], "Opaque is not made from JSON"),
        (Callable[[int], str], "not supported|not made from JSON"),
        ("NoSuchType", "the type of a parameter is not known: name 'NoSuchType'"),
        (bytes | str, "not supported|may not contain"),
        (Caller | None, "the core fills `value` only where its type is Caller alone"),
        (list[Caller], "Caller alone"),
        (Annotated[Caller | None, "mark"], "Caller alone"),
        (Scope | None, "Scope alone"),
        (GlobalScope | None, "Scope alone"),
        (Request | None, "Request alone"),
        (State[Point] | None, "Point alone"),
        (dict[str, State[Point]], "Point alone"),
        (Channel[int] | int, "not made from JSON|not supported|may not contain"),
        (list[Channel[int]], "not made from JSON"),
        (Point | Node, r"Type unions may not contain more than one dataclass or attrs type - type `.*Point \| .*Node`"),
        (list[Line | Point] | None, "Type unions may not contain more than one dataclass or attrs type"),
        (Renamed, "Renamed.first_name has the alias firstName, by which a page cannot name it"),
        (dict[str, Renamed | None], "Renamed.first_name has the alias firstName"),
        (Private, "Private._x has the alias x"),
        (Computed, r"Computed.total is no argument of its constructor \(init=False\), but a page could set it"),
        (list[Stamped], r"Stamped.at is no argument of its constructor"),
    ],
)
def test_a_type_that_no_page_can_send_is_refused_at_once(annotation: Any, problem: str) -> None:
    with pytest.raises(RegistrationError, match=f"command `f`: .*({problem})"):
        bind(taking(annotation), {})


@pytest.mark.parametrize("f", [lambda *args: None, lambda **keywords: None])
def test_an_open_ended_signature_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(RegistrationError, match="has no names that a page could fill"):
        bind(f, {})


async def test_an_app_whose_command_no_page_could_call_does_not_start(core: Core) -> None:
    @core.command
    async def greet(who: Opaque) -> None: ...

    line = greet.__code__.co_firstlineno
    with pytest.raises(
        RegistrationError, match=rf"^{re.escape(__file__)}, line {line}: command `greet`: Opaque is not"
    ):
        core.page()


async def test_what_no_page_could_call_for_its_signature_is_found_behind_its_decorators(core: Core) -> None:
    def twice[**P, T](function: Callable[P, T]) -> Callable[P, T]:
        return functools.wraps(function)(lambda *args, **keywords: function(*args, **keywords))

    def greet(*names: str) -> None: ...

    line = greet.__code__.co_firstlineno
    core.command(twice(greet))
    with pytest.raises(RegistrationError, match=rf", line {line}: command `greet`: \*names has no names that a page"):
        core.page()


def test_a_mark_of_ones_own_changes_nothing() -> None:
    def f(caller: Annotated[Caller, "who calls"], value: Annotated[int, "a number"]) -> None: ...

    caller, value = bind(f, {"value": 5, "caller": {"window": "other"}})
    assert (caller.window, value) == ("main", 5)


# The whole way.


async def test_a_page_is_told_which_argument_is_wrong(core: Core) -> None:
    @core.command
    async def move(to_point: Point) -> Point:
        return to_point

    page = core.page()
    assert await page.invoke("move", {"toPoint": {"x": 3}}) == {"x": 3, "y": 0}
    with pytest.raises(Rejected, match=r"^invalid args `toPoint` for command `move`: .*`\$\.toPoint\.x`$"):
        await page.invoke("move", {"toPoint": {"x": "3"}})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_any_json_comes_through_as_it_is(value: Any) -> None:
    assert bind(taking(Any), {"value": value}) == (value,)


@given(
    st.dictionaries(st.text(), st.integers(0, 9)), st.text(), st.dictionaries(st.text(), st.integers(0, 9) | st.none())
)
def test_of_the_entries_of_an_object_the_first_wrong_one_is_named(
    before: dict[str, int], wrong: str, after: dict[str, int | None]
) -> None:
    value = {**before, wrong: "no number"}
    value |= {key: item for key, item in after.items() if key not in value}
    with pytest.raises(RefusedError) as caught:
        bind(taking(dict[str, int]), {"value": value})
    where = path_text(("value", wrong)).replace("`", "\\u0060")
    assert str(caught.value) == f"invalid args `value` for command `f`: Expected `int`, got `str` - at `{where}`"


@pytest.mark.parametrize("after", [b"", b",", b"]", b"}}", b',"\xff":1}}', b',"b":' + b"[" * 100_000])
def test_a_wrong_value_before_what_is_no_json_is_refused_too(after: bytes) -> None:
    with pytest.raises(RefusedError, match=r"Expected `int`, got `str` - at `\$.value(\[...\]|.a)`$"):
        bind(taking(dict[str, int]), b'{"value":{"a":"x"%b' % after)


def test_a_key_in_megabytes_of_arguments_is_not_looked_for() -> None:
    value = {str(number): number for number in range(100_000)} | {"last": "no number"}
    with pytest.raises(RefusedError, match=r"Expected `int`, got `str` - at `\$.value\[...\]`$"):
        bind(taking(dict[str, int]), {"value": value})


class Tree(msgspec.Struct):
    inner: "dict[str, Tree]" = {}
    several: "list[Tree]" = []
    size: int = 0


def tree(levels: int, around: Callable[[Any], Any]) -> Any:
    value: Any = {"size": "x"}
    for _ in range(levels):
        value = around(value)
    return value


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (dict[str, int], {f"key{number}": number for number in range(300)} | {"last": "x"}),
        (dict[str, int], {f"key{number}": number for number in range(4000)} | {"last": "x"}),
        (Tree, tree(5, lambda inner: {"inner": {"a": {}, "b": inner}})),
        (Tree, tree(100, lambda inner: {"inner": {"a": {}, "b": inner}})),
        (Tree, tree(80, lambda inner: {"inner": {str(number): {} for number in range(50)} | {"b": inner}})),
        (Tree, {"inner": {"a": tree(250, lambda inner: {"several": [inner]})}}),
    ],
)
def test_to_find_a_key_little_is_read_again(monkeypatch: pytest.MonkeyPatch, annotation: Any, value: Any) -> None:
    encode, read = msgspec.json.encode, 0

    def counted(value: Any) -> bytes:
        nonlocal read
        encoded = encode(value)
        read += len(encoded)
        return encoded

    body = encode({"value": value})
    monkeypatch.setattr(msgspec.json, "encode", counted)
    with pytest.raises(RefusedError, match="Expected `int`, got `str` - at"):
        bind(taking(annotation), body)
    assert read < 60_000


KINDS = [
    int,
    list[int],
    Line,
    Colour,
    dict[str, Point],
    int | None,
    dict[Colour, list[Level]],
    dict[str, dict[str, Pair]],
]


@given(JSON | st.binary(), st.sampled_from(KINDS))
def test_any_json_is_either_taken_or_refused(args: Any, annotation: Any) -> None:
    with contextlib.suppress(RefusedError):
        (value,) = bind(taking(annotation), args if isinstance(args, bytes) else {"value": args})
        assert msgspec.convert(value, annotation) == value


def test_two_parameters_cannot_have_one_name_in_pages() -> None:
    def move(from_x: int, fromX: int) -> None: ...  # noqa: N803

    with pytest.raises(RegistrationError) as raised:
        compile_binder("move", move, states=States(), injectors={})
    assert str(raised.value) == (
        "command `move`: a page would write both `from_x` and `fromX` as `fromX`; give one of them another name"
    )
    assert compile_binder("move", move, states=States(), injectors={}, casing="snake_case")
