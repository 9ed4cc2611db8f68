"""JSON is read in a time that its length explains, and what is too long for that is not read."""

import json
import math
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.ipc.decoder import decoder
from shell.ipc.wire import BrokenCall, WireCall, read_calls
from tests.ipc.page import Core, Rejected

FILLING = "1e300," * 1001
"""Makes a text one that has many numbers of the slow kind."""

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def both(text: str, kind: Any = Any) -> tuple[Any, Any]:
    """What msgspec makes of a text, and what we make of it among many slow numbers; errors by their type."""
    outcomes = []
    for read, whole in (
        (msgspec.json.Decoder(kind).decode, text),
        (lambda body: decoder(list[Any] if kind is Any else list[kind | float])(body)[-1], f"[{FILLING}{text}]"),
    ):
        try:
            outcomes.append(read(whole.encode("utf-8", "surrogatepass")))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            outcomes.append("refused")
    return outcomes[0], outcomes[1]


@given(VALUES)
def test_among_many_slow_numbers_a_value_is_what_it_is_alone(value: Any) -> None:
    alone, among = both(json.dumps(value))
    assert alone == among
    assert type(alone) is type(among)


@pytest.mark.parametrize(
    "text",
    [
        "1e999",
        "-1e999",
        "9" * 5000,
        "NaN",
        "-Infinity",
        '"\\ud800"',
        "[1,]",
        "01",
        "'x'",
        "[" * 5000,
        '"\\u00zz"',
        '"\t"',
    ],
)
def test_among_many_slow_numbers_nothing_else_is_json(text: str) -> None:
    assert both(text) == ("refused", "refused")


def test_types_are_kept_to_among_many_slow_numbers() -> None:
    class Arguments(msgspec.Struct):
        numbers: list[float]
        count: int = 0
        raw: msgspec.Raw = msgspec.Raw(b"null")

    read = decoder(Arguments)
    numbers = f'"numbers":[{FILLING}1]'.encode()
    assert read(b"{%b}" % numbers).numbers == [1e300] * 1001 + [1.0]
    assert bytes(read(b'{%b,"raw":[1e300]}' % numbers).raw) == b"[1e300]"
    with pytest.raises(msgspec.ValidationError, match=r"Expected `int`, got `str` - at `\$.count`"):
        read(b'{%b,"count":"1"}' % numbers)


@pytest.mark.parametrize("number", ["1e300", "5e-324", "1.7976931348623157E+308", "1e0300"])
def test_no_number_takes_a_thousand_times_as_long_as_others(number: str) -> None:
    read = decoder(list[float])

    def taken(number: str) -> float:
        text = f"[{','.join([number] * 40_000)}]".encode()
        times = []
        for _ in range(3):
            begun = time.thread_time()
            assert math.isfinite(sum(value / 1e5 for value in read(text)))
            times.append(time.thread_time() - begun)
        return min(times)

    assert taken(number) < 40 * taken("1.5")


def test_a_call_that_is_too_long_is_not_read_and_told_so() -> None:
    long = f'[7,"echo",{{"value":"{"x" * 200}"}}]'
    short, refused = read_calls(f'[6,"echo",{{}}]\n{long}', 100)
    assert isinstance(short, WireCall)
    assert refused == BrokenCall(7, f"it has {len(long)} bytes, and what is read may have 100 (App's limits.message)")


async def test_arguments_that_are_too_long_are_refused_on_each_road(core: Core) -> None:
    core.limit(message=1000)

    @core.command
    async def echo(value: object = None) -> str:
        return "taken"

    @core.command
    async def take(body: bytes) -> int:
        return len(body)

    page = core.page()
    long = {"value": "x" * 1000}
    with pytest.raises(Rejected, match=r"the call could not be read: it has \d+ bytes, .* \(App's limits.message\)"):
        await page.invoke("echo", long)
    with pytest.raises(
        Rejected, match=r"invalid args for command `echo`: it has \d+ bytes, .* \(App's limits.message\)"
    ):
        await page.fetch("echo", msgspec.json.encode(long), raw=False)
    assert await page.invoke("echo", {"value": "x" * 900}) == "taken"
    # Bytes are not read.
    assert await page.fetch("take", b"x" * 100_000) == 100_000


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("[" * 10_000_000, "nested too deep"),
        ('{"a":' * 2_000_000, "nested too deep"),
        ("9" * 10_000_000, "out of range"),
        ("1e" + "9" * 1_000_000, "out of range"),
        ('"' + "\\ud800" * 1_000_000, "surrogate"),
        ("9" * 100_000_000, "App's limits.message"),
    ],
    ids=["deep", "deep in objects", "many digits", "a large exponent", "half characters", "100 MB"],
)
async def test_arguments_made_to_wear_the_core_down_are_refused_in_no_time(
    core: Core, value: str, problem: str
) -> None:
    @core.command
    async def echo(value: object = None) -> str:
        return "taken"

    page = core.page()
    body = f'{{"value":{value}}}'.encode()
    begun = time.thread_time()
    with pytest.raises(Rejected, match=problem):
        await page.fetch("echo", body, raw=False)
    # Of the processor's time; a hundred times what the slowest takes.
    assert time.thread_time() - begun < 5


async def test_a_first_line_without_end_is_none(core: Core) -> None:
    page = core.page()
    assert page.link.receive("x" * 1_000_000) == ""
    assert page.link.receive('["' + "x" * 1_000_000 + '",0]') == ""
    assert page.link.counts["malformed"] == 2
