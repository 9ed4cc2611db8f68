"""URLs in a configuration, and patterns that say which URLs are meant."""

import re
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from shell.config.errors import JsonPath, expected
from shell.config.readers import matching
from shell.value import frozen

DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
UNSAFE_SCHEMES = frozenset(
    {"about", "asset", "blob", "chrome", "data", "file", "filesystem", "ipc", "javascript", "qrc", "tauri"}
)
"""Schemes of this program's own pages, of files of the machine, and of code: never a link to the outside."""

_WEB = frozenset(DEFAULT_PORTS)
# A source for http is one for https too, as in Content-Security-Policy; ws and wss likewise.
_SECURED = {"http": frozenset({"http", "https"}), "ws": frozenset({"ws", "wss"})}

_SCHEME = r"(?P<scheme>[a-z][a-z0-9+.-]*)"
_NAME = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_HOST = rf"(?:{_NAME}(?:\.{_NAME})*|\[[0-9a-f:.]+\])"
# There is no port 0, which stands for all of them here.
_PORT = r"(?!0+(?!\d))\d{1,5}"
_PATTERN = re.compile(
    rf"(?:{_SCHEME}://)?(?P<host>\*|(?:\*\.)?{_HOST})(?::(?P<port>{_PORT}|\*))?(?P<path>/[!-\[\]-~]*)?",
    re.IGNORECASE | re.ASCII,
)
_BARE_SCHEME = re.compile(rf"{_SCHEME}:\*?", re.IGNORECASE | re.ASCII)
_ANY_SCHEME = re.compile(rf"{_SCHEME}:", re.IGNORECASE | re.ASCII)
_LONGEST = 64 * 1024
"""Characters of a URL that may match: a page may bring one of megabytes, to be compared with each pattern."""
_SPACES = re.compile(r"[\x00-\x20]")
_WEB_URL = re.compile(r"https?://[^\s/?#\\@]+([/?#][^\s\\]*)?", re.IGNORECASE)
_PAGE_SCHEMES = frozenset({"http", "https", "tauri", "about", "data"})
# Strict on purpose: a URL that Chromium could read in another way than this program matches nothing.
_URL = re.compile(
    rf"{_SCHEME}:(?://(?P<host>{_HOST})(?::(?P<port>{_PORT}))?(?=[/?#]|$)|(?!//[^/?#]))(?P<rest>[!-\[\]-~]*)",
    re.IGNORECASE | re.ASCII,
)


@frozen
class UrlPattern:
    """Which URLs are meant, by scheme, host, port and path.

    Attributes:
        schemes: The schemes that match, in lower case.
        host: A host; `*.example.com` for every host below example.com, `*` for all; None for a scheme whose URLs
            have none, such as mailto.
        port: A port; 0 for any; None for the scheme's own.
        path: The path and all after it, `*` standing for any text; None for all.
    """

    schemes: frozenset[str]
    host: str | None
    port: int | None = None
    path: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `scheme://host:port/path`, of which only the host is needed.

        A host may begin with `*.` or be `*`, a port may be `*`. Without a scheme http, https, ws and wss match.

        Returns:
            The pattern, or None if the text is none.
        """
        match = _PATTERN.fullmatch(text)
        if match is None:
            return None
        host = match["host"].lower()
        port = 0 if match["port"] == "*" else int(match["port"]) if match["port"] else None
        if host == "*" and port is None:
            port = 0
        if port is not None and port > 65535:
            return None
        scheme = (match["scheme"] or "").lower()
        schemes = _SECURED.get(scheme, frozenset({scheme})) if scheme else _WEB
        return cls(schemes, host, port, match["path"])

    @classmethod
    def of_origin(cls, url: str, *schemes: str) -> Self | None:
        """Make the pattern of all that the host and port of a URL serve.

        Args:
            url: The URL.
            schemes: The schemes that match; the URL's own, and its secure form, if none is given.

        Returns:
            The pattern, or None if the URL has no host.
        """
        match = _URL.fullmatch(url)
        if match is None or match["host"] is None:
            return None
        scheme = match["scheme"].lower()
        port = int(match["port"]) if match["port"] else None
        return cls(frozenset(schemes) or _SECURED.get(scheme, frozenset({scheme})), match["host"].lower(), port)

    def matches(self, url: str) -> bool:
        """Tell whether a URL is meant; one that is not strictly well-formed never is, nor one that is very long.

        Args:
            url: As the engine writes it: host in ASCII, no user information, all else percent-encoded.
        """
        match = _URL.fullmatch(url) if len(url) <= _LONGEST else None
        if match is None or match["scheme"].lower() not in self.schemes:
            return False
        if self.host is None or match["host"] is None:
            return self.host is None and match["host"] is None
        host = match["host"].lower()
        default = DEFAULT_PORTS.get(match["scheme"].lower())
        port = int(match["port"]) if match["port"] else default
        return (
            (self.host in {"*", host} or (self.host.startswith("*.") and host.endswith(self.host[1:])))
            and (self.port == 0 or port == (default if self.port is None else self.port))
            and (self.path is None or _glob(self.path, match["rest"] or "/"))
        )

    def __str__(self) -> str:
        scheme = min(self.schemes)
        if self.host is None:
            return f"{scheme}:"
        port = "" if self.port is None else f":{self.port or '*'}"
        return f"{'' if self.schemes == _WEB else f'{scheme}://'}{self.host}{port}{self.path or ''}"


def is_remote(url: str) -> bool:
    """Tell whether a window's URL is an http or https address, rather than a page of the app."""
    return url.lower().startswith(("http://", "https://"))


def page_url(value: Any, at: JsonPath) -> str:
    """Read the page of a window: a path in the frontend, or an address from which a window may show something."""
    # Whoever reads a URL may pass over spaces and control characters in it.
    scheme = _ANY_SCHEME.match(_SPACES.sub("", value)) if isinstance(value, str) else None
    if (
        not isinstance(value, str)
        or (scheme and scheme["scheme"].lower() not in _PAGE_SCHEMES)
        or (is_remote(value) and not has_host(value))
    ):
        raise expected('a path in the frontend such as "index.html", or an http or https address', value, at)
    return value


def _web_url(value: Any, at: JsonPath) -> str:
    if not isinstance(value, str) or not _WEB_URL.fullmatch(value) or not has_host(value):
        raise expected('a URL such as "http://localhost:1420"', value, at)
    return value


def has_host(url: str) -> bool:
    """Tell whether an address names a host, and a port that there can be if it names one."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        # A port that no number is, or is too large, or brackets around what is no IPv6 address.
        return False


def host_pattern(value: Any, at: JsonPath) -> UrlPattern:
    """Read an entry of `network`: hosts, with or without scheme and port."""
    found = UrlPattern.parse(value) if isinstance(value, str) else None
    if found is None or found.path is not None or not found.schemes <= _WEB:
        raise expected('a host such as "https://api.example.com" or "https://*.example.com:8443"', value, at)
    return found


def link_pattern(value: Any, at: JsonPath) -> UrlPattern:
    """Read an entry of `openLinks`: what another program may be asked to open."""
    found: UrlPattern | None = None
    if isinstance(value, str) and "://" in value:
        found = UrlPattern.parse(value)
    elif isinstance(value, str) and (bare := _BARE_SCHEME.fullmatch(value)):
        scheme = bare["scheme"].lower()
        found = UrlPattern(frozenset({scheme}), "*" if scheme in _WEB else None, 0)
    if found is None or found.schemes & UNSAFE_SCHEMES:
        raise expected('a link such as "https://example.com/docs/*", "https://*" or "mailto:"', value, at)
    return found


def _glob(pattern: str, text: str) -> bool:
    # By hand, since a page may bring a URL of megabytes, over which a regular expression would take its time.
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    if not text.startswith(first):
        return False
    position = len(first)
    *middle, last = others
    for part in middle:
        position = text.find(part, position) + len(part)
        if position < len(part):
            return False
    return text.endswith(last) and len(text) - len(last) >= position


PageUrl = Annotated[str, page_url]
HostPattern = Annotated[UrlPattern, host_pattern]
WebUrl = Annotated[str, _web_url]
ProxyUrl = Annotated[
    str, matching(r"(?i:http|socks5)://[^\s/?#\\]+/?", 'a URL such as "http://127.0.0.1:8080" or "socks5://[::1]:1080"')
]
