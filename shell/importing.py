"""How our modules are imported: without what others do beside it, which takes a fifth of the time."""

import builtins
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def undisturbed() -> Iterator[None]:
    """Import at nobody's cost but that of the modules while the block runs.

    Python looks for no garbage, and never again among what is there after it: what an import makes stays. And PySide
    does not look into each module.
    """
    collects = gc.isenabled()
    gc.disable()
    # What is no detour stays: PySide may be loaded in the block, and puts its own there.
    detour, plain = builtins.__import__, _plain_import()
    if plain is not None:
        builtins.__import__ = plain
    try:
        yield
    finally:
        if plain is not None:
            builtins.__import__ = detour
        if collects:
            gc.freeze()
            gc.enable()


def _plain_import() -> Callable[..., Any] | None:
    """Python's own way to import, where PySide put its own over it and can do without; None otherwise.

    WORKAROUND (PySide 6.12): from when it is loaded it reads the source of each module that is imported, to see
    whether `from __feature__ import …` concerns it, and `linecache` keeps the lines: some 15 ms and 10 MiB for ours.
    Until the first such line it needs none of this, and then it reads those of all modules that are there.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if feature is None or getattr(feature, "_is_initialized", True):
        return None
    plain: Callable[..., Any] | None = getattr(builtins, "__orig_import__", None)
    return plain
