"""Answering requests for the program's own URL schemes."""

import os
from collections.abc import Callable, Mapping
from io import FileIO

from PySide6.QtCore import QBuffer, QByteArray, QFile, QFileDevice, QIODevice, QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

from shell.webview.ranges import ByteRange

_READ_ONLY = QIODevice.OpenModeFlag.ReadOnly
_LONGEST_METHOD = 20
"""Characters: that of a page may have any number, and none that is known has as many."""


def header_of(job: QWebEngineUrlRequestJob, name: str) -> str | None:
    """A header of a request; None where there is none.

    Args:
        job: The request.
        name: The header's name, in lower case. A page may have written it in any.
    """
    for key, value in job.requestHeaders().items():
        if bytes(key.data()).lower() == name.encode():
            return bytes(value.data()).decode("latin-1")
    return None


def method_of(job: QWebEngineUrlRequestJob) -> str:
    """The method of a request, no longer than is of use."""
    return bytes(job.requestMethod().left(_LONGEST_METHOD).data()).decode("latin-1")


def path_of(job: QWebEngineUrlRequestJob) -> str:
    """The path of a request's URL, percent-encoded."""
    return job.requestUrl().path(QUrl.ComponentFormattingOption.FullyEncoded)


def reply_bytes(
    job: QWebEngineUrlRequestJob,
    content_type: str,
    data: bytes,
    headers: Mapping[str, str] | None = None,
    part: ByteRange | None = None,
) -> None:
    """Answer a request with bytes and status 200, the only one that Qt has for an answer with a body.

    Args:
        job: The request, which must still be there.
        content_type: What the bytes are. Qt sends it in lower case, and of its parameters `charset` alone.
        data: The bytes.
        headers: Further headers. Qt 6.12 sends their values in lower case.
        part: The part of them that the request's `Range` asks for; as for `reply_file`.
    """
    device: QIODevice
    if part is not None and part.stop < len(data):
        device = _Part(lambda start, length: data[start : start + length], part, len(data), job)
    else:
        device = QBuffer(job)
        device.setData(QByteArray(data))
        device.open(_READ_ONLY)
        device.seek(part.start if part else 0)
    _reply(job, content_type, device, headers)


def reply_file(
    job: QWebEngineUrlRequestJob,
    content_type: str,
    file: FileIO,
    part: ByteRange,
    size: int,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer a request with a file, or a part of one, which Qt reads piece by piece as it sends it.

    Qt sees to `Range` itself: it sends status 206 and `Content-Range` for the header as it came, from which `part`
    must have been read.

    Args:
        job: The request, which must still be there.
        content_type: As for `reply_bytes`.
        file: The file, open for reading; the caller closes it as soon as it likes.
        part: The part to send.
        size: The size of the whole, in bytes.
        headers: As for `reply_bytes`.

    Raises:
        OSError: Qt cannot read the file.
    """
    descriptor = os.dup(file.fileno())
    device: QIODevice
    if part.stop < size:
        job.destroyed.connect(lambda: os.close(descriptor))
        device = _Part(_reader(descriptor), part, size, job)
    else:
        device = QFile(job)
        if not device.open(descriptor, _READ_ONLY, QFileDevice.FileHandleFlag.AutoCloseHandle):
            os.close(descriptor)
            raise OSError(device.errorString())
        # WORKAROUND (Qt WebEngine 6.12.0): for the last 500 bytes it sends the first 500, as if they were the last.
        device.seek(part.start)
    _reply(job, content_type, device, headers)


def _reader(descriptor: int) -> Callable[[int, int], bytes]:
    def read(start: int, length: int) -> bytes:
        os.lseek(descriptor, start, os.SEEK_SET)
        return os.read(descriptor, length)

    return read


def _reply(
    job: QWebEngineUrlRequestJob, content_type: str, device: QIODevice, headers: Mapping[str, str] | None
) -> None:
    if headers:
        # A list for each, since Qt wants a QMultiMap: of a QByteArray every byte would become a value of its own.
        job.setAdditionalResponseHeaders(
            {QByteArray(name.encode()): [QByteArray(value.encode())] for name, value in headers.items()}  # type: ignore[misc]
        )
    job.reply(QByteArray(content_type.encode()), device)


class _Part(QIODevice):
    """Bytes of which only a part is sent, that ends before they do.

    WORKAROUND (Qt WebEngine 6.12.0): for such a range Qt sends up to 64 KiB too much. It reads devices in a thread of
    its own, and one written in Python makes that thread wait for the interpreter; hence for such ranges only.

    Args:
        read: Gives bytes from a position, at most so many.
        part: The part.
        size: How many bytes there are in all.
        job: The request, which owns this.
    """

    def __init__(
        self, read: Callable[[int, int], bytes], part: ByteRange, size: int, job: QWebEngineUrlRequestJob
    ) -> None:
        super().__init__(job)
        self._read = read
        self._part = part
        self._size = size
        self._has_ended = False
        self.open(_READ_ONLY | QIODevice.OpenModeFlag.Unbuffered)
        self.seek(part.start)

    def size(self) -> int:
        """How many bytes there are in all, from which Qt makes `Content-Range`."""
        return self._size

    def readData(self, length: int) -> bytes:  # noqa: N802  # Qt's name
        """Read on, to the end of the part at most."""
        position = self.pos()
        data = self._read(position, max(0, min(length, self._part.stop - position)))
        self._has_ended = not data
        return data

    def atEnd(self) -> bool:  # noqa: N802  # Qt's name
        """Whether there is no more: of a file that has become shorter there is less than its size."""
        return self._has_ended or super().atEnd()
