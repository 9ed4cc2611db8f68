"""The file of an audit log: whole lines, appended, where nobody else can put them somewhere else."""

import logging
import math
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from shell.audit.errors import AuditError
from shell.config.errors import unbroken

log = logging.getLogger(__name__)

_AT_ONCE = 64 * 1024
"""Bytes after which what a turn of the loop has to tell is written before its end."""
_KEPT = 1024 * 1024
"""Bytes that wait while they cannot be written; further lines are counted, and lost."""
_RETRY = 1.0
"""Seconds after which it is tried again."""
# Those that are not there are Windows', which has no such surprises.
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT
for _name in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)


class AuditFile:
    """Lines of JSON on their way to a file. For one thread.

    They are written when the turn of the loop is over in which they came, or with `release`. What was written is the
    system's, and is there also when this process ends in the middle of something. While nothing can be written, as on a
    full disk, the program goes on: it says so once, keeps the first lines and counts the others. With one of the lines
    that come once it can be written again the file tells how many are not there.

    Args:
        descriptor: The file, open for appending. It is closed with this.
        name: What it is called in the log.
        soon: Calls a function in a later turn of the loop.
        lost: Makes the line that says how many others are not there, and why.
    """

    def __init__(
        self,
        descriptor: int,
        name: str,
        *,
        soon: Callable[[Callable[[], None]], object],
        lost: Callable[[int, str], object],
    ) -> None:
        self._descriptor = descriptor
        self._name = name
        self._soon = soon
        self._lost_line = lost
        self._encode_into = msgspec.json.Encoder().encode_into
        self._waiting = bytearray()
        self._scheduled = False
        self._problem = ""
        self._told = False
        self._lost = 0
        self._retry_at = 0.0

    def add(self, line: object) -> None:
        """Write a line, in a while.

        Args:
            line: What msgspec can encode.
        """
        if self._problem and self._must_drop():
            self._lost += 1
            return
        waiting = self._waiting
        self._encode_into(line, waiting, -1)
        waiting += b"\n"
        if len(waiting) > _AT_ONCE:
            self.flush()
        elif not self._scheduled:
            self._scheduled = True
            self._soon(self._turn_over)

    def hold(self) -> None:
        """Write nothing but what is much, until `release`: it comes at once."""
        self._scheduled = True

    def release(self) -> None:
        """Write what came meanwhile."""
        self._turn_over()

    def _turn_over(self) -> None:
        self._scheduled = False
        self.flush()

    def _must_drop(self) -> bool:
        if time.monotonic() >= self._retry_at:
            self.flush()
        return bool(self._problem) and (self._lost > 0 or len(self._waiting) > _KEPT)

    def flush(self) -> None:
        """Write what waits, if it can be written."""
        waiting = self._waiting
        if self._problem and time.monotonic() < self._retry_at:
            return
        try:
            while waiting:
                # A part of a line that was written is followed by its rest, however much later.
                del waiting[: os.write(self._descriptor, waiting)]
        except OSError as error:
            self._cannot(error.strerror or str(error))
            return
        problem, self._problem = self._problem, ""
        if self._lost:
            lost, self._lost = self._lost, 0
            self.add(self._lost_line(lost, problem))

    def _cannot(self, problem: str) -> None:
        self._problem = problem
        self._retry_at = time.monotonic() + _RETRY
        if not self._told:
            self._told = True
            log.error(
                "the audit log %s cannot be written: %s; the program goes on, and what is lost of the log is counted",
                self._name,
                problem,
            )

    def close(self) -> None:
        """Write what is left, and close the file. Closing again does nothing."""
        if self._descriptor < 0:
            return
        self._retry_at = 0.0
        # The second time for the line that the first one may have added.
        self.flush()
        self.flush()
        missing = self._lost + self._waiting.count(b"\n")
        if missing:
            log.error("the audit log %s ends without its last %d lines: %s", self._name, missing, self._problem)
        os.close(self._descriptor)
        self._descriptor = -1
        # What comes now is late: it is dropped, and nothing is tried for it.
        self._problem, self._retry_at, self._lost = "it is closed", math.inf, 1


def open_for_appending(path: Path) -> int:
    """Open the file of an audit log, or make it; then its user alone may read it.

    Args:
        path: The file. Nothing else is written to: no link is followed, and it may be no device, nothing of another
            user's, and nothing that others may write.

    Returns:
        Its descriptor.

    Raises:
        AuditError: It cannot be opened, or is none that a log can be kept in.
    """
    try:
        descriptor = os.open(path, _FLAGS, 0o600)
    except OSError as error:
        raise AuditError(f"the audit log {unbroken(str(path))} cannot be opened: {_reason(error, path)}") from None
    try:
        problem = _problem_of(os.fstat(descriptor))
        if not problem:
            _end_line(descriptor)
    except OSError as error:
        problem = _reason(error, path)
    if problem:
        os.close(descriptor)
        raise AuditError(f"the audit log {unbroken(str(path))} cannot be opened: {problem}")
    return descriptor


def _reason(error: OSError, path: Path) -> str:
    if path.is_symlink():
        return "it is a symbolic link, which is not followed; name the file itself"
    return error.strerror or str(error)


def _problem_of(found: os.stat_result) -> str:
    if not stat.S_ISREG(found.st_mode):
        return "it is no ordinary file"
    if sys.platform != "win32":
        if found.st_uid != os.geteuid():
            return "it belongs to another user"
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return "others than its user may write to it; chmod 600 keeps them out"
        if found.st_nlink > 1:
            return "it has other names too (hard links)"
    return ""


def _end_line(descriptor: int) -> None:
    """A program that was ended while it wrote may have left half a line, which is not the beginning of ours."""
    if os.lseek(descriptor, 0, os.SEEK_END) > 0:
        os.lseek(descriptor, -1, os.SEEK_END)
        if os.read(descriptor, 1) != b"\n":
            os.write(descriptor, b"\n")
