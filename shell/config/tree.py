"""The JSON model, which every form of configuration is brought to before it is read."""

import math
import os
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from shell.config.errors import Gathered, JsonPath, Mistakes, expected, shown

DEEPEST = 64


class Repeating(dict[str, Any]):
    """An object of a document in which keys were given more than once."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self.repeated: list[str] = []
        for key, value in pairs:
            if key in self:
                self.repeated.append(key)
            self[key] = value


def keyed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of a parser's pairs, one that knows when a key came twice."""
    made = dict(pairs)
    return made if len(made) == len(pairs) else Repeating(pairs)


def plain(value: Any, at: JsonPath = ()) -> Any:
    """Copy a value into dicts, lists, text, numbers, booleans and None, checking what no JSON may hold.

    Objects of this room's own classes stay as they are, so that Python code can hand them in.

    Raises:
        Mistakes: A key given twice or not text, half a surrogate pair, a number that is not finite or beyond
            64 bits, nesting deeper than `DEEPEST`, or a value that JSON cannot express.
    """
    if len(at) > DEEPEST:
        raise Mistakes.one(at[:3], f"nested more than {DEEPEST} levels deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _unicode(value, at)
    if isinstance(value, int):
        if not -(2**63) <= value < 2**64:
            raise expected("a number of at most 64 bits", value, at)
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Mistakes.one(at, f"expected a finite number, got {value}")
        return value
    if isinstance(value, Mapping):
        return _object(value, at)
    if isinstance(value, list | tuple):
        return _array(value, at)
    if isinstance(value, os.PathLike):
        return _unicode(os.fsdecode(value), at)
    if attrs.has(type(value)):
        return value
    raise expected("text, a number, true, false, null, a list or an object", value, at)


def merged(target: Any, patch: Any) -> Any:
    """Apply a JSON Merge Patch (RFC 7396): objects merge key by key, null removes, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def comes_from(patch: Any, at: JsonPath) -> bool:
    """Tell whether a patch, rather than the document under it, gave what stands at a path."""
    for step in at:
        if not isinstance(patch, dict):
            return True
        if step not in patch:
            return False
        patch = patch[step]
    return True


def _unicode(text: str, at: JsonPath) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise expected("text in valid Unicode", text, at) from None
    return str(text)


def _object(value: Mapping[Any, Any], at: JsonPath) -> dict[str, Any]:
    gathered = Gathered()
    for key in value.repeated if isinstance(value, Repeating) else ():
        with gathered:
            raise Mistakes.one((*at, key), "this key is given twice")
    result: dict[str, Any] = {}
    for key, item in value.items():
        with gathered:
            if not isinstance(key, str):
                raise Mistakes.one(at, f"expected keys to be text, got {shown(key)}")
            result[_unicode(key, at)] = plain(item, (*at, key))
    gathered.check()
    return result


def _array(value: list[Any] | tuple[Any, ...], at: JsonPath) -> list[Any]:
    gathered = Gathered()
    result: list[Any] = []
    for index, item in enumerate(value):
        with gathered:
            result.append(plain(item, (*at, index)))
    gathered.check()
    return result
