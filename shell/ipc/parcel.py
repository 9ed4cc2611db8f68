"""Parcels: bytes and large JSON that wait in the core until the page fetches them by `ipc://`."""

import itertools

from shell.ipc.parts import LARGEST_PART, Parts
from shell.value import frozen

BYTES = "application/octet-stream"
JSON = "application/json"

BYTES_TYPES = (bytes, bytearray, memoryview)
"""Values of these types travel as bytes."""

LARGEST_POSTED = 192 * 1024
"""How many bytes the answer to a post carries, where the page may not fetch."""

MOST_AT_ONCE = 2 * LARGEST_PART
"""How many bytes are handed out at once."""

type Data = bytes | Parts


@frozen
class Parcel:
    """Something to be fetched once.

    Attributes:
        content_type: `BYTES` or `JSON`.
        data: The content.
    """

    content_type: str
    data: Data


class Parcels:
    """The parcels of one document."""

    def __init__(self) -> None:
        self._waiting: dict[int, Parcel] = {}
        self._handed: dict[int, int] = {}
        self._numbers = itertools.count(1)
        self.size = 0

    def park(self, content_type: str, data: Data) -> int:
        """Keep a parcel; returns the number that the page fetches it by."""
        number = next(self._numbers)
        self._waiting[number] = Parcel(content_type, data)
        self.size += len(data)
        return number

    def announce(self, content_type: str, data: Data) -> bytes:
        """Keep a parcel; returns how messages name it: by its number and its size, and a 1 where it is JSON."""
        number = self.park(content_type, data)
        return b"%d,%d" % (number, len(data)) if content_type == BYTES else b"%d,%d,1" % (number, len(data))

    def take(self, number: int, most: int = MOST_AT_ONCE) -> Parcel | None:
        """Hand a parcel out; it can be had once.

        Args:
            number: The parcel.
            most: How many bytes it may have.

        Returns:
            The parcel; None where there is no such parcel, or it is larger.
        """
        parcel = self._waiting.get(number)
        if parcel is None or len(parcel.data) > most:
            return None
        self._let_go(number)
        return Parcel(parcel.content_type, bytes(parcel.data))

    def drop(self, number: int) -> None:
        """Let go of a parcel that nobody will fetch. One that is not there stays so."""
        if number in self._waiting:
            self._let_go(number)

    def _let_go(self, number: int) -> None:
        self._handed.pop(number, None)
        self.size -= len(self._waiting.pop(number).data)

    def take_part(self, number: int, at: int, size: int, most: int = MOST_AT_ONCE) -> Parcel | None:
        """Hand a part of a parcel out, which goes once as much has been handed out as it holds.

        Args:
            number: The parcel.
            at: Where the part begins.
            size: How many bytes it has.
            most: How many it may have.

        Returns:
            The part; None where there is no such parcel, or no such part of it.
        """
        parcel = self._waiting.get(number)
        if parcel is None or not 1 <= size <= most or at < 0 or at + size > len(parcel.data):
            return None
        data = parcel.data
        part = data.part(at, size) if isinstance(data, Parts) else data[at : at + size]
        handed = self._handed[number] = self._handed.get(number, 0) + size
        if handed >= len(data):
            self._let_go(number)
        return Parcel(parcel.content_type, part)

    def clear(self) -> None:
        """Let go of everything that was not fetched."""
        self._waiting.clear()
        self._handed.clear()
        self.size = 0
