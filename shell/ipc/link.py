"""A link: one webview's end of the wire. It knows which document is there, and hears no other."""

import asyncio
import collections
import logging
import time
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from shell.acl import Caller
from shell.ipc import wire
from shell.ipc.inbox import Inbox
from shell.ipc.router import Router
from shell.ipc.session import Lasting, Session
from shell.ipc.tally import WATCHED, Tally

log = logging.getLogger(__name__)

_LONGEST_HEAD = 1024
"""Characters of a post's first line."""

_POST = 1024
"""Bytes that a post counts for beside its own: that many small ones are a flood as well."""

_UNHEEDED = 4
"""Stray posts that one counts for whose calls are begun: they take about as much longer."""

type Excess = Literal["console", "requests"]
"""What a webview can do too much of past the bridge, by the name of its limit."""

_DID: Mapping[Excess, str] = {
    "console": "wrote more than %d lines to its console",
    "requests": "made more than %d requests",
}


class Link:
    """Begins a session at each hello of a page and ends the one before.

    Args:
        label: The webview's label.
        router: Where calls go.
        identify: Says who the webview's document is at this moment, given a number for it.
        is_there: Whether the webview shows a document of this caller's origin. One that it has left for another
            origin may have no hello to end its session with for as long as that one's server likes, and what is
            delivered meanwhile is that one's to read.
        deliver: Hands a text to the page.
        on_overflow: Called when the page has fallen too far behind.

    Attributes:
        session: The document that is there, if it has said hello.
        on_session: Called with each new session.
        on_stir: Called when next something is said, by the page or to it; once.
        counts: How many messages were `malformed`, and how many came `late`, from an earlier document.
    """

    def __init__(
        self,
        label: str,
        router: Router,
        identify: Callable[[int], Caller],
        is_there: Callable[[Caller], bool],
        deliver: Callable[[str], None],
        on_overflow: Callable[[], None],
    ) -> None:
        self.label = label
        self.session: Session | None = None
        self.on_session: list[Callable[[Session], None]] = []
        self.on_stir: Callable[[], None] | None = None
        self.counts: collections.Counter[str] = collections.Counter()
        self._router = router
        self._identify = identify
        self._is_there = is_there
        self._deliver = deliver
        self._on_overflow = on_overflow
        self._document = ""
        self._inbox: Inbox
        self._hellos: collections.deque[float] = collections.deque(maxlen=router.limits.documents)
        limits = router.limits
        self._posted = Tally(limits.posted)
        self._strays = Tally(limits.strays)
        self._done: Mapping[Excess, Tally] = {"console": Tally(limits.console), "requests": Tally(limits.requests)}
        self._lasting = Lasting(asyncio.Semaphore(limits.threads))
        self._overrun = self._closed = False

    def receive(self, text: str) -> str:
        """Take what a page posted; returns the delivery that it gets for an answer, or nothing. Never raises."""
        if self._overrun or self._closed:
            return ""
        if self.on_stir is not None:
            self._stir(self.on_stir)
        if self._posted.add(len(text) + _POST):
            # More than any bridge posts, which waits for answers; what is posted waits in memory.
            self._give_up(f"posted more than {self._posted.most >> 20} MiB within {WATCHED:g} s (App's limits.posted)")
            return ""
        head, _, calls = text.partition("\n")
        if len(head) > _LONGEST_HEAD:
            self._malformed(f"its first line has {len(head)} characters")
            return self._stray()
        try:
            post = wire.decode_post(head)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            self._malformed(wire.problem_of(error, head))
            return self._stray()
        if post.ack == wire.HELLO:
            self._hello(post.document)
            return ""
        session = self.session
        if session is None or post.document != self._document or not self._holds(session):
            self.counts["late"] += 1
            self._tell("it is of a document that is not there, or not any more")
            return self._stray()
        outbox = session.outbox
        if post.ack > outbox.sent:
            self._malformed(f"it acknowledges delivery {post.ack} of {outbox.sent}")
            return self._stray()
        outbox.begin_answer()
        try:
            outbox.acknowledge(post.ack)
            if outbox.unheeded > wire.POSTS_AT_ONCE:
                self._stray(_UNHEEDED)
            if calls:
                self._inbox.take(calls)
        finally:
            answer = outbox.end_answer()
        return answer

    def count(self, what: Excess, amount: int = 1) -> bool:
        """Count what the webview does past the bridge, and end its renderer where that is too much.

        Args:
            what: What it does.
            amount: How much of it.

        Returns:
            Whether it is too much, and nothing should be done about it.
        """
        if self._closed:
            return True
        tally = self._done[what]
        if not tally.add(amount):
            return False
        self._give_up(f"{_DID[what] % tally.most} within {WATCHED:g} s (App's limits.{what})")
        return True

    def end_renderer(self, problem: str) -> None:
        """End the webview's renderer for what it did past the bridge.

        Args:
            problem: What that is, to follow the webview's name in the log.
        """
        if not self._closed:
            self._give_up(problem)

    def find(self, document: str) -> Session | None:
        """The session of the document that the page calls by this name, if it is the one that is there."""
        return self.session if document == self._document else None

    def identify_again(self) -> None:
        """Who the document is has changed, though it is the same document."""
        if self.session is not None and self._holds(self.session):
            self._router.recast(self.session, self._identify(self.session.caller.document))

    def start_over(self) -> None:
        """The renderer has gone: its document has, and the next one comes of itself."""
        self.end()
        self._hellos.clear()
        for tally in (self._posted, self._strays, *self._done.values()):
            tally.clear()
        self._overrun = False

    def look(self) -> None:
        """The webview may show another document now: end the session of one that it has left for another origin."""
        if self.session is not None:
            self._holds(self.session)

    def close(self) -> None:
        """The webview is closed: whatever its page says from now on, until it has gone, nobody hears."""
        self._closed = True
        self.end()

    def end(self) -> None:
        """The document is gone. Ending again does nothing."""
        session, self.session, self._document = self.session, None, ""
        if session is not None:
            session.end()

    def _hello(self, document: str) -> None:
        self.end()
        if self._is_overrun():
            return
        caller = self._identify(self._router.next_document())
        self._document = document
        self.session = session = self._router.open(document, caller, self._hand_over, self._fall_behind, self._lasting)
        self._inbox = self._router.inbox(session, self._malformed)
        for callback in list(self.on_session):
            callback(session)

    def _is_overrun(self) -> bool:
        """Whether documents follow one another faster than any that a person would see; its renderer is ended then."""
        hellos, now = self._hellos, time.monotonic()
        if len(hellos) < (hellos.maxlen or 0) or now - hellos[0] > WATCHED:
            hellos.append(now)
            return False
        self._give_up(f"began {len(hellos)} documents within {WATCHED:g} s (App's limits.documents)")
        return True

    def _stray(self, amount: int = 1) -> str:
        """Count a post that no bridge makes. Those that follow it may be any number: nothing paces who makes such."""
        if self._strays.add(amount):
            most = self._strays.most
            self._give_up(f"made more than {most} stray posts within {WATCHED:g} s (App's limits.strays)")
        return ""

    def _give_up(self, problem: str) -> None:
        self.end()
        if not self._overrun:
            self._overrun = True
            self._tell(f"the webview {problem}; its renderer is ended")
            log.error("webview %s %s", self.label, problem)
            self._on_overflow()

    def _fall_behind(self) -> None:
        self._on_overflow()
        self.end()

    def _stir(self, hear: Callable[[], None]) -> None:
        self.on_stir = None
        hear()

    def _hand_over(self, text: str) -> None:
        if self.on_stir is not None:
            self._stir(self.on_stir)
        if self.session is not None and self._holds(self.session):
            self._deliver(text)

    def _holds(self, session: Session) -> bool:
        if self._is_there(session.caller):
            return True
        self.end()
        return False

    def _tell(self, problem: str) -> None:
        if self._router.audit is not None:
            self._router.audit.message(self.label, problem, None if self.session is None else self.session.caller)

    def _malformed(self, problem: str) -> None:
        self.counts["malformed"] += 1
        self._tell(f"it is malformed: {problem}")
        if self.counts["malformed"] == 1:
            log.warning(
                "a malformed message from webview %s was dropped; further ones are only counted: %s",
                self.label,
                problem,
            )
