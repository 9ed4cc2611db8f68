"""What the terminal can show."""

import os
from typing import TextIO


def wants_colour(stream: TextIO) -> bool:
    """Whether what is written to a stream may have colours: a terminal reads it, and nobody said no (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
