"""Who is ended of the pages that have not answered in time, while one floods the core's queue, or none does."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from shell.webview.pulse import Pulse
from shell.webview.silence import Silence
from tests.ipc.page import Core, Page, turns

HANG_AFTER = 15.0
EVERY = 5.0


class Watched:
    """A page, and its renderer's processor."""

    def __init__(self, page: Page, number: int, hung: Callable[[str], None]) -> None:
        self.page = page
        self.spent = 1.0
        self.pulse = Pulse(
            page.link,
            pid=lambda: number,
            waits=lambda: False,
            hang_after=HANG_AFTER,
            hangs=lambda _: hung(page.link.label),
            spent=lambda _: self.spent,
        )


class Program:
    """Pages by label, whose answers and whose echo come when it is said."""

    def __init__(self, runner: asyncio.Runner, core: Core) -> None:
        self._runner = runner
        self._core = core
        self.pages: dict[str, Watched] = {}
        self.hung: list[str] = []
        self.echoes: list[Callable[[], None]] = []
        self._silence = Silence(self.echoes.append)
        self.now = 100.0

    def open(self, label: str) -> Page:
        """A page that has been sent something, and whose answers do not come through from now on."""
        page = self._core.page(label)
        self.pages[label] = Watched(page, len(self.pages) + 1, self.hung.append)
        self.look()
        page.frozen = True

        async def send() -> None:
            page.session.send(b'[3,"tick",1]')
            await turns()

        self._runner.run(send())
        return page

    def look(self, after: float = EVERY, **computed: float) -> None:
        """Look at all pages some seconds later, in which some have computed so long."""
        self.now += after
        for label, seconds in computed.items():
            self.pages[label].spent += seconds
        pulses = [watched.pulse for watched in self.pages.values()]
        for pulse in pulses:
            pulse.look(self.now)
        self._silence.look(pulses, self.now)
        self._runner.run(turns())

    def look_for(self, seconds: float, **computed: float) -> None:
        """Look at all pages time and again, where each time some have computed so long."""
        for _ in range(round(seconds / EVERY)):
            self.look(**computed)

    def answer(self, page: Page) -> None:
        """What a page has answered comes through."""

        async def thaw() -> None:
            page.thaw()
            await turns()

        self._runner.run(thaw())


@pytest.fixture
def program() -> Iterator[Program]:
    with asyncio.Runner() as runner:
        runner.get_loop().set_task_factory(asyncio.eager_task_factory)
        core = Core(runner.get_loop())
        yield Program(runner, core)
        core.close()


def test_a_page_that_has_not_answered_by_the_echo_hangs(program: Program) -> None:
    program.open("hung")
    program.look_for(HANG_AFTER + EVERY)
    assert not program.hung
    [echo] = program.echoes
    echo()
    assert program.hung == ["hung"]


def test_a_page_whose_answer_only_waited_in_the_queue_is_left_alone(program: Program) -> None:
    page = program.open("innocent")
    program.look_for(10 * HANG_AFTER)
    program.answer(page)
    [echo] = program.echoes
    echo()
    program.look_for(10 * HANG_AFTER)
    assert not program.hung


def test_no_page_at_rest_is_ended_as_long_as_there_is_no_echo(program: Program) -> None:
    program.open("hung")
    program.open("innocent")
    program.look_for(100 * HANG_AFTER)
    assert not program.hung
    assert len(program.echoes) == 1


def test_a_page_that_was_asked_after_the_echo_was_is_judged_by_the_next(program: Program) -> None:
    program.open("first")
    program.look_for(HANG_AFTER + EVERY)
    program.open("second")
    program.look_for(HANG_AFTER + EVERY)
    [echo] = program.echoes
    echo()
    assert program.hung == ["first"]
    program.look()
    program.echoes[1]()
    assert program.hung == ["first", "second"]


def test_of_pages_that_flood_for_ever_and_others_that_compute_the_one_that_computes_most_is_ended(
    program: Program,
) -> None:
    program.open("flood")
    program.open("game")
    program.open("innocent")
    program.look_for(2 * HANG_AFTER, flood=4.0, game=1.0)
    assert program.hung == ["flood"]


def test_who_computes_gets_twice_the_time_when_one_was_ended_that_may_have_kept_it_waiting(program: Program) -> None:
    program.open("flood")
    game = program.open("game")
    program.look_for(HANG_AFTER + 2 * EVERY, flood=4.0, game=1.0)
    assert program.hung == ["flood"]
    del program.pages["flood"]
    program.look_for(EVERY, game=1.0)
    program.answer(game)
    program.look_for(10 * HANG_AFTER, game=1.0)
    assert program.hung == ["flood"]


def test_two_that_flood_for_ever_are_both_ended(program: Program) -> None:
    program.open("one")
    program.open("two")
    program.look_for(2 * HANG_AFTER, one=4.0, two=3.0)
    assert program.hung == ["one"]
    del program.pages["one"]
    program.look_for(2 * HANG_AFTER, two=3.0)
    assert program.hung == ["one", "two"]


def test_a_document_that_came_meanwhile_is_not_blamed_for_the_one_before(program: Program) -> None:
    page = program.open("reloaded")
    program.look_for(HANG_AFTER + EVERY)
    page.frozen = False
    page.load()
    [echo] = program.echoes
    echo()
    assert not program.hung


def test_who_was_given_more_time_meanwhile_is_not_blamed_by_an_echo_that_was_asked_for_before(program: Program) -> None:
    page = program.open("stopped")
    program.look_for(HANG_AFTER + EVERY)
    program.pages["stopped"].pulse.postpone(HANG_AFTER)
    [echo] = program.echoes
    echo()
    program.look(HANG_AFTER - EVERY)
    assert len(program.echoes) == 1
    program.answer(page)
    program.look_for(10 * HANG_AFTER)
    assert not program.hung
