"""The lines of an audit log, as far as the loop has to do with them."""

import itertools
import json
from collections.abc import Callable

import msgspec

from shell.audit.writer import Writer

_AT_ONCE = 64 * 1024
"""Bytes after which what a turn of the loop has to tell is handed over before its end."""


class Lines:
    """Lines of JSON on their way to a file. For one thread.

    They are handed over when the turn of the loop is over in which they came, or with `release`. What was written is
    the system's, and is there also when this process ends in the middle of something.

    Args:
        writer: Who writes them. It is closed with this.
        soon: Calls a function in a later turn of the loop.
    """

    def __init__(self, writer: Writer, *, soon: Callable[[Callable[[], None]], object]) -> None:
        self._writer = writer
        self._soon = soon
        self._encode = msgspec.json.Encoder().encode
        self._gathered = bytearray()
        self._scheduled = False

    def add(self, line: object) -> None:
        """Write a line, in a while.

        Args:
            line: What msgspec can encode.
        """
        gathered = self._gathered
        gathered += _printable(self._encode(line))
        gathered += b"\n"
        if len(gathered) > _AT_ONCE:
            self._hand_over()
        elif not self._scheduled:
            self._scheduled = True
            self._soon(self.release)

    def hold(self) -> None:
        """Hand over nothing but what is much, until `release`: it comes at once."""
        self._scheduled = True

    def release(self) -> None:
        """Hand over what came meanwhile."""
        self._scheduled = False
        if self._gathered:
            self._hand_over()

    def _hand_over(self) -> None:
        lines, self._gathered = self._gathered, bytearray()
        self._writer.put(lines)

    def flush(self) -> None:
        """Wait until all that came is written, or cannot be."""
        self.release()
        self._writer.flush()

    def close(self) -> None:
        """Write what is left, and close the file. What comes after this is dropped."""
        self.release()
        self._writer.close()


def line_of(line: object) -> bytes:
    """A line by itself."""
    return _printable(msgspec.json.encode(line)) + b"\n"


def _printable(line: bytes) -> bytes:
    # JSON may hold them as they are, but some end a line for who reads one, and terminals act on others.
    if line.isascii() and b"\x7f" not in line:
        return line
    text = line.decode()
    if text.isprintable():
        return line
    # A page may have written as many as a line has, so that no function of Python's is called for each.
    found = list(itertools.filterfalse(str.isprintable, set(text)))
    escaped = json.dumps(found)[2:-2].split('", "')
    return text.translate(dict(zip(map(ord, found), escaped, strict=True))).encode()
