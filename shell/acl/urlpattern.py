"""URL patterns: which remote pages a capability speaks of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise, product
from typing import Final

from shell.acl.automaton import Automaton, Many, One, Option, Step, Test
from shell.acl.errors import AclError
from shell.acl.place import quoted
from shell.value import frozen

LONGEST_URL: Final = 16 * 1024
"""The most characters that a URL has which a pattern matches."""

_LONGEST_PATTERN = 1024
_OPTIONS = 4
"""Groups of a host and port that may be missing: each doubles what the pattern stands for."""
_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21"}
# Compiled when first used: few programs have remote pages, and start-up has no milliseconds to give away.
_NAME = r":[A-Za-z_$][A-Za-z0-9_$]*"
_URL = (
    r"(?s)(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://"
    r"(?:[^/?#\\@\s]*@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#\\@:\[\]\s]*)"
    r"(?::(?P<port>[0-9]*))?"
    r"(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>.*))?"
)


@frozen
class _Wildcard:
    """`*`, or a named part such as `:id` that ends at the next delimiter."""

    named: bool


@frozen
class _Group:
    """`{…}`, or `{…}?` where it may be missing."""

    tokens: "tuple[_Token, ...]"
    optional: bool


type _Token = str | _Wildcard | _Group


class UrlPattern:
    r"""A pattern such as `https://*.example.com` or `http://localhost:3000/app/*`.

    The signs are those of the URL Pattern standard that capabilities are written with: `*`, named parts
    (`/user/:id`), groups (`http{s}?://…`) and `\` before a sign that is meant literally. As in Tauri, a pattern
    without a path, query or fragment means all of them. Without a port it means the default port of the scheme
    only. Regular expressions in parentheses are refused: what they cost cannot be told beforehand.

    Args:
        pattern: At most 1024 characters, with a scheme and `://`.

    Attributes:
        pattern: As it is written.
        hosts: Each host that it stands for with its port, in both `*` for any text. The port is empty where it is that
            of the scheme. A named part stands here for several, which it does not in `matches`.

    Raises:
        AclError: It cannot be read.
    """

    __slots__ = ("_fragment", "_host", "_path", "_port", "_query", "_scheme", "hosts", "pattern")

    def __init__(self, pattern: str) -> None:
        if len(pattern) > _LONGEST_PATTERN:
            raise AclError(f"a URL pattern has at most {_LONGEST_PATTERN} characters, this one {len(pattern)}")
        self.pattern = pattern
        tokens = _tokens(pattern)
        end = next((at for at in range(len(tokens)) if tokens[at : at + 3] == [":", "/", "/"]), 0)
        if not end:
            raise AclError(f'expected a URL pattern such as "https://*.example.com", got {quoted(pattern)}')
        scheme, rest = tokens[:end], tokens[end + 3 :]
        authority, rest = _cut(rest, "/?#")
        path, rest = _cut(rest, "?#")
        query, fragment = _cut(rest, "#")
        host, port = _host_and_port(authority, pattern)
        if "".join(_literal(port)) == _DEFAULT_PORTS.get("".join(_literal(scheme)).lower()):
            port = []
        self._scheme = Automaton(_steps(_checked(scheme, r"[A-Za-z0-9+.\-]", "scheme", pattern), ""))
        letters = r"[0-9A-Fa-f:\[\]]" if host[:1] == ["["] else r"[A-Za-z0-9_.\-]"
        host, port = _checked(host, letters, "host", pattern), _checked(port, r"[0-9]", "port", pattern)
        self._host = Automaton(_steps(host, "."))
        self._port = Automaton(_steps(port, ""))
        self.hosts = tuple(product(_hosts(host, pattern), _spelled(port)))
        self._path = None if path in ([], ["/"]) else Automaton(_steps(_encoded(path), "/"))
        self._query = Automaton(_steps(_encoded(query[1:]), "")) if query[1:] else None
        self._fragment = Automaton(_steps(_encoded(fragment[1:]), "")) if fragment[1:] else None

    def matches(self, url: str) -> bool:
        """Whether a URL, as Chromium writes it, is meant by this pattern; one beyond ASCII or 16 KiB never is."""
        parts = _parts(url)
        return (
            parts is not None
            and self._is_at(parts)
            and (self._path is None or self._path.matches(parts["path"] or "/"))
            and (self._query is None or self._query.matches(parts["query"] or ""))
            and (self._fragment is None or self._fragment.matches(parts["fragment"] or ""))
        )

    def matches_host(self, url: str) -> bool:
        """Whether the scheme, host and port of a URL are meant, whatever comes after them."""
        parts = _parts(url)
        return parts is not None and self._is_at(parts)

    def _is_at(self, parts: re.Match[str]) -> bool:
        scheme = parts["scheme"].lower()
        port = parts["port"] or ""
        return (
            self._scheme.matches(scheme)
            and self._host.matches(parts["host"].lower())
            and self._port.matches("" if port == _DEFAULT_PORTS.get(scheme) else port)
        )

    def matches_scheme(self, scheme: str) -> bool:
        """Whether URLs of a scheme are meant, which is written in lower case."""
        return self._scheme.matches(scheme)

    def __str__(self) -> str:
        return self.pattern

    def __repr__(self) -> str:
        return f"UrlPattern({self.pattern!r})"

    def __eq__(self, other: object) -> bool:
        return self.pattern == other.pattern if isinstance(other, UrlPattern) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.pattern)


def _parts(url: str) -> re.Match[str] | None:
    return re.fullmatch(_URL, url) if len(url) <= LONGEST_URL and url.isascii() else None


def _tokens(pattern: str, at: int = 0, *, grouped: bool = False) -> list[_Token]:
    tokens: list[_Token] = []
    while at < len(pattern):
        char, following = pattern[at], pattern[at + 1 : at + 2]
        if char == "\\":
            if not following:
                raise AclError(f"{quoted(pattern)} ends in the middle of an escape")
            tokens.append(following)
            at += 2
        elif char == "*":
            if not tokens or tokens[-1] != _Wildcard(named=False):
                tokens.append(_Wildcard(named=False))
            at += 1
            _refuse_modifier(pattern, at, "?+")
        elif char == ":" and (name := re.match(_NAME, pattern[at:])):
            tokens.append(_Wildcard(named=True))
            at += name.end()
            _refuse_modifier(pattern, at, "?+*")
        elif char == "{":
            end = _closing(pattern, at)
            optional = pattern[end + 1 : end + 2] == "?"
            tokens.append(_Group(tuple(_tokens(pattern[at + 1 : end], grouped=True)), optional))
            at = end + 1 + optional
            _refuse_modifier(pattern, at, "+*")
        elif char in "()}" or (grouped and char == "{"):
            reason = "regular expressions are not allowed in it" if char in "()" else 'a "}" has no "{"'
            raise AclError(f"{quoted(pattern)}: {reason}")
        else:
            tokens.append(char)
            at += 1
    return tokens


def _closing(pattern: str, start: int) -> int:
    at = start + 1
    while at < len(pattern) and pattern[at] not in "{}":
        at += 2 if pattern[at] == "\\" else 1
    if pattern[at : at + 1] != "}":
        raise AclError(f'{quoted(pattern)}: a "{{" needs a "}}", and no other group inside')
    return at


def _refuse_modifier(pattern: str, at: int, modifiers: str) -> None:
    if (sign := pattern[at : at + 1]) and sign in modifiers:
        raise AclError(f'{quoted(pattern)}: "{sign}" cannot follow there; write "\\{sign}" for the character itself')


def _cut(tokens: list[_Token], signs: str) -> tuple[list[_Token], list[_Token]]:
    end = next((at for at, token in enumerate(tokens) if isinstance(token, str) and token in signs), len(tokens))
    return tokens[:end], tokens[end:]


def _host_and_port(authority: list[_Token], pattern: str) -> tuple[list[_Token], list[_Token]]:
    if "@" in authority:
        raise AclError(f"{quoted(pattern)}: a user's name has no place in it")
    # The colons of an IPv6 address stand in brackets.
    start = authority.index("]") if "]" in authority else 0
    host, port = _cut(authority[start:], ":")
    host = authority[:start] + host
    if sum(isinstance(token, _Group) and token.optional for token in authority) > _OPTIONS:
        raise AclError(f"{quoted(pattern)}: at most {_OPTIONS} groups of the host and port may be missing")
    if any(after == _Wildcard(named=True) and before != "." for before, after in pairwise(host)):
        raise AclError(f'{quoted(pattern)}: a part of the host that has a name must begin after a "."')
    return host, port[1:]


def _hosts(host: Sequence[_Token], pattern: str) -> tuple[str, ...]:
    """The hosts that a pattern stands for, of which none may stand for all where nobody has written that."""
    hosts = _spelled(host)
    named = _Wildcard(named=True) in host and any(not name.strip("*.") for name in hosts)
    # Without its brackets, as Chromium compares it, an address is told from a name by its colons alone.
    if named or (host[:1] == ["["] and any(":" not in name for name in hosts)):
        raise AclError(f'{quoted(pattern)}: names no host; write "*" where every host is meant')
    return hosts


def _spelled(tokens: Iterable[_Token]) -> tuple[str, ...]:
    """All that tokens stand for, with and without each group that may be missing, and with `*` for any text."""
    texts = [""]
    for token in tokens:
        if isinstance(token, _Group):
            inner = _spelled(token.tokens)
            texts = [text + part for text in texts for part in ((*inner, "") if token.optional else inner)]
        else:
            texts = [text + (token if isinstance(token, str) else "*") for text in texts]
    return tuple(dict.fromkeys(re.sub(r"\*+", "*", text) for text in texts))


def _literal(tokens: Iterable[_Token]) -> Iterator[str]:
    return (token if isinstance(token, str) else "*" for token in tokens)


def _checked(tokens: Sequence[_Token], allowed: str, part: str, pattern: str) -> list[_Token]:
    """Lower the letters of a part, after a look at whether each can stand there."""
    checked: list[_Token] = []
    for token in tokens:
        if isinstance(token, _Group):
            checked.append(_Group(tuple(_checked(token.tokens, allowed, part, pattern)), token.optional))
        elif isinstance(token, str):
            if not re.fullmatch(allowed, token, re.ASCII):
                advice = "; write the name in its xn-- form" if part == "host" and not token.isascii() else ""
                raise AclError(f'{quoted(pattern)}: "{token}" cannot stand in the {part} of a URL{advice}')
            checked.append(token.lower())
        else:
            checked.append(token)
    return checked


def _encoded(tokens: Iterable[_Token]) -> list[_Token]:
    """Write the letters of a path, query or fragment as they stand in a URL."""
    encoded: list[_Token] = []
    for token in tokens:
        if isinstance(token, _Group):
            encoded.append(_Group(tuple(_encoded(token.tokens)), token.optional))
        elif isinstance(token, str):
            encoded.extend(token if _stands(token) else "".join(f"%{byte:02X}" for byte in _bytes(token)))
        else:
            encoded.append(token)
    return encoded


def _stands(char: str) -> bool:
    """Whether a character is in a URL's path, query or fragment as it is, and not percent-encoded."""
    return "!" <= char <= "~" and char not in '"#<>`{}'


def _bytes(char: str) -> bytes:
    return char.encode("utf-8", "replace")


def _steps(tokens: Iterable[_Token], delimiter: str) -> Iterator[Step]:
    for token in tokens:
        if isinstance(token, str):
            yield One(token)
        elif isinstance(token, _Group):
            inner = tuple(_steps(token.tokens, delimiter))
            yield from (Option(inner),) if token.optional else inner
        elif token.named:
            yield One(test=_all_but(delimiter))
            yield Many(test=_all_but(delimiter))
        else:
            yield Many()


@cache
def _all_but(delimiter: str) -> Test:
    return lambda char: char != delimiter
