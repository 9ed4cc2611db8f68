"""Threads for plain functions, where the system has none left."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shell.threads import Threads

TIME = 60.0
"""Seconds after which a function has hung."""


@pytest.fixture
def threads() -> Iterator[Threads]:
    pool = Threads(2, "test")
    yield pool
    pool.shutdown(wait=True)


@contextmanager
def none_left() -> Iterator[None]:
    """No thread can be had meanwhile."""

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        yield


def expect_two(threads: Threads) -> None:
    """Two functions run at once, as each waits for the other."""
    both = threading.Barrier(2)
    for future in [threads.submit(both.wait, TIME) for _ in range(2)]:
        future.result(TIME)


def test_what_is_refused_where_there_is_no_thread_never_runs(threads: Threads) -> None:
    ran: list[int] = []
    for number in range(3):
        with none_left(), pytest.raises(RuntimeError, match="can't start new thread"):
            threads.submit(ran.append, number)
    expect_two(threads)
    assert not ran


def test_what_finds_no_thread_of_its_own_waits_for_those_that_there_are(threads: Threads) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def block() -> None:
        begun.set()
        go_on.wait(TIME)

    first = threads.submit(block)
    assert begun.wait(TIME)
    with none_left():
        second = threads.submit(threading.get_ident)
    go_on.set()
    first.result(TIME)
    second.result(TIME)
    expect_two(threads)
