"""One call of a page, as filters and commands see it.

Some of these are made for each call, so they are msgspec's structs, which are made six times as fast as attrs classes.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from shell.acl import Caller, Scope
from shell.ipc import wire
from shell.ipc.errors import RefusedError

if TYPE_CHECKING:
    from shell.ipc.readings import Read

_EMPTY: Mapping[str, str] = {}

# What msgspec says, in its own words: it has no other way to tell where in a value an error is.
_MISSING = re.compile(r"Object missing required field `([^`]+)`(; `[^`]+` is there)?")
_PLACE = re.compile(r"`\$\.(\w+)[^`]*`$")


class Call(msgspec.Struct, frozen=True):
    """A call on its way to its command.

    Attributes:
        command: The command's name, such as `greet` or `plugin:window|set_title`.
        caller: Who calls.
        body: The arguments: a JSON object as the page wrote it, or raw bytes where `raw`.
        raw: Whether the page sent bytes and not arguments.
        headers: The `headers` of `invoke`'s options.
        read: The arguments where they have been read already, since it would keep others waiting to read them at once;
            or why they cannot be.
    """

    command: str
    caller: Caller
    body: bytes
    raw: bool = False
    headers: Mapping[str, str] = _EMPTY
    read: "Read | RefusedError | None" = None

    @property
    def args(self) -> dict[str, Any]:
        """The arguments as plain values, by the names that the page used. Empty for raw bytes.

        They are read anew each time, but for those of large calls (App's limits.read_at_once), which are read once,
        in pieces, before the first filter is asked: of these only the names are the asker's own, not what they lead to.

        Raises:
            RefusedError: The page's JSON is none, or holds more than it may.
        """
        if self.raw:
            return {}
        if isinstance(self.read, RefusedError):
            raise RefusedError(str(self.read))
        if self.read is not None:
            return dict(self.read.value) if isinstance(self.read.value, dict) else {}
        try:
            value = wire.decode_any(self.body)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise invalid_args(self.command, error, self.body) from None
        return value if isinstance(value, dict) else {}

    def replace(self, *, command: str | None = None, args: Mapping[str, Any] | None = None) -> "Call":
        """The same call with another command or other arguments.

        Another command is checked against the caller's permissions as if the page had called it.

        Raises:
            EncodeError: An argument has no form in JSON.
        """
        changed = self if command is None else msgspec.structs.replace(self, command=command)
        return (
            changed
            if args is None
            else msgspec.structs.replace(changed, body=wire.encode_value(dict(args)), raw=False, read=None)
        )


def invalid_args(command: str, error: Exception, body: bytes) -> RefusedError:
    """What a page is told whose arguments do not fit: for which command, which argument, where in it and why.

    Args:
        command: The command's name.
        error: What reading the arguments raised.
        body: The arguments.
    """
    problem = wire.problem_of(error, body[: wire.EXAMINED + 1].decode(errors="replace"))
    if missing := _MISSING.fullmatch(problem):
        return RefusedError(f"invalid args `{missing[1]}` for command `{command}`: it is missing{missing[2] or ''}")
    found = _PLACE.search(problem)
    name = f" `{found[1]}`" if found else ""
    return RefusedError(f"invalid args{name} for command `{command}`: {problem}")


class Request(msgspec.Struct, frozen=True):
    """The raw request, for a command that has a parameter of this type.

    Attributes:
        body: Bytes as the page sent them, or the JSON of its arguments.
        raw: Whether `body` is what the page sent as bytes.
        headers: The `headers` of `invoke`'s options.
    """

    body: bytes
    raw: bool
    headers: Mapping[str, str]


class Invocation(msgspec.Struct, frozen=True):
    """A call that has been allowed: what arguments are bound from.

    Attributes:
        call: The call.
        session: The document session that it belongs to.
        scope: What the permission that allowed it says about values; empty for an app's own command.
        global_scope: The scope of the whole plugin.
    """

    call: Call
    session: Any
    scope: Scope
    global_scope: Scope
