"""A second start of a program, with real processes: what the first one hears, and what nobody can do to it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.environment import SingleInstanceError
from shell.single_instance import SecondStart, SingleInstance, private_folder
from tests.desktop import PATIENCE, LineReader

ROOT = Path(__file__).parents[1]
IDENTIFIER = "com.example.single"
CLAIM = """
import json, os, sys, threading
import attrs
from PySide6.QtCore import QCoreApplication, QTimer
from shell.single_instance import SingleInstance

first = SingleInstance.claim(sys.argv[1])
if first is None:
    print('"second"', flush=True)
    raise SystemExit
application = QCoreApplication([])
first.listen(lambda start: print(json.dumps(attrs.asdict(start)), flush=True), application)
print('"first"', flush=True)
reader = threading.Thread(target=lambda: (sys.stdin.read(), application.exit()), daemon=True)
# Not before the loop runs, which would not hear of it.
QTimer.singleShot(0, application, reader.start)
application.exec()
first.close()
"""
"""A program that is nothing but a first or a second start. The first ends with its standard input."""
IMPATIENT = CLAIM.replace(
    "first =", "import shell.single_instance; shell.single_instance._WAIT_FOR_MESSAGE = 2000\nfirst =", 1
)
"""One that does not listen as long to who says nothing."""
DEAF = """
import ast, contextlib, socket, sys
from shell.single_instance import SingleInstance

first = SingleInstance.claim(sys.argv[1])
server = socket.create_server(sys.argv[2], family=socket.AF_UNIX)
print('"first"', flush=True)
peers = []
while True:
    peers.append(server.accept()[0])
    # Who has heard enough goes, which must not end this one: the lock would go with it.
    with contextlib.suppress(ConnectionError):
        peers[-1].sendall(ast.literal_eval(sys.argv[3]))
"""
"""A first that does not listen to what a second start says."""
FORK = """
if os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
"""


@attrs.frozen
class Process:
    """One that claims to be the first."""

    running: subprocess.Popen[bytes]
    lines: LineReader

    def says(self) -> Any:
        return json.loads(self.lines.next())

    def end(self) -> int:
        assert self.running.stdin is not None
        self.running.stdin.close()
        return self.running.wait(PATIENCE)


class Machine:
    """Where the processes of a test meet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runtime = folder / "runtime"
        self.runtime.mkdir(mode=0o700)
        self._ending = ExitStack()

    @property
    def address(self) -> str:
        return str(self.runtime / f"{IDENTIFIER}.sock")

    def start(
        self,
        *arguments: str | bytes,
        identifier: str = IDENTIFIER,
        cwd: Path = ROOT,
        env: dict[str, str] | None = None,
        script: str = CLAIM,
        wrapper: tuple[str, ...] = (),
    ) -> Process:
        running = self._ending.enter_context(
            subprocess.Popen(
                [*wrapper, sys.executable, "-c", script, identifier, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=cwd,
                env={
                    "PATH": os.environ["PATH"],
                    "PYTHONPATH": str(ROOT),
                    **({"XDG_RUNTIME_DIR": str(self.runtime)} if env is None else env),
                },
            )
        )
        self._ending.callback(running.kill)
        assert running.stdout is not None
        lines = LineReader(running.stdout, "the process")
        self._ending.callback(lines.close)
        return Process(running, lines)

    def connect(self) -> socket.socket:
        peer = self._ending.enter_context(socket.socket(socket.AF_UNIX))
        peer.settimeout(PATIENCE)
        peer.connect(self.address)
        return peer

    def close(self) -> None:
        self._ending.close()


@pytest.fixture
def machine() -> Iterator[Machine]:
    # Not `tmp_path`, which may be too long for the address of a socket.
    with tempfile.TemporaryDirectory() as folder:
        made = Machine(Path(folder))
        yield made
        made.close()


def is_cut_off(peer: socket.socket) -> bool:
    """Whether the first process ends a connection without an answer; waits for that."""
    try:
        return peer.recv(1) == b""
    except ConnectionResetError:
        return True


def test_the_first_hears_what_a_second_start_was_given(machine: Machine, tmp_path: Path) -> None:
    first = machine.start()
    assert first.says() == "first"
    strange: list[str | bytes] = ["--open", "ein Häuschen.txt", "", "two\nlines", b"no\xffUnicode"]
    second = machine.start(*strange, cwd=tmp_path)
    assert second.says() == "second"
    assert second.end() == 0
    arguments = ["-c", IDENTIFIER, *(os.fsdecode(argument) for argument in strange)]
    assert first.says() == {"args": arguments, "cwd": str(tmp_path), "activation_token": ""}
    assert first.end() == 0


def test_a_second_start_hands_over_as_much_as_the_system_lets_it_have(machine: Machine) -> None:
    first = machine.start()
    first.says()
    many = ["ö" * 60_000] * 15
    assert machine.start(*many).says() == "second"
    assert first.says()["args"][2:] == many


def test_a_folder_that_is_gone_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert SecondStart.of_this_process().cwd == ""


def test_when_the_first_has_ended_the_next_is_the_first(machine: Machine) -> None:
    for _ in range(2):
        first = machine.start()
        assert first.says() == "first"
        assert first.end() == 0
    assert not Path(machine.address).exists()


def test_what_a_killed_first_leaves_behind_is_in_nobodys_way(machine: Machine) -> None:
    first = machine.start()
    first.says()
    first.running.kill()
    first.running.wait()
    assert Path(machine.address).exists()
    heir = machine.start()
    assert heir.says() == "first"
    assert machine.start().says() == "second"
    assert heir.says()["args"] == ["-c", IDENTIFIER]


def test_a_process_that_the_first_forked_is_not_the_first(machine: Machine) -> None:
    first = machine.start(script=CLAIM.replace("reader =", f"{FORK}reader ="))
    first.says()
    first.running.kill()
    first.running.wait()
    assert machine.start().says() == "first"


def test_of_many_starts_at_once_exactly_one_lives_and_hears_of_all_others(machine: Machine) -> None:
    started = [machine.start(str(number)) for number in range(6)]
    said = [process.says() for process in started]
    assert sorted(said) == ["first"] + ["second"] * 5
    first = started[said.index("first")]
    heard = {first.says()["args"][-1] for _ in range(5)}
    assert heard == {str(number) for number, process in enumerate(started) if process is not first}


def test_two_programs_do_not_meet(machine: Machine) -> None:
    for identifier in (IDENTIFIER, f"{IDENTIFIER}.more", f"{IDENTIFIER}{'.long' * 20}", f"{IDENTIFIER}{'.long' * 21}"):
        assert machine.start(identifier=identifier).says() == "first"
        assert machine.start(identifier=identifier).says() == "second"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start processes of other users")
def test_two_users_do_not_meet() -> None:
    # Who may read what root alone can: the interpreter may be in root's home.
    may_read = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *may_read)
    shared = Path(tempfile.mkdtemp())
    machine = Machine(shared)
    try:
        shared.chmod(0o1777)
        for wrapper in ((), nobody):
            env = {"TMPDIR": str(shared)}
            assert machine.start(env=env, wrapper=wrapper).says() == "first"
            assert machine.start(env=env, wrapper=wrapper).says() == "second"
        # With the other's folder for its own, as after `su`.
        assert machine.start(env={**env, "XDG_RUNTIME_DIR": str(machine.runtime)}, wrapper=nobody).says() == "second"
        assert stat_of(shared / "qtshell-0") == (0, 0o700)
        assert stat_of(shared / "qtshell-65534") == (65534, 0o700)
    finally:
        machine.close()
        shutil.rmtree(shared)


def stat_of(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_uid, found.st_mode & 0o7777


@pytest.mark.parametrize(
    "message",
    [
        b"\n",
        b"hello\n",
        b"null\n",
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b'{"args": [1], "cwd": "", "activation_token": ""}\n',
        b'{"args": [], "cwd": null, "activation_token": ""}\n',
        b'{"args": []}\n',
    ],
)
def test_garbage_is_cut_off_and_the_first_goes_on(machine: Machine, message: bytes) -> None:
    first = machine.start()
    first.says()
    peer = machine.connect()
    peer.sendall(message)
    assert is_cut_off(peer)
    assert machine.start().says() == "second"
    assert first.says()["args"] == ["-c", IDENTIFIER]


def test_what_does_not_end_is_cut_off(machine: Machine) -> None:
    first = machine.start()
    first.says()
    peer = machine.connect()
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        peer.sendall(b"x" * (1 << 26))
    assert machine.start().says() == "second"
    assert first.says()["args"] == ["-c", IDENTIFIER]


def test_who_says_nothing_is_cut_off_and_keeps_nobody_waiting(machine: Machine) -> None:
    first = machine.start(script=IMPATIENT)
    first.says()
    silent = machine.connect()
    half = machine.connect()
    half.sendall(b'{"args": [')
    assert machine.start().says() == "second"
    assert first.says()["args"] == ["-c", IDENTIFIER]
    assert is_cut_off(silent)
    assert is_cut_off(half)


def test_who_takes_all_places_keeps_a_second_start_waiting_and_no_more(machine: Machine) -> None:
    first = machine.start(script=IMPATIENT)
    first.says()
    peers = [machine.connect() for _ in range(40)]
    second = machine.start()
    assert all(is_cut_off(peer) for peer in peers)
    assert second.says() == "second"
    assert first.says()["args"] == ["-c", IDENTIFIER]
    assert first.end() == 0


@pytest.mark.parametrize("answer", [b"", b"no\n", b"x" * 100_000])
def test_a_first_that_does_not_answer_is_told_in_a_line(
    machine: Machine, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(machine.runtime))
    monkeypatch.setattr("shell.single_instance._DEADLINE", 0.5)
    first = machine.start(machine.address, repr(answer), script=DEAF)
    assert first.says() == "first"
    with pytest.raises(SingleInstanceError) as error:
        SingleInstance.claim(IDENTIFIER)
    assert str(error.value) == f"{IDENTIFIER} runs already, but does not answer a second start"


def test_only_a_folder_of_ones_own_is_a_meeting_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = tmp_path / f"qtshell-{os.getuid()}"
    private, public, link = tmp_path / "private", tmp_path / "public", tmp_path / "link"
    private.mkdir(mode=0o700)
    public.mkdir()
    public.chmod(0o755)
    link.symlink_to(private)
    assert private_folder({"XDG_RUNTIME_DIR": str(private)}) == private
    for unfit in (public, link, tmp_path / "none", ""):
        assert private_folder({"XDG_RUNTIME_DIR": str(unfit)}) == own
    assert stat_of(own) == (os.getuid(), 0o700)
    own.chmod(0o750)
    with pytest.raises(SingleInstanceError, match=r"qtshell-\d+ is open to others: remove it, or set XDG_RUNTIME_DIR"):
        private_folder({})
    own.rmdir()
    own.symlink_to(private)
    with pytest.raises(SingleInstanceError, match="is open to others"):
        private_folder({})
    own.unlink()
    own.write_text("")
    with pytest.raises(SingleInstanceError, match=r"qtshell-\d+: File exists"):
        private_folder({})


any_text = st.text(st.characters(codec=None))


@given(st.lists(any_text), any_text, any_text)
def test_what_is_written_down_is_read_again(args: list[str], cwd: str, token: str) -> None:
    start = SecondStart(tuple(args), cwd, token)
    message = start.encode()
    assert message.count(b"\n") == 1
    assert SecondStart.decode(message) == start


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["args", "cwd", "activation_token", "x"]), inner),
)


@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_else_is_read_is_refused(message: bytes) -> None:
    try:
        start = SecondStart.decode(message)
    except (ValueError, RecursionError):
        return
    assert isinstance(start.cwd, str)
    assert all(isinstance(argument, str) for argument in start.args)
