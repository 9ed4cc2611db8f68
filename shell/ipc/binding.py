"""From a Python signature to what turns a page's message into a call: compiled once for each command."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

import attrs
import msgspec

from shell.acl import Caller, Scope
from shell.ipc import wire
from shell.ipc.call import Invocation, Request
from shell.ipc.channel import Channel
from shell.ipc.errors import RefusedError, RegistrationError
from shell.ipc.state import Managed, States

type Injector = Callable[[Invocation], Any]
type Casing = Literal["camelCase", "snake_case"]
type Converter = Callable[[Any, Invocation], Any]
type Arguments = tuple[Sequence[Any], Mapping[str, Any]]
type _Field = tuple[str, Any] | tuple[str, Any, Any]


class OfPlugin:
    """Marks a `Scope` parameter that receives the whole plugin's scope; see `GlobalScope`."""


GlobalScope = Annotated[Scope, OfPlugin]
"""The annotation of a parameter that receives the scope of the plugin and not of the one command."""

_Byte = Annotated[int, msgspec.Meta(ge=0, le=255)]
_BODY_TYPES = (bytes, bytearray, memoryview)
_NOTHING: Mapping[str, Any] = {}


@attrs.frozen
class Binder:
    """Makes a command's arguments from a call.

    Attributes:
        command: The command's name, for messages.
        decode: Reads a JSON object into the arguments that come from the page.
        blank: The same arguments where the page sent none, for a raw body; `None` where some have no default.
        converters: By place among the page's arguments: what the decoded value still goes through.
        injected: By place in the signature: what comes from the core.
        keywords: Names of the last arguments that only go by keyword.
        body_at: Place among the page's arguments of the one that takes a raw body.
        takes_request: Whether the command reads the raw request itself.
    """

    command: str
    decode: Callable[[Any], Any]
    blank: Callable[[], Any]
    converters: tuple[tuple[int, Converter], ...]
    injected: tuple[tuple[int, Injector], ...]
    keywords: tuple[str, ...]
    body_at: int | None
    takes_request: bool

    def bind(self, invocation: Invocation) -> Arguments:
        """The positional and keyword arguments for this call.

        Raises:
            RefusedError: The page's arguments do not fit; the text says which and where.
        """
        call = invocation.call
        try:
            if call.raw:
                values: Sequence[Any] = self._from_body(call.body)
            else:
                values = msgspec.structs.astuple(self.decode(call.body))
        except (msgspec.DecodeError, UnicodeError) as error:
            raise RefusedError(f"invalid args for command `{self.command}`: {error}") from None
        except RecursionError:
            raise RefusedError(f"invalid args for command `{self.command}`: nested too deep") from None
        if not self.converters and not self.injected and not self.keywords:
            return values, _NOTHING
        arguments = list(values)
        for place, convert in self.converters:
            arguments[place] = convert(arguments[place], invocation)
        for place, inject in self.injected:
            arguments.insert(place, inject(invocation))
        if not self.keywords:
            return arguments, _NOTHING
        cut = len(arguments) - len(self.keywords)
        return arguments[:cut], dict(zip(self.keywords, arguments[cut:], strict=True))

    def _from_body(self, body: Any) -> Sequence[Any]:
        if self.body_at is None and not self.takes_request:
            raise RefusedError(
                f"command `{self.command}` takes no raw bytes: give it a parameter of type bytes, or call it with an object"
            )
        try:
            values = list(msgspec.structs.astuple(self.blank()))
        except TypeError as error:
            raise RefusedError(f"invalid args for command `{self.command}`: with a raw body, {error}") from None
        if self.body_at is not None:
            values[self.body_at] = body
        return values


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
        RegistrationError: A parameter's type is unknown, cannot come from JSON, or the signature is open-ended.
    """
    hints = _hints(command, function)
    fields: list[_Field] = []
    converters: list[tuple[int, Converter]] = []
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
        hint, convert = _from_page(hint)
        if convert is not None:
            converters.append((len(fields), convert))
        is_body = convert is _to_bytes and body_at is None
        if is_body:
            body_at = len(fields)
        fields.append(_field(parameter, hint))
    rename: Literal["camel"] | None = "camel" if casing == "camelCase" else None
    try:
        struct = msgspec.defstruct("Arguments", fields, rename=rename, kw_only=True, gc=False)
        decode = wire.decoder(struct | None).decode
        unfilled = [
            (name, Any, None) if at == body_at else (name, Any, *rest) for at, (name, _, *rest) in enumerate(fields)
        ]
        blank = msgspec.defstruct("Arguments", unfilled, kw_only=True)
    except (TypeError, ValueError) as error:
        raise RegistrationError(f"command `{command}`: {error}") from None

    def decode_object(body: Any) -> Any:
        value = decode(body)
        return decode(b"{}") if value is None else value

    return Binder(
        command,
        decode_object,
        blank,
        tuple(converters),
        tuple(injected),
        tuple(keywords),
        body_at,
        takes_request,
    )


def _hints(command: str, function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise RegistrationError(f"command `{command}`: the type of a parameter is not known: {error}") from None


def _field(parameter: inspect.Parameter, hint: Any) -> _Field:
    default = parameter.default
    if default is not parameter.empty:
        return (parameter.name, hint, msgspec.field(default_factory=lambda: default))
    if types.NoneType in _members(hint):
        # As Tauri's Option<T>: an argument that may be null may also be missing.
        return (parameter.name, hint, None)
    return (parameter.name, hint)


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
        return (lambda invocation: invocation.global_scope) if OfPlugin in marks else None
    if hint is Caller:
        return lambda invocation: invocation.call.caller
    if hint is Scope:
        return lambda invocation: invocation.scope
    if hint is Request:
        return _request
    return injectors.get(hint) if isinstance(hint, type) else None


def _request(invocation: Invocation) -> Request:
    call = invocation.call
    return Request(bytes(call.body), call.raw, call.headers)


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
    if only in _BODY_TYPES:
        # Inside JSON bytes come as Tauri's packages write them, an array of numbers, or as base64.
        return typing.Union[(bytes, list[_Byte], *optional)], _to_bytes
    return hint, None


def _to_channel(value: Any, invocation: Invocation) -> Any:
    return None if value is None else invocation.session.channel(value)


def _to_bytes(value: Any, _invocation: Invocation) -> Any:
    return bytes(value) if isinstance(value, list) else value
