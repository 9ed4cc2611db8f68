"""The policy that pages are served with, and what pages need of it to run as they stand."""

import hashlib
import re
import threading
from types import MappingProxyType

from shell.config.comment import end_of_comment
from shell.config.security import Csp
from shell.value import frozen

_IPC = "ipc:"
_NONE, _SELF, _INLINE = "'none'", "'self'", "'unsafe-inline'"
# Directives that mean something in a header only (Content Security Policy Level 3, section 3.3).
_HEADER_ONLY = frozenset({"frame-ancestors", "report-uri", "sandbox"})
LARGEST_PAGE = 32 * 1024 * 1024
"""Bytes of a page that is looked into, which takes a thread a second or two."""
_KEPT = 4 * 1024 * 1024
"""Bytes of the policies for pages that were looked into, about."""
_KEPT_AT_LEAST = 1024
"""Bytes that one takes, however little it says."""
# What may come before the doctype, up to it or to a comment with ">" in it: read as browsers do, by the tokenizer of
# the HTML standard.
_BEFORE = re.compile(
    rb"(?:[\t\n\f\r ]++|<!--[^>]*+(?<=--)>|<\?[^>]*+>)*+(?:(?P<doctype><!doctype[^>]*+>)|(?P<comment><!--))?",
    re.IGNORECASE,
)
# With a beginning that Python looks for fast: while it looks for a match, no other thread runs.
_END_OF_COMMENT = re.compile(rb"--!?>")
_MARK = b"\xef\xbb\xbf"


@frozen
class Inline:
    """What a page holds that a policy would keep from running.

    Attributes:
        scripts: Sources that name each inline script by its hash, and each script from another host by its URL.
        styles: Sources that name each inline style sheet by its hash.
    """

    scripts: tuple[str, ...]
    styles: tuple[str, ...]


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


@frozen
class Served:
    """A page as it is sent.

    Attributes:
        page: The page.
        header: The value of its `Content-Security-Policy`; None for no such header.
    """

    page: bytes
    header: str | None


def served(page: bytes, policy: Csp, *, written_into: bool) -> Served:
    """Put a policy on a page.

    WORKAROUND (Qt WebEngine 6.12.0): response headers of custom schemes are sent in lower case, which breaks hashes,
    nonces and paths. A policy that has any is written into the page as a `meta` element, but for the directives that
    have no meaning there; it can go with the first Qt that leaves headers as they are.

    Args:
        page: The page as it is on disk.
        policy: The policy.
        written_into: Whether it is HTML that the element can be put into.
    """
    text = str(policy)
    if text == text.lower() or not written_into:
        return Served(page, text or None)
    inside, outside = (
        Csp({name: sources for name, sources in policy.directives.items() if (name in _HEADER_ONLY) is header_only})
        for header_only in (False, True)
    )
    # Of the standard library; loaded where it is used, since most policies have none of these.
    import html  # noqa: PLC0415

    element = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(str(inside))}">'
    head = _head(page)
    return Served(page[:head] + element.encode() + page[head:], str(outside) or None)


def _head(page: bytes) -> int:
    """Where a `meta` element comes before everything that a policy is for, and makes a browser begin the head.

    That is directly behind the doctype, before which it would have the page laid out as in the last century. Where
    none is recognized it is the front, so that a page may look otherwise, and is never without its policy.
    """
    start = len(_MARK) if page.startswith(_MARK) else 0
    at: int | None = start
    while at is not None and (found := _BEFORE.match(page, at)):
        if found["comment"] is None:
            return start if found["doctype"] is None else found.end()
        at = end_of_comment(_END_OF_COMMENT, page, found.end())
    return start


class PagePolicy:
    """Serves pages with the configuration's policy. Safe to use from any thread.

    Args:
        policy: The configuration's policy.
        unmodified: As for `completed`.
    """

    def __init__(self, policy: Csp, unmodified: bool | tuple[str, ...] = False) -> None:
        self._policy = policy
        self._unmodified = unmodified
        self._lock = threading.Lock()
        # By what the page is, so that an edited page is never taken for what it was.
        self._seen: dict[bytes, tuple[Csp, int]] = {}
        self._size = 0

    def serve(self, page: bytes, content_type: str) -> Served:
        """Put the policy on a page.

        Args:
            page: The page as it is on disk.
            content_type: What it is served as. Only HTML in UTF-8 is looked into, of `LARGEST_PAGE` bytes at most.
        """
        is_html = content_type.startswith("text/html") and not page.startswith((b"\xff\xfe", b"\xfe\xff"))
        if not is_html or len(page) > LARGEST_PAGE:
            return served(page, completed(self._policy, Inline((), ()), self._unmodified), written_into=is_html)
        key = hashlib.sha256(page).digest()
        with self._lock:
            policy, _ = self._seen.get(key, (None, 0))
        if policy is None:
            # Loaded with the first page that has a policy.
            from shell.webview.csp_scan import scan  # noqa: PLC0415

            policy = completed(self._policy, scan(page.decode("utf-8", "replace")), self._unmodified)
            self._keep(key, policy)
        return served(page, policy, written_into=True)

    def _keep(self, key: bytes, policy: Csp) -> None:
        size = _KEPT_AT_LEAST + len(str(policy))
        with self._lock:
            if key in self._seen:
                return
            self._seen[key] = policy, size
            self._size += size
            while self._size > _KEPT:
                _, gone = self._seen.pop(next(iter(self._seen)))
                self._size -= gone
