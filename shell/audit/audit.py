"""What an audit log tells: calls, and everything else that a page asks for and the core decides on."""

import datetime as dt
import os
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Literal

import msgspec

from shell.acl import AclError, Caller
from shell.acl.decision import Reference
from shell.acl.globs import Glob
from shell.audit.errors import AuditError
from shell.audit.file import AuditFile, open_for_appending
from shell.config.errors import unbroken

_LONGEST_COMMAND = 200
_LONGEST_PLACE = 500
_LONGEST_REASON = 1000
_LONGEST_ARGUMENTS = 16 * 1024

_BEFORE_QUERY = re.compile(r"[^?#]*")
_USER = re.compile(r"(?<=://)[^/]*@")
_HOLDS_ITS_CONTENT = re.compile(r"(data|javascript|blob|filesystem):", re.IGNORECASE)

type Kind = Literal["request", "navigation", "link", "window", "download", "permission"]
"""What pages ask for otherwise than by calls."""


type Outcome = Literal["answered", "rejected", "refused", "failed", "cancelled", "under way", "left behind"]
"""How a call ended. `rejected` is with an error of the command's own making; `refused` is without permission, or with
it and then for its arguments, or by a filter or the command; `failed` is by an error in Python; `cancelled` is also
that the page went away first. `under way` is told of a call that takes long, `left behind` when the program ends."""


class _Call(msgspec.Struct, omit_defaults=True, gc=False):
    time: dt.datetime
    process: int
    kind: str
    caller: msgspec.Raw
    command: str
    road: str
    size: int
    allowed: bool
    by: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    why: str = ""
    instead_of: str = ""
    ms: float | None = None
    outcome: Outcome | None = None
    arguments: str | None = None


class _Other(msgspec.Struct, omit_defaults=True, gc=False):
    time: dt.datetime
    process: int
    kind: str
    caller: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    webview: str = ""
    page: str = ""
    target: str = ""
    what: str = ""
    allowed: bool | None = None
    why: str = ""
    program: str = ""
    arguments_of: list[str] = []
    lines: int = 0


class Audit:
    """Writes the lines of an audit log. What pages have chosen is cut, and made text that JSON can hold.

    Of arguments, answers and errors nothing is written unless it was asked for, and of URLs neither query nor fragment:
    there secrets travel.

    Args:
        descriptor: The file, as `open_for_appending` opens it.
        name: What it is called in the log.
        arguments: The commands whose arguments are written too.
        soon: Calls a function in a later turn of the loop.
    """

    def __init__(
        self,
        descriptor: int,
        name: str,
        *,
        arguments: Collection[Glob] = (),
        soon: Callable[[Callable[[], None]], object],
    ) -> None:
        self._patterns = arguments
        self._file = AuditFile(descriptor, name, soon=soon, lost=self._lost)
        self._process = os.getpid()
        self._caller: Caller | None = None
        self._caller_line = msgspec.Raw(b"null")
        self._grants: dict[tuple[Reference, ...], msgspec.Raw] = {}

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        arguments: Collection[str] = (),
        served: Path | None = None,
        soon: Callable[[Callable[[], None]], object],
    ) -> "Audit":
        """Keep an audit log in a file, which is appended to.

        Args:
            path: The file.
            arguments: Patterns of the commands whose arguments are written too.
            served: The folder whose files pages can read.
            soon: Calls a function in a later turn of the loop.

        Raises:
            AuditError: It cannot be opened, or pages could read it, or a pattern is none.
        """
        if served is not None and path.resolve().is_relative_to(served.resolve()):
            raise AuditError(
                f"the audit log {unbroken(str(path))} is in the frontend's folder, where pages could read it"
            )
        patterns = [_pattern(text) for text in arguments]
        return cls(open_for_appending(path), str(path), arguments=patterns, soon=soon)

    # The log itself.

    def begin(self, program: str) -> None:
        """The program starts.

        Args:
            program: Its identifier.
        """
        patterns = [_text(pattern.pattern) for pattern in self._patterns]
        self._file.add(_Other(_now(), self._process, "start", program=_text(program), arguments_of=patterns))

    def end(self) -> None:
        """The program ends in order; nothing is told after this."""
        self._file.add(_Other(_now(), self._process, "end"))
        self._file.close()

    def hold(self) -> None:
        """A page has posted: what is told until `release` is written together."""
        self._file.hold()

    def release(self) -> None:
        """What the page has posted was begun."""
        self._file.release()

    def _lost(self, lines: int, why: str) -> object:
        return _Other(_now(), self._process, "lost", lines=lines, why=why)

    # What it tells.

    def call(
        self,
        began: dt.datetime,
        caller: Caller,
        command: str,
        body: bytes,
        raw: bool,
        road: str,
        allowed: bool,
        by: tuple[Reference, ...],
        why: str,
        ms: float | None = None,
        outcome: Outcome | None = None,
        *,
        instead_of: str = "",
    ) -> None:
        """Tell of a call, and what was decided of it.

        Args:
            began: When.
            caller: Who called.
            command: What.
            body: Its arguments. How many bytes they are is told, and where that was asked for the arguments themselves.
            raw: Whether the arguments are bytes and no JSON.
            road: On which way it came.
            allowed: Whether it was allowed.
            by: What allows it.
            why: Why it is allowed without that, or why it is not.
            ms: How many milliseconds it took.
            outcome: How it ended.
            instead_of: The command that the page had called, where a filter named this one.
        """
        if caller is not self._caller:
            self._caller, self._caller_line = caller, _encoded(caller)
        grants: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
        if by and (grants := self._grants.get(by, msgspec.UNSET)) is msgspec.UNSET:
            grants = self._grants[by] = msgspec.Raw(
                msgspec.json.encode([{name: _text(value) for name, value in one._asdict().items()} for one in by])
            )
        if len(command) > _LONGEST_COMMAND or not command.isascii():
            command = _text(command)
        self._file.add(
            _Call(
                began,
                self._process,
                "call",
                self._caller_line,
                command,
                road,
                len(body),
                allowed,
                grants,
                why and self._reason(why, caller),
                instead_of and _text(instead_of),
                ms,
                outcome,
                self._arguments(command, body, raw=raw) if self._patterns else None,
            )
        )

    def message(self, webview: str, why: str, caller: Caller | None = None) -> None:
        """Tell of a message of a page that was dropped: malformed, too much, or of a document that is not there.

        Args:
            webview: The label of the webview that it came from.
            why: What is wrong with it.
            caller: The document that is there, if it is known.
        """
        self._file.add(
            _Other(
                _now(),
                self._process,
                "message",
                msgspec.UNSET if caller is None else _encoded(caller),
                _text(webview),
                allowed=False,
                why=self._reason(why, caller),
            )
        )

    def wish(
        self,
        kind: Kind,
        *,
        page: str,
        allowed: bool,
        webview: str = "",
        target: str = "",
        what: str = "",
        why: str = "",
    ) -> None:
        """Tell of something that a page asked for otherwise than by a call.

        Args:
            kind: What kind of thing.
            page: URL or origin of the page.
            allowed: Whether it got it.
            webview: The label of its webview, where that is known.
            target: URL of what it wants.
            what: What it wants of it.
            why: Why, or why not.
        """
        self._file.add(
            _Other(
                _now(),
                self._process,
                kind,
                msgspec.UNSET,
                _text(webview),
                place_of(page),
                place_of(target),
                _text(what),
                allowed,
                _text(without_query(why, target), _LONGEST_REASON),
            )
        )

    def _reason(self, why: str, caller: Caller | None) -> str:
        # A refusal names the remote page that it is about, as far as it shows a URL.
        return _text(why if caller is None or caller.local else without_query(why, caller.url), _LONGEST_REASON)

    def _arguments(self, command: str, body: bytes, *, raw: bool) -> str | None:
        if raw or not any(pattern.matches(command) for pattern in self._patterns):
            return None
        return _text(body[: _LONGEST_ARGUMENTS + 1].decode(errors="replace"), _LONGEST_ARGUMENTS)


class _Who(msgspec.Struct):
    window: str
    webview: str
    origin: str
    page: str
    document: int
    local: bool


def _encoded(caller: Caller) -> msgspec.Raw:
    return msgspec.Raw(
        msgspec.json.encode(
            _Who(
                _text(caller.window),
                _text(caller.webview),
                _text(caller.origin),
                place_of(caller.url),
                caller.document,
                caller.local,
            )
        )
    )


def place_of(url: str) -> str:
    """A URL as far as it says where something is, without what may be secret: user, query and fragment."""
    if found := _HOLDS_ITS_CONTENT.match(url):
        return found[0]
    before = _BEFORE_QUERY.match(url)
    return _text(_USER.sub("", before[0] if before else ""), _LONGEST_PLACE)


def without_query(text: str, url: str) -> str:
    """A text in which a URL, or its beginning, is no more than its place."""
    place = place_of(url)
    if not url or place == url:
        return text
    # Texts show the beginning of long ones.
    for length in (len(url), 300, 200):
        if url[:length] in text:
            return text.replace(url[:length], place)
    return text


def _text(text: str, longest: int = _LONGEST_COMMAND) -> str:
    if len(text) > longest:
        text = f"{text[:longest]}…"
    # Half of a surrogate pair has no form in UTF-8.
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _pattern(text: str) -> Glob:
    try:
        return Glob(text)
    except AclError as error:
        raise AuditError(f"the audit log cannot tell arguments of these commands: {error}") from None
