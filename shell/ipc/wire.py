"""The messages between a page and the core, as both write them. `resources/bridge/core.js` is the other half.

Up, a page posts lines of JSON. The first is `[document, ack]`; each further one is a call,
`[id, command, args, headers?, raw?, size?]`, so that one that cannot be read harms no other. The first post of a
document is its hello, the line `[document, -1]`. Down, the core delivers `[document, number, message, …]`; a message
begins with its `Kind`.
"""

import enum
import pathlib
import re
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from shell.ipc.decoder import decoder
from shell.ipc.errors import EncodeError
from shell.value import frozen


class Kind(enum.IntEnum):
    """The first element of every message to a page."""

    RESOLVE = 0
    """`[0, call, value]`"""
    REJECT = 1
    """`[1, call, error]`"""
    RESOLVE_PARKED = 2
    """`[2, call, parcel, size?]`: the value waits in the core, to be fetched; bytes have a size, and come in parts."""
    EVENT = 3
    """`[3, name, payload, kinds?, label?]`: without `kinds`, for every listener."""
    LISTEN = 4
    """`[4, name, listener, handler, kind, label]`: a listener was registered."""
    CHANNEL = 5
    """`[5, channel, index, value]`"""
    CHANNEL_PARKED = 6
    """`[6, channel, index, parcel, size?]`"""
    CHANNEL_END = 7
    """`[7, channel, index]`: no message follows; `index` is how many there were."""
    PING = 8
    """`[8]`: answer at once, to show that the page is alive."""


HELLO = -1
"""The `ack` of a document's first post."""

POSTS_AT_ONCE = 8
"""Posts of a document that may have had no answer yet: the bridge sends no more."""

PARCEL = "plugin:__shell__|parcel"
"""The call by which a page that may not fetch from `ipc://` asks for what is parked for it: `{number}`."""

PIECE = "plugin:__shell__|piece"
"""The call by which such a page sends a piece of a body: `{upload, at, bytes}`, the bytes in base64."""

LONGEST = 256 * 1024
"""Characters of a posted call. The bridge posts none so long: Qt reads a post at once, in some 20 ms for each MiB."""


class Post(msgspec.Struct, array_like=True, gc=False):
    """The first line of what a page sends at a time.

    Attributes:
        document: What the page calls its document, to tell a late message of an earlier one.
        ack: Number of the last delivery that the page has processed.
    """

    document: Annotated[str, msgspec.Meta(max_length=64)]
    ack: int = HELLO


class WireCall(msgspec.Struct, array_like=True, gc=False):
    """One call as a page wrote it; `args` stays undecoded until the command's types are known.

    Where `raw`, `args` is a string that holds bytes in base64: for pages that may not fetch from `ipc://`. Where `size`
    is not None they are in an upload of that size, whose number is `args`.
    """

    id: int
    command: str
    args: msgspec.Raw
    headers: dict[str, str] | None = None
    raw: bool = False
    size: Annotated[int, msgspec.Meta(ge=0)] | None = None


@frozen
class BrokenCall:
    """A line that is no call.

    Attributes:
        id: The number that the page expects an answer to, if it could be read.
        problem: What is wrong with it.
    """

    id: int | None
    problem: str


def _to_builtin(value: Any) -> Any:
    if isinstance(value, pathlib.PurePath):
        return str(value)
    raise EncodeError(f"a value of type {type(value).__name__} cannot be sent as JSON")


decode_post = msgspec.json.Decoder(Post).decode
decode_any = decoder(Any)
encode = msgspec.json.Encoder(enc_hook=_to_builtin).encode

_calls = msgspec.json.Decoder(WireCall)
_READ_AHEAD = 128 * 1024
"""Characters; the bridge fills a post up to half of it."""
EXAMINED = 256 * 1024
"""Characters of a text that is looked into for what is wrong with it; in a longer one that would take too long."""
_ID = re.compile(r"\s{0,99}\[\s{0,99}(\d{1,15})\s{0,99}[],]")
_WHOLE = re.compile(r"(?i)\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")
"""An escaped backslash, or an escaped character beyond the 65,536th."""
_SURROGATE = re.compile(r"(?i)[\ud800-\udfff]|\\ud[89a-f]")


def read_calls(lines: str, longest: int | None = None) -> Iterator[WireCall | BrokenCall | None]:
    """Read the calls of a post, one a line, and no further ahead than a post of the bridge is long.

    Gives None where it would read on: somebody may have waited long enough.

    Args:
        lines: The calls.
        longest: Characters of a call that are read; None for any.
    """
    start = 0
    while start < len(lines):
        end = lines.find("\n", start + _READ_AHEAD)
        if end < 0:
            end = len(lines)
        if start:
            yield None
        chunk = lines[start:end]
        start = end + 1
        if longest is not None and len(chunk) > longest:
            yield from _read_singly(chunk, longest)
            continue
        try:
            calls = _calls.decode_lines(chunk)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            yield from _read_singly(chunk)
        else:
            yield from calls


def _read_singly(lines: str, longest: int | None = None) -> Iterator[WireCall | BrokenCall]:
    for line in lines.split("\n"):
        if not line.strip():
            continue
        if longest is not None and len(line) > longest:
            yield BrokenCall(_id_of(line), too_long(len(line), longest))
            continue
        try:
            yield _calls.decode(line)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            yield BrokenCall(_id_of(line), problem_of(error, line))


def _id_of(line: str) -> int | None:
    found = _ID.match(line)
    return int(found[1]) if found else None


def too_long(size: int, longest: int) -> str:
    """Say that a message is larger than what is read."""
    where = "what is posted may have" if longest == LONGEST else "what is read may have"
    whose = "" if longest == LONGEST else " (App's limits.message)"
    return f"it has {size} bytes, and {where} {longest}{whose}"


def problem_of(error: Exception, text: str) -> str:
    """Say in a line why a text could not be read.

    Args:
        error: What reading it raised.
        text: The text.
    """
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if len(text) > EXAMINED:
        return str(error)
    if not isinstance(error, msgspec.ValidationError) and _SURROGATE.search(_WHOLE.sub(" ", text)):
        return "a string in it has half of a surrogate pair, which is no character"
    return str(error)


def encode_value(value: Any) -> bytes:
    """Encode what a command returned, an event carries or a channel sends.

    Numbers that are not finite become `null`, as `JSON.stringify` has it. A page reads integers beyond 2**53 as the
    nearest number that JavaScript has.

    Raises:
        EncodeError: It, or something inside it, has no form in JSON.
    """
    try:
        return encode(value)
    except EncodeError:
        raise
    except RecursionError:
        raise EncodeError("a value that contains itself, or is nested too deep, cannot be sent as JSON") from None
    except UnicodeEncodeError:
        raise EncodeError(
            "a string with half of a surrogate pair, which is no character, cannot be sent as JSON"
        ) from None
    except (TypeError, ValueError, OverflowError) as error:
        raise EncodeError(f"a value of type {type(value).__name__} cannot be sent as JSON: {error}") from None
