"""Who is ended where it does not get clear for whom the core grows."""

import pytest

from shell.webview.resort import Growth, Resort

MIB = 1 << 20
MOST = 1024 * MIB
STEP = 16 * MIB


class Core:
    """A core that grows, and its last resort."""

    def __init__(self) -> None:
        self.now, self.used = 1000.0, 0
        self.growth = Growth(lambda: self.used, STEP, lambda: self.now)
        self.resort = Resort(MOST, STEP, lambda: self.used, lambda: self.now)

    def grow(self, seconds: float, *held: int, each: float = 2.0, load: float = 1.0, by: int = STEP) -> None:
        """Grow by a step each so many seconds, while these are held."""
        for _ in range(int(seconds / each)):
            self.now += each
            self.used += by
            self.resort.blame(held, self.resort.note(load))

    def first(self, *pids: int, grown: int = 2 * MOST) -> int | None:
        return self.resort.first(pids or (1, 2, 3), grown)


@pytest.fixture
def core() -> Core:
    return Core()


def test_who_was_held_longest_is_the_first(core: Core) -> None:
    core.grow(40, 1)
    core.grow(90, 1, 2)
    assert core.first() == 1
    assert core.first(2, 3) == 2
    assert core.first(3) is None


def test_nobody_is_before_it_takes_minutes_and_the_bound_is_doubled(core: Core) -> None:
    core.grow(110, 1)
    assert core.first() is None
    core.grow(20, 1)
    assert core.first(grown=2 * MOST - 1) is None
    assert core.first() == 1


@pytest.mark.parametrize("how", [{"load": 0.3}, {"each": 40.0}, {"by": STEP - 1, "each": 20.0}])
def test_what_does_not_grow_fast_while_chromium_works_hard_does_not_count(core: Core, how: dict[str, float]) -> None:
    core.grow(3000, 1, **how)  # type: ignore[arg-type]
    assert core.first() is None


def test_what_was_long_ago_is_forgotten(core: Core) -> None:
    core.grow(110, 1)
    core.now += 301
    core.resort.begin()
    core.grow(20, 1)
    assert core.first() is None


def test_what_is_clear_is_forgotten(core: Core) -> None:
    core.grow(130, 1)
    core.resort.forget()
    assert core.first() is None
    core.grow(130, 2)
    assert core.first() == 2


def test_after_one_was_ended_the_core_grows_by_the_bound_before_another_is(core: Core) -> None:
    core.grow(130, 1, 2)
    core.resort.ended(1, 2 * MOST)
    core.grow(130, 2)
    assert core.first(2, grown=3 * MOST - 1) is None
    assert core.first(2, grown=3 * MOST) == 2
    # What was freed counts no more.
    core.resort.freed(MOST // 2)
    assert core.first(2, grown=2 * MOST) == 2


def test_the_longer_it_grows_with_nobody_held_the_less_is_next_to_nothing(core: Core) -> None:
    assert core.resort.part == 1.0
    core.grow(130)
    assert core.resort.part == 0.25
    core.grow(130, 1)
    assert core.resort.part == 0.25
    core.resort.forget()
    assert core.resort.part == 1.0


def test_growth_lasts_for_a_while_after_each_step(core: Core) -> None:
    core.now += 9
    assert core.growth.lasts(10)
    core.now += 2
    assert not core.growth.lasts(10)
    core.used += STEP
    assert core.growth.took() == 11
    assert core.growth.took() == 0
    assert core.growth.lasts(10)
