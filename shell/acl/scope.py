"""Scopes: what a permission says about the values that its commands may work on."""

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from shell.acl.place import Place
from shell.value import frozen

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

_DEEPEST = 64


def _entries(value: Iterable[Any], key: str) -> tuple[Json, ...]:
    place = Place("Scope", key)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise place.expected("a list", value)
    return tuple(_json(item, at) for at, item in place.items(tuple(value)))


def _allowed(value: Iterable[Any]) -> tuple[Json, ...]:
    return _entries(value, "allow")


def _denied(value: Iterable[Any]) -> tuple[Json, ...]:
    return _entries(value, "deny")


@frozen
class Scope:
    """Entries that a command's own code understands; to everything before it they are just JSON.

    Attributes:
        allow: What is allowed, in the order of the capabilities, none twice.
        deny: What is denied whatever `allow` says.

    Raises:
        AclError: One of them is no list, or holds what JSON has no word for.
    """

    allow: tuple[Any, ...] = attrs.field(default=(), converter=_allowed)
    deny: tuple[Any, ...] = attrs.field(default=(), converter=_denied)

    @classmethod
    def merged(cls, scopes: Iterable["Scope"]) -> "Scope":
        """One scope with the entries of several."""
        scopes = tuple(scopes)
        return cls(
            _distinct(entry for scope in scopes for entry in scope.allow),
            _distinct(entry for scope in scopes for entry in scope.deny),
        )


def scope_from(mapping: Mapping[str, Any], place: Place) -> Scope:
    """Read `allow` and `deny` of a permission's scope or of a capability's extended permission.

    Raises:
        AclError: One of them is no list, or holds what JSON has no word for.
    """

    def entries(key: str) -> tuple[Json, ...]:
        value = mapping.get(key)
        return () if value is None else tuple(_json(item, at) for at, item in place.at(key).items(value))

    return Scope(entries("allow"), entries("deny"))


def _json(value: Any, place: Place, depth: int = 0) -> Json:
    if depth > _DEEPEST:
        raise place.error(f"nested deeper than {_DEEPEST} levels")
    match value:
        case None | bool() | str():
            return value
        case int() if -(2**63) <= value < 2**64:
            return value
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [_json(item, at, depth + 1) for at, item in place.items(value)]
        case Mapping() if all(isinstance(key, str) for key in value):
            return {key: _json(item, place.at(key), depth + 1) for key, item in value.items()}
        # TOML has dates and times of its own; Tauri hands them on as text.
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case _:
            raise place.expected("a JSON value", value)


def _distinct(entries: Iterable[Json]) -> tuple[Json, ...]:
    return tuple({json.dumps(entry, sort_keys=True): entry for entry in entries}.values())
