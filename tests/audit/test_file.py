"""The file of an audit log: where it may be, and when it is put aside."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shell.audit import AuditError
from shell.audit.file import AuditFile, open_for_appending


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def log_file(path: Path, size: int = 1_000_000) -> AuditFile:
    def heading(replaces: bool) -> bytes:
        return b"again\n" if replaces else b"continued\n"

    return AuditFile(open_for_appending(path), path, size, heading)


def test_its_user_alone_may_read_it(path: Path) -> None:
    mask = os.umask(0)
    try:
        os.close(open_for_appending(path))
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_there_stays(path: Path) -> None:
    for line in (b"run 1\n", b"run 2\n"):
        audit = log_file(path)
        audit.write(bytearray(line))
        audit.close()
    assert path.read_text() == "run 1\nrun 2\n"


def test_half_a_line_of_a_program_that_was_ended_is_no_beginning_of_another(path: Path) -> None:
    path.write_text('{"run": 1}\n{"ru')
    path.chmod(0o600)
    audit = log_file(path)
    audit.write(bytearray(b'{"run": 2}\n'))
    audit.close()
    assert path.read_text().splitlines() == ['{"run": 1}', '{"ru', '{"run": 2}']


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


def aside(path: Path) -> Path:
    return path.with_name("audit.jsonl.1")


def test_a_full_file_is_put_aside_in_place_of_the_one_before(path: Path) -> None:
    audit = log_file(path, 20)
    for line in (b"first\n", b"second\n", b"third\n", b"4\n", b"fifth\n", b"sixth\n"):
        audit.write(bytearray(line))
    assert aside(path).read_text() == "continued\n4\nfifth\n"
    assert path.read_text() == "again\nsixth\n"
    assert [stat.S_IMODE(file.stat().st_mode) for file in (path, aside(path))] == [0o600, 0o600]
    audit.close()


def test_one_that_was_full_before_is_put_aside_before_a_line_of_this_run(path: Path) -> None:
    path.write_bytes(b"x" * 30 + b"\n")
    path.chmod(0o600)
    audit = log_file(path, 20)
    audit.write(bytearray(b"line\n"))
    audit.close()
    assert path.read_text() == "continued\nline\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 60), max_size=20), max_size=20), st.integers(1, 300))
def test_no_line_is_torn_or_lost_however_they_come_and_no_file_is_larger(
    path: Path, handed: list[list[int]], size: int
) -> None:
    for file in (path, aside(path)):
        file.unlink(missing_ok=True)
    found: list[bytes] = []

    def keep(file: Path) -> None:
        assert file.stat().st_size <= max(size, len(b"continued\n") + 70)
        found.extend(line for line in file.read_bytes().splitlines() if line != b"continued")

    def heading(_replaces: bool) -> bytes:
        keep(aside(path))
        return b"continued\n"

    audit = AuditFile(open_for_appending(path), path, size, heading)
    sent: list[bytes] = []
    for lengths in handed:
        lines = [b"%d " % (len(sent) + at) + b"x" * length for at, length in enumerate(lengths)]
        audit.write(bytearray(b"".join(line + b"\n" for line in lines)))
        sent += lines
    audit.close()
    keep(path)
    assert found == sent


def test_of_two_programs_one_puts_it_aside_and_the_other_goes_on_in_the_new_one(path: Path) -> None:
    one, other = log_file(path, 25), log_file(path, 25)
    one.write(bytearray(b"of one, and long\n"))
    other.write(bytearray(b"of the other\n"))
    one.write(bytearray(b"also of one\n"))
    assert aside(path).read_text() == "of one, and long\n"
    assert path.read_text().splitlines() == ["continued", "of the other", "continued", "also of one"]
    for program in (one, other):
        program.close()


def test_one_that_somebody_took_away_is_begun_again_when_it_is_full(path: Path) -> None:
    audit = log_file(path, 20)
    audit.write(bytearray(b"a line that is long\n"))
    path.rename(path.with_name("kept"))
    audit.write(bytearray(b"another\n"))
    audit.close()
    assert path.read_text() == "continued\nanother\n"
    assert not aside(path).exists()
    assert path.with_name("kept").read_text() == "a line that is long\n"


def test_a_link_where_it_is_put_aside_is_replaced_and_not_followed(path: Path) -> None:
    other = path.with_name("other")
    other.write_text("of somebody")
    aside(path).symlink_to(other)
    audit = log_file(path, 20)
    audit.write(bytearray(b"a line that is long\n"))
    audit.write(bytearray(b"another\n"))
    audit.close()
    assert not aside(path).is_symlink()
    assert other.read_text() == "of somebody"


def test_one_that_cannot_be_put_aside_takes_no_more_and_goes_on_when_it_can(path: Path) -> None:
    audit = log_file(path, 20)
    audit.write(bytearray(b"a line that is long\n"))
    aside(path).mkdir()
    waiting = bytearray(b"another\n")
    for _ in range(3):
        with pytest.raises(OSError, match="Is a directory"):
            audit.write(waiting)
    assert waiting == b"another\n"
    assert path.read_text() == "a line that is long\n"
    aside(path).rmdir()
    audit.write(waiting)
    audit.close()
    assert path.read_text() == "continued\nanother\n"


def test_a_program_that_goes_to_another_folder_has_its_log_where_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    audit = log_file(Path(path.name), 20)
    monkeypatch.chdir("/")
    for _ in range(2):
        audit.write(bytearray(b"a line that is long\n"))
    audit.close()
    assert aside(path).read_text() == "a line that is long\n"
