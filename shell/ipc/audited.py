"""A router that tells an audit log of each call. Programs without one have the router itself, and pay nothing."""

import asyncio
import datetime as dt
import itertools
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgspec

from shell.acl.decision import Reference
from shell.audit import Audit, Outcome, ToldCall
from shell.ipc.call import Call
from shell.ipc.errors import RefusedError
from shell.ipc.filter import Proceed
from shell.ipc.inbox import Inbox
from shell.ipc.router import Route, Router, Sink
from shell.ipc.session import Session

_now = dt.datetime.now
_clock = time.perf_counter_ns
_UTC = dt.UTC

_LONG = 1.0
"""Seconds after which a call that has not ended has a line of its own."""
_AT_ONCE = 1000
"""Of those, so many are told of in one turn of the loop, if they fit into a slice."""
_OPEN = "open to every page, of itself alone"
_UNNAMED = "open: no capability or permission names it"


class _Watched(msgspec.Struct, eq=False):
    """Where the answer of a call goes, by way of the audit log."""

    router: "AuditedRouter"
    sink: Sink
    road: str
    call: Call
    time: dt.datetime
    began: int
    route: Route | None = None
    outcome: Outcome = "refused"
    ended: bool = False

    def resolve(self, call: int, value: Any) -> bool:
        if self.sink.resolve(call, value):
            return True
        self.outcome = "answered"
        self.router.tell(self)
        return False

    def reject(self, call: int, error: Any) -> None:
        self.sink.reject(call, error)
        # What a command rejects with is the page's alone; what keeps a page from it is not.
        self.router.tell(self, why=str(error) if self.route is None else "")


class _AuditedInbox(Inbox):
    """An `Inbox` that writes the log when a post was taken: a turn of the loop for it would cost more than the rest."""

    looks_often = True

    def __init__(self, audit: Audit, *args: Any) -> None:
        super().__init__(*args)
        self._audit = audit

    def take(self, lines: str) -> None:
        """As `Inbox.take`."""
        self._audit.hold()
        try:
            super().take(lines)
        finally:
            self._audit.release()


class AuditedRouter(Router):
    """A `Router` whose calls an audit log tells of: each once, when it has ended, and once more where that takes long.

    Args:
        args: As for `Router`.
        audit: The log.
        options: As for `Router`.
    """

    def __init__(self, *args: Any, audit: Audit, **options: Any) -> None:
        super().__init__(*args, **options)
        self.audit: Audit = audit
        self._waiting: dict[_Watched, None] = {}
        self._told: dict[_Watched, None] = {}
        self._look: asyncio.TimerHandle | None = None

    def dispatch(self, session: Session, sink: Sink, number: int, call: Call) -> None:
        """As `Router.dispatch`."""
        road = "bridge" if sink is session else "ipc"
        watched = _Watched(self, sink, road, call, _now(_UTC), _clock())
        super().dispatch(session, watched, number, call)
        if not watched.ended:
            self._waiting[watched] = None
            if self._look is None:
                self._look = self._loop.call_later(_LONG, self._tell_of_long)

    def inbox(self, session: Session, on_malformed: Callable[[str], None]) -> Inbox:
        """As `Router.inbox`."""
        return _AuditedInbox(
            self.audit, session, self._begin, self._turn_away, self._loop, on_malformed, self.long_steps.note
        )

    def tell(self, watched: _Watched, why: str = "") -> None:
        """A call has ended.

        Args:
            watched: It.
            why: What kept the page from calling it.
        """
        watched.ended = True
        if self._waiting:
            self._waiting.pop(watched, None)
        if self._told:
            self._told.pop(watched, None)
        self._write(watched, watched.outcome, why)

    def close(self) -> None:
        """Nothing calls any more: calls that have not ended are left behind."""
        for watched in (*self._told, *self._waiting):
            watched.ended = True
            self._write(watched, "left behind")
        self._told.clear()
        self._waiting.clear()
        if self._look is not None:
            self._look.cancel()

    def _tell_of_long(self) -> None:
        due = _clock() - round(_LONG * 1e9)
        until = time.monotonic() + self.limits.slice_time
        long = itertools.takewhile(lambda watched: watched.began <= due, self._waiting)
        for watched in list(itertools.islice(long, _AT_ONCE)):
            del self._waiting[watched]
            self._told[watched] = None
            self._write(watched, "under way")
            # With their arguments, a line may take some milliseconds.
            if time.monotonic() > until:
                break
        oldest = next(iter(self._waiting), None)
        pause = 0 if oldest is None else max(0, oldest.began - due) / 1e9
        self._look = None if oldest is None else self._loop.call_later(pause, self._tell_of_long)

    def _write(self, watched: _Watched, outcome: Outcome, why: str = "") -> None:
        call, route = watched.call, watched.route
        by: tuple[Reference, ...] = ()
        if route is not None:
            by = route.allowed.by
            why = "" if by else _why_open(route)
        self.audit.call(
            ToldCall(
                time=watched.time,
                caller=call.caller,
                command=call.command,
                body=call.body,
                raw=call.raw,
                road=watched.road,
                allowed=route is not None,
                by=by,
                why=why,
                # In whole microseconds; `round` would take longer than the clock.
                ms=(_clock() - watched.began) // 1000 / 1000,
                outcome=outcome,
            )
        )

    # What `Router` does on the way of a call.

    def _run(self, session: Session, sink: Sink, number: int, call: Call, route: Route) -> Coroutine[Any, Any, None]:
        if isinstance(sink, _Watched):
            sink.route = route
        return super()._run(session, sink, number, call, route)

    def _reject(self, sink: Sink, number: int, error: Any, route: Route, outcome: Outcome) -> None:
        if isinstance(sink, _Watched):
            sink.outcome = outcome
        super()._reject(sink, number, error, route, outcome)

    def _cancel(self, sink: Sink, number: int, call: Call) -> None:
        if isinstance(sink, _Watched):
            sink.outcome = "cancelled"
        super()._cancel(sink, number, call)

    def _behind_filters(self, session: Session, call: Call, begun: Route) -> Proceed:
        proceed = super()._behind_filters(session, call, begun)

        def decided(changed: Call) -> Awaitable[Any]:
            if changed.command != call.command:
                self._tell_of_other(session, changed, call.command)
            return proceed(changed)

        return decided

    def _tell_of_other(self, session: Session, call: Call, instead_of: str) -> None:
        route, why = None, ""
        try:
            route = self._route(session, call)
        except RefusedError as refused:
            why = str(refused)
        by = () if route is None else route.allowed.by
        self.audit.call(
            ToldCall(
                time=_now(_UTC),
                caller=call.caller,
                command=call.command,
                body=call.body,
                raw=call.raw,
                road="filter",
                allowed=route is not None,
                by=by,
                why=why or ("" if route is None or by else _why_open(route)),
                instead_of=instead_of,
            )
        )

    def _turn_away(self, session: Session, number: int, problem: str) -> None:
        self.audit.message(session.caller.webview, problem, session.caller)
        super()._turn_away(session, number, problem)


def _why_open(route: Route) -> str:
    return _OPEN if route.command.open else _UNNAMED
