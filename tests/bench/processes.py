"""Memory and work of a program: its process and all below it, from Linux's /proc."""

import contextlib
import ctypes
import gc
import os
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


def mapping(*libraries: str) -> list[int]:
    """The processes that have any of these libraries."""
    found = []
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with contextlib.suppress(OSError):
            text = maps.read_text()
            if any(library in text for library in libraries):
                found.append(int(maps.parent.name))
    return sorted(found)


def proportional_set(root: int) -> float:
    """MiB that a process and all below it take, what they share with others counted in parts."""
    return sum(_sum(pid, "Pss:") for pid in processes(root))


_MADE = ("RssAnon:", "RssShmem:", "VmSwap:")


def made(pid: int) -> float:
    """MiB of memory that one process has made: all but the pages of files, which are shared as long as others map them.

    What `smaps` calls private is no measure of growth: it counts the pages of libraries too while no other process has
    them, and falls by half when a second program of the same libraries starts.
    """
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(_MADE)) / 1024


def made_by_this() -> float:
    """MiB that this process has made and still uses: what was freed, and the C library keeps, it gives back first."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return made(os.getpid())


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
