"""Calls of commands that need modules whose import takes longer than a turn of the loop may."""

import asyncio
import collections
import importlib
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from shell.ipc.call import Call
from shell.ipc.command import Commands
from shell.ipc.session import Session
from shell.threads import apart
from shell.value import frozen

if TYPE_CHECKING:
    from shell.ipc.router import Sink


@frozen
class _Waiting:
    """A call that waits; that is `over` when its turn has come, and cancelled with its document."""

    sink: "Sink"
    number: int
    call: Call
    over: asyncio.Future[None]


type _Row = collections.deque[_Waiting]


class Importing:
    """Has calls wait until what their commands need has been imported in a thread, one command's after the other's.

    A page may ask for what every program has in an order, so none of a document's calls for such goes past those that
    wait: they go on in the order in which they came.

    Args:
        loop: The loop.
        commands: Say what they need.
        start: Begins a call.
        fail: Answers one whose command cannot be loaded.
        cancel: Answers one whose document has gone.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        commands: Commands,
        start: "Callable[[Session, Sink, int, Call], None]",
        fail: "Callable[[Sink, int, Call, Exception], None]",
        cancel: "Callable[[Sink, int, Call], None]",
    ) -> None:
        self._loop = loop
        self._commands = commands
        self._start = start
        self._fail = fail
        self._cancel = cancel
        self._rows: dict[Session, _Row] = {}
        self._one = asyncio.Lock()

    def has_to_wait(self, session: Session, command: str, *, decided: bool) -> bool:
        """Whether a call of a document has to wait.

        Args:
            session: The document.
            command: The command's name.
            decided: Whether the document has called it before, so that it has been loaded.
        """
        if session in self._rows:
            return self._commands.is_late(command)
        return not decided and self._is_to_come(command)

    def keep(self, session: Session, sink: "Sink", number: int, call: Call, size: int) -> None:
        """Keep a call that has to wait, until it is its turn.

        Args:
            session: The document.
            sink: Where its answer goes.
            number: What the page calls it.
            call: The call.
            size: Bytes that it holds.
        """
        waiting = _Waiting(sink, number, call, self._loop.create_future())
        session.keep(waiting.over, size, detached=False)
        waiting.over.add_done_callback(lambda over: over.cancelled() and self._cancel(sink, number, call))
        row = self._rows.get(session)
        if row is None:
            self._rows[session] = row = collections.deque([waiting])
            task = asyncio.Task(self._work(session, row), loop=self._loop, eager_start=True)
            session.tasks[task] = None
            task.add_done_callback(session.forget)
            return
        row.append(waiting)
        if not self._is_to_come(row[0].call.command):
            # One goes on for each that comes, or a page that asks on would have ever more of them wait.
            self._begin_first(session, row)

    async def _work(self, session: Session, row: _Row) -> None:
        """Begin all of a row, in no turn of the loop more than fit into a slice."""
        try:
            while row:
                await self._import_for_first(row)
                until = time.monotonic() + session.limits.slice_time
                while row and not self._is_to_come(row[0].call.command):
                    self._begin_first(session, row)
                    if time.monotonic() > until:
                        await asyncio.sleep(0)
                        until = time.monotonic() + session.limits.slice_time
        finally:
            del self._rows[session]

    def _begin_first(self, session: Session, row: _Row) -> None:
        waiting = row.popleft()
        if not waiting.over.done():
            waiting.over.set_result(None)
            self._start(session, waiting.sink, waiting.number, waiting.call)

    async def _import_for_first(self, row: _Row) -> None:
        async with self._one:
            # Another document may have waited for the same, and this one's calls have gone on since.
            modules = self._commands.imports_of(row[0].call.command) if row else ()
            if not modules:
                return
            waiting = row[0]
            try:
                await apart(_import, modules)
            except Exception as error:
                row.popleft()
                if not waiting.over.done():
                    waiting.over.set_result(None)
                    self._fail(waiting.sink, waiting.number, waiting.call, error)
            else:
                self._commands.imported(waiting.call.command)

    def _is_to_come(self, command: str) -> bool:
        return bool(self._commands.imports_of(command))


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        importlib.import_module(module)
