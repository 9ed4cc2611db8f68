"""Ctrl+C before anybody can hear it in order."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ended_by_interrupt() -> Iterator[None]:
    """Have Ctrl+C end the process at once while the block runs, unless somebody hears it, or does so meanwhile.

    Python would raise `KeyboardInterrupt` wherever it is just then: in the middle of PySide's code that aborts the
    process, or nobody ever hears of it.
    """
    # Another thread may not say what signals do.
    raises = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not raises or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
