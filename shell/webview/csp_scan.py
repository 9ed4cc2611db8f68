"""Finds in a page what a policy would keep from running."""

import base64
import hashlib
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urlsplit

from shell.webview.csp import Inline


def scan(page: str) -> Inline:
    """Look through a page for inline scripts and style sheets.

    Args:
        page: The page's HTML.
    """
    scanner = _Scanner()
    scanner.feed(page)
    scanner.close()
    return Inline(tuple(dict.fromkeys(scanner.scripts)), tuple(dict.fromkeys(scanner.styles)))


class _Scanner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self._open: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"script", "style"}:
            return
        address = _address(dict(attrs)) if tag == "script" else None
        if address is None:
            self._open, self._text = tag, []
        elif address:
            self.scripts.append(address)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            text = "".join(self._text)
            if text:
                (self.scripts if tag == "script" else self.styles).append(_hash(text))
            self._open = None


def _address(attributes: Mapping[str, str | None]) -> str | None:
    """The source that names a script by its URL; empty for one of the frontend's own, None for an inline script."""
    if "src" not in attributes:
        return None
    try:
        parts = urlsplit((attributes["src"] or "").strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[\w.:\[\]-]+", parts.netloc, re.ASCII):
        return ""
    path = re.sub(r"[^!-+\--:<-~]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), parts.path)
    return f"{parts.scheme}://{parts.netloc}{path}"


def _hash(text: str) -> str:
    # What a browser hashes: the text as it reads it, with its lines ended alike.
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    data = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").encode()
    return f"'sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}'"
