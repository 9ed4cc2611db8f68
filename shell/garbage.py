"""When the interpreter looks for garbage: not while modules are imported."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept() -> Iterator[None]:
    """Look for no garbage while the block runs, and never again among what is there after it.

    What an import makes stays: to look through it takes a tenth of the start, and later makes each full search longer.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.freeze()
            gc.enable()
