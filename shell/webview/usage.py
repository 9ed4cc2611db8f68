"""What a process has had of the machine, where the system tells: on Linux."""

import os
from pathlib import Path

from shell.value import frozen


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
