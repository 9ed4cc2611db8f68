"""What processes have had of the machine, where the system tells: on Linux."""

import os
import re
from contextlib import suppress
from pathlib import Path

from shell.value import frozen

_MEMORY = re.compile(rb"^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$", re.MULTILINE)
_CHROMIUMS = (b"ThreadPool", b"Chrome_")
"""How begin the names of the threads in which it works beside the first."""


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
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    fields = stat[stat.rindex(b")") + 2 :].split()
    ticks = os.sysconf("SC_CLK_TCK")
    user, system = int(fields[11]) / ticks, int(fields[12]) / ticks
    return Usage(user + system, system, int(fields[17]))


def memory_used() -> int:
    """Bytes that this process has for itself: not the files that are mapped."""
    return sum(map(int, _MEMORY.findall(Path("/proc/self/status").read_bytes()))) << 10


def background_work() -> float:
    """Seconds of a processor that Chromium's own threads have had in this process, without the first of all."""
    nanoseconds = 0
    for task in Path("/proc/self/task").iterdir():
        # A thread may end at any time.
        with suppress(OSError):
            if (task / "comm").read_bytes().startswith(_CHROMIUMS):
                nanoseconds += int((task / "schedstat").read_bytes().split()[0])
    return nanoseconds / 1e9
