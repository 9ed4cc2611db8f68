"""What happens to each request of a page before it goes out."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from shell.webview.headers import excess_of
from shell.webview.network import Kind, Network, Request
from shell.webview.origin import origin_of
from shell.webview.seal import Seal
from shell.webview.urls import written

if TYPE_CHECKING:
    from shell.audit import Audit

log = logging.getLogger(__name__)

WEBVIEW_HEADER = "shell-webview"
"""The header of requests for the program's own schemes that names the webview, sealed; no name where it is a page."""

PASSED_HEADER = "shell-passed"
"""The header of requests for the frontend that were let pass though no own page makes them, sealed."""

_Type = QWebEngineUrlRequestInfo.ResourceType
_KINDS = {
    _Type.ResourceTypeMainFrame: Kind.PAGE,
    _Type.ResourceTypeNavigationPreloadMainFrame: Kind.PAGE,
    _Type.ResourceTypeSubFrame: Kind.FRAME,
    _Type.ResourceTypeNavigationPreloadSubFrame: Kind.FRAME,
    _Type.ResourceTypeStylesheet: Kind.PASSIVE,
    _Type.ResourceTypeScript: Kind.PASSIVE,
    _Type.ResourceTypeImage: Kind.PASSIVE,
    _Type.ResourceTypeMedia: Kind.PASSIVE,
    _Type.ResourceTypeFavicon: Kind.PASSIVE,
}
_MARKED = frozenset({"ipc", "tauri", "asset"})
_SCRIPTS = frozenset({_Type.ResourceTypeScript, _Type.ResourceTypeJson})
# Chromium puts it on what goes to a host by https, or to one of this machine, and leaves it there when that sends the
# request on. No page can set it. What other hosts send on cannot be told from what pages ask for.
_TO_A_HOST = QByteArray(b"sec-ch-ua")
_MANY = 200
"""How many different refusals are warned of before the log has enough of it."""


class NetworkInterceptor(QWebEngineUrlRequestInterceptor):
    """Keeps the pages of a profile within the boundary.

    It belongs on the profile: an interceptor of a page hears nothing of shared workers. Neither hears of what workers
    ask of the program's own schemes; their handlers see to that themselves.

    Requests come in the main thread, one call for each; see that nothing here takes long.

    Args:
        network: What may go out.
        seal: Marks what was let pass, for the handler.
        parent: Owns the interceptor. A profile does not.
        audit: The audit log, if one is kept.

    Attributes:
        heard: How many requests it was asked about.
    """

    def __init__(
        self, network: Network, seal: Seal, parent: QObject | None = None, *, audit: "Audit | None" = None
    ) -> None:
        super().__init__(parent)
        self.heard = 0
        self._audit = audit
        self._network = network
        self._passed = QByteArray(seal.mark("").encode())
        self._warned: set[str] = set()

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802  # Qt's name
        """Let a request go or block it; when in doubt it is blocked."""
        self.heard += 1
        try:
            request = _request(info)
            refusal = self._network.refusal(request)
        except Exception:
            log.exception("a request was blocked, for it could not be judged")
            info.block(True)
            return
        if refusal is not None:
            info.block(True)
            self._warn(request, refusal)
            if self._audit is not None:
                self._tell(self._audit, info, request, refusal)
        elif request.scheme == "tauri":
            info.setHttpHeader(QByteArray(PASSED_HEADER.encode()), self._passed)

    def _warn(self, request: Request, refusal: str) -> None:
        if refusal not in self._warned and len(self._warned) < _MANY:
            self._warned.add(refusal)
            log.warning("a request of %s was blocked: %s", request.page, refusal)

    @staticmethod
    def _tell(audit: "Audit", info: QWebEngineUrlRequestInfo, request: Request, refusal: str) -> None:
        audit.wish(
            "request",
            page=request.page,
            target=written(info.requestUrl()),
            what=request.kind.name.lower(),
            allowed=False,
            why=refusal,
        )


class PageInterceptor(QWebEngineUrlRequestInterceptor):
    """Puts on the requests of one page what the core knows of it. It goes on the page.

    Args:
        label: The webview's label.
        seal: Marks the label, for the handler.
        user_agent: The webview's own user agent; None for the profile's.
        parent: Owns the interceptor. A page does not.

    Attributes:
        is_one_too_many: Counts a request; returns whether the page has made too many.
        are_many: Whether so many of its requests for files wait that it should make no more of them.
        on_excess: Told what the page did where a request has more headers than any server takes.
    """

    def __init__(self, label: str, seal: Seal, *, user_agent: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_one_too_many: Callable[[], bool] = lambda: False
        self.are_many: Callable[[], bool] = lambda: False
        self.on_excess: Callable[[str], None] = lambda _: None
        self._label = QByteArray(seal.mark(label).encode())
        self._of_page = QByteArray(seal.mark("").encode())
        self._user_agent = None if user_agent is None else QByteArray(user_agent.encode())

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802  # Qt's name
        """Stamp a request, or block it where there are too many."""
        is_page = info.resourceType() is _Type.ResourceTypeMainFrame
        scheme = info.requestUrl().scheme()
        # A call takes none of the files that those take which wait. Whoever fails a request later gives it an answer
        # whose body never ends.
        if self.is_one_too_many() or (scheme != "ipc" and not is_page and self.are_many()):
            info.block(True)
            return
        excess = excess_of(info.httpHeaders())
        if excess is not None:
            info.block(True)
            self.on_excess(f"made a request with {excess}")
            return
        if scheme in _MARKED:
            info.setHttpHeader(QByteArray(WEBVIEW_HEADER.encode()), self._of_page if is_page else self._label)
        elif self._user_agent is not None and scheme in {"http", "https", "ws", "wss"}:
            info.setHttpHeader(QByteArray(b"User-Agent"), self._user_agent)


def _request(info: QWebEngineUrlRequestInfo) -> Request:
    url = info.requestUrl()
    port = url.port()
    scheme, kind = url.scheme(), info.resourceType()
    return Request(
        scheme=scheme,
        host=url.host(QUrl.ComponentFormattingOption.FullyEncoded),
        port=None if port < 0 else port,
        initiator=origin_of(written(info.initiator())),
        first_party=origin_of(written(info.firstPartyUrl())),
        kind=_KINDS.get(kind, Kind.DATA),
        is_sent_on=kind in _SCRIPTS and scheme in _MARKED and _TO_A_HOST in info.httpHeaders(),
    )
