"""A disk that does not answer."""

import os


class Stalled:
    """A disk that takes nothing until it is told to: a pipe that is full."""

    def __init__(self) -> None:
        self._reader, self.descriptor = os.pipe()
        os.set_blocking(self.descriptor, False)
        self._filling = 0
        try:
            while True:
                self._filling += os.write(self.descriptor, bytes(65_536))
        except BlockingIOError:
            os.set_blocking(self.descriptor, True)

    def taken(self) -> bytes:
        """Let it take all; returns what it has taken, up to the end."""
        found = bytearray()
        while piece := os.read(self._reader, 1 << 20):
            found += piece
        os.close(self._reader)
        return bytes(found[self._filling :])
