"""What becomes of the lines of an audit log whose disk is full, slow, or does not answer."""

import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shell.audit import writer
from shell.audit.file import AuditFile, open_for_appending
from shell.audit.lines import Lines, line_of
from shell.audit.writer import Writer
from tests.audit.stalled import Stalled
from tests.desktop import PATIENCE, until

FULL = Path("/dev/full")


class Turns:
    """What is to be done when the turn of a loop is over."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def soon(self, function: Callable[[], None]) -> None:
        self._waiting.append(function)

    def over(self) -> None:
        waiting, self._waiting = self._waiting, []
        for function in waiting:
            function()


@pytest.fixture
def turn() -> Turns:
    return Turns()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def log_file(descriptor: int, turn: Turns) -> Lines:
    """An audit log in a file that stays as it is."""
    file = AuditFile(descriptor, Path("audit.jsonl"), 1 << 60, lambda _: b"")
    return Lines(Writer(file, "audit.jsonl", lambda lines, why: line_of({"lost": lines, "why": why})), soon=turn.soon)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_what_a_turn_of_the_loop_tells_is_handed_over_at_its_end(path: Path, turn: Turns) -> None:
    audit = log_file(open_for_appending(path), turn)
    audit.add({"number": 1})
    audit.add({"number": 2})
    assert lines(path) == []
    turn.over()
    audit.flush()
    assert lines(path) == [{"number": 1}, {"number": 2}]
    audit.add({"number": 3})
    turn.over()
    audit.flush()
    assert len(lines(path)) == 3
    audit.close()


def test_a_turn_that_tells_much_keeps_little_of_it(path: Path, turn: Turns) -> None:
    audit = log_file(open_for_appending(path), turn)
    for _ in range(1000):
        audit.add("x" * 1000)
    audit._writer.flush()
    assert path.stat().st_size > 900_000
    audit.close()
    assert len(lines(path)) == 1000


def test_all_that_was_told_is_there_at_the_end(path: Path, turn: Turns) -> None:
    audit = log_file(open_for_appending(path), turn)
    for number in range(100_000):
        audit.add(number)
        turn.over()
    audit.close()
    assert lines(path) == list(range(100_000))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again at once."""
    monkeypatch.setattr(writer, "_RETRY", 0.001)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is kept."""
    monkeypatch.setattr(writer, "_KEPT", 1_000_000)


@pytest.fixture
def full_disk() -> int:
    """A file on a disk that is full."""
    return os.open(FULL, os.O_WRONLY)


def get_room(descriptor: int, path: Path) -> None:
    """The disk has room again."""
    there = open_for_appending(path)
    os.dup2(there, descriptor)
    os.close(there)


def test_a_full_disk_is_told_of_once_and_stops_nothing(
    full_disk: int, turn: Turns, at_once: None, caplog: pytest.LogCaptureFixture
) -> None:
    audit = log_file(full_disk, turn)
    for number in range(100):
        audit.add({"number": number})
        turn.over()
        audit.flush()
    assert [record.getMessage() for record in caplog.records] == [
        "the audit log audit.jsonl cannot be written: No space left on device; the program goes on, and what is lost of "
        "the log is counted"
    ]
    audit.close()
    assert caplog.records[-1].getMessage() == (
        "the audit log audit.jsonl ends without its last 100 lines: No space left on device"
    )
    audit.add("late")
    turn.over()
    audit.close()
    assert len(caplog.records) == 2


def test_a_disk_with_room_again_has_all_that_was_kept_and_the_number_of_the_rest(
    full_disk: int, path: Path, turn: Turns, at_once: None, little: None, caplog: pytest.LogCaptureFixture
) -> None:
    audit = log_file(full_disk, turn)
    text = "x" * 10_000
    audit.add([0, text])
    audit.flush()
    for number in range(1, 300):
        audit.add([number, text])
        turn.over()
    get_room(full_disk, path)
    audit.flush()
    audit.add("again")
    audit.close()
    found = lines(path)
    kept = len(found) - 2
    assert 90 < kept < 110
    assert found[:kept] == [[number, text] for number in range(kept)]
    assert found[kept:] == [{"lost": 300 - kept, "why": "No space left on device"}, "again"]
    assert [record.getMessage() for record in caplog.records][1:] == [
        f"the audit log audit.jsonl is without {300 - kept} lines: No space left on device"
    ]


def test_while_it_cannot_be_written_it_is_not_tried_with_each_line(
    full_disk: int, turn: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_RETRY", 1000.0)
    audit = log_file(full_disk, turn)
    tries = 0
    write = os.write

    def counted(descriptor: int, data: bytes) -> int:
        nonlocal tries
        tries += 1
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", counted)
    audit.add("x")
    turn.over()
    # Who flushes when this has failed waits for the next time.
    until(lambda: tries == 1)
    for _ in range(1000):
        audit.add("x")
        turn.over()
    assert tries == 1
    # Who ends does not wait for the next time.
    audit.close()
    assert tries == 2


def test_a_disk_that_does_not_answer_delays_nobody(turn: Turns, little: None, caplog: pytest.LogCaptureFixture) -> None:
    disk = Stalled()
    audit = log_file(disk.descriptor, turn)
    audit.add("first")
    turn.over()
    # The disk takes nothing yet: who waited for it would not come to an end.
    for number in range(20_000):
        audit.add([number, "x" * 1000])
        turn.over()
    assert [record.getMessage() for record in caplog.records] == [
        "the audit log audit.jsonl cannot be written: the disk does not take it as fast as it comes; the program goes "
        "on, and what is lost of the log is counted"
    ]
    taken: list[bytes] = []
    reader = threading.Thread(target=lambda: taken.append(disk.taken()))
    reader.start()
    audit.flush()
    audit.add("last")
    audit.close()
    reader.join(PATIENCE)
    found = [json.loads(line) for line in taken[0].splitlines()]
    kept = len(found) - 3
    assert found[0] == "first"
    assert [number for number, _ in found[1 : 1 + kept]] == list(range(kept))
    assert found[1 + kept :] == [
        {"lost": 20_000 - kept, "why": "the disk does not take it as fast as it comes"},
        "last",
    ]
    assert caplog.records[-1].getMessage().startswith(f"the audit log audit.jsonl is without {20_000 - kept} lines")


def test_a_disk_that_never_answers_keeps_no_program_that_ends(
    turn: Turns, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_PATIENCE", 0.1)
    disk = Stalled()
    audit = log_file(disk.descriptor, turn)
    for number in range(10):
        audit.add(number)
        turn.over()
    audit.close()
    assert [record.getMessage() for record in caplog.records] == [
        "the audit log audit.jsonl ends without its last 10 lines: the disk does not take it as fast as it comes"
    ]
    thread = audit._writer._thread
    assert thread is not None
    disk_ends = threading.Thread(target=disk.taken)
    disk_ends.start()
    thread.join(PATIENCE)
    disk_ends.join(PATIENCE)
    assert not thread.is_alive()


def test_a_line_that_was_written_in_part_gets_its_rest(turn: Turns, at_once: None) -> None:
    reader, end = os.pipe()
    os.set_blocking(end, False)
    audit = log_file(end, turn)
    text = "x" * 1000
    for number in range(200):
        audit.add([number, text])
        turn.over()
    audit.flush()
    found = b""
    for number in range(200, 400):
        found += os.read(reader, 50_000)
        audit.add([number, text])
        turn.over()
    os.set_blocking(end, True)
    closing = threading.Thread(target=audit.close)
    closing.start()
    while piece := os.read(reader, 1 << 20):
        found += piece
    closing.join(PATIENCE)
    os.close(reader)
    assert [json.loads(line) for line in found.splitlines()] == [[number, text] for number in range(400)]


def test_the_log_says_nothing_while_all_is_well(path: Path, turn: Turns, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    audit = log_file(open_for_appending(path), turn)
    audit.add("x")
    audit.close()
    audit.close()
    assert not caplog.records


def test_there_is_no_thread_before_there_is_something_to_write(path: Path, turn: Turns) -> None:
    def running() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name == "audit"]

    audit = log_file(open_for_appending(path), turn)
    audit.add("x")
    assert running() == []
    turn.over()
    assert running() == ["audit"]
    audit.close()
    assert running() == []


def test_a_file_that_cannot_be_put_aside_is_a_disk_that_cannot_be_written(
    path: Path, turn: Turns, at_once: None, caplog: pytest.LogCaptureFixture
) -> None:
    file = AuditFile(open_for_appending(path), path, 20, lambda _: b"")
    audit = Lines(Writer(file, "audit.jsonl", lambda lines, why: b""), soon=turn.soon)
    (path.parent / "audit.jsonl.1").mkdir()
    for number in range(10):
        audit.add(f"line {number}")
        turn.over()
    audit.flush()
    assert "the audit log audit.jsonl cannot be written: Is a directory; the program goes on" in caplog.text
    (path.parent / "audit.jsonl.1").rmdir()
    audit.close()
    assert lines(path)[-1] == "line 9"
