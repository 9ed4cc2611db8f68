"""Where a value stands, so that an error can point at it."""

import json
from collections.abc import Mapping
from typing import Any

import attrs

from shell.acl.errors import AclError
from shell.config.errors import unbroken

_SHOWN = 60


@attrs.frozen
class Place:
    """A value's place in a file, or in what Python handed over.

    Attributes:
        name: The file, or what stands for one: `capabilities/main.json`.
        path: The way to the value from the top of the file: `$.permissions[2]`.
    """

    name: str
    path: str = "$"

    def __str__(self) -> str:
        return f"{self.name}: {self.path}"

    def at(self, key: str | int) -> "Place":
        """The place of a member of this value, by its name or its number."""
        if isinstance(key, int):
            return Place(self.name, f"{self.path}[{key}]")
        return Place(self.name, f"{self.path}.{key}" if key.isidentifier() else f"{self.path}[{quoted(key)}]")

    def error(self, message: str) -> AclError:
        """An error that points here, in one line."""
        return AclError(unbroken(" ".join(f"{self}: {message}".split())))

    def about_file(self, message: str) -> AclError:
        """An error about the file as a whole, in one line."""
        return AclError(unbroken(" ".join(f"{self.name}: {message}".split())))

    def expected(self, what: str, got: object) -> AclError:
        """An error for a value of the wrong kind."""
        return self.error(f"expected {what}, got {shown(got)}")

    def text(self, value: object) -> str:
        """Take the value here as a string.

        Raises:
            AclError: It is something else.
        """
        if not isinstance(value, str):
            raise self.expected("a string", value)
        return value

    def flag(self, value: object) -> bool:
        """Take the value here as true or false.

        Raises:
            AclError: It is something else.
        """
        if not isinstance(value, bool):
            raise self.expected("true or false", value)
        return value

    def table(self, value: object) -> Mapping[str, Any]:
        """Take the value here as an object with names.

        Raises:
            AclError: It is something else.
        """
        if not isinstance(value, Mapping):
            raise self.expected("an object", value)
        if not all(isinstance(key, str) for key in value):
            raise self.expected("an object with strings for keys", value)
        return value

    def items(self, value: object, of: str = "a list") -> list[tuple["Place", Any]]:
        """Take the value here as a list, each member with its own place.

        Args:
            value: What was found.
            of: What to say was expected, for example `a list of strings`.

        Raises:
            AclError: It is something else.
        """
        if not isinstance(value, list | tuple):
            raise self.expected(of, value)
        return [(self.at(number), item) for number, item in enumerate(value)]

    def texts(self, value: object) -> tuple[str, ...]:
        """Take the value here as a list of strings.

        Raises:
            AclError: It is something else.
        """
        return tuple(place.text(item) for place, item in self.items(value, "a list of strings"))


def quoted(text: str) -> str:
    """A string as JSON writes it, cut short where it is long, on one line that can be printed anywhere."""
    return unbroken(json.dumps(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…", ensure_ascii=False))


def shown(value: object) -> str:
    """A value as an error names it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case int() | float():
            return repr(value) if isinstance(value, float) or abs(value) < 10**_SHOWN else "a huge number"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return f"a Python {type(value).__name__}"
