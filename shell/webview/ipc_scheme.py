"""`ipc://localhost/…`: bytes and large JSON, up as the body of a request and down as the body of its answer."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec
from PySide6.QtCore import QByteArray, QIODevice, QObject, QUrl, QUrlQuery
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

from shell.ipc import Call, Link, RefusedError, Router, Session
from shell.ipc.parcel import BYTES, BYTES_TYPES, JSON, Data
from shell.ipc.parts import LARGEST_PART
from shell.ipc.upload import LARGEST_BODY
from shell.ipc.wire import Written, encode_at_once, encode_error
from shell.webview.interceptor import WEBVIEW_HEADER
from shell.webview.origin import AppOrigins, origin_of
from shell.webview.reply import header_of, method_of, path_of, reply_bytes
from shell.webview.scheme import RefusedRequestError, SchemeHandler
from shell.webview.seal import Seal
from shell.webview.urls import written

# Qt has but one status for an answer with a body, and passes no parameter of its type on.
_MOST_DIGITS = 18
_LONGEST_URL = 65_536
"""Characters; the bridge posts the calls whose command and headers are longer. What comes is read at once."""
_REJECTED = "application/problem+json"
_PARKED = "application/vnd.qtshell.parcel+json"
_KEPT_BLOCK = 8 * 1024 * 1024
_decode_headers = msgspec.json.Decoder(dict[str, str]).decode


class IpcHandler(SchemeHandler):
    """Answers `ipc:` requests of the app's own pages.

    `POST /<command>?document=…&raw=0|1&size=…` is a call, whose body is its arguments. A large body comes before it in
    pieces, `POST /?document=…&upload=…&at=…&size=…`, and the call names the `upload`. `GET /?document=…&parcel=…`
    fetches what was parked for the document, with `&at=…&size=…` a part of it. Which webview asks is what its
    interceptor put on the request under seal, and where the request comes from is what Chromium says; what the page
    itself writes only tells which of its documents it is.

    Args:
        router: Where calls go.
        find: The link of a webview, by label.
        origins: The app's own origins.
        seal: What the interceptor marks with.
        parent: Owns the handler.
    """

    def __init__(
        self,
        router: Router,
        find: Callable[[str], Link | None],
        origins: AppOrigins,
        seal: Seal,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent, audit=router.audit)
        self._router = router
        self._find = find
        self._origins = origins
        self._seal = seal
        # glibc gives blocks as large as a body back to the system as soon as they are free, and to get them anew takes
        # a fifth of a body's time. From now on it does so only with blocks that are larger than this one.
        QByteArray().reserve(_KEPT_BLOCK)

    def answer(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer a call, or with a parcel."""
        origin = origin_of(written(job.initiator()))
        if origin not in self._origins.origins:
            raise RefusedRequestError(f"ipc: is for the app's own pages, not for {origin}")
        try:
            session, query = self._session(job)
        except RefusedError as refused:
            _reply(job, origin, _REJECTED, encode_error(str(refused)))
            return
        if origin != session.caller.origin:
            raise RefusedRequestError(f"an ipc: request of {origin} names a document of {session.caller.origin}")
        answer = _Answer(job, origin, session)
        method = method_of(job)
        if method == "GET":
            answer.parcel(query)
        elif method == "POST":
            try:
                if query.hasQueryItem("at"):
                    session.uploads.add(_number(query, "upload"), _number(query, "at"), _body(job, _size(query)))
                    answer.resolve(0, None)
                else:
                    call = _call(job, query, session)
                    began = time.monotonic()
                    self._router.dispatch(session, answer, 0, call)
                    self._router.long_steps.note((call.command,), time.monotonic() - began)
            except RefusedError as refused:
                self._tell_of_upload(session, str(refused))
                answer.reject(0, str(refused))
        else:
            raise RefusedRequestError(f"ipc: is used with GET or POST, not with {method}")

    def _tell_of_upload(self, session: Session, problem: str) -> None:
        if self._audit is not None:
            self._audit.message(session.caller.webview, problem, session.caller)

    def _webview_of(self, job: QWebEngineUrlRequestJob) -> str:
        return self._seal.read(header_of(job, WEBVIEW_HEADER)) or ""

    def _session(self, job: QWebEngineUrlRequestJob) -> tuple[Session, QUrlQuery]:
        label = self._seal.read(header_of(job, WEBVIEW_HEADER))
        link = None if label is None else self._find(label)
        if link is not None:
            # Not before: workers' requests bear no mark, and nobody counts them.
            url = job.requestUrl()
            size = url.toEncoded().size()
            if size > _LONGEST_URL:
                problem = f"the URL of an ipc: request has {size} characters, and may have {_LONGEST_URL}"
                if self._audit is not None:
                    self._audit.message(link.label, problem, None)
                raise RefusedError(problem)
            query = QUrlQuery(url)
            document = query.queryItemValue("document")
            session = link.find(document) if document else None
            if session is not None:
                return session, query
        raise RefusedRequestError(f"an ipc: request of webview {label!r} names no document that is there")


def _headers(text: str) -> Mapping[str, str]:
    try:
        return _decode_headers(text) if text else {}
    except msgspec.DecodeError as error:
        raise RefusedRequestError(f"the headers of an ipc: request are malformed: {error}") from None


def _is_number(text: str) -> bool:
    # Python reads no number of some thousands of digits.
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def _number(query: QUrlQuery, name: str) -> int:
    text = query.queryItemValue(name)
    if not _is_number(text):
        raise RefusedRequestError(f"the {name} of an ipc: request, {text[:20]!r}, is none that can be taken")
    return int(text)


def _size(query: QUrlQuery) -> int:
    size = _number(query, "size")
    if size > LARGEST_BODY:
        raise RefusedRequestError(f"the size of an ipc: request's body, {size}, is none that can be taken")
    return size


def _call(job: QWebEngineUrlRequestJob, query: QUrlQuery, session: Session) -> Call:
    if query.hasQueryItem("upload"):
        body = session.uploads.take(_number(query, "upload"), _size(query))
    else:
        body = bytes(_body(job, _size(query)))
    command = unquote(path_of(job)).removeprefix("/")
    headers = _headers(query.queryItemValue("headers", QUrl.ComponentFormattingOption.FullyDecoded))
    return Call(command, session.caller, body, query.queryItemValue("raw") == "1", headers)


def _body(job: QWebEngineUrlRequestJob, size: int) -> memoryview:
    if size > LARGEST_PART:
        # It is read at once.
        raise RefusedError(
            f"the body of a request has at most {LARGEST_PART} bytes, and this one {size}: larger ones come in pieces"
        )
    device: QIODevice | None = job.requestBody()
    if device is None:
        return memoryview(b"")
    # Qt hands it out closed, and a closed device reads as empty.
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    # WORKAROUND: read in pieces, Qt 6.12.0 goes on behind the end of a body of more than 64 KiB, for ever. In one
    # piece that is larger than the body it stops where the body does.
    body = memoryview(device.read(size + 1))  # type: ignore[arg-type]  # PySide does not say that it is a buffer
    if len(body) != size:
        raise RefusedRequestError(f"an ipc: request said {size} bytes and had {len(body)}")
    return body


def _reply(job: QWebEngineUrlRequestJob, origin: str, content_type: str, data: bytes) -> None:
    reply_bytes(job, content_type, data, {"Access-Control-Allow-Origin": origin, "Cache-Control": "no-store"})


class _Answer:
    """Where the answer to one request goes. The page may go first, and the request with it."""

    def __init__(self, job: QWebEngineUrlRequestJob, origin: str, session: Session) -> None:
        self._job: QWebEngineUrlRequestJob | None = job
        self._origin = origin
        self._session = session
        job.destroyed.connect(self._forget)

    def _forget(self) -> None:
        self._job = None

    def resolve(self, _call: int, value: Any) -> bool:
        if not isinstance(value, BYTES_TYPES):
            encoded = value.json if isinstance(value, Written) else encode_at_once(value)
            if encoded is None:
                return True
            self._answer(JSON, encoded)
            return False
        self._answer(BYTES, bytes(value))
        return False

    def _answer(self, content_type: str, data: Data) -> None:
        if len(data) <= LARGEST_PART:
            self._reply(content_type, bytes(data))
        elif self._job is not None:
            self._session.refuse_overflow()
            self._reply(_PARKED, b"[%b]" % self._session.parcels.announce(content_type, data))

    def reject(self, _call: int, error: Any) -> None:
        self._reply(_REJECTED, encode_error(error))

    def parcel(self, query: QUrlQuery) -> None:
        number = query.queryItemValue("parcel")
        parcels, parcel = self._session.parcels, None
        if _is_number(number):
            if query.hasQueryItem("at"):
                parcel = parcels.take_part(int(number), _number(query, "at"), _number(query, "size"))
            else:
                parcel = parcels.take(int(number))
        if parcel is None:
            raise RefusedRequestError(f"there is no parcel {number[:20]!r} for this document")
        self._reply(parcel.content_type, bytes(parcel.data))
        self._session.relieve()

    def _reply(self, content_type: str, data: bytes) -> None:
        if self._job is not None:
            _reply(self._job, self._origin, content_type, data)
