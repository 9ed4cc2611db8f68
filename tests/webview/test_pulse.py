"""When a page is asked for a sign of life, and when it counts as hung."""

import asyncio
import sys
from collections.abc import Iterator

import pytest

from shell.webview.pulse import Pulse, processor_time
from shell.webview.silence import Silence
from tests.ipc.page import Core, Page, turns

HANG_AFTER = 15.0
PING = [8]


class Watched:
    """A page that is looked at, its renderer's processor, and a clock."""

    def __init__(self, runner: asyncio.Runner, core: Core) -> None:
        self._runner = runner
        self.page: Page = core.page()
        self.hung_since: list[float] = []
        self.spent: float | None = 1.0
        self.waits = False
        self.pid = 7
        self.now = 100.0
        self.pulse = Pulse(
            self.page.link,
            pid=lambda: self.pid,
            waits=lambda: self.waits,
            hang_after=HANG_AFTER,
            hangs=self.hung_since.append,
            spent=lambda pid: self.spent if pid == self.pid else None,
        )
        self._silence = Silence(lambda then: then())

    def look(self, after: float = 5.0, *, computed: float = 0.0) -> bool:
        """Look at the page some seconds later, in which it has computed so long."""
        self.now += after
        if self.spent is not None:
            self.spent += computed
        stirs = self.pulse.look(self.now)
        self._silence.look([self.pulse], self.now)
        self._runner.run(turns())
        return stirs

    def rest(self) -> None:
        """Look until nothing happens any more."""
        while self.look():
            pass

    def send(self) -> None:
        """Send it something."""

        async def send() -> None:
            self.page.session.send(b'[3,"tick",1]')
            await turns()

        self._runner.run(send())

    @property
    def pings(self) -> int:
        return self.page.messages.count(PING)


@pytest.fixture
def watched() -> Iterator[Watched]:
    with asyncio.Runner() as runner:
        runner.get_loop().set_task_factory(asyncio.eager_task_factory)
        core = Core(runner.get_loop())
        yield Watched(runner, core)
        core.close()


def test_a_page_at_rest_is_never_asked(watched: Watched) -> None:
    watched.rest()
    asked = watched.pings
    assert not any(watched.look(60) for _ in range(100))
    assert watched.pings == asked


def test_a_page_that_was_sent_something_is_asked_once(watched: Watched) -> None:
    watched.rest()
    for _ in range(3):
        asked = watched.pings
        watched.send()
        assert watched.look()
        watched.rest()
        assert watched.pings == asked + 1


def test_a_page_that_was_sent_something_and_does_not_answer_hangs_after_its_time(watched: Watched) -> None:
    watched.rest()
    watched.page.frozen = True
    watched.send()
    assert watched.look()
    asked = watched.now
    while watched.now < asked + HANG_AFTER:
        assert not watched.hung_since
        assert watched.look()
    assert watched.hung_since == [asked]


def test_a_page_that_computes_without_end_hangs(watched: Watched) -> None:
    watched.rest()
    watched.page.frozen = True
    since = watched.now
    while not watched.hung_since:
        assert watched.look(computed=5.0)
    assert watched.now - since <= HANG_AFTER + 5


def test_one_that_begins_so_at_rest_hangs_soon_after_the_next_look(watched: Watched) -> None:
    watched.rest()
    watched.page.frozen = True
    assert watched.look(60, computed=0.5)
    since = watched.now
    while not watched.hung_since:
        assert watched.look(computed=5.0)
    assert watched.now - since <= HANG_AFTER + 5


def test_a_page_that_computes_and_answers_is_left_alone(watched: Watched) -> None:
    for _ in range(20):
        assert watched.look(computed=5.0)
    assert watched.pings > 5
    assert not watched.hung_since


def test_a_page_that_computes_a_little_is_looked_at_and_not_asked(watched: Watched) -> None:
    watched.rest()
    asked = watched.pings
    for _ in range(10):
        assert watched.look(computed=0.02)
    assert watched.pings == asked


def test_a_page_that_a_person_turns_to_is_asked_though_it_computes_nothing(watched: Watched) -> None:
    watched.rest()
    watched.page.frozen = True
    watched.pulse.doubt()
    while not watched.hung_since:
        assert watched.look()


def test_a_page_that_waits_for_a_person_hangs_never(watched: Watched) -> None:
    watched.send()
    watched.page.frozen = True
    assert watched.look()
    watched.waits = True
    assert not any(watched.look(60) for _ in range(10))
    assert not watched.hung_since


def test_a_document_is_not_blamed_for_the_one_before(watched: Watched) -> None:
    watched.rest()
    watched.page.frozen = True
    watched.send()
    assert watched.look()
    watched.page.frozen = False
    watched.page.load()
    watched.look(60)
    watched.rest()
    assert not watched.hung_since


def test_where_the_system_does_not_say_who_computes_a_page_is_asked_at_each_look(watched: Watched) -> None:
    watched.spent = None
    watched.rest()
    asked = watched.pings
    assert watched.look(60)
    assert not watched.look()
    assert watched.pings == asked + 1
    watched.page.frozen = True
    while not watched.hung_since:
        assert watched.look()


def test_a_page_without_a_renderer_is_looked_at_in_vain(watched: Watched) -> None:
    watched.page.leave()
    watched.pid = 0
    assert not watched.look()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc as it is here")
def test_processor_time_is_what_a_process_has_had() -> None:
    before = processor_time(1)
    assert before is not None
    assert before >= 0
    assert processor_time(0) is None
