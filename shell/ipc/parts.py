"""Bytes that are kept in parts, since many of them take long to be moved."""

import io
from collections.abc import Buffer

LARGEST_PART = 2 * 1024 * 1024
"""How many bytes are kept together, and how many a page fetches at once."""


class Parts:
    """Bytes, written one after another and never put together, but for a part of them."""

    def __init__(self) -> None:
        self._full: list[bytes] = []
        self._last = io.BytesIO()

    def __len__(self) -> int:
        return len(self._full) * LARGEST_PART + self._last.tell()

    def __bytes__(self) -> bytes:
        return b"".join((*self._full, self._last.getvalue()))

    def write(self, data: Buffer) -> None:
        """Write something behind what there is."""
        self._last.write(data)
        if self._last.tell() >= LARGEST_PART:
            written = memoryview(self._last.getvalue())
            end = len(written) - len(written) % LARGEST_PART
            self._full += (bytes(written[at : at + LARGEST_PART]) for at in range(0, end, LARGEST_PART))
            self._last = io.BytesIO()
            self._last.write(written[end:])

    def truncate(self, size: int) -> None:
        """Forget what stands behind the first so many bytes."""
        number, rest = divmod(size, LARGEST_PART)
        if number < len(self._full):
            self._last = io.BytesIO()
            self._last.write(self._full[number])
            del self._full[number:]
        self._last.seek(rest)
        self._last.truncate()

    def part(self, at: int, size: int) -> bytes:
        """Some of them.

        Args:
            at: Where those begin.
            size: How many bytes they are; less where there are no more.
        """
        found: list[bytes] = []
        end = min(at + size, len(self))
        while at < end:
            number, offset = divmod(at, LARGEST_PART)
            kept = self._full[number] if number < len(self._full) else self._last.getvalue()
            found.append(kept[offset : offset + end - at])
            at += len(found[-1])
        return found[0] if len(found) == 1 else b"".join(found)
