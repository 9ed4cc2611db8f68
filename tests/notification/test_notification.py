"""What a notification may be, before anybody shows it."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell import Action, Notification, NotificationError, Urgency
from shell.notification.consent import Consents
from shell.notification.markup import escaped
from shell.notification.notification import LONGEST_TEXT
from shell.notification.rate import Allowance


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"title": 3}, "expected text for a notification, got int: 3"),
        ({"title": "a", "body": None}, "expected text for a notification, got NoneType: None"),
        ({"title": "a", "urgency": "high"}, "urgency: expected low, normal, critical, got 'high'"),
        ({"title": "a", "timeout": -1}, "timeout: expected seconds from 0 to 1728000, got -1"),
        ({"title": "a", "timeout": "5"}, "timeout: expected seconds from 0 to 1728000, got '5'"),
        ({"title": "a", "timeout": float("nan")}, "timeout: expected seconds from 0 to 1728000, got nan"),
        ({"title": "a", "icon": 7}, "icon: expected a file, a name or bytes, got int"),
        ({"title": "a", "sound": 7}, "sound: expected a name or a file, got int"),
        ({"title": "a", "actions": ["x"]}, "actions: expected each an Action(id, title), got 'x'"),
        ({"title": "a", "actions": [Action("x", "X")] * 2}, "actions: two of them have the same id"),
        (
            {"title": "a", "actions": [Action(str(number), "X") for number in range(9)]},
            "actions: expected at most 8, got 9",
        ),
    ],
)
def test_what_is_wrong_is_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(NotificationError) as error:
        Notification(**options)
    assert str(error.value) == message


@pytest.mark.parametrize("name", ["", "default"])
def test_an_action_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(NotificationError, match='an action\'s id: expected a name other than "default"'):
        Action(name, "Title")


def test_an_action_needs_a_title() -> None:
    with pytest.raises(NotificationError, match="the action 'open' has no title"):
        Action("open", "")


def test_urgency_may_be_written_as_text() -> None:
    assert Notification("a", urgency="low").urgency is Urgency.LOW


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_can_be_sent(text: str) -> None:
    notification = Notification(text, text, sound=text)
    assert notification.sound is not None
    for sent in (notification.title, notification.body, notification.sound):
        assert "\0" not in sent
        sent.encode()
        assert len(sent) <= LONGEST_TEXT


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")))
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert (ET.fromstring(f"<body>{escaped(text)}</body>").text or "") == text


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_allowance_gives_so_many_at_once_and_then_one_every_so_often() -> None:
    clock = Clock()
    allowance = Allowance(3, 2.0, clock)
    assert [allowance.take() for _ in range(5)] == [True, True, True, False, False]
    clock.now += 2.0
    assert [allowance.take(), allowance.take()] == [True, False]
    clock.now += 1000.0
    assert [allowance.take() for _ in range(4)] == [True, True, True, False]


def test_answers_are_remembered_for_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "data" / "consent.json"
    Consents(file).remember("tauri://localhost", True)
    Consents(file).remember("https://example.com", False)
    assert Consents(file).answers == {"tauri://localhost": True, "https://example.com": False}
    assert list(file.parent.iterdir()) == [file]


def test_answers_without_a_file_are_for_this_run_alone() -> None:
    consents = Consents(None)
    consents.remember("tauri://localhost", True)
    assert consents.answers == {"tauri://localhost": True}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"notifications": 1}', '{"notifications": {"a": "yes"}}', "\xff"])
def test_a_file_that_cannot_be_read_is_told_and_passed_over(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "consent.json"
    file.write_text(text, encoding="latin-1")
    assert Consents(file).answers == {}
    assert f"{file}: unreadable, so that pages ask again" in caplog.text
    Consents(file).remember("tauri://localhost", True)
    assert json.loads(file.read_text())["notifications"] == {"tauri://localhost": True}


def test_an_answer_that_cannot_be_kept_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "data").write_text("a file where the folder would be")
    consents = Consents(tmp_path / "data" / "consent.json")
    consents.remember("tauri://localhost", True)
    assert "the answer about notifications of tauri://localhost is not kept" in caplog.text
    assert consents.answers == {"tauri://localhost": True}
