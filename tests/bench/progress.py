"""How far the measurements are, and how long they still take."""

import sys
import time

import click


class Progress:
    """Told of each run, it tells whoever waits, where that disturbs no table.

    Args:
        seconds: About how long all of it takes. It is known better with each run.
    """

    def __init__(self, seconds: float) -> None:
        self._planned = seconds
        self._done = 0.0
        self._begun = time.monotonic()

    def run(self, text: str, seconds: float) -> None:
        """A run is over, or will not be.

        Args:
            text: What is measured.
            seconds: About how long it was to take.
        """
        self._done += seconds
        if sys.stderr.isatty():
            click.echo(f"\r\033[K{text}; {self._left}", nl=False, err=True)

    def work(self, text: str) -> None:
        """A work is over."""
        click.echo(f"{'\r\033[K' if sys.stderr.isatty() else ''}{text}; {self._left}", err=True)

    @property
    def _left(self) -> str:
        taken = time.monotonic() - self._begun
        # What was planned counts as one run in ten, for the first runs say little.
        pace = (taken + self._planned / 10) / (self._done + self._planned / 10)
        return f"{max(self._planned - self._done, 0) * pace / 60:.0f} min left"
