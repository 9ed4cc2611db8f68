"""What the terminal can show."""

import os
from typing import TextIO


def wants_colour(stream: TextIO | None) -> bool:
    """Whether what is written to a stream may have colours: a terminal reads it, and nobody said no (no-color.org).

    Args:
        stream: Standard output or error; None where it is closed.
    """
    if stream is None:
        return False
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
