"""One process for a program: a second start hands what it was given to the first, and ends.

As Tauri's plugin single-instance. The first holds a lock for as long as it lives, and listens at a socket beside it.
The system takes the lock back when the process dies, however it dies, so that nothing stale is ever in the way. Both
are in a folder that is the user's alone. (The session bus, which the plugin uses on Linux, is not there on every
machine, and on other systems not at all.)
"""

import hashlib
import json
import logging
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import attrs
from PySide6.QtCore import QLockFile, QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from shell.environment import SingleInstanceError
from shell.value import frozen

log = logging.getLogger(__name__)

_DEADLINE = 10.0
"""Seconds in which the first process has to answer, or to end."""
_PAUSE = 0.05
_LONGEST = 1 << 24
"""Bytes of what a second start may hand over. Linux gives a process two mebibytes of arguments, written longer here."""
_MOST_VISITORS = 16
"""Second starts that are heard at a time; others try again."""
_LONGEST_ADDRESS = 100
"""Bytes in the name of a socket; Linux has room for 107, macOS for 103."""
_WAIT_FOR_MESSAGE = 5000
"""Milliseconds in which a second start has to say what it was given."""
_THANKS = b"\n"
_TOKEN = "XDG_ACTIVATION_TOKEN"  # noqa: S105  # no secret


@frozen
class SecondStart:
    """What a second start of the program was given.

    Attributes:
        args: Its arguments, the program's own name first, as in Tauri.
        cwd: The folder that it was started in; empty where that is gone.
        activation_token: What Wayland's compositor gave it, so that it may come to the front; empty elsewhere.
    """

    args: tuple[str, ...]
    cwd: str
    activation_token: str = attrs.field(default="", repr=False)

    @classmethod
    def of_this_process(cls) -> "SecondStart":
        """What this process was given."""
        try:
            cwd = str(Path.cwd())
        except OSError:
            cwd = ""
        return cls(tuple(sys.argv), cwd, os.environ.get(_TOKEN, ""))

    def encode(self) -> bytes:
        """Write it down."""
        # Not msgspec: a name that is no Unicode has lone surrogates in Python, which only this writes and reads.
        return json.dumps(attrs.asdict(self)).encode() + b"\n"

    @classmethod
    def decode(cls, message: bytes) -> "SecondStart":
        """Read it.

        Raises:
            ValueError: It is something else.
        """
        match json.loads(message):
            case {"args": [*args], "cwd": str(cwd), "activation_token": str(token)} if all(
                isinstance(argument, str) for argument in args
            ):
                return cls(tuple(map(str, args)), str(cwd), str(token))
        raise ValueError("it is not what a second start says")


class SingleInstance:
    """This process as the first of its program, until `close`."""

    def __init__(self, address: str, lock: "_Lock") -> None:
        self._address = address
        self._lock = lock
        self._server: QLocalServer | None = None

    @classmethod
    def claim(cls, identifier: str) -> "SingleInstance | None":
        """Be the first process of a program, or hand what this one was given to the first. Needs no event loop.

        Args:
            identifier: The program's.

        Returns:
            `None` where there is another one, which knows by now what this one was given.

        Raises:
            SingleInstanceError: The other one does not answer, or there is no folder that is the user's alone.
        """
        folder = private_folder(os.environ)
        address = _address(folder, identifier)
        lock = _lock(folder / f"{identifier}.lock")
        end = time.monotonic() + _DEADLINE
        while not lock.take():
            # The other one may have just begun, and listen soon; or be about to end, and let go of the lock.
            if _hand_over(address, end):
                return None
            if time.monotonic() >= end:
                raise SingleInstanceError(f"{identifier} runs already, but does not answer a second start")
            time.sleep(_PAUSE)
        return cls(address, lock)

    def listen(self, heard: Callable[[SecondStart], None], parent: QObject) -> None:
        """Hear of second starts.

        Args:
            heard: Called with each.
            parent: What the server belongs to.

        Raises:
            SingleInstanceError: Nobody can listen there.
        """
        self._server = server = QLocalServer(parent)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # What a process that died has left; no other one has it, for this one has the lock.
        QLocalServer.removeServer(self._address)
        if not server.listen(self._address):
            raise SingleInstanceError(f"cannot listen for second starts at {self._address}: {server.errorString()}")
        server.newConnection.connect(lambda: _take_all(server, heard))

    def stop_listening(self) -> None:
        """Hear of no more second starts: those wait until this process lets another one be the first."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for visitor in server.findChildren(_Visitor):
                visitor.dismiss()
            server.deleteLater()

    def close(self) -> None:
        """Let another process be the first."""
        self.stop_listening()
        self._lock.release()


def private_folder(environment: Mapping[str, str]) -> Path:
    """Find a folder that nobody but this user can read or change.

    Args:
        environment: The process's environment.

    Raises:
        SingleInstanceError: There is none.
    """
    if sys.platform == "win32":
        # Pipes have names of their own there, and the temporary folder is the user's.
        return Path(tempfile.gettempdir())
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime and _is_private(Path(runtime)):
        return Path(runtime)
    folder = Path(tempfile.gettempdir()) / f"qtshell-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise SingleInstanceError(f"{folder}: {error.strerror}") from None
    if not _is_private(folder):
        raise SingleInstanceError(
            f"{folder} is open to others: remove it, or set XDG_RUNTIME_DIR to a folder that is not"
        )
    return folder


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _address(folder: Path, identifier: str) -> str:
    if sys.platform == "win32":
        return identifier
    address = str(folder / f"{identifier}.sock")
    if len(os.fsencode(address)) > _LONGEST_ADDRESS:
        address = str(folder / f"{hashlib.blake2s(identifier.encode(), digest_size=8).hexdigest()}.sock")
    return address


class _Lock(Protocol):
    """A lock that ends with the process that has it."""

    def take(self) -> bool:
        """Have it, unless another process does."""

    def release(self) -> None:
        """Let others have it."""


def _lock(path: Path) -> _Lock:
    return _QtLock(path) if sys.platform == "win32" else _FileLock(path)


class _QtLock:
    def __init__(self, path: Path) -> None:
        self._lock = QLockFile(str(path))
        self._lock.setStaleLockTime(0)

    def take(self) -> bool:
        return self._lock.tryLock(0)

    def release(self) -> None:
        self._lock.unlock()


class _FileLock:
    # Not QLockFile, which asks whether there is a process of the number that the file names, and may meet another one.
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        import fcntl  # noqa: PLC0415  # not on Windows

        try:
            file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise SingleInstanceError(f"{self._path}: {error.strerror}") from None
        try:
            # Not flock, which processes that this one forks would keep when it is gone.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            # The file stays: another process may wait for its lock, and a new one would be another lock.
            os.close(file)


def _hand_over(address: str, end: float) -> bool:
    def left() -> int:
        return max(1, int((end - time.monotonic()) * 1000))

    socket = QLocalSocket()
    socket.connectToServer(address)
    if not socket.waitForConnected(left()):
        return False
    socket.write(SecondStart.of_this_process().encode())
    # The first one thanks when it has read it.
    return socket.waitForReadyRead(left()) and bytes(socket.readAll().data()) == _THANKS


def _take_all(server: QLocalServer, heard: Callable[[SecondStart], None]) -> None:
    while server.hasPendingConnections():
        socket = server.nextPendingConnection()
        if len(server.findChildren(_Visitor)) < _MOST_VISITORS:
            _Visitor(socket, heard)
        else:
            socket.abort()
            socket.deleteLater()


class _Visitor(QObject):
    """A second start that says what it was given."""

    def __init__(self, socket: QLocalSocket, heard: Callable[[SecondStart], None]) -> None:
        super().__init__(socket)
        self._socket = socket
        self._heard = heard
        self._message = bytearray()
        self._done = False
        socket.readyRead.connect(lambda: self._read())
        socket.disconnected.connect(lambda: socket.deleteLater())
        self.startTimer(_WAIT_FOR_MESSAGE)
        self._read()

    def timerEvent(self, _event: Any) -> None:  # noqa: N802  # Qt's name
        self.dismiss()

    def _read(self) -> None:
        data = self._socket.readAll().data()
        if self._done:
            return
        self._message += data
        if b"\n" in data:
            self._end(bytes(self._message.partition(b"\n")[0]))
        elif len(self._message) > _LONGEST:
            self._refuse(f"it is longer than {_LONGEST} bytes")

    def _end(self, message: bytes) -> None:
        try:
            start = SecondStart.decode(message)
        except (ValueError, RecursionError) as error:
            self._refuse(str(error))
            return
        self._done = True
        self._socket.write(_THANKS)
        # The other one shall not wait for what is done here now.
        self._socket.flush()
        self._socket.disconnectFromServer()
        self._heard(start)

    def _refuse(self, why: str) -> None:
        log.warning("what a second start of this program said was not understood: %s", why)
        self.dismiss()

    def dismiss(self) -> None:
        """Cut it off."""
        self._done = True
        self._message.clear()
        self._socket.abort()
        self._socket.deleteLater()
