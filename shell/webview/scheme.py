"""The program's own URL schemes: `tauri:` for the frontend, `asset:` for files that the asset scope allows."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from PySide6.QtCore import QByteArray, QObject
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlScheme, QWebEngineUrlSchemeHandler
from PySide6.QtWidgets import QApplication

from shell.config.errors import unbroken
from shell.webview.asset_scope import AssetScope
from shell.webview.assets import Assets, Found, NotFound, decode_path, open_file
from shell.webview.csp import LARGEST_PAGE, PagePolicy, Served
from shell.webview.headers import excess_of
from shell.webview.interceptor import PASSED_HEADER, WEBVIEW_HEADER
from shell.webview.mime import MimeTypes
from shell.webview.origin import AppOrigins, origin_of
from shell.webview.ranges import ByteRange, RangeError, requested_range
from shell.webview.reply import header_of, method_of, path_of, reply_bytes, reply_file
from shell.webview.seal import Seal
from shell.webview.turns import Turns
from shell.webview.urls import written

if TYPE_CHECKING:
    from shell.audit import Audit

log = logging.getLogger(__name__)

SCHEMES = (b"tauri", b"asset", b"ipc")

_Error = QWebEngineUrlRequestJob.Error
_Flag = QWebEngineUrlScheme.Flag
_HOST = "localhost"
_READ_METHODS = frozenset({"GET", "HEAD"})
# `no-cache`: a file that was edited shows when the page loads again.
_HEADERS: Mapping[str, str] = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
_POWERS = "Permissions-Policy"
# Qt does not tell which frame asks for the screen, so none of another origin may.
_SCREEN = "display-capture"
_LONGEST_TEXT = 2000
"""Characters of a refusal, which has the names of files that pages ask for; the log keeps some hundred of them."""
_SMALL_PAGE = 32 * 1024
"""Bytes of a page that is looked into at once, which takes a few milliseconds at most."""
_MANY = 500
"""How many different requests are warned of before the log has enough of it."""


def register_schemes() -> None:
    """Tell Qt of the schemes. Call this before the `QApplication` is made; again it does nothing.

    Raises:
        RuntimeError: There is a `QApplication` already.
    """
    for name in SCHEMES:
        if not QWebEngineUrlScheme.schemeByName(QByteArray(name)).name().isEmpty():
            continue
        if QApplication.instance() is not None:
            raise RuntimeError("URL schemes must be registered before the QApplication is made")
        scheme = QWebEngineUrlScheme(QByteArray(name))
        scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
        scheme.setFlags(_Flag.SecureScheme | _Flag.CorsEnabled | _Flag.FetchApiAllowed)
        QWebEngineUrlScheme.registerScheme(scheme)


class RefusedRequestError(Exception):
    """A request that is not answered; its text says why, for the log."""

    def __init__(self, message: str, error: QWebEngineUrlRequestJob.Error = _Error.RequestDenied) -> None:
        super().__init__(message[:_LONGEST_TEXT])
        self.error = error


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Answers the requests for a scheme; what goes wrong with one is logged, and the request failed.

    A page sees a request that was failed as a network error, or in `fetch` by its status: 403 for `RequestDenied`,
    404 for `UrlNotFound`, 400 for the others. The body of such a response cannot be read: Qt 6.12 gives it none, and
    reading it never ends. Other statuses cannot be set.
    """

    def __init__(self, parent: QObject | None = None, *, audit: "Audit | None" = None) -> None:
        super().__init__(parent)
        self._audit = audit
        self._warned: set[str] = set()

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802  # Qt's name
        """Answer a request; nothing is ever raised into Qt."""
        self._attempt(job, self._answer)

    def _answer(self, job: QWebEngineUrlRequestJob) -> None:
        _check_headers(job)
        self.answer(job)

    def _attempt(self, job: QWebEngineUrlRequestJob, answer: Callable[[QWebEngineUrlRequestJob], None]) -> None:
        try:
            answer(job)
        except RefusedRequestError as refused:
            self._warn(str(refused))
            self._tell(job, refused)
            job.fail(refused.error)
        except Exception:
            log.exception("a request for %s failed", written(job.requestUrl())[:200])
            job.fail(_Error.RequestFailed)

    def answer(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer a request.

        Args:
            job: The request. It may be gone once this returns: `job.destroyed` says so.

        Raises:
            RefusedRequestError: It is not answered.
        """
        raise NotImplementedError

    def _tell(self, job: QWebEngineUrlRequestJob, refused: RefusedRequestError) -> None:
        # What is not there, or is no range of it, was refused to nobody.
        if self._audit is not None and refused.error is _Error.RequestDenied:
            url, page = written(job.requestUrl()), written(job.initiator())
            webview = self._webview_of(job)
            self._audit.wish("request", webview=webview, page=page, target=url, allowed=False, why=str(refused))

    def _webview_of(self, _: QWebEngineUrlRequestJob) -> str:
        """The label of the webview that asks, where that is known."""
        return ""

    def _warn(self, message: str) -> None:
        message = message[:_LONGEST_TEXT]
        if message not in self._warned and len(self._warned) < _MANY:
            self._warned.add(message)
            log.warning("%s", message)


class _FileHandler(SchemeHandler):
    """What the handlers of files have in common."""

    def __init__(
        self,
        origins: AppOrigins,
        seal: Seal,
        headers: Mapping[str, str],
        parent: QObject | None,
        audit: "Audit | None",
    ) -> None:
        super().__init__(parent, audit=audit)
        self._seal = seal
        self._turns = Turns(super().requestStarted, lambda job: self._seal.read(header_of(job, WEBVIEW_HEADER)), self)
        self._origins = origins
        powers = headers.get(_POWERS, "")
        if _SCREEN not in powers:
            powers = f"{powers}, {_SCREEN}=(self)".removeprefix(", ")
        self._headers = {**_HEADERS, **headers, _POWERS: powers}
        for name, value in headers.items():
            if value != value.lower():
                log.warning("app.security.headers: Qt 6.12 sends %s: %s in lower case", name, value)

    def are_many(self, webview: str) -> bool:
        """Whether so many requests of a webview wait that it should make no more."""
        return self._turns.are_many(webview)

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802  # Qt's name
        """Answer a request when it is its turn."""
        self._turns.take(job)

    def _webview_of(self, job: QWebEngineUrlRequestJob) -> str:
        return self._seal.read(header_of(job, WEBVIEW_HEADER)) or ""

    def _check(self, job: QWebEngineUrlRequestJob) -> None:
        method = method_of(job)
        if method not in _READ_METHODS:
            raise RefusedRequestError(f"{_shown(job)} is read with GET or HEAD, not with {method}")
        # Qt tells whoever asks that they may read the answer, and Chromium leaves it at that.
        origin = header_of(job, "origin")
        if origin is not None and origin_of(origin) not in self._origins.origins:
            raise RefusedRequestError(f"{_shown(job)} may be read by the app's own pages, not by {origin}")

    def _send(self, job: QWebEngineUrlRequestJob, file: FileIO, content_type: str) -> None:
        size = os.fstat(file.fileno()).st_size
        part = _part(job, size)
        headers = {**self._headers, "Accept-Ranges": "bytes", "Content-Length": str(part.stop - part.start)}
        if method_of(job) == "HEAD":
            reply_bytes(job, content_type, b"", headers)
        else:
            reply_file(job, content_type, file, part, size, headers)


class AppHandler(_FileHandler):
    """Serves the frontend's files on `tauri://localhost/`.

    A page that is missing is answered with one that says what was looked for; with status 200, as Qt has no other for
    an answer with a body. Whatever else is missing fails with 404, and is warned of in the log.

    Pages of other origins get what a `NetworkInterceptor` let pass. Of workers it hears nothing: theirs get nothing.

    Args:
        assets: The files.
        origins: The app's own origins.
        seal: What the interceptor marks with.
        policy: What puts the configuration's policy on pages; None for no policy.
        headers: The configuration's headers.
        parent: Owns the handler.
        audit: The audit log, if one is kept.
        threads: Where large pages are looked into while the loop runs on; None where that is done at once.
    """

    def __init__(
        self,
        assets: Assets,
        origins: AppOrigins,
        seal: Seal,
        *,
        policy: PagePolicy | None = None,
        headers: Mapping[str, str] | None = None,
        parent: QObject | None = None,
        audit: "Audit | None" = None,
        threads: Executor | None = None,
    ) -> None:
        super().__init__(origins, seal, headers or {}, parent, audit)
        self._assets = assets
        self._policy = policy
        self._threads = threads

    def answer(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer with a file of the frontend."""
        initiator = written(job.initiator())
        is_own = not initiator or origin_of(initiator) in self._origins.origins
        if not is_own and self._seal.read(header_of(job, PASSED_HEADER)) is None:
            raise RefusedRequestError(f"{_shown(job)} may be loaded by the app's own pages, not by {initiator}")
        self._check(job)
        if job.requestUrl().host() != _HOST:
            raise RefusedRequestError(f"{_shown(job)}: the app is at tauri://{_HOST}", _Error.UrlNotFound)
        page = "text/html" in (header_of(job, "accept") or "")
        found = self._assets.find(path_of(job), page=page)
        if isinstance(found, NotFound):
            tried = f"; looked for {unbroken(', '.join(found.tried))}" if found.tried else ""
            message = f"{_shown(job)} not found: {found.reason}{tried}"
            if not page:
                raise RefusedRequestError(message, _Error.UrlNotFound)
            self._warn(message)
            self._send_missing(job, found)
            return
        try:
            file = _opened(job, found.path)
        except RefusedRequestError as refused:
            if not page:
                raise
            self._warn(str(refused))
            self._send_missing(job, NotFound(found.name, (), "this file cannot be read"))
            return
        if self._policy is not None and found.is_page:
            self._serve(job, file, found, self._policy)
            return
        with file:
            self._send(job, file, found.content_type)

    def _serve(self, job: QWebEngineUrlRequestJob, file: FileIO, found: Found, policy: PagePolicy) -> None:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_PAGE:
            why = f"of pages of more than {LARGEST_PAGE >> 20} MiB none are added to app.security.csp"
            self._warn(f"{_shown(job)}: its inline scripts and styles may not run: {why}; put them into files")

        def page() -> Served:
            with file:
                return policy.serve(file.readall(), found.content_type)

        if self._threads is None or size <= _SMALL_PAGE:
            self._send_page(job, page(), found.content_type)
            return
        # It may be gone before.
        jobs = [job]
        job.destroyed.connect(lambda: jobs.clear())

        def send(in_thread: asyncio.Future[Served]) -> None:
            if in_thread.cancelled():
                # The program ends.
                return
            for waiting in jobs:
                self._attempt(waiting, lambda job: self._send_page(job, in_thread.result(), found.content_type))

        asyncio.get_running_loop().run_in_executor(self._threads, page).add_done_callback(send)

    def _send_missing(self, job: QWebEngineUrlRequestJob, missing: NotFound) -> None:
        text = _not_found_page(missing)
        reply_bytes(job, "text/html;charset=utf-8", text, self._headers, _part(job, len(text)))

    def _send_page(self, job: QWebEngineUrlRequestJob, served: Served, content_type: str) -> None:
        part = _part(job, len(served.page))
        headers = {**self._headers, "Content-Length": str(part.stop - part.start)}
        if served.header is not None:
            headers["Content-Security-Policy"] = served.header
        if method_of(job) == "HEAD":
            reply_bytes(job, content_type, b"", headers)
        else:
            reply_bytes(job, content_type, served.page, headers, part)


class AssetHandler(_FileHandler):
    """Serves files of the machine that the asset scope allows, on `asset://localhost/`, to the app's own pages alone.

    Args:
        scope: Which files; None where the configuration has not enabled the scheme.
        origins: The app's own origins.
        seal: What the pages' interceptors mark with.
        headers: The configuration's headers.
        parent: Owns the handler.
        audit: The audit log, if one is kept.
    """

    def __init__(
        self,
        scope: AssetScope | None,
        origins: AppOrigins,
        seal: Seal,
        *,
        headers: Mapping[str, str] | None = None,
        parent: QObject | None = None,
        audit: "Audit | None" = None,
    ) -> None:
        super().__init__(origins, seal, headers or {}, parent, audit)
        self._scope = scope
        self._types = MimeTypes()

    def answer(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer with a file, which the URL's path names as `convertFileSrc` has written it."""
        initiator = origin_of(written(job.initiator()))
        if initiator not in self._origins.origins:
            raise RefusedRequestError(f"{_shown(job)} may be loaded by the app's own pages, not by {initiator}")
        self._check(job)
        if self._scope is None:
            raise RefusedRequestError('asset: is off; "enable": true under app.security.assetProtocol turns it on')
        path = decode_path(path_of(job).removeprefix("/"))
        try:
            real = None if path is None else self._scope.resolve(path)
        except FileNotFoundError:
            raise RefusedRequestError(f"{_shown(job)} not found: there is no such file", _Error.UrlNotFound) from None
        if path is None or real is None:
            raise RefusedRequestError(f"{_shown(job)}: app.security.assetProtocol.scope does not allow this file")
        with _opened(job, real) as file:
            self._send(job, file, self._types.content_type(path))


def _check_headers(job: QWebEngineUrlRequestJob) -> None:
    # No interceptor hears of what workers ask for.
    excess = excess_of(job.requestHeaders())
    if excess is not None:
        raise RefusedRequestError(f"{_shown(job)}: the request has {excess}")


def _opened(job: QWebEngineUrlRequestJob, path: Path) -> FileIO:
    try:
        return open_file(path)
    except FileNotFoundError:
        raise RefusedRequestError(f"{_shown(job)} not found: there is no such file", _Error.UrlNotFound) from None
    except OSError as error:
        raise RefusedRequestError(f"{_shown(job)} cannot be read: {error}") from None


def _part(job: QWebEngineUrlRequestJob, size: int) -> ByteRange:
    # A range that starts behind the end must not reach Qt: 6.12.0 crashes over it.
    try:
        return requested_range(header_of(job, "range"), size)
    except RangeError as error:
        raise RefusedRequestError(f"{_shown(job)}: {error}", _Error.RequestFailed) from None


def _shown(job: QWebEngineUrlRequestJob) -> str:
    return written(job.requestUrl())[:300]


def _not_found_page(missing: NotFound) -> bytes:
    # Loaded with the first page that is missing, for in most programs none is.
    from shell.webview.built_in import built_in_page  # noqa: PLC0415

    return built_in_page("not-found", attrs.asdict(missing)).encode("utf-8", "replace")
