"""What processes have had of the machine, where the system tells: on Linux."""

import os
import re
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from shell.value import frozen

_PARTS = re.compile(rb"^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$", re.MULTILINE)
"""Of what it has, in the file in which the system tells."""
_ENOUGH = 16_384
"""Bytes that such a file does not have."""
_CHROMIUMS = (b"ThreadPoolForeg", b"ThreadPoolServi", b"ThreadPoolSingl", b"Chrome_", b"NetworkService")
"""How begin the names of the threads in which it works for pages, beside the first. The system keeps 15 letters."""


@frozen
class Usage:
    """What a process has had.

    Attributes:
        total: Seconds of a processor.
        system: Those of them in which the system worked for it.
        threads: How many it has now.
    """

    total: float
    system: float
    threads: int


def usage_of(pid: int) -> Usage | None:
    """What a process has had; `None` where it has ended, or the system does not say."""
    try:
        return usage_in(Path(f"/proc/{pid}/stat").read_bytes())
    except OSError:
        return None


def usage_in(stat: bytes) -> Usage | None:
    """What a process has had, by what the system's file of it says; `None` where it has ended."""
    state, *fields = stat[stat.rindex(b")") + 2 :].split()
    if state in b"ZX":
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    user, system = int(fields[10]) / ticks, int(fields[11]) / ticks
    return Usage(user + system, system, int(fields[16]))


class Memory:
    """What this process has for itself: not the files that are mapped."""

    def __init__(self) -> None:
        # It stays open: just when much is used there may be no more files to be had.
        self._status = os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._status)

    def used(self) -> int:
        """Bytes."""
        return sum(map(int, _PARTS.findall(os.pread(self._status, _ENOUGH, 0)))) << 10


@frozen
class Work:
    """What the threads do in which Chromium works for pages, without the first of all.

    Attributes:
        seconds: Of a processor, that those have had that there are.
        waits: Whether one waits for a disk now, or nothing can be seen of them.
    """

    seconds: float
    waits: bool


def background_work() -> Work:
    """What Chromium's threads have done, and do."""
    nanoseconds, waits = 0, False
    tasks: list[Path] = []
    # There may be no more files to be had.
    with suppress(OSError):
        tasks.extend(Path("/proc/self/task").iterdir())
    for task in tasks:
        # A thread may end at any time.
        with suppress(OSError):
            stat = (task / "stat").read_bytes()
            name, state = stat[stat.index(b"(") + 1 :].rsplit(b") ", 1)
            if name.startswith(_CHROMIUMS):
                nanoseconds += int((task / "schedstat").read_bytes().split()[0])
                waits |= state.startswith(b"D")
    return Work(nanoseconds / 1e9, waits or not tasks)


class Load:
    """How much of a processor Chromium takes, from one time that it is asked to the next."""

    def __init__(self, clock: Callable[[], float], background: Callable[[], Work]) -> None:
        self._clock = clock
        self._background = background
        self._waits = False
        self._since, self._worked = clock(), background().seconds

    def look(self) -> Work:
        """See whether it waits for a disk. That shows only at that time, so it takes many looks."""
        work = self._background()
        self._waits |= work.waits
        return work

    def take(self) -> float:
        """The part of a processor, or of several; 1 where it was seen to wait for a disk, or cannot be told."""
        work, now = self.look(), self._clock()
        worked, took, waits = work.seconds - self._worked, now - self._since, self._waits
        self._since, self._worked, self._waits = now, work.seconds, False
        # What a thread had goes with it.
        return 1.0 if waits or worked < 0 or not took else worked / took
