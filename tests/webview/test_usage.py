"""What processes have had of the machine, as the system tells."""

import ctypes
import os
import sys
import threading
from pathlib import Path

import pytest

from shell.webview.usage import Load, Memory, Work, background_work, usage_of
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
    before = background_work().seconds
    computes.start()
    try:
        (Path("/proc/self/task") / str(computes.native_id) / "comm").write_text("ThreadPoolForeg")
        until(lambda: background_work().seconds > before + 0.05)
    finally:
        ends.set()
        computes.join()


def test_who_waits_for_a_disk_is_told(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    waits = threading.Thread(target=spawn, args=(fifo,))
    waits.start()
    try:
        stat = Path("/proc/self/task") / str(waits.native_id) / "stat"
        # As one that waits for a disk does, who has begun a program waits until that is read.
        until(lambda: b") D " in stat.read_bytes())
        assert not background_work().waits
        stat.with_name("comm").write_text("ThreadPoolForeg")
        assert background_work().waits
    finally:
        # Open until then: the program may not have come to opening it yet.
        writes = os.open(fifo, os.O_RDWR)
        waits.join()
        os.close(writes)
    assert not background_work().waits


def spawn(fifo: Path) -> None:
    """Begin a program that is read once somebody writes there. Python's own way to do so lets no other thread run."""
    libc = ctypes.CDLL(None, use_errno=True)
    actions = ctypes.create_string_buffer(1024)
    pid = ctypes.c_int()
    libc.posix_spawn_file_actions_init(actions)
    libc.posix_spawn_file_actions_addopen(actions, 0, os.fsencode(fifo), os.O_RDONLY, 0)
    arguments = (ctypes.c_char_p * 2)(b"true", None)
    assert libc.posix_spawnp(ctypes.byref(pid), b"true", actions, None, arguments, None) == 0
    libc.posix_spawn_file_actions_destroy(actions)
    os.waitpid(pid.value, 0)


@pytest.mark.parametrize(
    ("seconds", "waits", "part"),
    [(0.0, False, 0.0), (0.25, False, 0.5), (1.0, False, 2.0), (-1.0, False, 1.0), (0.0, True, 1.0)],
)
def test_the_load_is_what_chromium_takes_from_one_look_to_the_next(seconds: float, waits: bool, part: float) -> None:
    looks = iter([(1.0, Work(5.0, False)), (1.5, Work(5.0 + seconds, waits)), (2.0, Work(5.0 + seconds, False))])
    now, work = next(looks)
    load = Load(lambda: now, lambda: work)
    now, work = next(looks)
    assert load.take() == part
    now, work = next(looks)
    assert load.take() == 0.0


def test_a_wait_for_a_disk_is_remembered_until_the_load_is_taken() -> None:
    now, work = 1.0, Work(5.0, True)
    load = Load(lambda: now, lambda: work)
    load.look()
    now, work = 2.0, Work(5.0, False)
    assert (load.take(), load.take()) == (1.0, 1.0)
    now = 3.0
    assert load.take() == 0.0


def compute(ends: threading.Event) -> None:
    """Compute until it is enough."""
    while not ends.is_set():
        pass
