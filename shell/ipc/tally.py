"""A count of what a webview does, against what no page needs to do so often."""

import time

WATCHED = 10.0
"""Seconds in which a webview may do so much."""


class Tally:
    """Counts, in spans of ten seconds.

    Args:
        most: How much may come in a span.

    Attributes:
        most: That.
        count: How much has come in this span.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0
        self._since = time.monotonic()

    def add(self, amount: int = 1) -> bool:
        """Count; returns whether it is too much."""
        self.count += amount
        if self.count <= self.most:
            # The clock tells no more, and this is on the way of every message.
            return False
        now = time.monotonic()
        if now - self._since <= WATCHED:
            return True
        self._since, self.count = now, amount
        return amount > self.most

    def clear(self) -> None:
        """Begin anew."""
        self.count = 0
