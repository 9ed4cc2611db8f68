"""A new start of the program in the process that it has."""

import atexit
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from shell.helpers import helpers_of
from shell.value import frozen


@frozen
class Start:
    """How this process was started, as far as a program may change it.

    Attributes:
        folder: Its working folder; `None` where that is gone.
        files: The open files that it was given.
    """

    folder: Path | None
    files: frozenset[int]

    @classmethod
    def of_this_process(cls) -> "Start":
        """What it was; ask before Qt has started, which opens files that others would be given too."""
        try:
            folder = Path.cwd()
        except OSError:
            folder = None
        return cls(folder, frozenset(_inheritable_files()))

    def again(self) -> None:
        """Start the program again, with the same arguments; it keeps its process id. Never returns.

        All happens before that happens at the end of an interpreter, but that it waits for threads.

        Raises:
            OSError: It cannot be started: the interpreter is gone, say.
        """
        atexit._run_exitfuncs()
        _end_helpers()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                # Whoever read it may have gone, or the program has closed it: what is left has nowhere to go.
                with suppress(OSError, ValueError):
                    stream.flush()
        logging.shutdown()
        for file in _inheritable_files():
            if file not in self.files:
                # A thread may have closed it meanwhile.
                with suppress(OSError):
                    os.set_inheritable(file, False)
        if self.folder is not None:
            os.chdir(self.folder)
        os.execve(  # noqa: S606  # a shell would add nothing
            sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ
        )


def _inheritable_files() -> Iterator[int]:
    try:
        names = os.listdir("/dev/fd")  # noqa: PTH208  # not what is there, but what it is called
    except FileNotFoundError:
        # On Windows, where a new program is given no files, and where /dev is bare.
        return
    for name in names:
        # What the list itself was read with is closed, and a thread may close others at any time.
        with suppress(OSError):
            if os.get_inheritable(int(name)):
                yield int(name)


def _end_helpers() -> None:
    """End what Chromium leaves until its own process ends: this one does not, and would never hear of their end."""
    if sys.platform != "linux":
        return
    for pid in helpers_of(os.getpid()):
        # It may have ended meanwhile.
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
