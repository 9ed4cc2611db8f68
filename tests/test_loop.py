"""The loop, and threads that compute beside it."""

import asyncio
import math
import sys
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from shell import App, Plugin
from shell.ipc.long_steps import LongSteps
from shell.ipc.thread import LoopThread
from shell.loop import Loop
from tests.conftest import Runner


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize(("before", "meanwhile"), [(0.005, 0.0005), (0.0001, 0.0001)])
def test_threads_that_compute_hand_the_interpreter_over_soon_while_the_loop_runs(
    shell: Runner, before: float, meanwhile: float
) -> None:
    sys.setswitchinterval(before)

    async def scenario(_: App) -> None:
        assert sys.getswitchinterval() == pytest.approx(meanwhile, rel=0.05)

    shell.run(shell.app(), scenario)
    assert sys.getswitchinterval() == pytest.approx(before, rel=0.05)


def test_a_time_limit_that_is_not_reached_leaves_nothing_behind(shell: Runner) -> None:
    class Limit:
        def __call__(self) -> None:
            raise AssertionError

    async def scenario(_: App) -> None:
        loop = asyncio.get_running_loop()
        limit = Limit()
        alive = weakref.ref(limit)
        loop.call_later(0.01, limit).cancel()
        handle = loop.call_later(3600, limit)
        del limit
        assert alive() is not None
        handle.cancel()
        handle.cancel()
        del handle
        assert alive() is None
        await asyncio.sleep(0.05)

    shell.run(shell.app(), scenario)


def test_what_has_a_time_comes_in_its_order_and_not_before(shell: Runner) -> None:
    async def scenario(_: App) -> None:
        loop = asyncio.get_running_loop()
        came: asyncio.Queue[tuple[float, float]] = asyncio.Queue()
        begun = loop.time()

        def come(delay: float) -> None:
            came.put_nowait((delay, loop.time() - begun))

        for delay in (0.05, 0.0105, 0.03, -1.0):
            loop.call_later(delay, come, delay)
        order = [await came.get() for _ in range(4)]
        assert [delay for delay, _ in order] == [-1.0, 0.0105, 0.03, 0.05]
        assert all(taken >= delay for delay, taken in order)

    shell.run(shell.app(), scenario)


def test_a_time_may_be_further_away_than_qt_can_count(shell: Runner) -> None:
    async def scenario(_: App) -> None:
        loop = asyncio.get_running_loop()
        handle = loop.call_at(loop.time() + 1e9, print)
        assert handle.when() > loop.time() + 9e8
        handle.cancel()
        for far in (1e9, math.inf):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await asyncio.sleep(far)

    shell.run(shell.app(), scenario)


def test_nobody_is_woken_too_early(shell: Runner) -> None:
    async def scenario(_: App) -> None:
        loop = asyncio.get_running_loop()

        async def spare(seconds: float) -> float:
            began = loop.time()
            await asyncio.sleep(seconds)
            return loop.time() - began - seconds

        assert min(await asyncio.gather(*(spare(0.05 + 0.0137 * n) for n in range(20)))) >= 0

    shell.run(shell.app(), scenario)


def test_time_limits_that_are_not_reached_are_not_kept(shell: Runner) -> None:
    async def scenario(_: App) -> None:
        loop = asyncio.get_running_loop()
        for n in range(1000):
            async with asyncio.timeout(3600 + n % 7):
                await asyncio.sleep(0)
        assert isinstance(loop, Loop)
        assert len(loop._later) < 300

    shell.run(shell.app(), scenario)


def test_what_is_cancelled_when_it_is_due_does_not_run(shell: Runner) -> None:
    async def scenario(_: App) -> None:
        loop = asyncio.get_running_loop()
        ran: list[str] = []
        late = loop.call_later(0.005, ran.append, "cancelled by what runs before it")
        loop.call_later(0, late.cancel)
        await asyncio.sleep(0.02)
        assert not ran

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize("code", [0, 3])
def test_a_program_runs_after_one_that_ended_because_qt_was_told_to_quit(shell: Runner, code: int) -> None:
    first = shell.app()
    first.setup(lambda _: QApplication.exit(code))
    assert first.run_or_raise(shell.options) == code

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("1 + 1") == 2
        # Dialogs and menus run loops of their own.
        inner = QEventLoop()
        QTimer.singleShot(0, lambda: inner.exit(5))
        assert inner.exec() == 5

    assert shell.run(shell.app(), scenario) == 0


def test_a_program_runs_though_qt_was_told_to_quit_before(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("1 + 1") == 2

    shell.run(shell.app(), scenario)
    QApplication.exit(3)
    assert shell.run(shell.app(), scenario) == 0


def test_what_the_loop_asks_for_comes_behind_what_a_thread_has_asked_for(shell: Runner) -> None:
    async def scenario(_: App) -> None:
        thread = LoopThread()
        thread.attach(asyncio.get_running_loop())
        order: asyncio.Queue[str] = asyncio.Queue()
        thread.soon(order.put_nowait, "first")
        other = threading.Thread(target=thread.soon, args=(order.put_nowait, "second"))
        other.start()
        other.join()
        thread.soon(order.put_nowait, "third")
        assert [await order.get() for _ in range(3)] == ["first", "second", "third"]

    shell.run(shell.app(), scenario)


def test_what_the_loop_asks_for_later_may_be_a_coroutine_function(shell: Runner) -> None:
    async def scenario(_: App) -> None:
        thread = LoopThread()
        thread.attach(asyncio.get_running_loop())
        order: asyncio.Queue[str] = asyncio.Queue()
        thread.soon(order.put, "later")
        assert order.empty()
        assert await order.get() == "later"

    shell.run(shell.app(), scenario)


@pytest.mark.parametrize("ask", [LoopThread.run, LoopThread.soon])
def test_before_there_is_a_loop_a_coroutine_function_is_refused(ask: Callable[..., None]) -> None:
    order: asyncio.Queue[str] = asyncio.Queue()
    with pytest.raises(RuntimeError, match=r"^Queue\.put: a coroutine function needs the loop, and none runs; "):
        ask(LoopThread(), order.put, "now")
    ask(LoopThread(), order.put_nowait, "now")
    assert order.get_nowait() == "now"


def test_what_one_loop_did_not_come_to_is_not_left_to_the_next(shell: Runner) -> None:
    thread = LoopThread()
    heard: asyncio.Queue[str] = asyncio.Queue()

    def ask(what: str) -> None:
        other = threading.Thread(target=thread.soon, args=(heard.put_nowait, what))
        other.start()
        other.join()

    async def first(_: App) -> None:
        thread.attach(asyncio.get_running_loop())

    async def second(_: App) -> None:
        thread.attach(asyncio.get_running_loop())
        ask("second")
        assert await heard.get() == "second"

    shell.run(shell.app(), first)
    ask("first")
    shell.run(shell.app(), second)
    assert heard.empty()


@pytest.mark.parametrize("step", ["first", "later", "raw", "plugin:notes|first"])
def test_who_keeps_the_loop_for_long_is_named_in_the_log_once(
    shell: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: str
) -> None:
    monkeypatch.setattr(LongSteps, "least", 0.0)
    notes = Plugin("notes")
    allowed = {"identifier": "main", "windows": ["*"], "permissions": ["core:default", "notes:allow-first"]}
    app = shell.app(plugins=[notes], capabilities=[allowed])

    @notes.command
    @app.command
    async def first() -> None: ...

    @app.command
    async def later() -> None:
        await asyncio.sleep(0)

    @app.command
    async def raw(body: bytes) -> None: ...

    async def scenario(app: App) -> None:
        if step == "later":
            # The loop looks at what comes after the first step of a call, and knows the bound already.
            monkeypatch.setattr(LongSteps, "least", math.inf)
        window = app.windows["main"]
        for _ in range(2):
            await window.eval(f"shell.invoke('{step}'{', new Uint8Array(1)' if step == 'raw' else ''})")
        await window.eval("shell.invoke('plugin:path|resolve_directory', { directory: 1 }).catch(String)")

    shell.run(app, scenario)
    told = [record.getMessage() for record in caplog.records if "kept the loop" in record.getMessage()]
    assert len(told) == 1
    assert told[0].startswith(f"command {step} kept the loop, and with it all windows, for ")


class Clock:
    """One that goes on only where a test says so."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_nobody_is_named_who_waits(
    shell: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    monkeypatch.setattr("shell.loop.time", clock)
    monkeypatch.setattr("shell.ipc.inbox.time", clock)
    app = shell.app()
    waits, go_on = asyncio.Event(), asyncio.Event()

    @app.command
    async def wait() -> None:
        waits.set()
        await go_on.wait()

    @app.command
    async def compute() -> None:
        await asyncio.sleep(0)
        clock.now += 7

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        answer = asyncio.create_task(window.eval("shell.invoke('wait')"))
        await waits.wait()
        clock.now += 60
        go_on.set()
        await answer
        await window.eval("shell.invoke('compute')")

    shell.run(app, scenario)
    told = [record.getMessage() for record in caplog.records if "kept the loop" in record.getMessage()]
    assert len(told) == 1
    assert told[0].startswith("command compute kept the loop, and with it all windows, for 7.0 s")
