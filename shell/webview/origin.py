"""Origins: which pages are the app's own."""

import functools
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from shell.value import frozen

APP_ORIGIN = "tauri://localhost"
_SHORT = 500
"""Characters of a URL whose origin is kept."""
_UP_TO_AUTHORITY = re.compile(r"[^/?#]{1,100}//[^/?#]*")
"""Of a URL of megabytes, no more is looked through."""
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def origin_of(url: str) -> str:
    """The origin of a URL as Chromium writes it, or `null` where it has none of its own."""
    return _short_origin_of(url) if len(url) <= _SHORT else _origin_of(url)


def _origin_of(url: str) -> str:
    begin = _UP_TO_AUTHORITY.match(url)
    if begin is None:
        return "null"
    try:
        parts = urlsplit(begin[0])
        port = parts.port
    except ValueError:
        return "null"
    if not parts.scheme or not parts.hostname:
        return "null"
    suffix = "" if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f":{port}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{suffix}"


# Each request names the page that makes it, and each call; it is one of few.
_short_origin_of = functools.lru_cache(maxsize=128)(_origin_of)


@frozen
class AppOrigins:
    """The origins of the app's own pages: its folder, and its dev server where it has one."""

    origins: frozenset[str]

    @classmethod
    def of(cls, dev_urls: Iterable[str] = ()) -> "AppOrigins":
        """The app's folder and these URLs."""
        return cls(frozenset({APP_ORIGIN, *map(origin_of, dev_urls)}) - {"null"})

    def holds(self, url: str) -> bool:
        """Whether a document at this URL is the app's own."""
        return origin_of(url) in self.origins
