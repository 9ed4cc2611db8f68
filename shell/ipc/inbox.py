"""What one document asks for and waits its turn, so that a page that asks for much keeps no other waiting."""

import asyncio
import collections
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence

import msgspec

from shell.ipc import wire
from shell.ipc.session import Session
from shell.ipc.wire import BrokenCall, WireCall
from shell.value import frozen

_decode_number = msgspec.json.Decoder(int).decode


@frozen
class _Waiting:
    """What is left of a post that takes up `size` bytes."""

    size: int
    calls: Iterator[WireCall | BrokenCall | None]


class Inbox:
    """The calls of one document, carried out in order and no longer at a time than its slice.

    Args:
        session: The document.
        begin: Begins a call.
        turn_away: Answers a call that is not begun.
        loop: The loop.
        on_malformed: Told of each line that is no call.
        on_look: Told, whenever it looks at the clock, which commands it has begun since, and how many seconds that is.

    Attributes:
        size: How many bytes wait.
        looks_often: Whether it looks at the clock after each call, not after some: where to begin one takes long.
    """

    looks_often = False

    def __init__(
        self,
        session: Session,
        begin: Callable[[Session, WireCall], None],
        turn_away: Callable[[Session, int, str], None],
        loop: asyncio.AbstractEventLoop,
        on_malformed: Callable[[str], None],
        on_look: Callable[[Sequence[str], float], None],
    ) -> None:
        self._session = session
        self._begin = begin
        self._turn_away = turn_away
        self._loop = loop
        self._on_malformed = on_malformed
        self._on_look = on_look
        self.size = 0
        self._waiting: collections.deque[_Waiting] = collections.deque()

    def take(self, lines: str) -> None:
        """Take the calls of one post: at once until the slice is over, the rest when others have had their turn."""
        calls = wire.read_calls(lines, min(self._session.limits.message, wire.LONGEST))
        if self._waiting:
            if self.size > self._session.limits.pending_size:
                self._refuse(calls)
            else:
                self._wait(len(lines), calls)
        elif not self._work(calls, self._slice()):
            self._wait(len(lines), calls)
            self._loop.call_soon(self._resume)

    def _wait(self, size: int, calls: Iterator[WireCall | BrokenCall | None]) -> None:
        self._waiting.append(_Waiting(size, calls))
        self.size += size

    def _slice(self) -> float:
        return time.monotonic() + self._session.limits.slice_time

    def _resume(self) -> None:
        waiting = self._waiting
        until = self._slice()
        while waiting and self._session.alive:
            if not self._work(waiting[0].calls, until):
                self._loop.call_soon(self._resume)
                return
            self.size -= waiting.popleft().size

    def _work(self, calls: Iterator[WireCall | BrokenCall | None], until: float) -> bool:
        """Begin calls until the time is up; returns whether all have begun."""
        session, begin, between = self._session, self._begin, 0 if self.looks_often else 3
        looked = until - session.limits.slice_time
        begun: list[str] = []
        for number, call in enumerate(calls, 1):
            if not session.alive:
                return True
            if isinstance(call, WireCall):
                begin(session, call)
                begun.append(call.command)
            elif call is not None:
                self._broken(call)
            if not number & between or call is None:
                now = time.monotonic()
                self._on_look(begun, now - looked)
                if now > until:
                    return False
                looked = now
                begun.clear()
        if begun:
            self._on_look(begun, time.monotonic() - looked)
        return True

    def _broken(self, call: BrokenCall) -> None:
        self._on_malformed(call.problem)
        if call.id is not None:
            self._session.reject(call.id, f"the call could not be read: {call.problem}")

    def _refuse(self, calls: Iterator[WireCall | BrokenCall | None]) -> None:
        limit = self._session.limits.pending_size >> 20
        for call in calls:
            if isinstance(call, WireCall) and call.size is not None:
                # Nobody takes its body any more.
                with contextlib.suppress(ValueError):
                    self._session.uploads.drop(_decode_number(call.args))
            if call is not None and call.id is not None:
                self._turn_away(
                    self._session,
                    call.id,
                    f"too many calls at once: more than {limit} MiB of them wait (App's limits.pending_size)",
                )
