"""For whom the core grows: who is ended for it, who is not, and who waits meanwhile."""

import logging
import random
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shell.webview.holding import Holding
from shell.webview.memory import MemoryGuard, give_back
from shell.webview.usage import Memory, Work
from tests.desktop import until

MIB = 1 << 20
MOST = 1024 * MIB
STEP = 0.025


class Program:
    """A core that grows for renderers, and by itself, from one step to the next."""

    def __init__(self) -> None:
        self.now = 100.0
        self.used = self.most = 300.0 * MIB
        self.own: Callable[[], float] = lambda: 0.0
        """What the core grows by of itself in a step."""
        self.grows: dict[int, Callable[[], float]] = {}
        """What it grows by for a renderer that runs, in a step."""
        self.kept: dict[int, float] = {}
        """What it has for each."""
        self.later: list[tuple[float, float, int]] = []
        """What Chromium's other threads do later: from when on, growth for whom."""
        self.worked = 0.0
        self.on_disk = False
        self.held: set[int] = set()
        self.ran: dict[int, float] = {}
        self.computed: dict[int, float] = {}
        """What each has had of a processor: all the time that it ran in, where the core grew for it then."""
        self.load: dict[int, float] = {}
        """The part of a processor that it has whenever it runs, where that is something else."""
        self.ended: list[int] = []
        self.gave_back = 0
        self.in_dialog = False
        self.can_hold = True
        self.step = STEP
        self.echoes: list[Callable[[], None]] = []
        self.guard = MemoryGuard(
            MOST,
            self.echoes.append,
            renderers=lambda: list(self.grows),
            hold=self._hold,
            end=self._end,
            name=lambda pid: f"renderer {pid}",
            in_dialog=lambda: self.in_dialog,
            computed=lambda pid: self.computed.get(pid, 0.0),
            used=lambda: int(self.used),
            background=lambda: Work(self.worked, self.on_disk),
            give_back=self._give_back,
            clock=lambda: self.now,
            chance=random.Random(0),
        )

    def open(self, pid: int, grows: Callable[[], float] = lambda: 0.0) -> None:
        """A renderer comes."""
        self.grows[pid] = grows
        self.ran[pid] = self.kept[pid] = 0.0

    def _hold(self, pid: int) -> Callable[[], None] | None:
        if pid not in self.grows or not self.can_hold:
            return None
        self.held.add(pid)
        return lambda: self.held.discard(pid)

    def _end(self, pid: int) -> None:
        self.ended.append(pid)
        self.close(pid)

    def close(self, pid: int) -> None:
        """A renderer goes, if it has not gone already."""
        self.grows.pop(pid, None)
        self.used -= self.kept.pop(pid, 0)

    def _give_back(self) -> None:
        self.gave_back += 1

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while self.now < until:
            self.now += self.step
            self.used += self.own() * self.step / STEP
            for pid, grows in self.grows.items():
                if pid not in self.held:
                    self.ran[pid] += self.step
                    grown = grows() * self.step / STEP
                    self.computed[pid] = self.computed.get(pid, 0.0) + self.step * self.load.get(pid, bool(grown))
                    self.keep(pid, grown)
            if self.later and self.later[0][0] <= self.now:
                _, much, pid = self.later.pop(0)
                self.worked += self.step
                if pid in self.kept:
                    self.keep(pid, much)
            if not self.in_dialog:
                while self.echoes:
                    self.echoes.pop()()
            self.most = max(self.most, self.used)
            self.guard.look()

    def keep(self, pid: int, much: float) -> None:
        self.used += much
        self.kept[pid] += much


def steadily(mib: float) -> Callable[[], float]:
    """Growth by so much in a second."""
    return lambda: mib * MIB * STEP


def in_pieces(mib: float, often: float, seed: int = 0) -> Callable[[], float]:
    """Growth by so much in a second, in pieces that come by chance."""
    chance = random.Random(seed)
    return lambda: mib / often * MIB if chance.random() < often * STEP else 0.0


@pytest.fixture
def program() -> Program:
    return Program()


def test_nobody_is_held_while_the_core_has_not_grown_too_much_and_chromium_rests(program: Program) -> None:
    held: list[int] = []
    program.guard._holding = Holding(lambda pid: held.append(pid))
    program.open(1, steadily(100))
    program.go_on(10)
    assert not held


@pytest.mark.parametrize("others", [0, 1, 2, 20])
@pytest.mark.parametrize("rate", [3, 30, 500])
def test_for_whom_the_core_grows_without_end_is_ended_and_others_are_not(
    program: Program, others: int, rate: float, caplog: pytest.LogCaptureFixture
) -> None:
    for pid in range(10, 10 + others):
        program.open(pid)
    program.open(9, steadily(rate))
    for _ in range(2000):
        program.go_on(1)
        assert program.used < 300 * MIB + 1.25 * MOST + 1.5 * rate * MIB
        if program.ended:
            break
    assert program.ended == [9]
    [line] = caplog.messages
    assert line.startswith("renderer 9 makes the program grow")
    assert line.endswith("from 1024 on pages may not (App's limits.memory)")
    program.go_on(5)
    assert program.gave_back == 1
    assert not program.held
    program.go_on(60)
    assert program.ended == [9]
    assert not program.held


def test_what_an_ended_page_had_is_given_back_when_it_is_freed(program: Program) -> None:
    def end(pid: int) -> None:
        program.ended.append(pid)
        del program.grows[pid]
        program.later = [(program.now + 0.5 + STEP * number, -2.0 * MIB, pid) for number in range(200)]

    left: list[int] = []
    program.guard._end = end
    program.guard._give_back = lambda: left.append(len(program.later))
    program.open(1, steadily(300))
    program.open(2)
    program.go_on(60)
    assert program.ended == [1]
    assert left == [0]


def test_what_chromium_has_freed_of_what_was_asked_for_before_hides_nothing(program: Program) -> None:
    program.open(1)
    program.used += MOST + MIB
    program.go_on(1)
    program.used += MOST / 32
    program.later = [(program.now + STEP * number, 0.0, 1) for number in range(200)]
    program.go_on(4)
    before = program.gave_back
    program.go_on(4)
    assert (before, program.gave_back) == (0, 1)


def test_all_are_ended_for_whom_it_grows(program: Program) -> None:
    program.open(1, steadily(200))
    program.open(2)
    program.open(3, steadily(50))
    program.go_on(200)
    assert sorted(program.ended) == [1, 3]


@pytest.mark.parametrize("pieces", [60, 180, 300])
@pytest.mark.parametrize("hostile", [1, 3])
def test_who_makes_others_work_long_is_ended(program: Program, hostile: int, pieces: int) -> None:
    # Names of databases: what is asked for in a moment takes other threads seconds.
    def ask() -> float:
        begin = program.later[-1][0] if program.later else program.now
        program.later += [(begin + STEP * (number + 1), 0.3 * MIB, hostile) for number in range(pieces)]
        return 0.1 * MIB

    program.used += MOST + MIB
    program.open(2)
    program.go_on(1)
    program.open(hostile, ask)
    program.go_on(2500)
    assert program.ended == [hostile]


def asks_for(program: Program, pid: int, pieces: int, mib: float) -> Callable[[], float]:
    """What a page does that asks in each step for so much that Chromium does in so many."""

    def ask() -> float:
        begin = max(program.now, program.later[-1][0] if program.later else 0.0)
        program.later += [(begin + STEP * (number + 1), mib * MIB, pid) for number in range(pieces)]
        return 0.0

    return ask


def test_who_asks_for_much_more_than_chromium_does_is_held_long_before_it_is_too_much(program: Program) -> None:
    # What it has asked for by then is done whatever becomes of it.
    program.open(1, asks_for(program, 1, 10, 2.0))
    program.load[1] = 1.0
    program.open(2)
    while not program.ended:
        program.go_on(1)
        assert program.used + sum(much for _, much, _ in program.later) < 300 * MIB + 4 * MOST
    assert program.ended == [1]
    assert program.ran[2] > 0.8 * (program.now - 100)


@pytest.mark.parametrize(("swing", "period", "load"), [(300, 10, 0.6), (140, 30, 0.06)])
def test_nobody_is_held_for_long_where_the_program_comes_and_goes_and_chromium_does_not_rest(
    program: Program, swing: float, period: float, load: float
) -> None:
    def breathe() -> float:
        up = (program.now - 100) % period < period / 2
        return (1 if up else -1) * swing * MIB * STEP / (period / 2)

    program.later = [(program.now + 4 * STEP * number, 0.0, 1) for number in range(80_000)]
    program.open(1)
    program.load[1] = load
    program.own = breathe
    program.go_on(1000)
    assert program.ran[1] > 900


def test_who_computed_is_ended_where_chromium_never_rests_and_the_core_doubles(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    # Names of caches: each has all of them written anew.
    program.later = [(program.now + STEP * number, 0.1 * MIB, 1) for number in range(80_000)]
    program.open(3)
    program.open(1)
    program.open(2)
    program.load.update({1: 1.0, 2: 0.2, 3: 0.002})
    program.used += MOST
    program.go_on(250)
    assert not program.ended
    program.go_on(25)
    assert program.ended == [1]
    assert program.gave_back == 1
    assert program.ran[3] > 270
    [line] = caplog.messages
    assert line.startswith("renderer 1 seems to make the program grow")


def test_who_computed_is_ended_where_chromium_rests_now_and_then_and_no_turn_is_clear(program: Program) -> None:
    # Names of caches: what a page asks for in a moment takes Chromium a while, and some of it comes later.
    def ask() -> float:
        begin = max(program.now + 0.3, program.later[-1][0] if program.later else 0.0)
        program.later += [(begin + STEP * (number + 1), 0.2 * MIB, 1) for number in range(400)]
        program.later.append((program.later[-1][0] + 0.4, 0.0, 1))
        return 0.0

    program.open(1, ask)
    program.open(2)
    program.open(3)
    program.load.update({1: 1.0, 3: 0.06})
    program.used += MOST + MIB
    program.go_on(1000)
    assert program.ended == [1]
    assert program.most < 300 * MIB + 4 * MOST
    assert program.ran[2] > 900


@pytest.mark.parametrize(("load", "longest"), [(0.04, 600), (0.002, 1200)])
def test_who_asks_for_much_in_next_to_no_time_is_ended(program: Program, load: float, longest: float) -> None:
    program.open(1, asks_for(program, 1, 10, 0.2))
    program.open(2)
    program.load.update({1: load, 2: 0.0001})
    program.used += MOST
    program.go_on(longest)
    assert program.ended == [1]
    assert program.ran[2] > longest - 10


def test_who_computes_less_than_another_is_ended_after_that_one(program: Program) -> None:
    def ask() -> float:
        begin = max(program.now + 0.3, program.later[-1][0] if program.later else 0.0)
        if begin < program.now + 20:
            program.later += [(begin + STEP * (number + 1), 0.2 * MIB, 1) for number in range(400)]
            program.later.append((program.later[-1][0] + 0.4, 0.0, 1))
        return 0.0

    program.open(2)
    program.open(1, ask)
    program.load.update({1: 0.3, 2: 1.0, 3: 1.0})
    program.used += MOST + MIB
    while not program.ended and program.now < 1100:
        program.go_on(1)
    # Another page in its place, which computes as much.
    program.open(3)
    program.go_on(500)
    assert program.ended in ([1], [2, 1])


def test_nobody_is_ended_for_waiting_that_was_long_ago(program: Program) -> None:
    program.open(1)
    program.load[1] = 0.6
    program.go_on(1)
    # It saves for three minutes.
    program.later = [(program.now + STEP * number, 0.1 * MIB, 1) for number in range(7200)]
    program.go_on(200)
    program.used -= program.kept[1]
    program.kept[1] = 0.0
    program.go_on(3600)
    # A model is loaded, in one turn of the loop.
    program.used += 2.5 * MOST
    program.later = [(program.now + STEP * number, 0.0, 1) for number in range(400)]
    program.go_on(60)
    program.own = steadily(10)
    program.go_on(20)
    assert not program.ended


def test_who_computes_is_not_ended_where_the_program_takes_much_at_once_and_chromium_never_rests(
    program: Program,
) -> None:
    # A model is loaded while something is downloaded.
    program.later = [(program.now + 4 * STEP * number, 0.0, 1) for number in range(20_000)]
    program.open(1)
    program.load[1] = 0.6
    program.own = steadily(500)
    program.go_on(12)
    program.own = steadily(1.0)
    program.go_on(1800)
    assert not program.ended


def test_nobody_else_is_ended_for_what_an_ended_page_had_asked_for(program: Program) -> None:
    program.kept[99] = 0.0
    program.later = [(program.now + STEP * number, 0.1 * MIB, 99) for number in range(19_000)]
    program.open(1)
    program.open(2)
    program.load.update({1: 1.0, 2: 0.5})
    program.used += MOST
    program.go_on(600)
    assert not program.later
    assert program.ended == [1]


def test_who_computes_is_held_at_once_where_chromium_is_behind(program: Program) -> None:
    program.open(1, asks_for(program, 1, 10, 2.0))
    program.load[1] = 1.0
    while not program.guard.weighs:
        program.go_on(STEP)
    before = program.ran[1]
    program.go_on(2)
    assert program.ran[1] - before < 0.08


def test_a_thread_that_ends_is_not_taken_for_rest(program: Program) -> None:
    program.open(1, asks_for(program, 1, 10, 2.0))
    program.load[1] = 1.0
    while not program.held:
        program.go_on(STEP)
    program.grows[1] = lambda: 0.0
    left = len(program.later)
    program.worked -= 1.5
    program.go_on(1)
    assert program.held
    program.go_on(left * STEP)
    assert not program.held


def test_nobody_is_held_for_long_where_the_program_grows_and_chromium_does_not_rest(program: Program) -> None:
    # Something is downloaded all the time.
    program.later = [(program.now + 4 * STEP * number, 0.0, 1) for number in range(80_000)]
    program.open(1)
    program.load[1] = 0.6
    program.own = steadily(0.2)
    program.go_on(3600)
    assert program.ran[1] > 3200


def test_a_thread_that_waits_for_a_disk_is_not_taken_for_rest(program: Program) -> None:
    program.open(1, asks_for(program, 1, 10, 2.0))
    program.load[1] = 1.0
    while not program.held:
        program.go_on(STEP)
    program.later.clear()
    program.on_disk = True
    program.go_on(5)
    assert program.held == {1}
    program.on_disk = False
    program.go_on(1)
    assert not program.held


def test_who_does_little_runs_while_chromium_does_what_another_asked_for(program: Program) -> None:
    def ask() -> float:
        begin = program.later[-1][0] if program.later else program.now
        program.later += [(begin + STEP * (number + 1), 0.3 * MIB, 1) for number in range(400)]
        return 1.0 * MIB

    program.open(1, ask)
    program.open(2)
    program.used += MOST
    program.go_on(10)
    # By now it is minutes that Chromium is behind.
    before = [program.ran[1], program.ran[2]]
    program.go_on(100)
    assert program.later
    assert program.ran[1] - before[0] < 1
    assert program.ran[2] - before[1] > 99


@pytest.mark.parametrize("load", [0.1, 0.3])
@pytest.mark.parametrize("honest", [0.0, 0.6, 6.0])
def test_who_makes_others_work_long_is_ended_though_it_takes_little(
    program: Program, load: float, honest: float
) -> None:
    chance = random.Random(1)

    def ask() -> float:
        if chance.random() < load:
            begin = max(program.now, program.later[-1][0] if program.later else 0.0)
            program.later += [(begin + STEP * (number + 1), 0.3 * MIB, 1) for number in range(60)]
            return 0.1 * MIB
        return 0.0

    program.used += MOST + MIB
    program.open(1, ask)
    program.open(2)
    program.load.update({1: load, 2: honest})
    for _ in range(1000):
        program.go_on(1)
        if program.ended:
            break
    assert program.ended == [1]


def test_who_comes_while_chromium_does_what_another_asked_for_is_held_if_it_computes(program: Program) -> None:
    program.open(1, steadily(100))
    program.used += MOST
    program.go_on(0.5)
    program.later = [(program.now + STEP * number, 0.1 * MIB, 1) for number in range(4000)]
    program.go_on(10)
    program.open(2, steadily(200))
    program.go_on(60)
    assert program.ran[2] < 0.5


@pytest.mark.parametrize(("own", "least"), [(0.0, 2900), (0.2, 1400)])
def test_where_chromium_never_rests_who_computes_is_not_held_for_ever(
    program: Program, own: float, least: float
) -> None:
    # Something is downloaded all the time.
    program.later = [(program.now + 4 * STEP * number, 0.0, 1) for number in range(80_000)]
    program.open(1)
    program.open(2)
    program.load[1] = 0.6
    program.used += MOST + MIB
    program.go_on(1)
    program.used += MOST / 32
    program.own = steadily(own)
    program.go_on(3600)
    assert not program.ended
    assert program.ran[2] > 3400
    assert program.ran[1] > least


@pytest.mark.parametrize("hostile", [2, 3, 5])
def test_all_are_ended_that_keep_chromium_from_resting(program: Program, hostile: int) -> None:
    def ask(pid: int) -> Callable[[], float]:
        def asks() -> float:
            program.later += [(program.now + STEP, 0.1 * MIB, pid)]
            program.later.sort()
            return 300 * MIB * STEP

        return asks

    for pid in range(1, 1 + hostile):
        program.open(pid, ask(pid))
    program.open(9)
    program.go_on(300)
    assert sorted(program.ended) == list(range(1, 1 + hostile))
    assert program.most < 6000 * MIB


def test_the_faster_the_core_grows_for_a_page_the_shorter_it_runs(program: Program) -> None:
    program.step = 0.01
    program.open(1, steadily(2000))
    program.go_on(1)
    begun = program.used
    program.go_on(60)
    assert program.ended == [1]
    assert program.most - begun < MOST / 8 + 16 * 2 * 20 * MIB


def test_an_honest_page_that_has_chromium_work_is_not_ended_for_another_that_rests_meanwhile(program: Program) -> None:
    def download() -> float:
        program.later += [(program.now + STEP, 0.0, 1)]
        return 0.0

    program.used += MOST + MIB
    program.open(1, download)
    program.go_on(1)
    program.open(2, in_pieces(60, 0.5))
    program.go_on(600)
    assert 1 not in program.ended


def test_the_program_may_grow_where_it_has_no_renderer(program: Program) -> None:
    program.own = steadily(500)
    program.go_on(60)
    assert not program.guard.weighs


@pytest.mark.parametrize("step", [0.3, 0.6, 2.0])
def test_nobody_is_ended_for_what_the_program_takes_in_blocks_of_its_own_thread(program: Program, step: float) -> None:
    program.open(1)
    program.own = steadily(100)
    program.step = step
    program.go_on(300)
    assert not program.ended


def test_pages_run_as_they_like_again_soon_where_the_program_grows_little_by_little(program: Program) -> None:
    program.open(1)
    program.used += MOST + MIB
    program.own = steadily(1)
    program.go_on(300)
    assert not program.ended
    assert program.ran[1] > 250


def test_it_goes_on_after_something_went_wrong(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    program.open(1, steadily(500))
    find, fails = program.guard._renderers, [True]

    def renderers() -> Iterable[int]:
        if fails:
            fails.clear()
            raise OSError("no files")
        return find()

    program.guard._renderers = renderers
    program.go_on(60)
    assert "could not be seen" in caplog.messages[0]
    assert program.ended == [1]


def test_whom_others_keep_from_resting_is_free_once_it_is_clear_who_does(program: Program) -> None:
    program.open(1, steadily(100))
    program.open(2)
    program.go_on(10)
    before = program.ran[2]
    program.go_on(100)
    assert program.ended == [1]
    assert program.ran[2] - before > 90


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rate", [2, 50, 1000])
@pytest.mark.parametrize("often", [0.5, 5, 40])
def test_nobody_is_ended_for_what_the_program_itself_takes(
    program: Program, rate: float, often: float, seed: int
) -> None:
    program.own = in_pieces(rate, often, seed)
    program.open(1)
    program.open(2)
    program.go_on(min(4096 / rate, 600))
    assert not program.ended
    # They are held for a part of the time, for some seconds each time that it has grown by the bound.
    program.own = steadily(0)
    program.go_on(60)
    assert not program.held


def shy(program: Program, pid: int, mib: float, rests: float, *, pause: float = 0.0) -> Callable[[], float]:
    """What the core grows by for a page that rests for some seconds whenever it has been held.

    Args:
        program: What it runs in.
        pid: Who it is.
        mib: What the core grows by in a second.
        rests: Seconds.
        pause: Seconds from one piece to the next.
    """
    last = piece = program.now
    quiet = 0.0

    def grows() -> float:
        nonlocal last, piece, quiet
        if program.now - last > 1.5 * program.step:
            quiet = program.now + rests
        last = program.now
        if program.now < quiet or program.now - piece < pause:
            return 0.0
        much, piece = mib * MIB * max(pause, STEP), program.now
        return much

    return grows


@pytest.mark.parametrize("others", [0, 1, 5])
@pytest.mark.parametrize("rests", [0.5, 10, 120])
@pytest.mark.parametrize(("mib", "pause"), [(800, 0.0), (100, 0.0), (5, 0.0), (60, 2.0), (60, 0.5)])
def test_a_page_that_rests_for_a_while_whenever_it_is_held_is_ended_and_no_other(
    program: Program, others: int, rests: float, mib: float, pause: float
) -> None:
    program.go_on(1)
    program.used += MOST
    program.open(1, shy(program, 1, mib, rests, pause=pause))
    for pid in range(2, 2 + others):
        program.open(pid)
        program.load[pid] = 0.6
    for _ in range(3600):
        program.go_on(10)
        if program.ended:
            break
    assert program.ended == [1]
    piece = mib * max(pause, STEP) * MIB
    assert program.most < 300 * MIB + 1.25 * MOST + 6 * (others + 12) * piece


def in_bursts(program: Program, pieces: int, mib: float, pause: float) -> Callable[[], float]:
    """Growth by some pieces, one right after another, and then by none for some seconds."""
    begun, left = program.now, 0

    def grows() -> float:
        nonlocal begun, left
        if program.now - begun >= pause:
            begun, left = program.now, pieces
        left -= 1
        return mib * MIB if left >= 0 else 0.0

    return grows


@pytest.mark.parametrize("pieces", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("pause", [0.5, 1, 5])
def test_no_page_has_others_ended_by_growing_in_bursts(program: Program, pieces: int, pause: float) -> None:
    program.go_on(1)
    program.used += MOST
    for pid in (1, 2, 3):
        program.open(pid)
    rested, bursts = shy(program, 9, 1 / STEP, 0.5), in_bursts(program, pieces, 4.0, pause)
    program.open(9, lambda: bursts() if rested() else 0.0)
    program.go_on(300)
    assert program.ended in ([], [9])


def sent(program: Program, pid: int, grows: Callable[[], float]) -> Callable[[], float]:
    """Growth by what takes a renderer time to send: a millisecond for each MiB."""

    def send() -> float:
        much = grows()
        program.computed[pid] = program.computed.get(pid, 0.0) + much / MIB / 1000
        return much

    return send


def most_until_alone_is_ended(program: Program, pid: int, others: int, pause: float) -> float:
    """What the core grows by until a renderer is ended, and no other, while others run that it does not grow for."""
    for other in range(1, 1 + others):
        program.open(other)
        # One shows something that moves.
        program.load[other] = 0.3 if other == 1 else 0.001
    before = program.most
    for _ in range(360):
        program.go_on(pause)
        if program.ended:
            break
    assert program.ended == [pid]
    return program.most - before


@pytest.mark.parametrize("others", [0, 1, 5])
@pytest.mark.parametrize("rests", [0.5, 10])
@pytest.mark.parametrize("mib", [64, 256, 1024])
@pytest.mark.parametrize("pause", [5.0, 20.0, 60.0, 240.0])
def test_a_page_for_which_the_core_grows_by_much_at_once_and_seldom_is_ended_and_no_other(
    program: Program, others: int, rests: float, mib: float, pause: float
) -> None:
    program.go_on(1)
    program.used += 2.5 * MOST
    program.open(9, sent(program, 9, shy(program, 9, mib / pause, rests, pause=pause)))
    assert most_until_alone_is_ended(program, 9, others, pause) < 3.7 * MOST + 24 * mib * MIB


@pytest.mark.parametrize("others", [1, 5])
@pytest.mark.parametrize("takes", [0.2, 1.0])
@pytest.mark.parametrize("mib", [64, 256])
@pytest.mark.parametrize("pause", [3.0, 8.0, 60.0])
def test_what_comes_of_a_message_that_was_sent_before_a_page_was_held_speaks_for_nobody(
    program: Program, others: int, takes: float, mib: float, pause: float
) -> None:
    sends = sent(program, 9, shy(program, 9, mib / pause, 2.0, pause=pause))
    on_its_way = 0.0

    def send() -> float:
        nonlocal on_its_way
        on_its_way += sends()
        return 0.0

    def own() -> float:
        nonlocal on_its_way
        much = min(on_its_way, mib * MIB * STEP / takes)
        on_its_way -= much
        if 9 in program.kept:
            program.kept[9] += much
        return much

    program.go_on(1)
    program.used += 2.5 * MOST
    program.own = own
    program.open(9, send)
    assert most_until_alone_is_ended(program, 9, others, pause) < 3.7 * MOST + 30 * mib * MIB


@pytest.mark.parametrize("mib", [64, 1024])
@pytest.mark.parametrize("pause", [5.0, 60.0])
@pytest.mark.parametrize("draws", [True, False])
def test_no_page_is_ended_where_the_program_grows_by_much_at_once_and_seldom(
    program: Program, mib: float, pause: float, *, draws: bool
) -> None:
    program.go_on(1)
    program.used += 2.5 * MOST
    bursts = in_bursts(program, 1, mib, pause)

    def own() -> float:
        much = bursts()
        if draws and much and 1 not in program.held:
            # It shows what is new.
            program.computed[1] = program.computed.get(1, 0.0) + 1.0
        return much

    program.own = own
    for pid in (1, 2, 3):
        program.open(pid)
    program.load[2] = 0.3
    program.go_on(60 * pause)
    assert not program.ended


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("mib", "pause", "pieces", "rests"),
    [(128, 5.0, (8, 30), (120, 400)), (256, 3.0, (3, 12), (20, 60)), (512, 8.0, (4, 10), (60, 500))],
)
def test_no_page_that_draws_is_ended_where_the_program_grows_as_a_person_opens_files(
    program: Program, mib: float, pause: float, pieces: tuple[int, int], rests: tuple[int, int], seed: int
) -> None:
    chance = random.Random(seed)
    program.step = 0.05
    program.go_on(1)
    program.used += 2.5 * MOST
    following, left = program.now, chance.randint(*pieces)

    def own() -> float:
        nonlocal following, left
        if program.now < following:
            return 0.0
        left -= 1
        following = program.now + pause * chance.uniform(0.8, 1.2)
        if not left:
            following, left = program.now + chance.uniform(*rests), chance.randint(*pieces)
        if 1 not in program.held:
            program.computed[1] = program.computed.get(1, 0.0) + 1.0
        return mib * MIB * STEP / program.step

    program.own = own
    for pid in (1, 2, 3):
        program.open(pid)
    program.go_on(1200)
    assert not program.ended


@pytest.mark.parametrize("downloads", [False, True])
@pytest.mark.parametrize("pieces", [1, 2, 3, 4, 8])
@pytest.mark.parametrize(("mib", "pause"), [(3, 1), (10, 5)])
def test_no_page_is_ended_where_the_program_grows_in_bursts(
    program: Program, mib: float, pause: float, pieces: int, *, downloads: bool
) -> None:
    def download() -> float:
        if downloads:
            program.later += [(program.now + STEP, 0.0, 1)]
        return 0.0

    program.go_on(1)
    program.used += MOST
    program.open(1, download)
    program.open(2)
    program.own = in_bursts(program, pieces, mib, pause)
    program.go_on(400)
    assert not program.ended


@pytest.mark.parametrize("others", [0, 3])
@pytest.mark.parametrize("rests", [0.5, 10])
@pytest.mark.parametrize("mib", [5, 300])
def test_pages_that_rest_by_turns_are_ended_before_the_core_has_grown_by_much_more_than_is_far_too_much(
    program: Program, mib: float, rests: float, others: int
) -> None:
    program.go_on(1)
    program.used += MOST
    for pid in (1, 2):
        program.open(pid, shy(program, pid, mib, rests))
    for pid in range(3, 3 + others):
        program.open(pid)
    for _ in range(3600):
        program.go_on(10)
        if {1, 2} <= set(program.ended):
            break
    assert {1, 2} <= set(program.ended)
    assert program.most < 300 * MIB + 3.5 * MOST


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("mib", "often"), [(0.2, 40), (3, 0.1), (10, 1), (100, 0.5), (300, 40)])
def test_nobody_is_ended_for_what_the_program_takes_while_chromium_never_rests(
    program: Program, mib: float, often: float, seed: int
) -> None:
    def download() -> float:
        program.later += [(program.now + STEP, 0.0, 1)]
        return 0.0

    program.open(1, download)
    program.open(2)
    program.used += MOST
    program.own = in_pieces(mib, often, seed)
    program.go_on(min(20_000 / mib, 3600))
    assert not program.ended


def test_what_was_freed_and_not_given_back_is_not_taken_for_growth(program: Program) -> None:
    program.open(1, steadily(500))
    program.go_on(20)
    assert program.ended == [1]
    # Chromium frees what it had for a page when it has the time.
    program.open(2)
    program.used += 1.2 * MOST
    program.go_on(1)
    program.guard._give_back = lambda: setattr(program, "used", 300.0 * MIB)
    program.used += 0.1 * MOST
    program.go_on(5)
    before = program.ran[2]
    program.go_on(10)
    assert program.ran[2] - before == pytest.approx(10)


def test_whom_chromium_works_for_runs_apart_though_it_keeps_nothing_of_that(program: Program) -> None:
    def ask() -> float:
        program.later += [(program.now + STEP * (number + 1), 0.0, 1) for number in range(4)]
        return 0.0

    program.used += 1.1 * MOST
    program.go_on(1)
    program.open(1, ask)
    program.open(2)
    program.used += MOST / 32
    program.go_on(1)
    begun, before = program.now, dict(program.ran)
    while program.guard.weighs:
        program.go_on(STEP)
    assert program.ran[1] - before[1] < 0.25 * (program.now - begun)
    assert program.ran[2] - before[2] > 0.5 * (program.now - begun)


def test_what_comes_and_goes_is_nobodys_fault(program: Program) -> None:
    program.open(1)
    program.used += MOST + 100 * MIB
    size = 0.0

    def breathe() -> float:
        nonlocal size
        step = 40.0 * MIB if size <= 0 else -size / 3 if size > 60 * MIB else 10 * MIB
        size += step
        return step

    program.grows[1] = breathe
    program.go_on(300)
    assert not program.ended


def test_a_core_that_has_shrunk_may_grow_again(program: Program) -> None:
    program.open(1)
    program.used += 1.5 * MOST
    program.go_on(1)
    program.used -= 1.5 * MOST
    program.grows[1] = steadily(100)
    program.go_on(10)
    assert program.ran[1] == pytest.approx(11)


def test_while_a_dialog_is_open_no_echo_is_waited_for(program: Program) -> None:
    program.in_dialog = True
    program.open(1, steadily(200))
    program.go_on(60)
    assert program.ended == [1]


def test_the_programs_own_growth_is_told(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    program.own = steadily(500)
    program.open(1)
    program.go_on(10)
    assert "of itself" in caplog.messages[0]


def test_all_go_on_when_it_stops(program: Program) -> None:
    program.open(1, steadily(500))
    while not program.held:
        program.go_on(STEP)
    assert program.guard.weighs
    program.guard.release()
    assert not program.held
    assert not program.guard.weighs


def test_a_renderer_that_cannot_be_held_hurts_nothing(program: Program) -> None:
    program.open(1, steadily(500))
    program.can_hold = False
    program.go_on(30)
    assert not program.held
    assert not program.ended
    program.grows[1] = steadily(0)
    program.go_on(60)
    assert not program.guard.weighs


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from([0, 1, 20, 300]), st.booleans()), min_size=1, max_size=8), st.randoms())
def test_whoever_comes_and_goes_only_those_are_ended_for_whom_it_grows(
    pages: list[tuple[int, bool]], chance: random.Random
) -> None:
    program = Program()
    for pid, (rate, _) in enumerate(pages):
        program.open(pid, steadily(rate))
    program.go_on(30)
    for pid, (_, goes) in enumerate(pages):
        if goes:
            program.close(pid)
        program.open(100 + pid)
        program.go_on(chance.random())
    program.go_on(30)
    assert all(pid < len(pages) and pages[pid][0] for pid in program.ended)
    assert program.held <= program.grows.keys()


def test_who_has_gone_before_it_is_clear_is_not_ended(program: Program) -> None:
    same = Program()
    for one in (program, same):
        one.open(1, steadily(30))
        one.open(2)
    while not same.ended:
        same.go_on(STEP)
    program.go_on(same.now - program.now - 3 * STEP)
    assert 1 in program.held
    # It has run for the last time, and Chromium has not freed yet what it had.
    program.grows.pop(1)
    program.go_on(60)
    assert not program.ended


def test_what_was_freed_is_given_back() -> None:
    memory = Memory()
    many = [bytes(1000) + str(number).encode() for number in range(200_000)]
    # One of them keeps the system from having the rest back of itself.
    last = many[-1]
    del many
    before = memory.used()
    give_back()
    until(lambda: memory.used() < before - 100 * MIB)
    assert last
