"""The processes of renderers: what they have had of the machine, and how they are stopped. On Linux."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from shell.helpers import is_helper
from shell.webview.usage import Usage, usage_in

log = logging.getLogger(__name__)

_ENOUGH = 4096
"""Bytes that the file does not have in which the system tells what a process has had."""

type Release = Callable[[], None]


class Processes:
    """The renderers that there are, each of which can be stopped for as long as anybody wants. For any thread.

    What that takes is opened when a renderer is first seen: a page can take all files that this process may have, and
    is to be stopped just then.

    Args:
        find: Finds them, or none where no file can be had.
    """

    def __init__(self, find: Callable[[], Iterable[int]]) -> None:
        self._find = find
        self._lock = threading.Lock()
        self._known: dict[int, _Process] = {}

    def __iter__(self) -> Iterator[int]:
        """Their numbers. It takes a millisecond."""
        found = list(self._find())
        with self._lock:
            for pid in found:
                self._open(pid)
            for pid in list(self._known):
                self._usage(pid)
            return iter(list(self._known))

    def usage(self, pid: int) -> Usage | None:
        """What a renderer has had; None where it has ended, or the system does not say."""
        with self._lock:
            self._open(pid)
            return self._usage(pid)

    def is_held(self, pid: int) -> bool:
        """Whether somebody holds a renderer."""
        process = self._known.get(pid)
        return process is not None and process.holders > 0

    def hold(self, pid: int) -> Release | None:
        """Stop a renderer.

        Args:
            pid: Its number.

        Returns:
            What has it go on, unless somebody else holds it as well; to be called once. None where it has ended, or the
            system cannot stop it.
        """
        with self._lock:
            self._open(pid)
            process = self._known.get(pid)
            if process is None or not process.send(signal.SIGSTOP):
                return None
            process.holders += 1
        return lambda: self._release(process)

    def end(self, pid: int) -> bool:
        """End a renderer that was seen; tells whether it was there. Another process may have its number since."""
        with self._lock:
            process = self._known.get(pid)
            return process is not None and process.send(signal.SIGKILL)

    def close(self) -> None:
        """Forget them. Who is held stays so."""
        with self._lock:
            for pid in list(self._known):
                self._known.pop(pid).close()

    def _open(self, pid: int) -> None:
        if pid not in self._known:
            # It may have ended, or there may be no file left.
            with suppress(OSError):
                self._known[pid] = _Process(pid)

    def _usage(self, pid: int) -> Usage | None:
        process = self._known.get(pid)
        if process is None:
            return None
        try:
            usage = usage_in(os.pread(process.stat, _ENOUGH, 0))
        except ProcessLookupError:
            usage = None
        if usage is None:
            self._known.pop(pid).close()
        return usage

    def _release(self, process: "_Process") -> None:
        with self._lock:
            process.holders -= 1
            if not process.holders and not process.send(signal.SIGCONT):
                log.debug("a renderer ended while it was held")


class _Process:
    """A process, whatever has its number later.

    Args:
        pid: Its number.

    Raises:
        OSError: It has ended, is none of Chromium's, or no file can be had.

    Attributes:
        stat: The file in which the system tells what it has had.
        holders: How many hold it.
    """

    def __init__(self, pid: int) -> None:
        self.holders = 0
        self._descriptor = os.pidfd_open(pid)
        try:
            self.stat = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            os.close(self._descriptor)
            raise
        self._closed = False
        if not is_helper(pid) or not self.send(0):
            self.close()
            raise ProcessLookupError(pid)

    def send(self, number: int) -> bool:
        """Send it a signal. Tells whether it is there."""
        if self._closed:
            return False
        try:
            signal.pidfd_send_signal(self._descriptor, number)
        except OSError:
            return False
        return True

    def close(self) -> None:
        self._closed = True
        os.close(self._descriptor)
        os.close(self.stat)
