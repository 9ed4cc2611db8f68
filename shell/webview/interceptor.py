"""What happens to each request of a page before it goes out."""

import logging

from PySide6.QtCore import QByteArray, QObject, QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from shell.webview.network import Kind, Network, Request
from shell.webview.origin import origin_of

log = logging.getLogger(__name__)

WEBVIEW_HEADER = b"Shell-Webview"
"""The header of `ipc:` requests that names the webview: what stands in it is the core's word, never the page's."""

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
_MANY = 200
"""How many different refusals are warned of before the log has enough of it."""


class NetworkInterceptor(QWebEngineUrlRequestInterceptor):
    """Keeps the pages of a profile within the boundary.

    It belongs on the profile: an interceptor of a page hears nothing of shared workers. For the same reason it takes
    the webview's name off every `ipc:` request, so that only `PageInterceptor`, which comes after, can put one on.

    Requests come in the main thread, one call for each; see that nothing here takes long.

    Args:
        network: What may go out.
        parent: Owns the interceptor. A profile does not.
    """

    def __init__(self, network: Network, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self._warned: set[str] = set()

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802  # Qt's name
        """Let a request go or block it; when in doubt it is blocked."""
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
        elif request.scheme == "ipc":
            info.setHttpHeader(QByteArray(WEBVIEW_HEADER), QByteArray(b""))

    def _warn(self, request: Request, refusal: str) -> None:
        if refusal not in self._warned and len(self._warned) < _MANY:
            self._warned.add(refusal)
            page = request.first_party if request.initiator == "null" else request.initiator
            log.warning("a request of %s was blocked: %s", page, refusal)


class PageInterceptor(QWebEngineUrlRequestInterceptor):
    """Puts on the requests of one page what the core knows of it. It goes on the page.

    Args:
        label: The webview's label.
        user_agent: The webview's own user agent; None for the profile's.
        parent: Owns the interceptor. A page does not.
    """

    def __init__(self, label: str, user_agent: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._label = QByteArray(label.encode())
        self._user_agent = None if user_agent is None else QByteArray(user_agent.encode())

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:  # noqa: N802  # Qt's name
        """Stamp a request."""
        scheme = info.requestUrl().scheme()
        if scheme == "ipc":
            info.setHttpHeader(QByteArray(WEBVIEW_HEADER), self._label)
        elif self._user_agent is not None and scheme in {"http", "https", "ws", "wss"}:
            info.setHttpHeader(QByteArray(b"User-Agent"), self._user_agent)


def _request(info: QWebEngineUrlRequestInfo) -> Request:
    url = info.requestUrl()
    port = url.port()
    return Request(
        scheme=url.scheme(),
        host=url.host(QUrl.ComponentFormattingOption.FullyEncoded),
        port=None if port < 0 else port,
        initiator=origin_of(info.initiator().toString()),
        first_party=origin_of(info.firstPartyUrl().toString()),
        kind=_KINDS.get(info.resourceType(), Kind.DATA),
    )
