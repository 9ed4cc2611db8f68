"""Who is held back while the core's queue is long, and for how long; and that what is held stops."""

import sys
import threading
from collections.abc import Callable

import pytest

from shell.webview.backpressure import Backpressure
from shell.webview.flow import Flow
from shell.webview.usage import Usage

STEP = 0.025


class Program:
    """A core, and renderers that compute as is said, from one step to the next."""

    def __init__(self) -> None:
        self.now = 100.0
        self.spent = 0.0
        self.usages: dict[int, Usage] = {}
        self.pages: set[int] = set()
        self.held: set[int] = set()
        self.ended: list[int] = []
        self.echoes: list[Callable[[], None]] = []
        self.in_dialog = False
        self.in_qt = True
        self.backpressure = Backpressure(
            self.echoes.append,
            pages=lambda: self.pages,
            renderers=lambda: self.usages,
            name=lambda pid: f"renderer {pid}",
            most_threads=100,
            end=self.ended.append,
            in_dialog=lambda: self.in_dialog,
            usage=self._usage,
            hold=self._hold,
            spent=lambda: self.spent,
            clock=lambda: self.now,
        )

    def open(self, pid: int, *, page: bool = True, threads: int = 10) -> None:
        """A renderer comes."""
        self.usages[pid] = Usage(1.0, 0.5, threads)
        if page:
            self.pages.add(pid)

    def _usage(self, pid: int) -> Usage | None:
        # The system counts in hundredths of a second.
        usage = self.usages.get(pid)
        return usage and Usage(int(usage.total * 100) / 100, int(usage.system * 100) / 100, usage.threads)

    def _hold(self, pid: int) -> Callable[[], None]:
        self.held.add(pid)
        return lambda: self.held.discard(pid)

    def go_on(self, times: int = 1, *, core: float = 1.0, **computing: tuple[float, float]) -> None:
        """Take some steps, in which the core and renderers compute: parts of a processor, and the system's of those."""
        for _ in range(times):
            self.now += STEP
            self.spent += core * STEP
            for name, (total, system) in computing.items():
                pid = int(name.removeprefix("of_"))
                if pid not in self.held:
                    had = self.usages[pid]
                    self.usages[pid] = Usage(had.total + total * STEP, had.system + system * STEP, had.threads)
            self.backpressure.watch(lambda: self.in_qt)
            self.backpressure.look()

    def answer(self) -> None:
        """The echo comes that was asked for."""
        self.echoes.pop()()


@pytest.fixture
def program() -> Program:
    program = Program()
    program.open(1)
    program.open(2)
    program.go_on(core=0.0)
    return program


FLOODS = (0.6, 0.3)
COMPUTES = (1.0, 0.01)
ALLOCATES = (0.9, 0.2)
RESTS = (0.01, 0.0)


def test_nothing_is_asked_while_the_core_has_little_to_do(program: Program) -> None:
    program.go_on(100, core=0.1, of_1=COMPUTES)
    assert not program.echoes


def test_an_echo_is_asked_for_ten_times_a_second_at_most_where_the_core_has_something_to_do(program: Program) -> None:
    asked = 0
    for _ in range(40):
        program.go_on(core=0.5)
        if program.echoes:
            asked += 1
            program.answer()
    assert asked == 10


def test_who_computes_is_left_alone_while_echoes_come_at_once(program: Program) -> None:
    for _ in range(100):
        program.go_on(of_1=FLOODS)
        if program.echoes:
            program.answer()
        assert not program.held


def test_who_floods_is_held_until_the_echo_comes(program: Program) -> None:
    program.go_on(3, of_1=FLOODS, of_2=RESTS)
    assert program.held == {1}
    program.go_on(100, of_2=RESTS)
    assert program.held == {1}
    program.answer()
    assert not program.held


def test_who_goes_on_flooding_is_held_again(program: Program) -> None:
    for _ in range(5):
        program.go_on(4, of_1=FLOODS)
        assert program.held == {1}
        program.answer()


def test_who_was_held_just_now_is_held_again_at_once(program: Program) -> None:
    program.go_on(4, of_1=(1.0, 0.5))
    program.answer()
    # Asked for though the core has little to do, and late with the first look.
    program.go_on(1, core=0.0, of_1=(1.0, 0.5))
    assert len(program.echoes) == 1
    program.go_on(1, of_1=(1.0, 0.5))
    assert program.held == {1}
    program.answer()
    program.go_on(1, core=0.0)
    program.answer()
    program.go_on(10, core=0.0)
    assert not program.echoes


def test_who_merely_computes_goes_on_while_another_floods(program: Program) -> None:
    program.go_on(90, of_1=FLOODS, of_2=COMPUTES)
    assert program.held == {1}


def test_all_that_compute_are_held_where_that_is_not_enough(program: Program) -> None:
    program.go_on(110, of_1=FLOODS, of_2=COMPUTES)
    assert program.held == {1, 2}


def test_of_two_that_may_flood_the_second_is_held_when_the_first_was_not_enough(program: Program) -> None:
    program.go_on(5, of_1=FLOODS, of_2=ALLOCATES)
    assert program.held == {1}
    program.go_on(30, of_1=FLOODS, of_2=ALLOCATES)
    assert program.held == {1, 2}
    program.answer()
    assert not program.held


def test_who_rests_is_never_held(program: Program) -> None:
    program.go_on(150, of_1=RESTS, of_2=RESTS)
    assert not program.held


def test_a_renderer_without_a_page_is_held_too(program: Program) -> None:
    program.open(3, page=False)
    program.go_on(4, of_1=RESTS, of_3=FLOODS)
    assert program.held == {3}


def test_who_is_held_goes_on_after_a_minute_if_the_echo_never_comes(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    program.go_on(2900, of_1=FLOODS)
    assert program.held == {1}
    program.go_on(200, of_1=FLOODS)
    assert not program.held
    assert caplog.messages[-1] == "nothing comes of holding renderers back: they go on"
    program.go_on(3000, of_1=FLOODS)
    assert not program.held
    program.answer()
    program.go_on(4, of_1=FLOODS)
    assert program.held == {1}


def test_nobody_is_held_while_the_program_itself_keeps_the_loop(program: Program) -> None:
    program.in_qt = False
    program.go_on(50, of_1=FLOODS)
    assert not program.held
    program.in_qt = True
    program.go_on(1, of_1=FLOODS)
    assert program.held == {1}


def test_who_has_no_work_of_the_systems_is_not_held_soon(program: Program) -> None:
    program.go_on(80, of_1=(1.0, 0.0))
    assert not program.held


def test_nobody_stays_held_for_as_long_as_a_dialog_is_open(program: Program) -> None:
    program.go_on(4, of_1=FLOODS)
    assert program.held == {1}
    program.in_dialog = True
    program.go_on(100, of_1=COMPUTES)
    assert not program.held


def test_pictures_that_move_go_on_while_a_dialog_is_open(program: Program) -> None:
    program.in_dialog = True
    program.go_on(4000, of_1=(0.3, 0.05), of_2=(0.55, 0.06))
    assert not program.held


def test_who_begins_long_after_an_echo_was_asked_for_is_held_soon(program: Program) -> None:
    program.go_on(1000, of_1=RESTS)
    assert len(program.echoes) == 1
    program.go_on(10, of_1=FLOODS)
    assert program.held == {1}


def test_a_renderer_that_has_ended_is_held_no_more_and_hurts_nothing(program: Program) -> None:
    program.go_on(4, of_1=FLOODS, of_2=RESTS)
    assert program.held == {1}
    del program.usages[1]
    program.pages.discard(1)
    program.go_on(1, of_2=RESTS)
    assert not program.held
    program.go_on(4, of_2=FLOODS)
    assert program.held == {2}


def test_while_a_dialog_is_open_only_who_has_the_system_work_is_held(program: Program) -> None:
    # No echo comes then, and a picture that moves is nothing bad.
    program.in_dialog = True
    program.go_on(2, of_1=COMPUTES)
    program.go_on(200, of_1=COMPUTES, of_2=FLOODS)
    assert program.held == {2}
    program.in_dialog = False
    program.answer()
    assert not program.held


def test_it_is_told_once_who_is_held_for_long(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        program.go_on(10, of_1=FLOODS)
        program.answer()
    assert not caplog.messages
    for _ in range(3):
        program.go_on(50, of_1=FLOODS)
        program.answer()
    assert caplog.messages == ["renderer 1 is held back: pages make more than the program can take"]


def test_who_has_too_many_threads_is_ended(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    program.open(3, page=False, threads=101)
    program.open(4, threads=100)
    program.backpressure.look_for_threads()
    assert program.ended == [3]
    assert caplog.messages == ["renderer 3 has 101 threads, and may have 100 (App's limits.workers)"]


def test_all_go_on_when_it_stops(program: Program) -> None:
    program.go_on(4, of_1=FLOODS)
    assert program.backpressure.waits
    program.backpressure.release()
    assert not program.held
    assert not program.backpressure.waits


def test_who_computes_is_watched_as_soon_as_there_is_a_thread_for_that(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    flow = Flow(lambda: pytest.fail("nothing is looked at here"), lambda: None)

    def watch() -> bool:
        flow._watch(program.backpressure, sys._getframe().f_code)
        return flow._watcher is not None

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        assert [watch(), watch()] == [False, False]
    assert len(caplog.records) == 1
    try:
        assert watch()
    finally:
        flow.stop()
