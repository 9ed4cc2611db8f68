"""How much a request may have of headers, which are read one by one, and time and again."""

from collections.abc import Mapping

from PySide6.QtCore import QByteArray

MOST_HEADERS = 256
"""Headers of a request."""
LARGEST_HEADERS = 64 * 1024
"""Bytes of their names and values together."""


def excess_of(headers: Mapping[QByteArray, QByteArray]) -> str | None:
    """Say what a request has too much of; None where it has not.

    No server takes as much either. What Chromium does with the headers takes as long as they are many, squared.
    """
    size = sum(name.size() + value.size() for name, value in headers.items())
    if len(headers) <= MOST_HEADERS and size <= LARGEST_HEADERS:
        return None
    return f"{len(headers)} headers of {size} bytes, and may have {MOST_HEADERS} of {LARGEST_HEADERS}"
