"""Binders: what turns a page's message into a command's arguments, as `binding` read them from its signature."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from shell.acl import Allowed
from shell.ipc.call import Call, Invocation, invalid_args
from shell.ipc.errors import RefusedError
from shell.ipc.session import Session
from shell.value import frozen

if TYPE_CHECKING:
    from shell.ipc.form import Form
    from shell.ipc.readings import Read, Readings

type Injector = Callable[[Invocation], Any]
type Converter = Callable[[Any, Invocation], Any]
type Arguments = tuple[Sequence[Any], Mapping[str, Any]]

_NOTHING: Mapping[str, Any] = {}


@frozen
class Binder:
    """Makes a command's arguments from a call.

    Attributes:
        command: The command's name, for messages.
        arguments: A struct of the arguments that come from the page.
        decode: Reads a JSON object into it.
        blank: The same arguments where the page sent a raw body and none of them; raises where some have no default.
        loose: The same arguments, of any type: for those that have been read each by itself.
        converters: By place among the page's arguments: the name there, and what the decoded value still goes through.
        injected: By place in the signature: what comes from the core.
        keywords: Names of the last arguments that only go by keyword.
        body_at: Place among the page's arguments of the one that takes a raw body.
        takes_request: Whether the command reads the raw request itself.
    """

    command: str
    arguments: type[msgspec.Struct]
    decode: Callable[[Any], Any]
    blank: Callable[[], Any]
    loose: type[msgspec.Struct]
    converters: tuple[tuple[int, str, Converter], ...]
    injected: tuple[tuple[int, Injector], ...]
    keywords: tuple[str, ...]
    body_at: int | None
    takes_request: bool

    @functools.cached_property
    def form(self) -> "Form":
        """How the page's arguments are read in pieces."""
        from shell.ipc.form import Form  # noqa: PLC0415  # few programs are sent anything so large

        return Form(self.arguments, self.loose)

    async def read(self, body: bytes, readings: "Readings", held: int) -> "Read":
        """Read the page's arguments in pieces, for `bind`.

        Args:
            body: Them.
            readings: What reads.
            held: Arrays and objects that the document's other calls hold.

        Raises:
            RefusedError: As from `bind`.
        """
        try:
            return await readings.read(body, self.form, held)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise self._misfit(error, body) from None

    def bind(self, call: Call, session: Session, allowed: Allowed, read: "Read | None" = None) -> Arguments:
        """The positional and keyword arguments for a call.

        Args:
            call: The call.
            session: The document that it is of.
            allowed: What let it.
            read: The page's arguments, where they have been read.

        Raises:
            RefusedError: The page's arguments do not fit; the text says which, where and why.
            MissingStateError: The command asks for state that is not managed. Nothing else has happened then.
        """
        values: Sequence[Any]
        if read is not None:
            values = msgspec.structs.astuple(read.value)
        else:
            values = self._from_body(call.body) if call.raw else self._from_json(call.body)
        if not self.converters and not self.injected and not self.keywords:
            return values, _NOTHING
        invocation = Invocation(call, session, allowed.scope, allowed.global_scope)
        # First what may be missing: a channel that was made in vain would tell its page that it has ended.
        injected = [(place, inject(invocation)) for place, inject in self.injected]
        arguments = list(values)
        for place, name, convert in self.converters:
            try:
                arguments[place] = convert(arguments[place], invocation)
            except ValueError as error:
                raise invalid_args(self.command, ValueError(f"{error} - at `$.{name}`"), b"") from None
        for place, value in injected:
            arguments.insert(place, value)
        if not self.keywords:
            return arguments, _NOTHING
        cut = len(arguments) - len(self.keywords)
        return arguments[:cut], dict(zip(self.keywords, arguments[cut:], strict=True))

    def _from_json(self, body: bytes) -> Sequence[Any]:
        try:
            return msgspec.structs.astuple(self.decode(body))
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            if body == b"null":
                return self._from_json(b"{}")
            raise self._misfit(error, body) from None

    def _misfit(self, error: Exception, body: bytes) -> RefusedError:
        if isinstance(error, msgspec.ValidationError):
            # Loaded with the first call that does not fit.
            from shell.ipc.misfit import explain  # noqa: PLC0415

            error = msgspec.ValidationError(explain(error, body, self.decode, self.arguments))
        return invalid_args(self.command, error, body)

    def _from_body(self, body: bytes) -> Sequence[Any]:
        if self.body_at is None and not self.takes_request:
            raise RefusedError(
                f"command `{self.command}` takes no raw bytes: give it a parameter of type bytes, "
                "or call it with an object"
            )
        try:
            values = list(msgspec.structs.astuple(self.blank()))
        except TypeError as error:
            raise RefusedError(f"invalid args for command `{self.command}`: with a raw body, {error}") from None
        if self.body_at is not None:
            values[self.body_at] = body
        return values
