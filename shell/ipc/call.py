"""One call of a page, as filters and commands see it."""

from collections.abc import Mapping
from typing import Any

import attrs
import msgspec

from shell.acl import Caller, Scope
from shell.ipc import wire

_EMPTY: Mapping[str, str] = {}


@attrs.frozen
class Call:
    """A call on its way to its command.

    Attributes:
        command: The command's name, such as `greet` or `plugin:window|set_title`.
        caller: Who calls.
        body: The arguments: a JSON object as the page wrote it, or raw bytes where `raw`.
        raw: Whether the page sent bytes and not arguments.
        headers: The `headers` of `invoke`'s options.
    """

    command: str
    caller: Caller
    body: bytes | msgspec.Raw
    raw: bool = False
    headers: Mapping[str, str] = _EMPTY

    @property
    def args(self) -> dict[str, Any]:
        """The arguments as plain values, by the names that the page used. Empty for raw bytes.

        Raises:
            msgspec.DecodeError: The page's JSON is none.
        """
        if self.raw:
            return {}
        value = wire.decode_any(self.body)
        return value if isinstance(value, dict) else {}

    def replace(self, *, command: str | None = None, args: Mapping[str, Any] | None = None) -> "Call":
        """The same call with another command or other arguments.

        Another command is checked against the caller's permissions as if the page had called it.
        """
        changed = self if command is None else attrs.evolve(self, command=command)
        return changed if args is None else attrs.evolve(changed, body=wire.encode_value(dict(args)), raw=False)


@attrs.frozen
class Request:
    """The raw request, for a command that has a parameter of this type.

    Attributes:
        body: Bytes as the page sent them, or the JSON of its arguments.
        raw: Whether `body` is what the page sent as bytes.
        headers: The `headers` of `invoke`'s options.
    """

    body: bytes
    raw: bool
    headers: Mapping[str, str]


@attrs.frozen
class Invocation:
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
