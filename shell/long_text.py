"""Texts that pages make as long as they like, as far as anybody reads them."""

import os
from typing import Any

_LONGEST_PART = 64 * 1024
"""Characters of what an error is about; to write so many takes Python 1 ms, where each is escaped."""


def beginning(text: str, longest: int) -> str:
    """A text as it is; of one that is long the beginning. To find where it ends Qt would lay out all of it."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def cut(text: str, longest: int) -> str:
    """A text as it is; of one that is long the beginning and the end, of which the end says most of a traceback."""
    more = len(text) - longest
    return text if more <= 0 else f"{text[: longest // 2]} … {more} characters left out … {text[-longest // 2 :]}"


def shortened(error: BaseException) -> BaseException:
    """An error itself, or one that says the same of texts that are cut, where it is about long ones.

    Python escapes each character of the keys and names of files that errors are about, which pages may have given.
    What the other says is all that it has of the error.
    """
    says: Any = type(error).__str__
    if says is OSError.__str__ and isinstance(error, OSError) and error.filename is not None:
        names = _cut_parts(error.filename, error.filename2)
        return error if names is None else OSError(error.errno, error.strerror, names[0], None, names[1])
    if says in {BaseException.__str__, KeyError.__str__}:
        parts = _cut_parts(*error.args)
        if parts is not None:
            return KeyError(*parts) if says is KeyError.__str__ else Exception(*parts)
    return error


def _cut_parts(*parts: Any) -> list[Any] | None:
    """None where none is long."""
    done = [_cut_part(part) for part in parts]
    return None if all(part is one for part, one in zip(done, parts, strict=True)) else done


def _cut_part(part: Any) -> Any:
    text = os.fspath(part) if isinstance(part, os.PathLike) else part
    if isinstance(text, bytes | bytearray) and len(text) > _LONGEST_PART:
        return text[:_LONGEST_PART]
    return cut(text, _LONGEST_PART) if isinstance(text, str) and len(text) > _LONGEST_PART else part
