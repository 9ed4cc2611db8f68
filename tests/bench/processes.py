"""Memory and work of a program: its process and all below it, from Linux's /proc."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path


def processes(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(") ")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found.extend(children.get(process, ()))
    return found


def proportional_set(root: int) -> float:
    """MiB that a process and all below it take, what they share with others counted in parts."""
    return sum(_sum(pid, "Pss:") for pid in processes(root))


def private(pid: int) -> float:
    """MiB that one process has for itself alone."""
    return _sum(pid, "Private_")


def _sum(pid: int, field: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def cpu_time(root: int) -> float:
    """Milliseconds of a processor that a process and all below it have had, exact to the nanosecond."""
    total = 0
    for pid in processes(root):
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                total += int(thread.read_text().split()[0])
    return total / 1e6


class Peak:
    """The most that a process and all below it take of memory: looked at again and again."""

    def __init__(self, root: int) -> None:
        self.most = 0.0
        # What there is now stays; to look for it anew each time would only make the looks rarer.
        self._pids = processes(root)
        self._ended = threading.Event()

    def look(self) -> None:
        self.most = max(self.most, sum(_sum(pid, "Pss:") for pid in self._pids))

    @contextlib.contextmanager
    def watching(self) -> Iterator["Peak"]:
        """Look for as long as the block lasts."""
        watcher = threading.Thread(target=self._watch)
        watcher.start()
        try:
            yield self
        finally:
            self._ended.set()
            watcher.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.002):
            self.look()
