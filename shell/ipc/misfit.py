"""What a page is told of arguments that do not fit: where in them, and which values would be right."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import inspect

from shell.config.errors import path_text, shown
from shell.config.spelling import nearest
from shell.value import frozen

type _Decode = Callable[[Any], Any]
type _Steps = tuple[str | int, ...]

# What msgspec says, in its own words: it has no other way to tell where in a value an error is.
_SAID = re.compile(r"(.*) - at (`key` in )?`\$([^`]*)`", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")
_LONGEST = 4 * 1024
"""Bytes of arguments in which a key is looked for."""
_FARTHEST = 32
"""Steps that are gone to it."""
_MOST_READ = 48 * 1024
"""Bytes that are read again for that, of parts of them: in some 1.5 ms."""
_MISSING = re.compile(r"Object missing required field `([^`]+)`")
_MOST_COMPARED = 32
"""Names that are looked at for one that stands for another."""
_MANY = 20
"""How many of the values are named that would be right."""


@frozen
class _Place:
    """Where msgspec found an error.

    Attributes:
        text: What is wrong there.
        steps: The way there; None stands for a key of an object, which msgspec does not name.
        at_key: Whether it is the last key itself that is wrong.
    """

    text: str
    steps: tuple[str | int | None, ...]
    at_key: bool

    @classmethod
    def of(cls, said: str) -> "_Place | None":
        found = _SAID.fullmatch(said)
        if found is None:
            return None
        text, key, path = found.groups()
        steps = [step[1] or (int(step[2]) if step[2] else None) for step in _STEP.finditer(path)]
        return cls(text, (*steps, None) if key else tuple(steps), at_key=key is not None)


def explain(error: msgspec.ValidationError, body: bytes, decode: _Decode, arguments: type) -> str:
    """Say what is wrong with a call's arguments.

    Args:
        error: What reading them raised.
        body: The arguments, as JSON.
        decode: What reads them.
        arguments: The type that they are read into.

    Returns:
        What msgspec says, with the keys of objects on the way, and the values that would be right where those can be
        listed.
    """
    said = str(error)
    place = _Place.of(said)
    if place is None:
        return said + _instead(said, body, arguments)
    _, _, where = said.rpartition(" - at ")
    steps = _named(place.steps, said, body, decode) if None in place.steps else None
    if steps is not None:
        # A backtick would end the path, for whoever reads it.
        where = f"{'the key ' if place.at_key else ''}`{path_text(steps).replace('`', '\\u0060')}`"
    return f"{place.text}{_choice(place, arguments)} - at {where}"


def _instead(said: str, body: bytes, arguments: type) -> str:
    """What a page probably sent for an argument that is missing."""
    missing = _MISSING.fullmatch(said)
    if missing is None or len(body) > _LONGEST:
        return ""
    try:
        sent = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""
    taken = {field.encode_name for field in msgspec.structs.fields(arguments)}
    meant = nearest(missing[1], itertools.islice((name for name in sent if name not in taken), _MOST_COMPARED))
    return "" if meant is None else f"; `{meant.replace('`', '\\u0060')}` is there"


class _Trials:
    """Tries which values are wrong in the same way as some arguments.

    Args:
        said: What is wrong with those.
        decode: What reads them.
    """

    def __init__(self, said: str, decode: _Decode) -> None:
        self._said = said
        self._decode = decode
        self._left = _MOST_READ

    def fails(self, value: Any) -> bool:
        """Whether reading a value fails as reading those has.

        Raises:
            TimeoutError: So much has been read that others would wait.
        """
        text = msgspec.json.encode(value)
        self._left -= len(text)
        if self._left < 0:
            raise TimeoutError
        try:
            self._decode(text)
        except msgspec.ValidationError as error:
            return str(error) == self._said
        return False


def _named(steps: Sequence[str | int | None], said: str, body: bytes, decode: _Decode) -> _Steps | None:
    """The way with the keys that are missing in it; None where they cannot be found."""
    if len(body) > _LONGEST or len(steps) > _FARTHEST:
        return None
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # What follows the wrong value need not be JSON.
        return None
    trials = _Trials(said, decode)
    named: _Steps = ()
    for step in steps:
        inner = _at(value, named)
        key = step
        if step is None and isinstance(inner, dict):
            try:
                key = _key(value, named, inner, trials)
            except TimeoutError:
                return None
        if key is None:
            return None
        named = (*named, key)
    return named


def _key(value: Any, steps: _Steps, inner: Mapping[str, Any], trials: _Trials) -> str | None:
    """The key of an object at which reading fails: the last of the fewest that make it fail."""
    items = list(inner.items())
    good, bad = 0, len(items)
    while bad - good > 1:
        middle = (good + bad) // 2
        if trials.fails(_with(value, steps, dict(items[:middle]))):
            bad = middle
        else:
            good = middle
    return items[bad - 1][0] if items and trials.fails(_with(value, steps, dict(items[:bad]))) else None


def _at(value: Any, steps: _Steps) -> Any:
    for step in steps:
        value = value[step]
    return value


def _with(value: Any, steps: _Steps, inner: Any) -> Any:
    """A value with another one at a place in it."""
    if not steps:
        return inner
    first, *rest = steps
    changed = _with(value[first], tuple(rest), inner)
    if isinstance(value, dict):
        return {**value, first: changed}
    return [changed if index == first else item for index, item in enumerate(value)]


def _choice(place: _Place, arguments: type) -> str:
    """The values that may stand at a place, where its type lists them."""
    kinds = list(_members(inspect.type_info(arguments)))
    for depth, step in enumerate(place.steps, 1):
        at_key = place.at_key and depth == len(place.steps)
        kinds = [member for kind in kinds for inner in _inside(kind, step, at_key=at_key) for member in _members(inner)]
    values = [shown(value) for kind in kinds for value in _values(kind)]
    others = any(not isinstance(kind, inspect.LiteralType | inspect.EnumType | inspect.NoneType) for kind in kinds)
    if not values or (others and not place.text.startswith("Invalid enum value")):
        return ""
    more = len(values) - _MANY
    return f"; right would be {' or '.join(values[:_MANY])}{f' or one of {more} others' if more > 0 else ''}"


def _members(kind: inspect.Type) -> Sequence[inspect.Type]:
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def _inside(kind: inspect.Type, step: str | int | None, *, at_key: bool) -> Iterator[inspect.Type]:
    """The types of what is one step into a value of a type."""
    if isinstance(kind, inspect.DictType):
        yield kind.key_type if at_key else kind.value_type
    elif isinstance(kind, inspect.TupleType):
        yield from kind.item_types[step : step + 1] if isinstance(step, int) else ()
    elif isinstance(step, int):
        inner = getattr(kind, "item_type", None)
        fields = getattr(kind, "fields", ())
        yield from (inner,) if inner is not None else (field.type for field in fields[step : step + 1])
    else:
        yield from (field.type for field in getattr(kind, "fields", ()) if field.encode_name == step)


def _values(kind: inspect.Type) -> Iterator[Any]:
    if isinstance(kind, inspect.LiteralType):
        yield from kind.values
    elif isinstance(kind, inspect.EnumType):
        yield from (member.value for member in kind.cls)
