"""`ipc://localhost/…`: bytes and large JSON, up as the body of a request and down as the body of its answer."""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl, QUrlQuery
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler

from shell.ipc import Call, Link, RefusedError, Router, Session
from shell.ipc.parcel import BYTES, JSON
from shell.ipc.wire import encode_value
from shell.webview._temp_scheme import WEBVIEW_HEADER
from shell.webview.origin import AppOrigins, origin_of

log = logging.getLogger(__name__)

_FAILED = JSON + "; outcome=error"
_decode_headers = msgspec.json.Decoder(dict[str, str]).decode


class IpcHandler(QWebEngineUrlSchemeHandler):
    """Answers `ipc:` requests of the app's own pages.

    `POST /<command>?document=…&raw=0|1` is a call, whose body is its arguments; `GET /?document=…&parcel=…` fetches
    what was parked for the document. Which webview asks is what its interceptor stamped on the request, and where the
    request comes from is what Chromium says; what the page itself writes only tells which of its documents it is.
    """

    def __init__(
        self, router: Router, find: Callable[[str], Link | None], origins: AppOrigins, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._router = router
        self._find = find
        self._origins = origins

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802  # Qt's name
        """Answer a request; never raises for anything that a page sent."""
        try:
            self._answer(job)
        except RefusedError as refused:
            log.warning("a request for %s was refused: %s", job.requestUrl().path()[:100], refused)
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
        except Exception:
            log.exception("a request for %s failed", job.requestUrl().path()[:100])
            job.fail(QWebEngineUrlRequestJob.Error.RequestFailed)

    def _answer(self, job: QWebEngineUrlRequestJob) -> None:
        origin = origin_of(job.initiator().toString())
        if origin not in self._origins.origins:
            raise RefusedError(f"it comes from {origin}, which is not the app's own")
        query = QUrlQuery(job.requestUrl())
        session = self._session(job, query.queryItemValue("document"))
        answer = _Answer(job, origin, session)
        method = job.requestMethod().data()
        if method == b"GET":
            answer.parcel(query.queryItemValue("parcel"))
        elif method == b"POST":
            path = unquote(job.requestUrl().path(QUrl.ComponentFormattingOption.FullyEncoded))
            raw = query.queryItemValue("raw") == "1"
            headers = self._headers(query.queryItemValue("headers", QUrl.ComponentFormattingOption.FullyDecoded))
            body = _body(job)
            call = Call(path.removeprefix("/"), session.caller, body, raw, headers)
            self._router.dispatch(session, answer, 0, call)
        else:
            raise RefusedError(f"the method {method.decode()} means nothing here")

    def _session(self, job: QWebEngineUrlRequestJob, document: str) -> Session:
        label = job.requestHeaders().get(QByteArray(WEBVIEW_HEADER), QByteArray()).data().decode()
        link = self._find(label)
        session = link.find(document) if link is not None and document else None
        if session is None:
            raise RefusedError(f"there is no such document in webview {label!r}")
        return session

    @staticmethod
    def _headers(text: str) -> Mapping[str, str]:
        try:
            return _decode_headers(text) if text else {}
        except msgspec.DecodeError as error:
            raise RefusedError(f"its headers are malformed: {error}") from None


def _body(job: QWebEngineUrlRequestJob) -> bytes:
    device = job.requestBody()
    if device is None:
        return b""
    # Qt hands it out closed, and a closed device reads as empty.
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    return device.readAll().data()


class _Answer:
    """Where the answer to one request goes. The page may go first, and the request with it."""

    def __init__(self, job: QWebEngineUrlRequestJob, origin: str, session: Session) -> None:
        self._job: QWebEngineUrlRequestJob | None = job
        self._origin = origin
        self._session = session
        job.destroyed.connect(self._forget)

    def _forget(self) -> None:
        self._job = None

    def resolve(self, _call: int, value: Any) -> None:
        if isinstance(value, bytes | bytearray | memoryview):
            self._reply(BYTES, bytes(value))
        else:
            self._reply(JSON, encode_value(value))

    def reject(self, _call: int, error: Any) -> None:
        self._reply(_FAILED, encode_value(error))

    def parcel(self, number: str) -> None:
        parcel = self._session.parcels.take(int(number)) if number.isdecimal() else None
        if parcel is None:
            raise RefusedError(f"there is no parcel {number[:20]!r} for this document")
        self._reply(parcel.content_type, parcel.data)
        self._session.relieve()

    def _reply(self, content_type: str, data: bytes) -> None:
        job = self._job
        if job is None:
            return
        device = QBuffer(job)
        device.setData(QByteArray(data))
        device.open(QIODevice.OpenModeFlag.ReadOnly)
        headers = {"Access-Control-Allow-Origin": self._origin, "Cache-Control": "no-store"}
        job.setAdditionalResponseHeaders(
            {QByteArray(key.encode()): QByteArray(value.encode()) for key, value in headers.items()}
        )
        job.reply(content_type.encode(), device)
