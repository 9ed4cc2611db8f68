"""The file of an audit log: where it may be, and what is in it when it cannot be written."""

import json
import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shell.audit import AuditError, AuditFile, file
from shell.audit.file import open_for_appending

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


def log_file(descriptor: int, turn: Turns) -> AuditFile:
    return AuditFile(descriptor, "audit.jsonl", soon=turn.soon, lost=lambda lines, why: {"lost": lines, "why": why})


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_its_user_alone_may_read_it(path: Path) -> None:
    mask = os.umask(0)
    try:
        os.close(open_for_appending(path))
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_there_stays(path: Path, turn: Turns) -> None:
    for number in (1, 2):
        audit = log_file(open_for_appending(path), turn)
        audit.add({"run": number})
        audit.close()
    assert lines(path) == [{"run": 1}, {"run": 2}]


def test_half_a_line_of_a_program_that_was_ended_is_no_beginning_of_another(path: Path, turn: Turns) -> None:
    path.write_text('{"run": 1}\n{"ru')
    path.chmod(0o600)
    audit = log_file(open_for_appending(path), turn)
    audit.add({"run": 2})
    audit.close()
    assert path.read_text().splitlines() == ['{"run": 1}', '{"ru', '{"run":2}']


def link(path: Path) -> None:
    (path.parent / "elsewhere").touch(0o600)
    path.symlink_to(path.parent / "elsewhere")


def hard_link(path: Path) -> None:
    (path.parent / "elsewhere").touch(0o600)
    path.hardlink_to(path.parent / "elsewhere")


def open_to_others(path: Path) -> None:
    path.touch()
    path.chmod(0o622)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (link, "it is a symbolic link, which is not followed; name the file itself"),
        (hard_link, "it has other names too (hard links)"),
        (open_to_others, "others than its user may write to it; chmod 600 keeps them out"),
        (Path.mkdir, "Is a directory"),
        (os.mkfifo, "it is no ordinary file"),
    ],
)
def test_nothing_surprising_is_written_to(make: Callable[[Path], None], why: str, path: Path) -> None:
    make(path)
    with pytest.raises(AuditError) as refused:
        open_for_appending(path)
    assert str(refused.value) == f"the audit log {path} cannot be opened: {why}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_no_other_users_file_is_written_to(path: Path) -> None:
    path.touch(0o600)
    os.chown(path, 65534, -1)
    with pytest.raises(AuditError, match="it belongs to another user"):
        open_for_appending(path)


def test_what_cannot_be_opened_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(AuditError) as refused:
        open_for_appending(tmp_path / "no\nwhere" / "audit.jsonl")
    assert str(refused.value).endswith("audit.jsonl cannot be opened: No such file or directory")
    assert len(str(refused.value).splitlines()) == 1
    with pytest.raises(AuditError, match="/dev/null cannot be opened: it is no ordinary file"):
        open_for_appending(Path("/dev/null"))


def test_what_a_turn_of_the_loop_tells_is_written_at_its_end(path: Path, turn: Turns) -> None:
    audit = log_file(open_for_appending(path), turn)
    audit.add({"number": 1})
    audit.add({"number": 2})
    assert lines(path) == []
    turn.over()
    assert lines(path) == [{"number": 1}, {"number": 2}]
    audit.add({"number": 3})
    turn.over()
    assert len(lines(path)) == 3
    audit.close()


def test_a_turn_that_tells_much_keeps_little_of_it(path: Path, turn: Turns) -> None:
    audit = log_file(open_for_appending(path), turn)
    for _ in range(1000):
        audit.add("x" * 1000)
    assert path.stat().st_size > 900_000
    audit.close()
    assert len(lines(path)) == 1000


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again with the next line."""
    monkeypatch.setattr(file, "_RETRY", 0.0)


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
    assert len(caplog.records) == 2


def test_a_disk_with_room_again_has_all_that_was_kept_and_the_number_of_the_rest(
    full_disk: int, path: Path, turn: Turns, at_once: None
) -> None:
    audit = log_file(full_disk, turn)
    kept = 0
    text = "x" * 10_000
    for number in range(300):
        audit.add([number, text])
        turn.over()
    get_room(full_disk, path)
    audit.add("again")
    audit.close()
    found = lines(path)
    kept = len(found) - 2
    assert 100 < kept < 300
    assert found[:kept] == [[number, text] for number in range(kept)]
    assert sorted(map(str, found[kept:])) == sorted(
        [str({"lost": 300 - kept, "why": "No space left on device"}), "again"]
    )


def test_while_it_cannot_be_written_it_is_not_tried_with_each_line(
    full_disk: int, turn: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = log_file(full_disk, turn)
    tries = 0
    write = os.write

    def counted(descriptor: int, data: bytes) -> int:
        nonlocal tries
        tries += 1
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", counted)
    now = 1000.0
    monkeypatch.setattr("shell.audit.file.time.monotonic", lambda: now)
    for _ in range(1000):
        audit.add("x")
        turn.over()
    assert tries == 1
    now += 1.1
    audit.add("x")
    turn.over()
    assert tries == 2
    audit.close()


def test_a_line_that_was_written_in_part_gets_its_rest(path: Path, turn: Turns, at_once: None) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    audit = log_file(writer, turn)
    text = "x" * 1000
    for number in range(200):
        audit.add([number, text])
        turn.over()
    found = b""
    for number in range(200, 400):
        found += os.read(reader, 50_000)
        audit.add([number, text])
        turn.over()
    audit.close()
    os.set_blocking(reader, False)
    while piece := os.read(reader, 1 << 20):
        found += piece
    os.close(reader)
    assert [json.loads(line) for line in found.splitlines()] == [[number, text] for number in range(400)]


def test_the_log_says_nothing_while_all_is_well(path: Path, turn: Turns, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    audit = log_file(open_for_appending(path), turn)
    audit.add("x")
    audit.close()
    audit.close()
    assert not caplog.records
