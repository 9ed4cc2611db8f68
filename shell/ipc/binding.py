"""From a Python signature to what makes its arguments: compiled once for each command."""

import dataclasses
import functools
import inspect
import pathlib
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

import attrs
import msgspec

from shell.acl import Caller, Scope
from shell.ipc.binder import Binder, Converter, Injector
from shell.ipc.call import Invocation, Request
from shell.ipc.channel import PREFIX, Channel, callback_of
from shell.ipc.decoder import decoder
from shell.ipc.errors import RegistrationError
from shell.ipc.parcel import BYTES_TYPES
from shell.ipc.state import Managed, States

type Casing = Literal["camelCase", "snake_case"]
type _Field = tuple[str, Any] | tuple[str, Any, Any]


class OfPlugin:
    """Marks a `Scope` parameter that receives the whole plugin's scope; see `GlobalScope`."""


GlobalScope = Annotated[Scope, OfPlugin]
"""The annotation of a parameter that receives the scope of the plugin and not of the one command."""

# As in `form.py`, which few programs load.
_Byte = Annotated[int, msgspec.Meta(ge=0, le=255)]


def compile_binder(
    command: str,
    function: Callable[..., Any],
    *,
    states: States,
    injectors: Mapping[type, Injector],
    casing: Casing = "camelCase",
) -> Binder:
    """Read a function's signature.

    Args:
        command: The command's name, for messages.
        function: A coroutine function or a plain one.
        states: Where parameters annotated `State[T]` come from.
        injectors: What fills parameters of further types.
        casing: How the page writes argument names.

    Raises:
        RegistrationError: A parameter's type is unknown, or cannot come from JSON; two parameters have one name in
            pages; or the signature is open-ended.
    """
    hints = _hints(command, function)
    fields: list[_Field] = []
    names: dict[str, str] = {}
    converters: list[tuple[int, str, Converter]] = []
    injected: list[tuple[int, Injector]] = []
    keywords: list[str] = []
    body_at: int | None = None
    takes_request = False
    for place, parameter in enumerate(inspect.signature(function).parameters.values()):
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            raise RegistrationError(f"command `{command}`: *{parameter.name} has no names that a page could fill")
        if parameter.kind is parameter.KEYWORD_ONLY:
            keywords.append(parameter.name)
        hint = hints.get(parameter.name, Any)
        takes_request = takes_request or hint is Request
        inject = _injector(hint, states, injectors)
        if inject is not None:
            injected.append((place, inject))
            continue
        _refuse_hidden(command, parameter.name, hint, injectors)
        name = _name_in_page(parameter.name, casing)
        if name in names.values():
            other = next(key for key, value in names.items() if value == name)
            raise RegistrationError(
                f"command `{command}`: a page would write both `{other}` and `{parameter.name}` as `{name}`; "
                "give one of them another name"
            )
        names[parameter.name] = name
        hint, convert = _from_page(hint)
        if convert is not None:
            converters.append((len(fields), name, convert))
            if convert is not _to_channel and body_at is None:
                body_at = len(fields)
        fields.append(_field(parameter, hint))
    try:
        struct = msgspec.defstruct("Arguments", fields, rename=names, kw_only=True, gc=False)
        _refuse_foreign(command, struct)
        decode = decoder(struct)
        unfilled = [
            (name, Any, None) if at == body_at else (name, Any, *rest) for at, (name, _, *rest) in enumerate(fields)
        ]
        blank = msgspec.defstruct("Arguments", unfilled, kw_only=True)
        untyped = [(name, Any, *rest) for name, _, *rest in fields]
        loose = msgspec.defstruct("Arguments", untyped, rename=names, kw_only=True, gc=False)
    except (TypeError, ValueError) as error:
        raise RegistrationError(f"command `{command}`: {error}") from None
    return Binder(
        command,
        struct,
        decode,
        blank,
        loose,
        tuple(converters),
        tuple(injected),
        tuple(keywords),
        body_at,
        takes_request,
    )


def _hints(command: str, function: Callable[..., Any]) -> dict[str, Any]:
    annotated: Any = function
    while isinstance(annotated, functools.partial):
        annotated = annotated.func
    if not inspect.isroutine(annotated):
        annotated = type(annotated).__call__
    try:
        return typing.get_type_hints(annotated, include_extras=True)
    except NameError as error:
        raise RegistrationError(f"command `{command}`: the type of a parameter is not known: {error}") from None
    except Exception as error:
        # An annotation that is a text is any expression.
        problem = f"{type(error).__name__}: {error}"
        raise RegistrationError(f"command `{command}`: the type of a parameter cannot be read: {problem}") from None


def _name_in_page(name: str, casing: Casing) -> str:
    """The name that a page uses: as in Tauri, words without the underscores around them."""
    words = [word for word in name.split("_") if word]
    if not words:
        return name
    if casing == "snake_case":
        return "_".join(words)
    return words[0] + "".join(word[0].upper() + word[1:] for word in words[1:])


def _field(parameter: inspect.Parameter, hint: Any) -> _Field:
    default = parameter.default
    if default is not parameter.empty:
        return (parameter.name, hint, msgspec.field(default_factory=lambda: default))
    if types.NoneType in _members(_bare(hint)):
        # As Tauri's Option<T>: an argument that may be null may also be missing.
        return (parameter.name, hint, None)
    return (parameter.name, hint)


def _bare(hint: Any) -> Any:
    """What stands behind the name of a type, and before its marks."""
    if isinstance(hint, typing.TypeAliasType):
        return _bare(hint.__value__)
    return _bare(typing.get_args(hint)[0]) if typing.get_origin(hint) is Annotated else hint


def _members(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a union; of any other type, itself."""
    if isinstance(hint, typing.TypeAliasType):
        return _members(hint.__value__)
    return typing.get_args(hint) if typing.get_origin(hint) in {typing.Union, types.UnionType} else (hint,)


def _injector(hint: Any, states: States, injectors: Mapping[type, Injector]) -> Injector | None:
    if typing.get_origin(hint) is Annotated:
        kind, *marks = typing.get_args(hint)
        if Managed in marks:
            return lambda invocation: states.get(kind)
        if OfPlugin in marks:
            return lambda invocation: invocation.global_scope
    return _OF_CALL.get(_bare(hint)) or injectors.get(_bare(hint))


_OF_CALL: Mapping[Any, Injector] = {
    Caller: lambda invocation: invocation.call.caller,
    Scope: lambda invocation: invocation.scope,
    Request: lambda invocation: Request(invocation.call.body, invocation.call.raw, invocation.call.headers),
}


def _refuse_hidden(command: str, parameter: str, hint: Any, injectors: Mapping[type, Injector]) -> None:
    """Keep a page from filling what only the core may, where that stands inside another type: `Caller | None`."""
    for part in _parts(hint):
        marks = typing.get_args(part)[1:] if typing.get_origin(part) is Annotated else ()
        kind = _bare(part)
        if kind in _OF_CALL or kind in injectors or Managed in marks or OfPlugin in marks:
            raise RegistrationError(
                f"command `{command}`: the core fills `{parameter}` only where its type is {kind.__name__} alone, "
                "with no alternative and in no container"
            )


def _parts(hint: Any) -> Iterator[Any]:
    """A type and all types that it is made of."""
    if isinstance(hint, typing.TypeAliasType):
        hint = hint.__value__
    if isinstance(hint, list):  # Callable's arguments
        parts = hint
    else:
        yield hint
        parts = [] if typing.get_origin(hint) is Literal else list(typing.get_args(hint))
    for part in parts:
        yield from _parts(part)


def _refuse_foreign(command: str, arguments: type) -> None:
    """Refuse types that are not made from JSON, which most often are meant to come from elsewhere."""
    seen: set[int] = set()
    rest: list[tuple[str, Any]] = [("", msgspec.inspect.type_info(arguments))]
    while rest:
        name, kind = rest.pop()
        if id(kind) in seen:
            continue
        seen.add(id(kind))
        if isinstance(kind, msgspec.inspect.DataclassType):
            _refuse_constructor(command, kind.cls)
        if (
            isinstance(kind, msgspec.inspect.CustomType)
            and kind.cls is not object
            and not issubclass(kind.cls, pathlib.PurePath)
        ):
            raise RegistrationError(
                f"command `{command}`: {kind.cls.__name__} is not made from JSON, and `{name}` wants one; "
                f"a dataclass or attrs class is, and what the app manages is annotated State[{kind.cls.__name__}]"
            )
        rest += ((name or field.name, field.type) for field in getattr(kind, "fields", ()))
        rest += ((name, getattr(kind, key)) for key in ("item_type", "key_type", "value_type") if hasattr(kind, key))
        rest += ((name, part) for key in ("item_types", "types") for part in getattr(kind, key, ()))


def _refuse_constructor(command: str, kind: type) -> None:
    """Refuse a class whose attributes a page would have to name, or could set, in another way than its constructor."""
    for field in attrs.fields(kind) if attrs.has(kind) else dataclasses.fields(kind):
        alias = getattr(field, "alias", field.name)
        if not field.init:
            problem = "is no argument of its constructor (init=False), but a page could set it"
        elif alias != field.name:
            problem = f"has the alias {alias}, by which a page cannot name it"
        else:
            continue
        raise RegistrationError(
            f"command `{command}`: {kind.__name__}.{field.name} {problem}; take a class made for what pages send"
        )


def _from_page(hint: Any) -> tuple[Any, Converter | None]:
    """What to decode for a parameter of type `hint`, and what the decoded value then goes through."""
    members = _members(hint)
    optional = (None,) if types.NoneType in members else ()
    required = [member for member in members if member is not types.NoneType]
    if len(required) != 1:
        return hint, None
    (only,) = required
    if only is Channel or typing.get_origin(only) is Channel:
        return typing.Union[(str, *optional)], _to_channel
    if only in BYTES_TYPES:
        # Inside JSON bytes come as Tauri's packages write them, an array of numbers, or as base64.
        return typing.Union[(bytes, list[_Byte], *optional)], _to_bytes(only)
    return hint, None


def _to_channel(value: Any, invocation: Invocation) -> Any:
    if value is None:
        return None
    callback = callback_of(value)
    if callback is None:
        raise ValueError(f"expected a Channel, which a page writes as {PREFIX}ID, got {value[:40]!r}")
    return Channel(invocation.session, callback)


def _to_bytes(kind: Any) -> Converter:
    def convert(value: Any, _invocation: Invocation) -> Any:
        if value is None or isinstance(value, kind):
            return value
        return kind(bytes(value) if isinstance(value, list) else value)

    return convert
