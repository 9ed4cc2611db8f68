"""Threads for plain functions, none of which keeps a program from ending."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future


class Threads(Executor):
    """A pool of daemon threads, made as they are needed.

    The interpreter waits at its end for every thread of a `ThreadPoolExecutor`, for as long as what runs there takes:
    one function that blocks would keep a process alive whose windows are long gone.

    Args:
        most: How many threads there are at most.
        name: What they are called, before a number.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._idle = threading.Semaphore(0)
        # `None` tells a thread to end.
        self._work: queue.SimpleQueue[tuple[Future[object], Callable[[], object]] | None] = queue.SimpleQueue()
        self._closed = False

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call a function in one of the threads.

        Raises:
            RuntimeError: `shutdown` has been called, or there is no thread, and none can be had.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the program ends: no function is started any more")
            self._work.put((future, lambda: fn(*args, **kwargs)))  # type: ignore[arg-type]  # Future is invariant
            if not self._idle.acquire(blocking=False) and len(self._threads) < self._most:
                self._add_thread()
        return future

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._run, name=f"{self._name}-{len(self._threads)}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The system has none left. Those that there are come to it, too.
            if not self._threads:
                self._work.get_nowait()
                raise
        else:
            self._threads.append(thread)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Start nothing further, and let the threads end when they have no work.

        Args:
            wait: Return only when they have ended.
            cancel_futures: Drop what has not begun.
        """
        with self._lock:
            self._closed = True
        while cancel_futures and not self._work.empty():
            try:
                work = self._work.get_nowait()
            except queue.Empty:
                break
            if work is not None:
                work[0].cancel()
        self._work.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _run(self) -> None:
        work = self._work.get()
        while True:
            if work is None:
                # The next one shall hear of it too.
                self._work.put(None)
                return
            future, call = work
            if future.set_running_or_notify_cancel():
                try:
                    result = call()
                except BaseException as error:
                    future.set_exception(error)
                    # Its traceback holds this frame, and that what was called with.
                    del error
                else:
                    future.set_result(result)
                    del result
            # Until the next work comes nothing of this one is kept.
            del work, future, call
            work = self._next()

    def _next(self) -> tuple[Future[object], Callable[[], object]] | None:
        try:
            return self._work.get_nowait()
        except queue.Empty:
            # Not before: what waited here has counted on no thread that is idle.
            self._idle.release()
            return self._work.get()


async def apart[**P, T](function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a thread that is there for this alone, and wait for what it returns.

    What a program needs to answer at all waits for none of its plain functions so, which may have all of their threads
    for as long as they like. For what is seldom asked for: there is no bound to such threads.

    Raises:
        RuntimeError: The system has no thread left.
    """
    thread = Threads(1, "apart")
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, lambda: function(*args, **kwargs))
    finally:
        # Not waited for: it ends when the function has returned, also where nobody waits for that any more.
        thread.shutdown(wait=False)
