"""What a type's JSON is made of, as far as it can be read in pieces."""

import collections.abc
import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import attrs
import msgspec

from shell.ipc.decoder import check, converted, decoder
from shell.value import frozen

_ARRAYS = frozenset(
    {
        *(list, set, frozenset, tuple),
        *(collections.abc.Collection, collections.abc.Sequence, collections.abc.MutableSequence),
        *(collections.abc.Set, collections.abc.MutableSet),
    }
)
_LISTS = frozenset({list, collections.abc.Collection, collections.abc.Sequence, collections.abc.MutableSequence})
_OBJECTS = frozenset({dict, collections.abc.Mapping, collections.abc.MutableMapping})

BYTE = Annotated[int, msgspec.Meta(ge=0, le=255)]
"""An item of an array that stands for bytes; what may be these or bytes may be a bytearray as well."""

_decode_text = msgspec.json.Decoder(str).decode

type Decode = Callable[[Any], Any]
type Finish = Callable[[Any], Any]


@frozen
class Items:
    """An array, as a list of what stands in it.

    Attributes:
        form: Of an item.
        decode: Reads an array whole.
        finish: Makes the value of the list.
        of_bytes: Whether it is gathered as bytes, of which there may be more.
    """

    form: "Form"
    decode: Decode
    finish: Finish | None
    of_bytes: bool = False


@frozen
class Members:
    """An object whose members have names that are not known before.

    Attributes:
        form: Of a member's value.
        decode: Reads an object whole.
        name: Reads an object whose values may be of any kind, for its names; None where those are strings.
        finish: Makes the value of the dict.
    """

    form: "Form"
    decode: Decode
    name: Decode | None
    finish: Finish | None


@frozen
class Text:
    """A string.

    Attributes:
        decode: Reads a part of it, as a string of its own.
        finish: Makes the value of it.
    """

    decode: Callable[[bytes], str]
    finish: Finish | None


@frozen
class Fields:
    """An object that becomes an instance of a class.

    Attributes:
        forms: Of the values, by name.
        finish: Makes the instance of a dict, in which other members are None.
    """

    forms: Mapping[str, "Form"]
    finish: Finish


type _Object = Members | Fields


class Form:
    """How a type's JSON is read; `array`, `object` and `text` are None where it has to be read whole.

    Args:
        kind: The type.
        blank: A struct like the type, which is one, but that takes what its fields have been read as.

    Attributes:
        kind: The type.
        decode: Reads it whole.
    """

    def __init__(self, kind: Any, blank: type[msgspec.Struct] | None = None) -> None:
        self.kind = kind
        self._blank = blank

    @functools.cached_property
    def decode(self) -> Decode:  # noqa: D102  # told of above
        return decoder(self.kind)

    @functools.cached_property
    def array(self) -> Items | None:
        """How it is read from an array."""
        alternatives = _alternatives(self.kind)
        found: Items | None = _only([_array(*one) for one in alternatives])
        if found is not None and found.form.kind == BYTE and (bytes, None) in alternatives:
            return attrs.evolve(found, of_bytes=True)
        return found

    @functools.cached_property
    def object(self) -> "_Object | None":
        """How it is read from an object."""
        if self._blank is not None:
            return _fields_of_struct(self.kind, _to(self._blank))
        found: _Object | None = _only([_object(*one) for one in _alternatives(self.kind)])
        return found

    @functools.cached_property
    def text(self) -> Text | None:
        """How it is read from a string."""
        others = [one for one in _alternatives(self.kind) if one[0] not in _NO_STRINGS]
        if len(others) != 1 or others[0][0] not in {str, Any, object}:
            return None
        return Text(_decode_text, others[0][1])


class Skipped(Form):
    """How what nobody asked for is read: only so far as to see where it ends."""

    def __init__(self) -> None:
        super().__init__(None)
        self.decode = check
        self.array = Items(self, lambda text: check(text) and (), None)
        self.object = Members(self, lambda text: check(text) and {}, None, None)
        self.text = Text(_skip, None)


def _skip(text: bytes) -> str:
    check(text)
    return ""


_NO_STRINGS = (int, float, bool, type(None))


def _only(found: Sequence[Any]) -> Any:
    """What is found, if it is one."""
    there = [one for one in found if one is not None]
    return there[0] if len(there) == 1 else None


def _alternatives(kind: Any, finish: Finish | None = None) -> Sequence[tuple[Any, Finish | None]]:
    """The types that a type stands for, and what makes it of their values where that is more."""
    if isinstance(kind, typing.TypeAliasType):
        return _alternatives(kind.__value__, finish)
    if typing.get_origin(kind) is Annotated:
        return _alternatives(typing.get_args(kind)[0], finish or _to(kind))
    if isinstance(kind, typing.NewType):
        return _alternatives(kind.__supertype__, finish)
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        return [one for member in typing.get_args(kind) for one in _alternatives(member, finish)]
    return [(kind, finish)]


def _array(kind: Any, finish: Finish | None) -> Items | None:
    origin, args = typing.get_origin(kind) or kind, typing.get_args(kind)
    if kind in {Any, object}:
        item: Any = Any
    elif origin not in _ARRAYS or (origin is tuple and args and (len(args) != 2 or args[1] is not Ellipsis)):
        return None
    else:
        item = args[0] if args else Any
    if isinstance(item, typing.TypeVar):
        return None
    if origin in _ARRAYS - _LISTS:
        finish = finish or _to(kind)
    return Items(Form(item), decoder(list[item]), finish)


def _object(kind: Any, finish: Finish | None) -> _Object | None:
    origin, args = typing.get_origin(kind) or kind, typing.get_args(kind)
    if kind in {Any, object} or origin in _OBJECTS:
        key, value = args or (str, Any)
        if isinstance(key, typing.TypeVar) or isinstance(value, typing.TypeVar):
            return None
        whole: Any = types.GenericAlias(dict, (key, value))
        names: Any = types.GenericAlias(dict, (key, msgspec.Raw))
        return Members(Form(value), decoder(whole), None if key in {str, Any} else decoder(names), finish)
    if not isinstance(kind, type):
        return None
    if issubclass(kind, msgspec.Struct):
        return None if kind.__struct_config__.array_like else _fields_of_struct(kind, finish or _to(kind))
    if dataclasses.is_dataclass(kind) or attrs.has(kind) or typing.is_typeddict(kind):
        return Fields({name: Form(hint) for name, hint in _hints(kind).items()}, finish or _to(kind))
    return None


def _hints(kind: type) -> Mapping[str, Any]:
    hints = typing.get_type_hints(kind, include_extras=not typing.is_typeddict(kind))
    return {name: hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar}


def _fields_of_struct(kind: type[msgspec.Struct], finish: Finish) -> Fields:
    forms = {field.encode_name: Form(field.type) for field in msgspec.structs.fields(kind)}
    tag = kind.__struct_config__.tag_field
    return Fields(forms if tag is None else {**forms, tag: Form(Any)}, finish)


def _to(kind: Any) -> Finish:
    return functools.partial(converted, kind)
