"""The end of real programs: what is still busy when they end does not keep them."""

import json
import os
import signal
import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.desktop import LineReader, missing_programs, until
from tests.real_program import TIME, environment, folder, log, run, write

__all__ = ["folder"]

CALL = """
@app.setup
async def leave(app):
    await call("export")
    await busy.wait()
    app.exit(7)
"""

BUSY = {
    "command export": [
        # A plain function that waits, and one that works.
        """
        @app.command
        def export():
            app.thread.run(busy.set)
            time.sleep(1000)
        """,
        """
        @app.command(detached=True)
        def export():
            app.thread.run(busy.set)
            while True:
                pass
        """,
        """
        @app.command
        async def export():
            busy.set()
            while True:
                try:
                    await asyncio.sleep(1000)
                except asyncio.CancelledError:
                    pass
        """,
        """
        @app.command(detached=True)
        async def export():
            busy.set()
            await asyncio.Event().wait()
        """,
    ],
}
OTHERS = {
    "the end of the plugin notes": """
        notes = Plugin("notes")
        app.plugin(notes)

        @notes.teardown
        async def save(app):
            await asyncio.Event().wait()

        app.setup(lambda app: app.exit(7))
    """,
    "the task poll": """
        async def poll():
            while True:
                try:
                    await asyncio.sleep(1000)
                except asyncio.CancelledError:
                    pass

        @app.setup
        def leave(app):
            task(poll())
            app.exit(7)
    """,
    "the task Core._start": """
        @app.setup
        async def hang(app):
            app.exit(7)
            while True:
                try:
                    await asyncio.sleep(1000)
                except asyncio.CancelledError:
                    pass
    """,
}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        *((name, textwrap.dedent(part) + CALL) for name, parts in BUSY.items() for part in parts),
        *OTHERS.items(),
    ],
)
def test_what_does_not_end_is_named_and_left_behind(folder: Path, name: str, part: str) -> None:
    ended = run(folder, part)
    assert log(ended) == [f"the program ends without waiting any longer for {name}, still busy after 0.3 s"]
    assert ended.stdout == "after\n"
    assert ended.returncode == 7


def test_what_ends_in_time_is_waited_for(folder: Path) -> None:
    ended = run(
        folder,
        """
        app.grace_period = 60
        go_on = threading.Event()
        app.on("window-destroyed")(lambda event: go_on.set())

        @app.command
        def export():
            app.thread.run(busy.set)
            go_on.wait()
            say("exported")

        @app.command(detached=True)
        async def save():
            while app.windows:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(say, "saved")

        @app.setup
        async def leave(app):
            await call("save")
            await call("export")
            await busy.wait()
            app.exit(7)
        """,
    )
    assert log(ended) == []
    assert sorted(ended.stdout.split()) == ["after", "exported", "saved"]
    assert ended.returncode == 7


def test_setup_ends_with_the_program(folder: Path) -> None:
    ended = run(
        folder,
        """
        @app.setup
        async def begin(app):
            await app.windows["main"].loaded()
            app.windows["main"].close()
            try:
                await asyncio.Event().wait()
            finally:
                say("cancelled")
        """,
    )
    assert (ended.stdout, log(ended), ended.returncode) == ("cancelled\nafter\n", [], 0)


def test_a_program_that_does_not_hear_a_signal_ends_with_the_next(folder: Path) -> None:
    command = write(
        folder,
        """
        @app.setup
        def block(app):
            say("blocked")
            time.sleep(1000)
        """,
    )
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert LineReader(program.stdout, "the program").next() == "blocked"
        while program.poll() is None:
            program.send_signal(signal.SIGTERM)
            try:
                program.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
    assert program.returncode == -signal.SIGTERM


@pytest.mark.parametrize(
    "where", ["sys.addaudithook(hear)", "from shell import core; core.register_schemes = interrupt"]
)
def test_an_interrupt_while_the_program_starts_ends_it_at_once(folder: Path, where: str) -> None:
    ended = run(
        folder,
        f"""
        import signal

        def interrupt():
            os.kill(os.getpid(), signal.SIGINT)

        def hear(event, arguments):
            if event == "import" and arguments[0] == "PySide6.QtWebEngineCore":
                interrupt()

        {where}
        """,
    )
    assert (ended.stdout, log(ended), ended.returncode) == ("", [], -signal.SIGINT)


def test_an_interrupt_while_qt_is_taken_down_ends_the_program_at_once(folder: Path) -> None:
    ended = run(
        folder,
        """
        import signal
        from shell.core import Core

        release = Core.release

        def interrupt(core):
            os.kill(os.getpid(), signal.SIGINT)
            release(core)

        Core.release = interrupt

        @app.setup
        def end(app):
            app.exit(7)
        """,
    )
    assert (ended.stdout, log(ended), ended.returncode) == ("", [], -signal.SIGINT)


def test_who_could_not_start_is_interrupted_as_before(folder: Path) -> None:
    ended = run(
        folder,
        """
        import atexit, signal

        app = App("com.example.nowhere", frontend="nowhere")
        atexit.register(lambda: say(signal.getsignal(signal.SIGINT) is signal.default_int_handler))
        """,
    )
    assert (ended.stdout, ended.returncode) == ("after\nTrue\n", 2)


def test_a_signal_that_was_meant_to_be_ignored_is(folder: Path) -> None:
    ended = run(
        folder,
        """
        import signal

        signal.signal(signal.SIGHUP, signal.SIG_IGN)

        @app.setup
        async def hang_up(app):
            os.kill(os.getpid(), signal.SIGHUP)
            await app.windows["main"].loaded()
            say("still here")
            app.exit(7)
        """,
    )
    assert (ended.stdout, ended.returncode) == ("still here\nafter\n", 7)


def test_a_restart_is_a_new_start_with_nothing_left_of_the_old_one(folder: Path) -> None:
    command = write(
        folder,
        """
        import atexit, json
        from pathlib import Path
        from shell import RESTART_EXIT_CODE

        starts = Path("starts").resolve()
        number = len(starts.read_text()) if starts.exists() else 0
        starts.write_text("|" * (number + 1))
        children = [child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()]
        say(json.dumps({
            "argv": sys.argv[1:],
            "cwd": os.getcwd(),
            "environment": {name: value for name, value in os.environ.items() if name.startswith("QT")},
            "files": len(os.listdir("/dev/fd")),
            "children": children,
            "pid": os.getpid(),
        }))
        atexit.register(print, "at exit")

        @app.on("exit-requested")
        def hear(event):
            print(event.payload == RESTART_EXIT_CODE)
            event.prevent()

        @app.setup
        async def again(app):
            await app.windows["main"].loaded()
            os.chdir("/")
            os.environ["FROM_THE_RUN_BEFORE"] = "kept"
            if number < 2:
                app.restart()
            else:
                say(os.environ["FROM_THE_RUN_BEFORE"])
                app.windows["main"].destroy()
                app.core.exit.now(7)
        """,
    )
    ended = subprocess.run(
        [*command, "--one", "two"],
        cwd=folder,
        env={**environment(), "QTWEBENGINE_CHROMIUM_FLAGS": "--persons-own"},
        capture_output=True,
        text=True,
        timeout=TIME,
        check=False,
    )
    first, *lines = ended.stdout.splitlines()
    told = json.loads(first)
    assert told["argv"] == ["--one", "two"]
    assert told["children"] == []
    assert told["environment"]["QTWEBENGINE_CHROMIUM_FLAGS"] == "--persons-own"
    restart = ["True", "at exit", first]
    assert lines == [*restart, *restart, "kept", "False", "after", "at exit"]
    assert log(ended) == []
    assert ended.returncode == 7


def test_a_restart_wants_nobody_who_reads_what_was_said(folder: Path) -> None:
    command = write(
        folder,
        """
        if os.path.exists("started"):
            os._exit(7)
        open("started", "w").close()
        print("nobody reads this")

        @app.setup
        def again(app):
            app.restart()
        """,
    )
    variables = {name: value for name, value in environment().items() if name != "PYTHONUNBUFFERED"}
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        ended = subprocess.run(
            command,
            cwd=folder,
            env=variables,
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
            timeout=TIME,
            check=False,
        )
    assert (ended.returncode, log(ended)) == (7, [])


def test_windows_do_not_wear_the_program_out_where_no_renderer_can_be_had(folder: Path) -> None:
    ended = run(
        folder,
        """
        import signal
        from pathlib import Path

        gone = []
        app.on("renderer-gone")(lambda event: gone.append(event.payload.recovering))

        @app.setup
        async def lose_all(app):
            window = app.windows["main"]
            await window.loaded()
            for task in Path("/proc/self/task").iterdir():
                for child in (task / "children").read_text().split():
                    if Path(f"/proc/{child}/comm").read_text().startswith("QtWebEngine"):
                        os.kill(int(child), signal.SIGKILL)
            while gone.count(False) < 3:
                # The first time there may be one in reserve.
                if window.renderer_pid:
                    os.kill(window.renderer_pid, signal.SIGKILL)
                await asyncio.sleep(0.05)
            count = len(gone)
            await asyncio.sleep(1)
            say(len(gone) - count < 6)
            app.exit(7)
        """,
    )
    assert ended.stdout == "True\nafter\n"
    assert "no renderer could be started" in ended.stderr
    assert ended.returncode == 7


def test_a_killed_core_takes_its_renderers_along_and_leaves_nothing_in_the_way(folder: Path) -> None:
    command = write(
        folder,
        """
        app.single_instance = True

        @app.setup
        async def wait(app):
            for window in [app.windows["main"], app.create_window("other")]:
                await window.loaded()
            say(" ".join(str(window.renderer_pid) for window in app.windows.values()))
        """,
    )
    place = {**environment(), "XDG_RUNTIME_DIR": str(folder)}
    folder.chmod(0o700)
    for _ in range(2):
        with subprocess.Popen(command, cwd=folder, env=place, stdout=subprocess.PIPE) as program:
            assert program.stdout is not None
            renderers = [int(pid) for pid in LineReader(program.stdout, "the program").next().split()]
            program.kill()
        until(lambda: not any(runs(pid) for pid in renderers))  # noqa: B023


def runs(pid: int) -> bool:
    """Whether a process has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


TOLD_TO_QUIT = """
app.grace_period = 60
notes = Plugin("notes")
app.plugin(notes)
app.on("window-destroyed")(lambda event: say(event.label))

@notes.teardown
async def save(app):
    # Several turns of the loop.
    for _ in range(9):
        await asyncio.to_thread(os.getpid)
    say("saved")
"""


@pytest.mark.parametrize("code", [0, 3])
def test_a_program_ends_in_order_where_qt_is_told_to_quit(folder: Path, code: int) -> None:
    ended = run(
        folder,
        TOLD_TO_QUIT
        + textwrap.dedent(f"""
        from PySide6.QtWidgets import QApplication

        @app.setup
        async def leave(app):
            await app.windows["main"].loaded()
            QApplication.exit({code})
        """),
    )
    assert (ended.stdout, ended.returncode) == ("main\nsaved\nafter\n", code)
    assert log(ended) == ([f"Qt has ended the program, with exit code {code}"] if code else [])


def test_a_program_ends_in_order_when_its_display_goes(folder: Path) -> None:
    if missing := missing_programs():
        pytest.fail(f"this test needs programs that are not installed: {', '.join(missing)}", pytrace=False)
    command = write(
        folder,
        TOLD_TO_QUIT
        + """
app.setup(lambda app: say("there"))
Options = lambda *, headless, no_sandbox, wanted=Options: wanted(no_sandbox=no_sandbox)
""",
    )
    # Where Xlib is the first to notice, it ends the program at once.
    for _ in range(TRIES):
        out, errors, code = run_until_display_goes(command)
        if out:
            break
    assert (out, code) == ("main\nsaved\nafter\n", 1), errors
    lines = errors.splitlines()
    assert len([line for line in lines if "The X11 connection broke" in line]) == 1
    assert "Qt has ended the program, with exit code 1" in lines


TRIES = 3


def run_until_display_goes(command: list[str]) -> tuple[str, str, int]:
    """Run a program on a display of its own, which goes when it says that it is there."""
    server = ["setpriv", "--pdeathsig", "TERM", "Xvfb", "-displayfd", "1", "-nolisten", "tcp"]
    with subprocess.Popen(server, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as display:
        assert display.stdout is not None
        place = {**environment(), "QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{LineReader(display.stdout, 'Xvfb').next()}"}
        with subprocess.Popen(command, env=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            assert program.stdout is not None
            assert LineReader(program.stdout, "the program").next() == "there"
            display.kill()
            out, errors = program.communicate(timeout=TIME)
    return out.decode(), errors.decode(), program.returncode


PLUGIN = """
notes = Plugin("notes")
app.plugin(notes)
notes.teardown(lambda app: say("plugin"))
"""


def run_with_plugin(folder: Path, part: str) -> "subprocess.CompletedProcess[str]":
    """Run a program whose plugin says that it has ended."""
    return run(folder, PLUGIN + textwrap.dedent(part))


@pytest.mark.parametrize(
    "where",
    [
        "sys.exit(3)",
        "await app.windows['main'].loaded(); sys.exit(3)",
        "task(leave_late()); await asyncio.Event().wait()",
        "asyncio.get_running_loop().call_later(0.01, sys.exit, 3); await asyncio.Event().wait()",
    ],
)
def test_sys_exit_ends_a_program_in_order(folder: Path, where: str) -> None:
    ended = run_with_plugin(
        folder,
        f"""
        app.on("window-destroyed")(lambda event: say(event.label))

        async def leave_late():
            await asyncio.sleep(0)
            sys.exit(3)

        @app.setup
        async def leave(app):
            {where}
        """,
    )
    assert (ended.stdout, ended.returncode) == ("main\nplugin\n", 3)
    if "task" not in where:
        # Of a task that nobody waits for, asyncio says more.
        assert log(ended) == []


@pytest.mark.parametrize(
    ("event", "definition", "happens"),
    [
        ("ready", "def", "pass"),
        ("renderer-gone", "def", "os.kill(window.renderer_pid, 9)"),
        ("close-requested", "async def", "window.close()"),
        ("window-destroyed", "def", "window.close()"),
        ("exit-requested", "async def", "app.exit(7)"),
    ],
)
def test_sys_exit_in_a_handler_of_the_programs_life_ends_it_in_order(
    folder: Path, event: str, definition: str, happens: str
) -> None:
    ended = run_with_plugin(
        folder,
        f"""
        from PySide6.QtCore import QTimer

        @app.on("{event}")
        {definition} leave(event):
            sys.exit(3)

        @app.setup
        async def begin(app):
            window = app.windows["main"]
            await window.loaded()
            # As what a person does comes: called by Qt, and by nothing of asyncio's.
            QTimer.singleShot(0, lambda: happen(window))

        def happen(window):
            {happens}
        """,
    )
    assert (ended.stdout, ended.returncode) == ("plugin\n", 3)
    assert [line for line in log(ended) if "is gone (killed" not in line] == []


@pytest.mark.parametrize("definition", ["def", "async def"])
def test_sys_exit_in_a_handler_that_qt_calls_ends_a_program_in_order(folder: Path, definition: str) -> None:
    ended = run_with_plugin(
        folder,
        f"""
        from PySide6.QtCore import QTimer

        {definition} leave(event):
            sys.exit(3)

        app.listen("leave", leave)

        @app.setup
        async def begin(app):
            await app.windows["main"].loaded()
            # As a menu's item or a tray's icon does.
            QTimer.singleShot(0, lambda: app.emit("leave", None))
        """,
    )
    assert (ended.stdout, ended.returncode) == ("plugin\n", 3)
    assert log(ended) == []
