"""The messages between a page and the core, as both write them. `resources/bridge/core.js` is the other half.

Up, a page posts lines of JSON. The first is `[document, ack]`; each further one is a call,
`[id, command, args, headers?, raw?, size?]`, so that one that cannot be read harms no other. The first post of a
document is its hello, the line `[document, -1]`. Down, the core delivers `[document, number, message, …]`; a message
begins with its `Kind`.
"""

import enum
import math
import pathlib
import re
from collections.abc import Awaitable, Iterator
from typing import Annotated, Any, NoReturn

import msgspec

from shell.ipc.decoder import decoder
from shell.ipc.errors import EncodeError
from shell.ipc.parts import Parts
from shell.value import frozen


class Kind(enum.IntEnum):
    """The first element of every message to a page."""

    RESOLVE = 0
    """`[0, call, value]`"""
    REJECT = 1
    """`[1, call, error]`"""
    RESOLVE_PARKED = 2
    """`[2, call, parcel, size, json?]`: the value waits in the core, to be fetched, in parts where it is large."""
    EVENT = 3
    """`[3, name, payload, kinds?, label?]`: without `kinds`, for every listener."""
    LISTEN = 4
    """`[4, name, listener, handler, kind, label]`: a listener was registered."""
    CHANNEL = 5
    """`[5, channel, index, value]`"""
    CHANNEL_PARKED = 6
    """`[6, channel, index, parcel, size, json?]`"""
    CHANNEL_END = 7
    """`[7, channel, index]`: no message follows; `index` is how many there were."""
    PING = 8
    """`[8]`: answer at once, to show that the page is alive."""
    CHANNELS = 9
    """`[9, value, channel, index, …]`: a value for several channels."""


HELLO = -1
"""The `ack` of a document's first post."""

POSTS_AT_ONCE = 8
"""Posts of a document that may have had no answer yet: the bridge sends no more."""

PARCEL = "plugin:__shell__|parcel"
"""The call by which a page that may not fetch from `ipc://` asks for what is parked for it: `{number, at?, size?}`."""

PIECE = "plugin:__shell__|piece"
"""The call by which such a page sends a piece of a body: `{upload, at, bytes}`, the bytes in base64."""

DROP = "plugin:__shell__|drop"
"""The call by which the bridge says of what it will not come back to: `{parcel?, upload?}`, a
parcel that it could not fetch or a body that it could not send."""

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


class _Builtins:
    """Makes values of what msgspec does not know, up to so many.

    Args:
        most: How many.
    """

    def __init__(self, most: float) -> None:
        self._most = most

    def __call__(self, value: Any) -> Any:
        if isinstance(value, pathlib.PurePath):
            self._most -= 1
            if self._most < 0:
                raise BufferError
            return str(value)
        kind = type(value).__name__
        if _has_form(value):
            # Then it is no value, but the key of one.
            raise EncodeError(
                f"a dict with keys of type {kind} cannot be sent as JSON, where keys are strings or numbers"
            )
        if isinstance(value, Awaitable):
            raise EncodeError(f"a value of type {kind} cannot be sent as JSON: an `await` is missing in front of it")
        raise EncodeError(f"a value of type {kind} cannot be sent as JSON")


def _has_form(value: Any) -> bool:
    try:
        msgspec.json.encode(value)
    except Exception:
        return False
    return True


decode_post = msgspec.json.Decoder(Post).decode
decode_any = decoder(Any)
_encoder = msgspec.json.Encoder(enc_hook=_Builtins(math.inf))
encode = _encoder.encode
_encode_into = _encoder.encode_into

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


_BEFORE_VALUES = b",[{"
_VALUE = 48
"""About how many bytes a value takes beside its JSON: an empty array of two bytes takes eighty."""


def weight(json: bytes) -> int:
    """About how many bytes JSON takes, with what has been read from it."""
    return len(json) + _VALUE * (len(json) - len(json.translate(None, _BEFORE_VALUES)))


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


AT_ONCE = 128 * 1024
"""Bytes of JSON that are written at once, in some 0.3 ms, and 7 at worst."""
_FIRST = 1024
"""Bytes of JSON that are tried before room for more is made."""
_SLOW = 1000
"""Values that are written at once though each takes some microseconds."""
_LONGEST_TEXT = 16 * 1024
"""Characters of a string that are always written at once."""
LONGEST_ERROR = 32 * 1024
"""Characters of a text that a call is rejected with."""
_SHORT = frozenset({type(None), bool, int, float})


@frozen
class Written:
    """A value that has been written as JSON.

    Attributes:
        json: The JSON.
    """

    json: Parts


def encode_value(value: Any) -> bytes:
    """Encode what a command returned, an event carries or a channel sends.

    Numbers that are not finite become `null`, as `JSON.stringify` has it. A page reads integers beyond 2**53 as the
    nearest number that JavaScript has.

    Raises:
        EncodeError: It, or something inside it, has no form in JSON.
    """
    try:
        return encode(value)
    except Exception as error:
        refuse(type(value), error)


def encode_at_once(value: Any) -> bytes | None:
    """As `encode_value`, but for what would keep others waiting; None for that."""
    kind = type(value)
    if kind in _SHORT or (kind is str and len(value) <= _LONGEST_TEXT):
        return encode_value(value)
    try:
        return encode_up_to(AT_ONCE, value)
    except Exception as error:
        refuse(kind, error)


def encode_up_to(size: int, value: Any) -> bytes | None:
    """Encode a value; None, and no more is done than for so much, where its JSON has more bytes than that.

    It raises what msgspec does.

    Args:
        size: So many.
        value: The value.
    """
    buffer = bytearray(min(_FIRST, size))
    # While there is a view of it, it cannot grow.
    with memoryview(buffer):
        try:
            _encode_into(value, buffer)
        except BufferError:
            pass
        else:
            return bytes(buffer)
    buffer = bytearray(size)
    with memoryview(buffer):
        try:
            msgspec.json.Encoder(enc_hook=_Builtins(_SLOW)).encode_into(value, buffer)
        except BufferError:
            return None
    return bytes(buffer)


def encoded(value: Any, *, in_loop: bool) -> bytes | Parts:
    """As `encode_value`; in another thread than the loop's in pieces, between which the loop goes on.

    Args:
        value: The value.
        in_loop: Whether this is the loop's thread.

    Raises:
        EncodeError: As there.
    """
    if in_loop:
        return encode_value(value)
    at_once = encode_at_once(value)
    if at_once is not None:
        return at_once
    from shell.ipc.writing import write_at_once  # noqa: PLC0415  # few programs send anything so large

    return write_at_once(value)


def encode_error(error: Any) -> bytes:
    """Encode what a call is rejected with: a text that is long is cut.

    Raises:
        EncodeError: It has no form in JSON, or is too large.
    """
    if isinstance(error, str) and len(error) > LONGEST_ERROR:
        error = f"{error[:LONGEST_ERROR]}…"
    encoded = encode_at_once(error)
    if encoded is None:
        raise EncodeError(f"a call can be rejected with {AT_ONCE} bytes of JSON, and this is more")
    return encoded


def refuse(kind: type, error: Exception) -> NoReturn:
    """Say what is wrong with a value that has no form in JSON.

    Args:
        kind: The value's type.
        error: What encoding it raised.

    Raises:
        EncodeError: That is it.
        Exception: The error itself, where it is of something else.
    """
    match error:
        case RecursionError():
            problem = "a value that contains itself, or is nested too deep, cannot be sent as JSON"
        case UnicodeEncodeError():
            problem = "a string with half of a surrogate pair, which is no character, cannot be sent as JSON"
        case EncodeError():
            raise error
        case TypeError() | ValueError() | OverflowError():
            problem = f"a value of type {kind.__name__} cannot be sent as JSON: {error}"
        case _:
            raise error
    raise EncodeError(problem) from None
