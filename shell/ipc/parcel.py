"""Parcels: bytes and large JSON that wait in the core until the page fetches them by `ipc://`."""

import itertools

import attrs

BYTES = "application/octet-stream"
JSON = "application/json"

BYTES_TYPES = (bytes, bytearray, memoryview)
"""Values of these types travel as bytes."""


@attrs.frozen
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
        self._numbers = itertools.count(1)
        self.size = 0

    def park(self, content_type: str, data: bytes) -> int:
        """Keep a parcel; returns the number that the page fetches it by."""
        number = next(self._numbers)
        self._waiting[number] = Parcel(content_type, data)
        self.size += len(data)
        return number

    def take(self, number: int) -> Parcel | None:
        """Hand a parcel out; it can be had once."""
        parcel = self._waiting.pop(number, None)
        if parcel is not None:
            self.size -= len(parcel.data)
        return parcel

    def clear(self) -> None:
        """Let go of everything that was not fetched."""
        self._waiting.clear()
        self.size = 0
