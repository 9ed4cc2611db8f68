"""Reading objects into attrs classes: the class says the keys, their types and their defaults.

msgspec and cattrs do this for types in general. msgspec stops at the first mistake, does not say what was there and
lets unknown keys of attrs classes pass; cattrs makes 3.0 of "3" and says what was wrong in Python's words. A
configuration is read by people who did not write this program, so the words are our own.
"""

import enum
import functools
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import attrs

from shell.config.accepted import accepted_keys, check_accepted
from shell.config.errors import Gathered, JsonPath, Mistakes, expected
from shell.config.readers import Reader, boolean, choice, list_of, number, optional, text
from shell.config.spelling import camel, kebab, unknown_key
from shell.config.tree import plain
from shell.value import frozen

KEY = "key"
"""Entry of a field's metadata: its key, where that is not the field's name in camelCase; None where it has none."""

_BUILT_IN: Mapping[Any, Reader[Any]] = {bool: boolean, str: text, float: number()}


@frozen
class Key:
    """One key of an object.

    Attributes:
        field: Name of the attrs field.
        name: The key as Tauri's schema spells it.
        read: Reader of its value.
        required: Whether it must be given.
    """

    field: str
    name: str
    read: Reader[Any]
    required: bool


@frozen
class Record[T]:
    """Reader of the objects of one attrs class.

    Attributes:
        cls: The class.
        keys: Its keys.
    """

    cls: type[T]
    keys: tuple[Key, ...]
    _in_files: Mapping[str, Key]

    def __call__(self, value: Any, at: JsonPath) -> T:
        """Read an object whose keys are spelled as in a file: camelCase, or kebab-case as Tauri.toml may.

        Raises:
            Mistakes: Not an object, an unknown or repeated key, a required one missing, or a wrong value.
        """
        return self._read(value, at, self._in_files, [key.name for key in self.keys])

    def in_python(self, value: Any, at: JsonPath) -> T:
        """Read an object whose keys are spelled as in Python, by the names of the fields.

        Raises:
            Mistakes: As when it is called.
        """
        spellings = {key.field: key for key in self.keys}
        return self._read(value, at, spellings, spellings)

    def _read(self, value: Any, at: JsonPath, spellings: Mapping[str, Key], names: Iterable[str]) -> T:
        if isinstance(value, self.cls):
            return value
        if not isinstance(value, dict):
            raise expected("an object", value, at)
        unused = accepted_keys(self.cls.__name__)
        gathered = Gathered()
        fields: dict[str, Any] = {}
        given: dict[str, str] = {}
        for spelling, item in value.items():
            key = spellings.get(spelling)
            place = (*at, spelling)
            with gathered:
                if key is None and spelling in unused:
                    check_accepted(item, place, unused[spelling])
                elif key is None:
                    raise unknown_key(spelling, at, [*names, *unused])
                elif key.field in given:
                    raise Mistakes.one(place, f'this key is given twice, as "{given[key.field]}" too')
                else:
                    given[key.field] = spelling
                    fields[key.field] = key.read(item, place)
        for key in self.keys:
            with gathered:
                if key.required and key.field not in given:
                    raise Mistakes.one((*at, key.name), "this key is required")
        gathered.check()
        return self.cls(**fields)


def record[T](cls: type[T]) -> Record[T]:
    """Make the reader of a class from the types and defaults of its fields."""
    return _record(typing.cast("Any", cls))


@functools.cache
def _record(cls: type) -> Record[Any]:
    keys: list[Key] = []
    for field in attrs.fields(typing.cast("type[attrs.AttrsInstance]", cls)):
        name = field.metadata.get(KEY, camel(field.name))
        if name is not None:
            keys.append(Key(field.name, name, reader(field.type), field.default is attrs.NOTHING))
    return Record(cls, tuple(keys), {s: key for key in keys for s in (key.name, kebab(key.name))})


def read_fields(made: attrs.AttrsInstance) -> None:
    """Read the values that Python gave an object of an attrs class, but for those that are its defaults.

    Raises:
        Mistakes: Wrong values; each place is the name of a field.
    """
    gathered = Gathered()
    for field in attrs.fields(type(made)):
        value, place = getattr(made, field.name), (field.name,)
        if value is not field.default:
            with gathered:
                # attrs lets nobody else write to what is frozen.
                object.__setattr__(made, field.name, reader(field.type)(plain(value, place), place))
    gathered.check()


def reader(annotation: Any) -> Reader[Any]:
    """Find the reader for a field's type.

    `Annotated[type, reader]` names one. Otherwise it is a built-in type, an enumeration, an attrs class, a tuple of
    any length, or one of these or None.
    """
    origin, parameters = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return typing.cast("Reader[Any]", parameters[1])
    if origin in {types.UnionType, typing.Union}:
        (present,) = (p for p in parameters if p is not types.NoneType)
        return optional(reader(present))
    if origin is tuple:
        return list_of(reader(parameters[0]))
    if annotation in _BUILT_IN:
        return _BUILT_IN[annotation]
    if issubclass(annotation, enum.Enum):
        return choice(annotation)
    return record(annotation)
