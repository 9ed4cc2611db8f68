"""The thread that writes an audit log: a disk that takes its time takes nothing of the program's."""

import logging
import threading
from collections.abc import Callable

from shell.audit.errors import AuditError
from shell.audit.file import AuditFile

log = logging.getLogger(__name__)

_KEPT = 32 * 1024 * 1024
"""Bytes that wait while as many, at most, are on their way to the disk; further lines are counted, and lost."""
_GATHERED = 0.01
"""Seconds for which what comes is written together: to wake up for each call would cost more than to write."""
_RETRY = 1.0
"""Seconds after which what failed is tried again."""
_PATIENCE = 5.0
"""Seconds that a program that ends waits for a disk that does not answer, and who flushes."""
_TOO_SLOW = "the disk does not take it as fast as it comes"


class Writer:
    """Writes what it is handed, in a thread of its own, and the last of it before it is closed.

    While nothing can be written, as on a disk that is full or does not answer, the program goes on: it says so once,
    keeps the first lines and counts the others. Behind those that were kept the log tells how many are not there.

    Args:
        file: Where to. It is closed with this.
        name: What it is called in the program's log.
        lost: Makes the line that says how many others are not there, and why.
    """

    def __init__(self, file: AuditFile, name: str, lost: Callable[[int, str], bytes]) -> None:
        self._file = file
        self._name = name
        self._lost_line = lost
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._on_its_way = bytearray()
        self._lost = 0
        self._lost_on_its_way = 0
        self._lost_told = False
        self._lost_untold = 0
        self._problem = ""
        self._told = False
        self._closing = threading.Event()
        self._hurry = threading.Event()
        self._watching: list[threading.Event] = []
        self._idle = True
        # Released once for each time that the thread is found idle.
        self._work = threading.Lock()
        self._work.acquire()
        # Not before there is something to write: a program may fork while it starts.
        self._thread: threading.Thread | None = None

    def put(self, lines: bytearray) -> None:
        """Have lines written, or counted where too much waits already. Never waits itself.

        Args:
            lines: They, whole. Who hands them over leaves them alone.
        """
        if self._closing.is_set():
            return
        with self._lock:
            if self._lost or len(self._waiting) + len(lines) > _KEPT:
                self._lost += lines.count(b"\n")
            elif self._waiting:
                self._waiting += lines
            else:
                self._waiting = lines
            idle, self._idle = self._idle, False
        if idle:
            self._wake()
        if self._lost and not self._told:
            self._tell_of(self._problem or _TOO_SLOW)

    def flush(self) -> None:
        """Wait until all that was put is written, or cannot be; no longer than for a disk that does not answer."""
        watching = threading.Event()
        with self._lock:
            if self._idle:
                return
            self._watching.append(watching)
        self._hurry.set()
        watching.wait(_PATIENCE)

    def close(self) -> None:
        """Write what is left, and close the file. Closing again does nothing."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._hurry.set()
        with self._lock:
            idle, self._idle = self._idle, False
        if idle:
            self._wake()
        if self._thread is not None:
            self._thread.join(_PATIENCE)
        # A line that tells of others stands for them.
        missing = self._lost + self._lost_on_its_way - bool(self._lost_on_its_way)
        missing += self._waiting.count(b"\n") + self._on_its_way.count(b"\n")
        if missing:
            problem = self._problem or _TOO_SLOW
            log.error("the audit log %s ends without its last %d lines: %s", self._name, missing, problem)
        elif self._lost_untold:
            log.error("the audit log %s is without %d lines more", self._name, self._lost_untold)

    def _wake(self) -> None:
        if self._thread is None:
            # A disk that never answers keeps no program that ends.
            self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
            self._thread.start()
        else:
            self._work.release()

    # In the thread.

    def _run(self) -> None:
        while True:
            with self._lock:
                self._on_its_way, self._waiting = self._waiting, bytearray()
                self._lost_on_its_way, self._lost = self._lost, 0
                idle = self._idle = not (self._on_its_way or self._lost_on_its_way)
            if idle:
                self._tell_watching()
                if self._closing.is_set():
                    break
                self._work.acquire()
                self._hurry.wait(_GATHERED)
            elif not self._write():
                break
        self._file.close()

    def _write(self) -> bool:
        """Write what is on its way; returns False if it cannot be written, and the program ends."""
        lost, problem = self._lost_on_its_way, self._problem or _TOO_SLOW
        self._problem = ""
        if lost:
            self._on_its_way += self._lost_line(lost, problem)
        while True:
            last = self._closing.is_set()
            try:
                self._file.write(self._on_its_way)
            except (OSError, AuditError) as error:
                self._problem = getattr(error, "strerror", None) or str(error)
                self._tell_of(self._problem)
                self._tell_watching()
                if last:
                    return False
                self._closing.wait(_RETRY)
            else:
                break
        if lost:
            self._lost_on_its_way = 0
            if self._lost_told:
                self._lost_untold += lost
            else:
                self._lost_told = True
                log.error("the audit log %s is without %d lines: %s", self._name, lost, problem)
        return True

    def _tell_of(self, problem: str) -> None:
        if not self._told:
            self._told = True
            log.error(
                "the audit log %s cannot be written: %s; the program goes on, and what is lost of the log is counted",
                self._name,
                problem,
            )

    def _tell_watching(self) -> None:
        with self._lock:
            watching, self._watching = self._watching, []
        if not self._closing.is_set():
            self._hurry.clear()
        for each in watching:
            each.set()
