import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from shell.cli.memory import proportional_memory

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="this system does not tell")


def test_a_process_takes_something_and_no_more_than_it_ever_had() -> None:
    memory = proportional_memory(os.getpid())

    assert memory is not None
    assert 1 < memory <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_nothing_is_said_of_a_process_that_has_ended() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    assert proportional_memory(ended.pid) is None
