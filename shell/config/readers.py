"""Readers: each takes a value of the JSON model and where it stands, and gives what the program works with.

A reader raises `Mistakes`; one of a list or an object goes on after a mistake, so that all of them are told at once.
"""

import enum
import re
from collections.abc import Callable
from typing import Any

from shell.config.errors import Gathered, JsonPath, expected, listed

type Reader[T] = Callable[[Any, JsonPath], T]


def boolean(value: Any, at: JsonPath) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise expected("true or false", value, at)


def text(value: Any, at: JsonPath) -> str:
    """Read any text."""
    if isinstance(value, str):
        return str(value)
    raise expected("text", value, at)


def path(value: Any, at: JsonPath) -> str:
    """Read the path of a file or folder, as it is written."""
    if isinstance(value, str) and value and "\0" not in value:
        return str(value)
    raise expected("a path", value, at)


def header_text(value: Any, at: JsonPath) -> str:
    """Read text that may stand in an HTTP header: printable ASCII, so that no second header can be smuggled in."""
    if isinstance(value, str) and value.isascii() and (value.isprintable() or not value):
        return str(value)
    raise expected("one line of plain ASCII text", value, at)


def matching(pattern: str, what: str) -> Reader[str]:
    """Make a reader of text that a regular expression matches as a whole."""
    compiled = re.compile(pattern)

    def read(value: Any, at: JsonPath) -> str:
        if isinstance(value, str) and compiled.fullmatch(value):
            return str(value)
        raise expected(what, value, at)

    return read


def number(lowest: float | None = None, highest: float | None = None) -> Reader[float]:
    """Make a reader of numbers, whole or not, within bounds that belong to them."""

    def read(value: Any, at: JsonPath) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise expected("a number", value, at)
        if (lowest is not None and value < lowest) or (highest is not None and value > highest):
            raise expected(f"a number from {lowest} to {highest}", value, at)
        return float(value)

    return read


def integer(lowest: int, highest: int) -> Reader[int]:
    """Make a reader of whole numbers within bounds that belong to them."""

    def read(value: Any, at: JsonPath) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise expected(f"a whole number from {lowest} to {highest}", value, at)
        return int(value)

    return read


def choice[E: enum.Enum](members: type[E]) -> Reader[E]:
    """Make a reader of an enumeration's values, in any case: Tauri's JavaScript writes some in lower case."""
    by_name = {str(member.value).lower(): member for member in members}
    what = listed([str(member.value) for member in members])

    def read(value: Any, at: JsonPath) -> E:
        if isinstance(value, members):
            return value
        found = by_name.get(value.lower()) if isinstance(value, str) else None
        if found is None:
            raise expected(what, value, at)
        return found

    return read


def optional[T](read_present: Reader[T]) -> Reader[T | None]:
    """Make a reader that takes null too."""

    def read(value: Any, at: JsonPath) -> T | None:
        return None if value is None else read_present(value, at)

    return read


def list_of[T](read_item: Reader[T], what: str = "a list") -> Reader[tuple[T, ...]]:
    """Make a reader of lists whose items are all of one kind."""

    def read(value: Any, at: JsonPath) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise expected(what, value, at)
        gathered = Gathered()
        result: list[T] = []
        for index, item in enumerate(value):
            with gathered:
                result.append(read_item(item, (*at, index)))
        gathered.check()
        return tuple(result)

    return read


def map_of[T](read_item: Reader[T], what: str = "an object") -> Reader[dict[str, T]]:
    """Make a reader of objects with free keys whose values are all of one kind."""

    def read(value: Any, at: JsonPath) -> dict[str, T]:
        if not isinstance(value, dict):
            raise expected(what, value, at)
        gathered = Gathered()
        result: dict[str, T] = {}
        for key, item in value.items():
            with gathered:
                result[key] = read_item(item, (*at, key))
        gathered.check()
        return result

    return read


def by_kind(what: str, readers: dict[type, Reader[Any]]) -> Reader[Any]:
    """Make a reader that goes by the kind of JSON value, for keys that take several.

    Args:
        what: What is expected, all kinds in plain words.
        readers: The reader for `bool`, `str`, `list`, `dict`; other kinds are refused.
    """

    def read(value: Any, at: JsonPath) -> Any:
        reader = readers.get(type(value))
        if reader is None:
            raise expected(what, value, at)
        return reader(value, at)

    return read
