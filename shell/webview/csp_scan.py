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
    scanner = _Scanner(page)
    scanner.feed(page)
    scanner.close()
    return Inline(tuple(dict.fromkeys(scanner.scripts)), tuple(dict.fromkeys(scanner.styles)), scanner.head)


class _Scanner(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.head = 1 if page.startswith("\ufeff") else 0
        self._open: str | None = None
        self._text: list[str] = []
        self._in_front = True
        self._lines = [0, *(match.end() for match in re.finditer("\n", page))]

    def handle_decl(self, decl: str) -> None:
        if self._in_front and decl.lower().startswith("doctype"):
            self.head = self._offset() + len(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._in_front and tag in {"html", "head"}:
            self.head = self._offset() + len(self.get_starttag_text() or "")
        self._in_front = self._in_front and tag == "html"
        if tag not in {"script", "style"}:
            return
        address = _address(dict(attrs)) if tag == "script" else None
        if address is None:
            self._open, self._text = tag, []
        elif address:
            self.scripts.append(address)

    def handle_data(self, data: str) -> None:
        # A mark of the byte order is none of the page's text: with it there, a browser sees the doctype all the same.
        text = data.removeprefix("\ufeff") if self._offset() == 0 else data
        self._in_front = self._in_front and not text.strip()
        if self._open:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            text = "".join(self._text)
            if text:
                (self.scripts if tag == "script" else self.styles).append(_hash(text))
            self._open = None

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


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
