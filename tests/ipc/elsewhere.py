"""Functions for another process, which has to import no more than this to run them."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any


def pid_and_square(n: int) -> tuple[int, int]:
    return os.getpid(), n * n


def no_pickle() -> Any:
    return threading.Lock()


def fail_elsewhere() -> None:
    raise ValueError("elsewhere")


def begin_and_wait(folder: str, number: int) -> int:
    """Leave a sign that this has begun, and wait for a file `go`."""
    Path(folder, f"began-{number}").touch()
    while not Path(folder, "go").exists():
        time.sleep(0.01)
    return number


def compute_until_told(folder: str, number: int) -> int:
    """Compute, and never wait, until there is a file `go`; returns the process."""
    Path(folder, f"began-{number}").touch()
    while not Path(folder, "go").exists():
        sum(range(10_000))
    return os.getpid()


def square(number: int) -> int:
    return number * number


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
