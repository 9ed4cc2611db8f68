"""Decoders of JSON that no text keeps busy for longer than its length explains."""

import math
import pathlib
from collections.abc import Callable
from typing import Any

import msgspec

_FEW = 25
"""Numbers that may be slow, up to 40 µs each, without anybody noticing, though a dozen texts are read in a row."""
_SHORTEST = 5
"""Bytes of such a number."""
_FORM = bytes(
    ord("0" if chr(code).isdecimal() and code < 128 else "e" if chr(code) in "eE" else " ") for code in range(256)
)
_LEFT_OUT = b"+-"

check = msgspec.json.Decoder(msgspec.Raw).decode
"""Reads JSON for nothing but whether it is one; whether its strings are text is not looked at."""

type Text = str | bytes | msgspec.Raw


def decoder(kind: Any) -> Callable[[Text], Any]:
    """What reads JSON as a value of type `kind`; `Path` is read from a string, `object` is anything.

    It raises `msgspec.DecodeError`, `UnicodeError` or `RecursionError`.
    """
    fast = msgspec.json.Decoder(kind, dec_hook=_from_builtin).decode

    def decode(text: Text) -> Any:
        if len(text) > _FEW * _SHORTEST and _is_slow(whole := _bytes_of(text)):
            try:
                return _decode_slow(whole, kind)
            except msgspec.ValidationError as error:
                # What is left undecoded is not slow, and can be had from the text alone.
                if not str(error).startswith("Expected `raw`"):
                    raise
        return fast(text)

    return decode


def converted(kind: Any, value: Any) -> Any:
    """A value as one of type `kind`; what is of it, or made of such, may stay as it is."""
    return msgspec.convert(value, kind, dec_hook=_from_builtin)


def _bytes_of(text: Text) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


def _from_builtin(kind: type, value: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, pathlib.PurePath) and isinstance(value, str):
        return kind(value)
    if kind is object:
        return value
    raise ValueError(f"Expected `{kind.__name__}`, got `{type(value).__name__}`")


def _is_slow(text: bytes) -> bool:
    """Whether it has many numbers next to the largest or the smallest.

    WORKAROUND (msgspec 0.22): it takes 10 µs for `1e300`, three hundred times as long as for others, and a second for
    each MiB of them.
    """
    if text.count(b"e") + text.count(b"E") <= _FEW:
        return False
    form = text.translate(_FORM, _LEFT_OUT)
    return form.count(b"0e000") > _FEW


def _decode_slow(text: bytes, kind: Any) -> Any:
    # Takes for JSON what the fast one does, and says the same of what is none.
    check(text)
    try:
        # Imported with the first text of this kind.
        import json  # noqa: PLC0415

        value = json.loads(text, parse_float=_finite)
    except ValueError as error:
        # Python reads no number of some thousands of digits either.
        raise msgspec.ValidationError("Number out of range") from error
    return msgspec.convert(value, kind, str_keys=True, dec_hook=_from_builtin)


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(text)
    return value
