"""Finds in a page what a policy would keep from running."""

import base64
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from shell.config.markup import Element, elements, unescaped
from shell.webview.csp import Inline


def scan(page: str) -> Inline:
    """Look through a page for inline scripts and style sheets.

    Args:
        page: The page's HTML.
    """
    scripts: dict[str, None] = {}
    styles: dict[str, None] = {}
    for element in _all_elements(page):
        if element.name == "script" and "src" in element.attributes:
            if address := _address(element.attributes["src"]):
                scripts[address] = None
        elif element.text and element.name in {"script", "style"}:
            found = scripts if element.name == "script" else styles
            found[_hash(element.text)] = None
            if element.in_drawing:
                # In what a drawing has of HTML the text says what is there.
                found[_hash(unescaped(element.text))] = None
    return Inline(tuple(scripts), tuple(styles))


def _all_elements(page: str) -> Iterator[Element]:
    """The elements of a page, with those that it shows where scripts are off, among which are style sheets, too."""
    for element in elements(page):
        if element.name == "noscript":
            yield from elements(element.text)
        else:
            yield element


def _address(source: str) -> str:
    """The source that names a script by its URL; empty for one of the frontend's own."""
    try:
        parts = urlsplit(source.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[\w.:\[\]-]+", parts.netloc, re.ASCII):
        return ""
    path = re.sub(r"[^!-+\--:<-~]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), parts.path)
    return f"{parts.scheme}://{parts.netloc}{path}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
