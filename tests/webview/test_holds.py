"""What is held stops, until nobody holds it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shell.webview.holds import Holds

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
    holds = Holds()
    release = holds.hold(helper.pid)
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
        assert Holds().hold(other.pid) is None
        assert state(other.pid) == "S"


def test_what_ends_while_it_is_held_needs_no_release(helper: subprocess.Popen[bytes]) -> None:
    holds = Holds()
    release = holds.hold(helper.pid)
    assert release is not None
    helper.kill()
    helper.wait()
    release()
    assert holds.hold(helper.pid) is None


def test_what_two_hold_goes_on_when_both_let_it(helper: subprocess.Popen[bytes]) -> None:
    holds = Holds()
    one, other = holds.hold(helper.pid), holds.hold(helper.pid)
    assert one is not None
    assert other is not None
    os.waitid(os.P_PID, helper.pid, os.WSTOPPED | os.WNOWAIT)
    one()
    assert helper.pid in holds
    assert state(helper.pid) == "T"
    other()
    assert helper.pid not in holds
    assert helper.stdin is not None
    helper.stdin.close()
    assert helper.wait() == 0


def test_what_ends_while_one_holds_it_is_not_held_again(helper: subprocess.Popen[bytes]) -> None:
    holds = Holds()
    release = holds.hold(helper.pid)
    assert release is not None
    helper.kill()
    helper.wait()
    assert holds.hold(helper.pid) is None
    release()
    assert helper.pid not in holds
