"""Parcels: bytes and large JSON that wait in the core until the page fetches them by `ipc://`."""

import itertools

from shell.value import frozen

BYTES = "application/octet-stream"
JSON = "application/json"

BYTES_TYPES = (bytes, bytearray, memoryview)
"""Values of these types travel as bytes."""

LARGEST_PART = 2 * 1024 * 1024
"""How many bytes the page fetches at once; what is larger it fetches in parts."""


@frozen
class Parcel:
    """Something to be fetched once.

    Attributes:
        content_type: `BYTES` or `JSON`.
        data: The content.
    """

    content_type: str
    data: bytes


class Parcels:
    """The parcels of one document."""

    def __init__(self) -> None:
        self._waiting: dict[int, Parcel] = {}
        self._handed: dict[int, int] = {}
        self._numbers = itertools.count(1)
        self.size = 0

    def park(self, content_type: str, data: bytes) -> int:
        """Keep a parcel; returns the number that the page fetches it by."""
        number = next(self._numbers)
        self._waiting[number] = Parcel(content_type, data)
        self.size += len(data)
        return number

    def announce(self, content_type: str, data: bytes) -> bytes:
        """Keep a parcel; returns how messages name it: by its number and, where it may come in parts, its size."""
        number = self.park(content_type, data)
        return b"%d,%d" % (number, len(data)) if content_type == BYTES else b"%d" % number

    def take(self, number: int) -> Parcel | None:
        """Hand a parcel out; it can be had once."""
        self._handed.pop(number, None)
        parcel = self._waiting.pop(number, None)
        if parcel is not None:
            self.size -= len(parcel.data)
        return parcel

    def take_part(self, number: int, at: int, size: int) -> Parcel | None:
        """Hand a part of a parcel out, which goes once as much has been handed out as it holds.

        Args:
            number: The parcel.
            at: Where the part begins.
            size: How many bytes it has.

        Returns:
            The part; None where there is no such parcel, or no such part of it.
        """
        parcel = self._waiting.get(number)
        if parcel is None or size < 1 or at + size > len(parcel.data):
            return None
        handed = self._handed[number] = self._handed.get(number, 0) + size
        if handed >= len(parcel.data):
            self.take(number)
        return Parcel(parcel.content_type, parcel.data[at : at + size])

    def clear(self) -> None:
        """Let go of everything that was not fetched."""
        self._waiting.clear()
        self._handed.clear()
        self.size = 0
