"""The boundary of pages: what they may reach, as decided for each request."""

import enum
from collections.abc import Callable, Iterable, Iterator

from shell.acl import RemotePattern
from shell.config.urls import DEFAULT_PORTS, UrlPattern
from shell.value import frozen
from shell.webview.origin import AppOrigins, origin_of

_NETWORK = frozenset({"http", "https", "ws", "wss"})
_APP = frozenset({"tauri", "asset", "ipc"})
# What the page has within itself, and the developer tools' own files, which Chromium gives to no page.
_WITHIN = frozenset({"about", "blob", "data", "devtools"})
_LAST_PORT = 65535

_NO_IDENTITY = "--disable-features=FedCm"
"""Signing in with another site's identity: Chromium asks that site by itself, past every interceptor."""

ISOLATION = "--site-per-process"
"""The switch of Chromium that gives each site a renderer of its own, remote frames in own pages as well.

Without it Qt 6.12.0 leaves a page that another site's page navigates to in the renderer of that, and without the
scripts that every document begins with: without the bridge.
"""

CHROMIUM_FLAGS = (
    ISOLATION,
    _NO_IDENTITY,
    # WebRTC sends its packets past every interceptor. Told to use UDP through proxies only, it finds no way out.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
"""Switches of Chromium that the boundary needs whichever hosts may be reached."""


class Kind(enum.Enum):
    """What a request is for."""

    PAGE = enum.auto()
    """The page of a window."""

    FRAME = enum.auto()
    """The page of a frame in a page."""

    PASSIVE = enum.auto()
    """What a page shows or runs and, coming from elsewhere, could not read: an image, a script."""

    DATA = enum.auto()
    """What a page reads, and all else."""


@frozen
class Request:
    """A request as the engine knows it.

    Attributes:
        scheme: Of its URL, in lower case.
        host: Of its URL, in ASCII; empty where it has none.
        port: Of its URL; None for the scheme's own.
        initiator: The origin that makes it; `null` for one without a name, and for the program itself.
        first_party: The origin of the page in whose window it is made.
        kind: What it is for.
        is_sent_on: Whether it is for a script or a module, and a host that it went to sends it on, as far as that can
            be told.
    """

    scheme: str
    host: str
    port: int | None
    initiator: str
    first_party: str
    kind: Kind
    is_sent_on: bool = False

    @property
    def page(self) -> str:
        """The origin that it is made by, or for: that of the page around one without a name."""
        return self.first_party if self.initiator == "null" else self.initiator

    @property
    def target(self) -> str:
        """The origin that it goes to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return origin_of(f"{self.scheme}://{host}{'' if self.port is None else f':{self.port}'}")


@frozen
class Network:
    """Decides which requests of pages go out.

    The app's own pages reach its own schemes, `ipc:` by what they fetch; whoever else is shown in a window reaches
    nothing of the app's but what a person opens there, and no host sends a script on to there, as far as that
    can be told. All pages reach the hosts that the configuration lists, and no other.

    Attributes:
        may_reach: Whether the configuration lists a URL's host.
        origins: The app's own origins.
    """

    may_reach: Callable[[str], bool]
    origins: AppOrigins

    def refusal(self, request: Request) -> str | None:
        """Why a request may not go out; None where it may."""
        scheme = request.scheme
        if scheme in _WITHIN:
            return None
        if scheme in _APP:
            if not self._is_of_app(request):
                return f"{scheme}: is for the app's own pages only"
            # Chromium ends a page whose script a listed host has sent on to where no answer comes.
            if scheme == "ipc" and request.kind is not Kind.DATA:
                return "ipc: answers what pages fetch, and shows and runs nothing"
            if request.is_sent_on:
                return f"{scheme}: is asked by pages themselves, and no host sends their scripts on to there"
            return None
        if scheme not in _NETWORK:
            return f"no page may load {scheme}:"
        if self.may_reach(f"{request.target}/"):
            return None
        return f'"{request.target}" is not listed under plugins.qtshell.network'

    def _is_of_app(self, request: Request) -> bool:
        if request.initiator in self.origins.origins:
            return True
        if request.scheme != "tauri":
            return False
        if request.kind is Kind.PAGE:
            # Where a window may go is decided before it asks.
            return True
        # A sandboxed frame of an own page: an origin without a name, which may show the app's files, not read them.
        is_own = request.first_party in self.origins.origins and request.initiator == "null"
        return is_own and request.kind is not Kind.DATA


def hosts_of(remote: RemotePattern) -> Iterator[UrlPattern]:
    """Read from a capability's pattern of remote pages which hosts they are on: none where no page of it can be."""
    schemes = frozenset(filter(remote.matches_scheme, _NETWORK))
    for host, port in remote.hosts:
        number = int(port) if port.isdigit() else 0 if port else None
        # A port 0 that is written is none.
        if schemes and host and (number is None or "*" in port or 0 < number <= _LAST_PORT):
            yield UrlPattern(schemes, host, number)


def chromium_flags(hosts: Iterable[UrlPattern]) -> tuple[str, ...]:
    """Make the switches of Chromium that the boundary needs.

    They give each site a renderer of its own, and close the ways to the network of which no interceptor hears. Beside
    WebRTC and identities those are a WebSocket of a shared worker, WebTransport, preconnecting and resolving names
    ahead of time, and what a listed host redirects to. Chromium is told that there are no hosts but the listed ones,
    and to use no proxy that the machine names: it would resolve every name. Neither does it look for one, then.

    Args:
        hosts: What pages may reach, all that they may ever reach in this run.

    Returns:
        Switches, to be joined by spaces in the variable `QTWEBENGINE_CHROMIUM_FLAGS`; quoted as Qt reads it.
    """
    patterns = tuple(hosts)
    if UrlPattern.parse("*") in patterns:
        return (ISOLATION,)
    if any(pattern.host == "*" for pattern in patterns):
        return CHROMIUM_FLAGS
    # The first rule that fits holds, and only one that maps a host may name a port: so a host goes to itself.
    ports = sorted({f"{pattern.host}:{port}" for pattern in patterns for port in _ports(pattern)})
    names = {pattern.host.strip("[]") for pattern in patterns if pattern.host and not _ports(pattern)}
    rules = [
        *(f"MAP {port} {port}" for port in ports),
        "MAP * ~NOTFOUND",
        *(f"EXCLUDE {name.strip('[]')}" for name in sorted(names)),
    ]
    return (f'--host-resolver-rules="{", ".join(rules)}"', "--no-proxy-server", *CHROMIUM_FLAGS)


def _ports(pattern: UrlPattern) -> frozenset[int]:
    """The ports of one host that a pattern speaks of; none where it speaks of all, or of several hosts."""
    if not pattern.host or "*" in pattern.host or pattern.port == 0:
        return frozenset()
    if pattern.port is not None:
        return frozenset({pattern.port})
    return frozenset(DEFAULT_PORTS[scheme] for scheme in pattern.schemes & DEFAULT_PORTS.keys())
