"""The policy that pages are served with, and what pages need of it to run as they stand."""

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from types import MappingProxyType
from urllib.parse import urlsplit

import attrs

from shell.config.security import Csp

_IPC = "ipc:"
_NONE, _SELF, _INLINE = "'none'", "'self'", "'unsafe-inline'"
# Directives that mean something in a header only (Content Security Policy Level 3, section 3.3).
_HEADER_ONLY = frozenset({"frame-ancestors", "report-uri", "sandbox"})
_MANY_PAGES = 64


@attrs.frozen
class Inline:
    """What a page holds that a policy would keep from running.

    Attributes:
        scripts: Sources that name each inline script by its hash, and each script from another host by its URL.
        styles: Sources that name each inline style sheet by its hash.
        head: Where in the text a `meta` element comes before everything that a policy is for.
    """

    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    head: int


def scan(page: str) -> Inline:
    """Look through a page for inline scripts and style sheets.

    Args:
        page: The page's HTML.
    """
    scanner = _Scanner(page)
    scanner.feed(page)
    scanner.close()
    return Inline(tuple(dict.fromkeys(scanner.scripts)), tuple(dict.fromkeys(scanner.styles)), scanner.head)


def completed(policy: Csp, page: Inline, unmodified: bool | tuple[str, ...] = False) -> Csp:
    """Add what a page and the bridge need to a policy, as Tauri does when it builds a program.

    That is the hashes of the page's own inline scripts and styles, and `ipc:` for bytes. A directive that allows
    everything inline already is left alone, since a hash would take that back.

    Args:
        policy: The configuration's policy.
        page: What the page holds.
        unmodified: The configuration's `dangerousDisableAssetCspModification`: whether to add nothing, or which
            directives to leave as they are.
    """
    if unmodified is True:
        return policy
    kept = frozenset(unmodified or ())
    directives = dict(policy.directives)
    if page.scripts and "script-src" not in kept:
        _allow_inline(directives, "script-src", page.scripts)
    if page.styles and "style-src" not in kept:
        _allow_inline(directives, "style-src", page.styles)
    if "connect-src" not in kept:
        _allow(directives, "connect-src", (_IPC,))
    return Csp(MappingProxyType(directives))


def _allow_inline(directives: dict[str, tuple[str, ...]], name: str, sources: tuple[str, ...]) -> None:
    for directive in (name, f"{name}-elem"):
        if directive == name or directive in directives:
            governing = directives.get(directive, directives.get("default-src", ()))
            if _INLINE in governing and not any(source.startswith(("'nonce-", "'sha")) for source in governing):
                continue
            _allow(directives, directive, (_SELF, *sources))


def _allow(directives: dict[str, tuple[str, ...]], name: str, sources: tuple[str, ...]) -> None:
    governing = directives.get(name, directives.get("default-src"))
    if governing is None or set(sources) <= set(governing):
        return
    kept = tuple(source for source in governing if source.lower() != _NONE)
    directives[name] = tuple(dict.fromkeys((*kept, *sources)))


@attrs.frozen
class Served:
    """A page as it is sent.

    Attributes:
        page: The page.
        header: The value of its `Content-Security-Policy`; None for no such header.
    """

    page: bytes
    header: str | None


def served(page: bytes, policy: Csp, head: int | None) -> Served:
    """Put a policy on a page.

    WORKAROUND (Qt WebEngine 6.12.0): response headers of custom schemes are sent in lower case, which breaks hashes,
    nonces and paths. A policy that has any is written into the page as a `meta` element, but for the directives that
    have no meaning there; it can go with the first Qt that leaves headers as they are.

    Args:
        page: The page as it is on disk.
        policy: The policy.
        head: Where in the page, in bytes, the element can stand; None where it cannot be put in.
    """
    text = str(policy)
    if text == text.lower() or head is None:
        return Served(page, text or None)
    inside, outside = (
        Csp({name: sources for name, sources in policy.directives.items() if (name in _HEADER_ONLY) is header_only})
        for header_only in (False, True)
    )
    element = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(str(inside))}">'
    return Served(page[:head] + element.encode() + page[head:], str(outside) or None)


class PagePolicy:
    """Serves pages with the configuration's policy.

    Args:
        policy: The configuration's policy.
        unmodified: As for `completed`.
    """

    def __init__(self, policy: Csp, unmodified: bool | tuple[str, ...] = False) -> None:
        self._policy = policy
        self._unmodified = unmodified
        # By what the page is, so that an edited page is never taken for what it was.
        self._seen: dict[bytes, tuple[Csp, int]] = {}

    def serve(self, page: bytes, content_type: str) -> Served:
        """Put the policy on a page.

        Args:
            page: The page as it is on disk.
            content_type: What it is served as. Only HTML in UTF-8 is looked into.
        """
        if not content_type.startswith("text/html") or page.startswith((b"\xff\xfe", b"\xfe\xff")):
            return served(page, completed(self._policy, Inline((), (), 0), self._unmodified), None)
        key = hashlib.sha256(page).digest()
        if key not in self._seen:
            if len(self._seen) >= _MANY_PAGES:
                self._seen.pop(next(iter(self._seen)))
            text = page.decode("utf-8", "surrogateescape")
            found = scan(text)
            head = len(text[: found.head].encode("utf-8", "surrogateescape"))
            self._seen[key] = completed(self._policy, found, self._unmodified), head
        policy, head = self._seen[key]
        return served(page, policy, head)


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
        self._in_front = self._in_front and not data.strip()
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
