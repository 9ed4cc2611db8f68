"""The event loop that Qt and asyncio share: qasync's, with queues of our own for what is to run soon and later."""

import asyncio
import collections
import math
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context
from typing import Any

import qasync
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QThread, QTimerEvent

from shell.later import Later

_SWITCH_INTERVAL = 0.0005
"""Seconds that a thread may compute while the loop waits for the interpreter. Python's own 5 ms, waited for several
times on the way of one call, can be seen."""

_FEW = 8
"""So many callbacks are run, however long they take."""
_TURN = 0.004
"""Seconds after which what is left of many callbacks waits until Qt has had its turn."""


class _Soon(QObject):
    """Runs what was asked for since its last turn, once each turn of Qt's loop, in order, and of much not all.

    qasync starts a Qt timer for every callback; one timer for all of them is ten times as fast, and like that one it
    lets Qt's other timers, input and windows have their turn in between.

    Args:
        leave: Called with a `SystemExit` or `KeyboardInterrupt` that one of them raised: Qt would not let it through.

    Attributes:
        long: Seconds after which a step that keeps the loop is told to `on_long`; see `Loop.watch`.
    """

    long: float = math.inf
    on_long: Callable[[object, float], object]

    def __init__(self, leave: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._leave = leave
        self._handles: collections.deque[asyncio.Handle] = collections.deque()
        self._timer = 0

    def add(self, handle: asyncio.Handle) -> None:
        self._handles.append(handle)
        if not self._timer:
            self._timer = self.startTimer(0)

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: N802  # Qt's name
        handles = self._handles
        count = len(handles)
        began = time.monotonic()
        until = began + _TURN if count > _FEW else math.inf
        for _ in range(count):
            handle = handles.popleft()
            if not handle.cancelled():
                try:
                    handle._run()
                except (SystemExit, KeyboardInterrupt) as error:
                    self._leave(error)
            now = time.monotonic()
            if now - began > self.long:
                # That of a task's step is the task.
                self.on_long(getattr(handle._callback, "__self__", None), now - began)  # type: ignore[attr-defined]  # as asyncio's own loop does for its log
            if now > until:
                break
            began = now
        if not handles and self._timer:
            self.killTimer(self._timer)
            self._timer = 0


class Loop(qasync.QEventLoop):  # type: ignore[misc]  # qasync has no types
    """asyncio's loop on Qt's. Tasks start eagerly: one that never waits is done when `create_task` returns.

    Args:
        application: Qt's.
        on_quit: Called with the exit code where Qt was told to quit: by the X server's end, by that of the person's
            session, or by code that knows Qt. The loop runs on: what there is to end takes turns of it.
    """

    def __init__(self, application: QCoreApplication, on_quit: Callable[[int], object]) -> None:
        self._soon = _Soon(self._leave)
        self._later = Later(self.time, self._soon.add)
        self._raised: BaseException | None = None
        self._from_threads: collections.deque[asyncio.Handle] = collections.deque()
        self._woken = False
        self._qt_loop: QEventLoop | None = None
        self._stopped = False
        self._on_quit = on_quit
        super().__init__(application)
        self.set_task_factory(asyncio.eager_task_factory)

    def watch(self, long: float, on_long: Callable[[object, float], object]) -> None:
        """Tell of each step that keeps the loop for long.

        Args:
            long: How many seconds that is.
            on_long: Called with the task whose step it was, or something else, and how many seconds it took.
        """
        self._soon.long, self._soon.on_long = long, on_long

    # qasync runs `QApplication.exec` and ends it with `QApplication.exit`, which also tells Qt WebEngine to take itself
    # down: it would be gone while pages still end, and for every later run in the same process.

    def run_forever(self) -> None:
        """Run until `stop`, or until a `SystemExit` or `KeyboardInterrupt`, which it raises as asyncio's loops do."""
        if self._qt_loop is not None:
            raise RuntimeError("the loop runs already")
        _forget_quit()
        self._before_run_forever()
        asyncio.events._set_running_loop(self)
        self._qt_loop = QEventLoop()
        self._stopped = False
        interval = sys.getswitchinterval()
        sys.setswitchinterval(min(interval, _SWITCH_INTERVAL))
        try:
            code = self._qt_loop.exec()
            if not self._stopped:
                self.call_soon(self._on_quit, code)
            while not self._stopped:
                # Once told to quit, Qt leaves every `exec` at once.
                self._qt_loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        finally:
            sys.setswitchinterval(interval)
            self._qt_loop = None
            asyncio.events._set_running_loop(None)
            self._after_run_forever()
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised

    def run_and_close(self, main: Coroutine[Any, Any, int]) -> int:
        """Run a coroutine, which ends all others that it wants to be ended; then close the loop.

        Not with `asyncio.Runner`, which waits without limit for tasks and threads that do not end.
        """
        task: asyncio.Task[int] = self.create_task(main)
        try:
            self.run_until_complete(task)
            return task.result()
        finally:
            if not task.done():
                # Something has raised through it.
                task.cancel()
                with suppress(asyncio.CancelledError):
                    self.run_until_complete(task)
            elif not task.cancelled():
                # What is raised here needs not be logged as well.
                task.exception()
            # It would wait for threads otherwise.
            self.set_default_executor(None)
            self.close()

    def stop(self) -> None:
        """End `run_forever` when this turn is over."""
        self._stopped = True
        if self._qt_loop is not None:
            self._qt_loop.exit()

    def _leave(self, error: BaseException) -> None:
        self._raised = error
        self.stop()

    def is_running(self) -> bool:
        """Whether `run_forever` is under way."""
        return self._qt_loop is not None

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """As asyncio's; from the loop's thread only."""
        handle = asyncio.Handle(callback, args, self, context)
        self._soon.add(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As asyncio's."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As asyncio's."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._later.add(handle)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._later.note_cancelled()

    def close(self) -> None:
        """As asyncio's: nothing runs any more."""
        self._later.stop()
        super().close()

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """As asyncio's: from any thread."""
        handle = asyncio.Handle(callback, args, self, context)
        self._from_threads.append(handle)
        # Many calls wake the loop once. Setting the flag after taking it back, below, loses no call: the worst that
        # a race does is to wake the loop once more.
        if not self._woken:
            self._woken = True
            super().call_soon_threadsafe(self._take_over)
        return handle

    def _take_over(self) -> None:
        self._woken = False
        while self._from_threads:
            self._soon.add(self._from_threads.popleft())


def _forget_quit() -> None:
    """Let Qt run loops after it was told to quit: that of the next program would end before it begins.

    Qt forgets it with `exec`, of the application or of a thread; and that of a thread runs nothing, and returns, once
    the thread has been told to end.
    """
    thread = QThread.currentThread()
    if not thread.loopLevel():
        thread.exit()
        thread.exec()
