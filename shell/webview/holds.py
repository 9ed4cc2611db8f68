"""Renderers that are held: stopped, until they may go on. On Linux."""

import logging
import os
import signal
import threading
from collections.abc import Callable

import attrs

from shell.helpers import is_helper

log = logging.getLogger(__name__)

type Release = Callable[[], None]


@attrs.define
class _Held:
    process: int
    """A descriptor, for the number may be another process's at any time."""
    holders: int = 0


class Holds:
    """Stops renderers, each for as long as anybody wants it stopped. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, _Held] = {}

    def __contains__(self, pid: int) -> bool:
        """Whether somebody holds a renderer."""
        return pid in self._held

    def hold(self, pid: int) -> Release | None:
        """Stop a renderer.

        Args:
            pid: The process.

        Returns:
            What has it go on, unless somebody else holds it as well; to be called once. None where it has ended, or the
            system cannot stop it.
        """
        with self._lock:
            held = self._held.get(pid)
            if held is None:
                try:
                    held = _Held(os.pidfd_open(pid))
                except OSError:
                    return None
            try:
                if not is_helper(pid):
                    raise ProcessLookupError(pid)
                signal.pidfd_send_signal(held.process, signal.SIGSTOP)
            except OSError:
                if not held.holders:
                    os.close(held.process)
                return None
            held.holders += 1
            self._held[pid] = held
        return lambda: self._release(pid)

    def _release(self, pid: int) -> None:
        with self._lock:
            held = self._held[pid]
            held.holders -= 1
            if held.holders:
                return
            del self._held[pid]
            try:
                signal.pidfd_send_signal(held.process, signal.SIGCONT)
            except OSError:
                log.debug("renderer %d ended while it was held", pid)
            finally:
                os.close(held.process)
