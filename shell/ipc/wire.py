"""The messages between a page and the core, as both write them. `resources/bridge/bridge.js` is the other half.

Up, a page posts `[document, ack, [call, …]]`; a call is `[id, command, args, headers?, raw?]`. The first post of a
document is its hello, `[document, -1]`. Down, the core delivers `[document, number, message, …]`; a message begins
with its `Kind`.
"""

import enum
import pathlib
from typing import Annotated, Any

import msgspec

from shell.ipc.errors import RefusedError


class Kind(enum.IntEnum):
    """The first element of every message to a page."""

    RESOLVE = 0
    """`[0, call, value]`"""
    REJECT = 1
    """`[1, call, error]`"""
    RESOLVE_PARKED = 2
    """`[2, call, parcel]`: the value waits in the core, to be fetched."""
    EVENT = 3
    """`[3, name, payload, kinds?, label?]`: without `kinds`, for every listener."""
    LISTEN = 4
    """`[4, name, listener, handler, kind, label]`: a listener was registered."""
    CHANNEL = 5
    """`[5, channel, index, value]`"""
    CHANNEL_PARKED = 6
    """`[6, channel, index, parcel]`"""
    CHANNEL_END = 7
    """`[7, channel, index]`: no message follows; `index` is how many there were."""
    PING = 8
    """`[8]`: answer at once, to show that the page is alive."""


HELLO = -1
"""The `ack` of a document's first post."""

PARCEL = "plugin:__shell__|parcel"
"""The call by which a page that may not fetch from `ipc://` asks for what is parked for it: `{number}`."""


class WireCall(msgspec.Struct, array_like=True, gc=False):
    """One call as a page wrote it; `args` stays undecoded until the command's types are known.

    Where `raw`, `args` is a string that holds bytes in base64: for pages that may not fetch from `ipc://`.
    """

    id: int
    command: str
    args: msgspec.Raw
    headers: dict[str, str] | None = None
    raw: bool = False


class Post(msgspec.Struct, array_like=True, gc=False):
    """What a page sends at a time.

    Attributes:
        document: What the page calls its document, to tell a late message of an earlier one.
        ack: Number of the last delivery that the page has processed.
        calls: The calls of one microtask, in order.
    """

    document: Annotated[str, msgspec.Meta(max_length=64)]
    ack: int = HELLO
    calls: list[WireCall] = []


def _to_builtin(value: Any) -> Any:
    if isinstance(value, pathlib.PurePath):
        return str(value)
    raise RefusedError(f"a value of type {type(value).__name__} cannot be sent as JSON")


def _from_builtin(kind: type, value: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, pathlib.PurePath) and isinstance(value, str):
        return kind(value)
    if isinstance(value, kind):
        return value
    raise ValueError(f"Expected `{kind.__name__}`, got `{type(value).__name__}`")


def decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    """A decoder of JSON for values of type `kind`; `Path` is read from a string."""
    return msgspec.json.Decoder(kind, dec_hook=_from_builtin)


decode_post = msgspec.json.Decoder(Post).decode
decode_any = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder(enc_hook=_to_builtin).encode


def encode_value(value: Any) -> bytes:
    """Encode what a command returned or a channel sends.

    Raises:
        RefusedError: It, or something inside it, has no form in JSON.
    """
    try:
        return encode(value)
    except RefusedError:
        raise
    except RecursionError:
        raise RefusedError("a value that contains itself, or is nested too deep, cannot be sent as JSON") from None
    except (TypeError, ValueError, OverflowError) as error:
        raise RefusedError(f"a value of type {type(value).__name__} cannot be sent as JSON: {error}") from None
