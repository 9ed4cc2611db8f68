"""What processes have had of the machine, as the system tells."""

import os
import sys

import pytest

from shell.webview.usage import Memory, background_work, usage_of

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


def test_nothing_works_in_the_background_where_there_is_no_chromium() -> None:
    # What it is where there is one, tests of memory show.
    assert background_work() >= 0
