"""What Python code gives to the shell, and what its author is told where that is something else."""

import inspect
import math
import reprlib
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any


def expect(value: object, kind: type | tuple[type, ...], where: str, what: str) -> None:
    """See that a value is of a type.

    Args:
        value: What was given.
        kind: The type, or several of which one will do.
        where: What it was given to, such as `App: limits`.
        what: What it should be, in words.

    Raises:
        TypeError: It is of another type.
    """
    if not isinstance(value, kind):
        raise TypeError(f"{where}: expected {what}, got {_told(value)}")


def expect_function(value: object, where: str, *arguments: str) -> None:
    """See that a value can be called.

    Args:
        value: What was given.
        where: What it was given to.
        arguments: What it will be called with, if that is known. Of a function in Python it is seen that it takes them.

    Raises:
        TypeError: It cannot, or not so.
    """
    if not callable(value):
        raise TypeError(f"{where}: expected a function, got {_told(value)}")
    function: Any = getattr(value, "__func__", value)
    if not arguments or not isinstance(function, FunctionType):
        return
    try:
        # Not that of what a decorator has wrapped, which may well take something else.
        signature = inspect.signature(value, follow_wrapped=False)
    except Exception:
        # Python 3.14 evaluates annotations for it.
        return
    try:
        signature.bind(*arguments)
    except TypeError:
        code = function.__code__
        raise TypeError(
            f"{where}: expected a function that can be called as {function.__name__}({', '.join(arguments)}), "
            f"got {function.__qualname__}{signature} ({code.co_filename}:{code.co_firstlineno})"
        ) from None


def expect_number(
    value: object, where: str, what: str, *, least: float = 0, most: float = math.inf, whole: bool = False
) -> None:
    """See that a value is a number within bounds.

    Args:
        value: What was given.
        where: What it was given to.
        what: What it should be, in words.
        least: The smallest that it may be.
        most: The largest.
        whole: Whether it has no fraction.

    Raises:
        TypeError: It is no number.
        ValueError: It is too small or too large, or NaN.
    """
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise TypeError(f"{where}: expected {what}, got {_told(value)}")
    # NaN is neither less nor more.
    if not least <= value <= most:
        raise ValueError(f"{where}: expected {what}, got {value}")


def expect_each(values: Any, kind: type | tuple[type, ...], where: str, what: str) -> tuple[Any, ...]:
    """Take the values of a list or another iterable, and see that each is of a type.

    Args:
        values: What was given.
        kind: The type of each, or several of which one will do.
        where: What they were given to.
        what: What each should be, in words.

    Raises:
        TypeError: It is no iterable of several values, or one of them is of another type.
    """
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"{where}: expected a list, each item {what}, got {_told(values)}")
    taken = tuple(values)
    for number, value in enumerate(taken):
        expect(value, kind, f"{where}[{number}]", what)
    return taken


def named(function: object) -> str:
    """What a function is called, and where it stands."""
    code = getattr(function, "__code__", None)
    place = f" ({code.co_filename}:{code.co_firstlineno})" if code else ""
    return f"{getattr(function, '__qualname__', repr(function))}{place}"


def place_of(function: Callable[..., object]) -> str:
    """Where a function stands, as `FILE, line N: `; empty where it is none in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{code.co_filename}, line {code.co_firstlineno}: " if code else ""


def _told(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if value is None or isinstance(value, str | bytes | int | float | list | tuple | dict | set):
        return reprlib.repr(value)
    return f"a value of type {type(value).__name__}"
