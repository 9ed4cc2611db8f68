"""Writing a configuration as a file would have it."""

import enum
from collections.abc import Mapping
from typing import Any

import attrs

from shell.config.record import record
from shell.config.security import Csp
from shell.config.urls import UrlPattern
from shell.config.values import Color


def to_mapping(value: Any) -> Any:
    """Write an object of this room in the JSON model, with the keys of a file, leaving out what is None."""
    match value:
        case enum.Enum():
            return value.value
        case Color() | Csp() | UrlPattern():
            return str(value)
        case Mapping():
            return {key: to_mapping(item) for key, item in value.items()}
        case tuple() | list():
            return [to_mapping(item) for item in value]
        case _ if attrs.has(type(value)):
            pairs = ((key.name, getattr(value, key.field)) for key in record(type(value)).keys)
            return {name: to_mapping(item) for name, item in pairs if item is not None}
        case _:
            return value
