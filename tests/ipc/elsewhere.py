"""Functions for another process, which has to import no more than this to run them."""

import os
import threading
from typing import Any


def pid_and_square(n: int) -> tuple[int, int]:
    return os.getpid(), n * n


def no_pickle() -> Any:
    return threading.Lock()


def fail_elsewhere() -> None:
    raise ValueError("elsewhere")
