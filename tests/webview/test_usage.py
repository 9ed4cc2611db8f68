"""What processes have had of the machine, as the system tells."""

import os
import sys
import threading
from pathlib import Path

import pytest

from shell.webview.usage import Memory, background_work, usage_of
from tests.desktop import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the system tells on Linux")


def test_usage_is_what_a_process_has_had() -> None:
    before = usage_of(os.getpid())
    assert before is not None
    while (after := usage_of(os.getpid())) is not None and after.total == before.total:
        pass
    assert after is not None
    assert after.total > before.total
    assert 0 <= after.system <= after.total
    assert after.threads >= 1
    assert usage_of(0) is None


def test_memory_is_what_the_process_has() -> None:
    memory = Memory()
    before = memory.used()
    taken = bytearray(b"x" * (64 << 20))
    assert memory.used() - before > 60 << 20
    del taken


def test_what_works_for_pages_is_told_by_its_name() -> None:
    ends = threading.Event()
    computes = threading.Thread(target=compute, args=(ends,))
    before = background_work()
    computes.start()
    try:
        (Path("/proc/self/task") / str(computes.native_id) / "comm").write_text("ThreadPoolForeg")
        until(lambda: background_work() > before + 0.05)
    finally:
        ends.set()
        computes.join()


def compute(ends: threading.Event) -> None:
    """Compute until it is enough."""
    while not ends.is_set():
        pass
