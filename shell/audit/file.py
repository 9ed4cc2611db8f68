"""The file of an audit log: whole lines, appended, where nobody else can put them somewhere else."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from shell.audit.errors import AuditError
from shell.config.errors import unbroken

if sys.platform != "win32":
    import fcntl

_PIECE = 256 * 1024
"""Bytes that are written at a time."""
# Those that are not there are Windows', which has no such surprises.
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT
for _name in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)


class AuditFile:
    """A file that whole lines are appended to. One that is full is put aside, in place of the one before it.

    As `logging.handlers.RotatingFileHandler` with one backup, but for the many lines that are written together, and
    that nothing else is written to than what `open_for_appending` takes. Several programs may append to the same file.

    Args:
        descriptor: The file, as `open_for_appending` opens it. It is closed with this.
        path: Its path.
        size: Bytes that it may have; but one line may be longer.
        heading: Makes the line that a further file begins with, of whether there was one put aside before.
    """

    def __init__(self, descriptor: int, path: Path, size: int, heading: Callable[[bool], bytes]) -> None:
        self._descriptor = descriptor
        # The program may go to another folder.
        self._path = path.absolute()
        self._aside = self._path.with_name(f"{path.name}.1")
        self._size = size
        self._heading = heading
        self._begun = 0

    def write(self, lines: bytearray) -> None:
        """Append lines.

        Args:
            lines: They. What was written is taken from them.

        Raises:
            OSError: Not all of them could be written; the rest is for another time, before anything else.
            AuditError: Likewise, as there is no file that they could go on in.
        """
        while lines:
            if not self._begun:
                self._begun = self._fitting(lines)
            # A part of a line that was written is followed by its rest, however much later.
            written = os.write(self._descriptor, lines[: min(self._begun, _PIECE)])
            del lines[:written]
            self._begun -= written

    def _fitting(self, lines: bytearray) -> int:
        """How many bytes, which are whole lines, go into the file that there is, or into a further one."""
        # Another program may have written to it too.
        there = os.fstat(self._descriptor).st_size
        fitting = self._whole(lines, self._size - there)
        if fitting or not there:
            return fitting or lines.find(b"\n") + 1
        heading = self._heading(self._put_aside())
        lines[:0] = heading
        # It is put aside for the sake of one line at least.
        return max(lines.find(b"\n", len(heading)) + 1, self._whole(lines, self._size))

    @staticmethod
    def _whole(lines: bytearray, size: int) -> int:
        return len(lines) if len(lines) <= size else lines.rfind(b"\n", 0, max(0, size)) + 1

    def _put_aside(self) -> bool:
        if sys.platform == "win32":
            # There nothing that is open gets another name.
            os.close(self._descriptor)
            replaces = self._aside.exists()
            self._path.replace(self._aside)
            self._descriptor = open_for_appending(self._path)
            return replaces
        full, replaces = self._descriptor, False
        # Of several programs one does it, and the others find that it is done.
        fcntl.flock(full, fcntl.LOCK_EX)
        try:
            if self._is_there(full):
                replaces = self._aside.exists()
                self._path.replace(self._aside)
            self._descriptor = open_for_appending(self._path)
        finally:
            fcntl.flock(full, fcntl.LOCK_UN)
        os.close(full)
        return replaces

    def _is_there(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(self._path.lstat(), os.fstat(descriptor))
        except FileNotFoundError:
            return False

    def close(self) -> None:
        """Close it."""
        os.close(self._descriptor)


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
