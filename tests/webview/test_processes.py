"""Processes of renderers: what is held stops, until nobody holds it, and whatever this process has no more of."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shell.webview.processes import Processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are held on Linux")


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is called as Chromium's helpers are."""
    program = Path(shutil.which("cat") or "")
    link = tmp_path / "QtWebEngineProcess"
    link.symlink_to(program)
    with subprocess.Popen([link], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def state(pid: int) -> str:
    """The state of a process, once it is one that lasts."""
    while (letter := Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]) not in {"S", "T", "Z"}:
        os.sched_yield()
    return letter


def test_what_is_held_stops_and_goes_on(helper: subprocess.Popen[bytes]) -> None:
    processes = Processes(list)
    release = processes.hold(helper.pid)
    assert release is not None
    os.waitid(os.P_PID, helper.pid, os.WSTOPPED | os.WNOWAIT)
    assert state(helper.pid) == "T"
    release()
    assert helper.stdin is not None
    assert helper.stdout is not None
    helper.stdin.write(b"on")
    helper.stdin.close()
    assert helper.stdout.read() == b"on"


def test_no_process_is_held_that_is_not_chromiums() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as other:
        assert Processes(list).hold(other.pid) is None
        assert state(other.pid) == "S"


def test_what_two_hold_goes_on_when_both_let_it(helper: subprocess.Popen[bytes]) -> None:
    processes = Processes(list)
    one, other = processes.hold(helper.pid), processes.hold(helper.pid)
    assert one is not None
    assert other is not None
    os.waitid(os.P_PID, helper.pid, os.WSTOPPED | os.WNOWAIT)
    one()
    assert processes.is_held(helper.pid)
    assert state(helper.pid) == "T"
    other()
    assert not processes.is_held(helper.pid)
    assert helper.stdin is not None
    helper.stdin.close()
    assert helper.wait() == 0


def test_what_ends_while_it_is_held_is_not_held_again_and_needs_no_release(helper: subprocess.Popen[bytes]) -> None:
    processes = Processes(list)
    release = processes.hold(helper.pid)
    assert release is not None
    helper.kill()
    helper.wait()
    assert processes.hold(helper.pid) is None
    release()
    assert not processes.is_held(helper.pid)
    assert processes.hold(helper.pid) is None


def test_who_has_ended_is_there_no_more(helper: subprocess.Popen[bytes]) -> None:
    processes = Processes(lambda: [helper.pid])
    assert list(processes) == [helper.pid]
    assert processes.usage(helper.pid) is not None
    helper.kill()
    os.waitid(os.P_PID, helper.pid, os.WEXITED | os.WNOWAIT)
    assert list(processes) == []
    assert processes.usage(helper.pid) is None
    helper.wait()
    assert list(processes) == []


def test_who_was_seen_is_seen_and_held_where_there_are_no_more_files(helper: subprocess.Popen[bytes]) -> None:
    import resource  # noqa: PLC0415  # not on Windows

    found = [helper.pid]
    processes = Processes(lambda: found)
    list(processes)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        # Nobody can be found then either.
        found.clear()
        assert list(processes) == [helper.pid]
        assert processes.usage(helper.pid) is not None
        release = processes.hold(helper.pid)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert release is not None
    os.waitid(os.P_PID, helper.pid, os.WSTOPPED | os.WNOWAIT)
    assert processes.is_held(helper.pid)
    release()


def test_who_is_ended_is_the_one_that_was_seen(helper: subprocess.Popen[bytes]) -> None:
    processes = Processes(lambda: [helper.pid])
    assert list(processes) == [helper.pid]
    assert processes.end(helper.pid)
    assert helper.wait() == -signal.SIGKILL
    # Its number may be anybody's now.
    assert not processes.end(helper.pid)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as other:
        assert not processes.end(other.pid)
        assert state(other.pid) == "S"


def open_files() -> set[tuple[str, str]]:
    """The files that this process has of others, by number."""
    files = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        # What they are listed with is closed by now.
        with suppress(FileNotFoundError):
            files.add((descriptor.name, str(descriptor.readlink())))
    return {(number, name) for number, name in files if "pidfd" in name or "/stat" in name}


def test_nothing_stays_open(helper: subprocess.Popen[bytes]) -> None:
    before = open_files()
    processes = Processes(lambda: [helper.pid])
    assert list(processes) == [helper.pid]
    assert len(open_files() - before) == 2
    helper.kill()
    os.waitid(os.P_PID, helper.pid, os.WEXITED | os.WNOWAIT)
    assert not list(processes)
    assert open_files() <= before
