"""A page makes many requests at once, and other pages some."""

from collections.abc import Iterator
from typing import cast

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob

from shell.webview import turns as module
from shell.webview.turns import Turns
from tests.webview._offscreen import application

AT_ONCE = 2 * module._AT_ONCE
"""Those of a page, and as many of whoever comes first."""


class Requests:
    """Requests that are answered in turns. Those that are `answered` are on their way until they are `deleted`."""

    def __init__(self, parent: QObject) -> None:
        self.made: list[QObject] = []
        self.answered: list[QObject] = []
        self.turns = Turns(lambda job: self.answered.append(job), lambda job: cast("QObject", job).objectName(), parent)

    def make(self, page: str, count: int = 1) -> None:
        """Make requests."""
        for _ in range(count):
            job = QObject(objectName=page)
            self.made.append(job)
            self.turns.take(cast("QWebEngineUrlRequestJob", job))

    def delete(self, *jobs: QObject) -> None:
        """Requests have their answers, or their page is gone."""
        for job in jobs:
            shiboken6.delete(job)
        while self.turns._soon.isActive():
            self.turn()

    def turn(self) -> None:
        """The loop comes round once."""
        self.turns._soon.stop()
        self.turns._soon.timeout.emit()

    def end(self) -> None:
        """All go, as at a program's end."""
        for job in filter(shiboken6.isValid, self.made):
            shiboken6.delete(job)


@pytest.fixture
def requests() -> Iterator[Requests]:
    application()
    parent = QObject()
    made = Requests(parent)
    yield made
    made.end()
    shiboken6.delete(parent)


def test_a_page_has_so_many_answers_on_their_way_and_the_rest_follow_in_order(requests: Requests) -> None:
    requests.make("main", AT_ONCE + 10)
    assert requests.answered == requests.made[:AT_ONCE]
    # One that was answered as anybody's keeps nobody else's place.
    for number in range(10):
        requests.delete(requests.made[module._AT_ONCE + number])
        assert requests.answered == requests.made[: AT_ONCE + number + 1]


def test_nobody_waits_for_the_requests_of_another_page(requests: Requests) -> None:
    requests.make("main", AT_ONCE + 10)
    requests.make("other")
    assert requests.answered[-1] is requests.made[-1]


def test_a_page_itself_waits_for_nothing(requests: Requests) -> None:
    requests.make("main", AT_ONCE + 10)
    requests.make("", 100)
    assert requests.answered[AT_ONCE:] == requests.made[-100:]


def test_a_request_that_is_gone_is_not_answered(requests: Requests) -> None:
    requests.make("main", AT_ONCE + 2)
    requests.delete(requests.made[AT_ONCE], requests.made[module._AT_ONCE])
    assert requests.answered == [*requests.made[:AT_ONCE], requests.made[AT_ONCE + 1]]


def test_a_page_hears_when_so_many_wait_as_there_are_files_for(requests: Requests) -> None:
    requests.make("main", AT_ONCE + module._MANY_WAITING - 1)
    assert not requests.turns.are_many("main")
    requests.make("main")
    assert requests.turns.are_many("main")
    assert not requests.turns.are_many("other")
    requests.delete(requests.made[0], requests.made[module._AT_ONCE])
    assert not requests.turns.are_many("main")


def test_nothing_waits_for_answers_that_nobody_reads(requests: Requests, monkeypatch: pytest.MonkeyPatch) -> None:
    requests.make("main", AT_ONCE + 10)
    monkeypatch.setattr(module, "_PATIENCE", 0)
    requests.turns._timer.timeout.emit()
    requests.delete()
    assert requests.answered == requests.made


def test_a_turn_ends_when_its_time_is_up_and_pages_go_on_one_after_another(
    requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests.make("first", module._AT_ONCE)
    for name in ("main", "other"):
        requests.make(name, module._AT_ONCE + 4)
    begun, waiting = list(requests.answered), [job for job in requests.made if job not in requests.answered]
    monkeypatch.setattr(module, "_AT_A_TIME", 0)
    for job in begun[module._AT_ONCE :]:
        shiboken6.delete(job)
    for turn in range(1, 9):
        assert requests.turns._soon.isActive()
        requests.turn()
        assert len(requests.answered) == len(begun) + turn
    assert not requests.turns._soon.isActive()
    went = requests.answered[len(begun) :]
    assert [job.objectName() for job in went] == ["main", "other"] * 4
    for name in ("main", "other"):
        assert [job for job in went if job.objectName() == name] == [job for job in waiting if job.objectName() == name]


def test_a_request_does_not_pass_those_that_wait_for_the_next_turn(
    requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests.make("main", AT_ONCE + 3)
    monkeypatch.setattr(module, "_AT_A_TIME", 0)
    for job in requests.made[module._AT_ONCE : AT_ONCE]:
        shiboken6.delete(job)
    requests.make("main")
    assert len(requests.answered) == AT_ONCE
    requests.delete()
    assert requests.answered == requests.made


def test_a_page_that_goes_with_an_answer_takes_nothing_from_others(
    requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests.make("first", module._AT_ONCE)
    for name in ("main", "other"):
        requests.make(name, module._AT_ONCE + 2)
    begun = list(requests.answered)
    others = [job for job in requests.made if job.objectName() == "other"]
    answered = requests.answered.append

    def answer(job: QObject) -> None:
        answered(job)
        for one in filter(shiboken6.isValid, others):
            shiboken6.delete(one)

    monkeypatch.setattr(requests.turns, "_answer", answer)
    for job in begun[module._AT_ONCE :]:
        shiboken6.delete(job)
    requests.delete()
    assert [job.objectName() for job in requests.answered[len(begun) :]] == ["main"] * 2
    assert set(requests.turns._pages) == {"main"}


def test_nothing_is_kept_of_requests_that_are_gone(requests: Requests) -> None:
    requests.make("main", AT_ONCE + 10)
    requests.end()
    assert len(requests.answered) == AT_ONCE
    assert not requests.turns._anybody
    assert not requests.turns._pages
