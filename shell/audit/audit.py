"""What an audit log tells: calls, and everything else that a page asks for and the core decides on."""

import datetime as dt
import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Literal

import msgspec

from shell.acl import AclError, Caller
from shell.acl.decision import Reference
from shell.acl.globs import Glob
from shell.audit.errors import AuditError
from shell.audit.file import AuditFile, open_for_appending
from shell.audit.lines import Lines, line_of
from shell.audit.text import LONGEST, place_of, text_of, without_query
from shell.audit.writer import Writer
from shell.config.errors import unbroken

_LONGEST_REASON = 1000
_LONGEST_ARGUMENTS = 16 * 1024

type Kind = Literal["request", "navigation", "link", "window", "download", "permission"]
"""What pages ask for otherwise than by calls."""


type Outcome = Literal["answered", "rejected", "refused", "failed", "cancelled", "under way", "left behind"]
"""How a call ended. `rejected` is with an error of the command's own making; `refused` is without permission, or with
it and then for its arguments, or by a filter or the command; `failed` is by an error in Python; `cancelled` is also
that the page went away first. `under way` is told of a call that takes long, `left behind` when the program ends."""


class ToldCall(msgspec.Struct, kw_only=True, gc=False):
    """A call, and what was decided of it.

    Attributes:
        time: When it came.
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

    time: dt.datetime
    caller: Caller
    command: str
    body: bytes
    raw: bool
    road: str
    allowed: bool
    by: tuple[Reference, ...]
    why: str
    ms: float | None = None
    outcome: Outcome | None = None
    instead_of: str = ""


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
        path: Its path.
        size: Bytes that it may have before it is put aside.
        arguments: The commands whose arguments are written too.
        soon: Calls a function in a later turn of the loop.
    """

    def __init__(
        self,
        descriptor: int,
        path: Path,
        *,
        size: int,
        arguments: Collection[Glob] = (),
        soon: Callable[[Callable[[], None]], object],
    ) -> None:
        self._patterns = arguments
        self._process = os.getpid()
        self._program = ""
        self._path = path
        file = AuditFile(descriptor, path, size, self._continued)
        self._lines = Lines(Writer(file, str(path), self._lost), soon=soon)
        self._caller: Caller | None = None
        self._caller_line = msgspec.Raw(b"null")
        self._grants: dict[tuple[Reference, ...], msgspec.Raw] = {}

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        size: int,
        arguments: Collection[str] = (),
        served: Iterable[Path] = (),
        soon: Callable[[Callable[[], None]], object],
    ) -> "Audit":
        """Keep an audit log in a file, which is appended to.

        Args:
            path: The file.
            size: Bytes that it may have before it is put aside.
            arguments: Patterns of the commands whose arguments are written too.
            served: The folders, and single files, that pages can read.
            soon: Calls a function in a later turn of the loop.

        Raises:
            AuditError: It cannot be opened, or pages could read it, or a pattern is none.
        """
        real = Path(os.path.realpath(path))
        if any(real.is_relative_to(os.path.realpath(source)) for source in served):
            raise AuditError(
                f"the audit log {unbroken(str(path))} is in the frontend's folder, where pages could read it"
            )
        patterns = [_pattern(text) for text in arguments]
        return cls(open_for_appending(path), path, size=size, arguments=patterns, soon=soon)

    # The log itself.

    def begin(self, program: str) -> None:
        """The program starts.

        Args:
            program: Its identifier.
        """
        self._program = text_of(program)
        self._lines.add(self._beginning("start"))

    def end(self) -> None:
        """The program ends in order; nothing is told after this."""
        self._lines.add(_Other(_now(), self._process, "end"))
        self._lines.close()

    def flush(self) -> None:
        """Wait until what was told is written, or cannot be."""
        self._lines.flush()

    def hold(self) -> None:
        """A page has posted: what is told until `release` is written together."""
        self._lines.hold()

    def release(self) -> None:
        """What the page has posted was begun."""
        self._lines.release()

    def _beginning(self, kind: str, why: str = "") -> _Other:
        patterns = [text_of(pattern.pattern) for pattern in self._patterns]
        return _Other(_now(), self._process, kind, program=self._program, arguments_of=patterns, why=why)

    # In the thread that writes.

    def _lost(self, lines: int, why: str) -> bytes:
        return line_of(_Other(_now(), self._process, "lost", lines=lines, why=why))

    def _continued(self, replaces: bool) -> bytes:
        name = text_of(self._path.name)
        gone = ", in place of an earlier one" if replaces else ""
        return line_of(self._beginning("continued", f"{name} was full, and is {name}.1 now{gone}"))

    # What it tells.

    def call(self, told: ToldCall) -> None:
        """Tell of a call, and what was decided of it."""
        caller, command, by = told.caller, told.command, told.by
        if caller is not self._caller:
            self._caller, self._caller_line = caller, _encoded(caller)
        grants: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
        if by and (grants := self._grants.get(by, msgspec.UNSET)) is msgspec.UNSET:
            grants = self._grants[by] = msgspec.Raw(
                msgspec.json.encode([{name: text_of(value) for name, value in one._asdict().items()} for one in by])
            )
        if len(command) > LONGEST or not command.isascii():
            command = text_of(command)
        self._lines.add(
            _Call(
                told.time,
                self._process,
                "call",
                self._caller_line,
                command,
                told.road,
                len(told.body),
                told.allowed,
                grants,
                told.why and self._reason(told.why, caller),
                told.instead_of and text_of(told.instead_of),
                told.ms,
                told.outcome,
                self._arguments(command, told.body, raw=told.raw) if self._patterns else None,
            )
        )

    def message(self, webview: str, why: str, caller: Caller | None = None) -> None:
        """Tell of a message of a page that was dropped: malformed, too much, or of a document that is not there.

        Args:
            webview: The label of the webview that it came from.
            why: What is wrong with it.
            caller: The document that is there, if it is known.
        """
        self._lines.add(
            _Other(
                _now(),
                self._process,
                "message",
                msgspec.UNSET if caller is None else _encoded(caller),
                text_of(webview),
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
        self._lines.add(
            _Other(
                _now(),
                self._process,
                kind,
                msgspec.UNSET,
                text_of(webview),
                place_of(page),
                place_of(target),
                text_of(what),
                allowed,
                text_of(without_query(why, target), _LONGEST_REASON),
            )
        )

    def _reason(self, why: str, caller: Caller | None) -> str:
        # A refusal names the remote page that it is about, as far as it shows a URL.
        return text_of(why if caller is None or caller.local else without_query(why, caller.url), _LONGEST_REASON)

    def _arguments(self, command: str, body: bytes, *, raw: bool) -> str | None:
        if raw or not any(pattern.matches(command) for pattern in self._patterns):
            return None
        return text_of(body[: _LONGEST_ARGUMENTS + 1].decode(errors="replace"), _LONGEST_ARGUMENTS)


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
                text_of(caller.window),
                text_of(caller.webview),
                text_of(caller.origin),
                place_of(caller.url),
                caller.document,
                caller.local,
            )
        )
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _pattern(text: str) -> Glob:
    try:
        return Glob(text)
    except AclError as error:
        raise AuditError(f"the audit log cannot tell arguments of these commands: {error}") from None
