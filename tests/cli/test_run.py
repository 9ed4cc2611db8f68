"""Programs that really run: what they print, how they end, and what is told where they cannot start."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QImageReader

import shell.trace
from shell.trace import users_trace
from tests.cli.conftest import HANGS, Command, environment
from tests.real_program import said

OFF_SCREEN = ("--headless", "--no-sandbox")
TALKATIVE = """<!doctype html><title>A page</title>
<script>
console.log("first\\nsecond", "\\x1b[2J");
console.warn("careful");
setTimeout(() => { throw new Error("late"); });
</script>"""
LATE = """<!doctype html><title>before</title><body>
<script>
setTimeout(() => document.body.append("more"), 100);
setTimeout(() => { document.title = "after"; document.body.style.background = "rgb(1, 2, 3)"; }, 200);
</script>"""
RESTLESS = "<!doctype html><body><script>setInterval(() => document.body.append('!'), 50)</script>"
ENDS = """
from shell import App
app = App("com.example.ends", frontend="web")
@app.setup
def end(app):
    print(__name__, app.config.identifier, flush=True)
    app.exit(7)
if __name__ == "__main__":
    raise SystemExit("not like this")
"""
FAILS = """
import json
from shell import App
app = App("com.example.fails", frontend="web")
@app.setup
{definition} begin(app):
    prepare(app)
def prepare(app):
    {statement}
"""
CALLED = """
from shell import App
app = App("com.example.called", frontend="web")
@app.command
async def end(code: int):
    app.exit(code)
"""
LASTS = """
from shell import App
notes = App("com.example.lasts", frontend="web")
@notes.on("ready")
def tell(event):
    print("ready", flush=True)
"""
FILES = """
import os
from shell import App, Options
app = App("com.example.files", frontend="web")
@app.setup
def tell(app):
    print(*(os.readlink(f"/proc/self/fd/{number}") for number in (0, 2)), flush=True)
    app.exit()
if __name__ == "__main__":
    raise SystemExit(app.run(Options(headless=True, no_sandbox=True, audit="audit.log")))
"""
UNDRAWN = """
import os
from shell import App, Window
app = App("com.example.undrawn", frontend="web")
screenshot = Window.screenshot
async def fail(window):
    {part}
    return await screenshot(window)
Window.screenshot = fail
"""
INTERRUPTED = """
import os, signal, sys
from shell.cli import main
module = sys.argv.pop(1)
def hear(event, arguments):
    if event == "import" and arguments[0] == module:
        os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(hear)
main()
"""
HIDDEN = '{"identifier": "com.example.hidden", "app": {"windows": [{"visible": false}]}}'


DEBUGGED = """
import asyncio, json, os, socket, urllib.request
from shell import App

app = App("com.example.debugged", frontend="web")
port = int(os.environ["PORT"])

@app.on("ready")
async def try_to_connect(event):
    await app.windows["main"].loaded()
    for origin in (None, f"http://127.0.0.1:{port}", "https://example.com"):
        print(await asyncio.to_thread(connect, origin), flush=True)
    app.exit()

def connect(origin):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
        path = json.load(answer)[0]["webSocketDebuggerUrl"].partition(str(port))[2]
    headers = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"]
    headers += [f"Origin: {origin}"] if origin else []
    with socket.create_connection(("127.0.0.1", port)) as debugger:
        debugger.sendall(("\\r\\n".join(headers) + "\\r\\n\\r\\n").encode())
        return int(debugger.recv(12).split()[1])
"""


def seen(output: str) -> dict[str, str]:
    """What the lines say that follow a screenshot."""
    return dict(re.split(r" {2,}", line, maxsplit=1) for line in output.splitlines())


def test_a_screenshot_shows_the_page_and_the_lines_say_what_was_seen(qtshell: Command) -> None:
    done = qtshell("run", "web", *OFF_SCREEN, "--screenshot", "a.png")
    assert (done.code, done.errors) == (0, "")
    pid = re.search(r"\d+", seen(done.output)["renderer"])
    assert pid is not None
    assert seen(done.output) == {
        "window": "main",
        "title": "web",
        "page": "A page – tauri://localhost/",
        "size": "800 × 600",
        "renderer": f"process {pid[0]}",
        "console": "no errors",
        "picture": str(qtshell.folder / "a.png"),
    }
    picture = QImage(str(qtshell.folder / "a.png"))
    assert (picture.width(), picture.height()) == (800, 600)
    assert picture.pixelColor(400, 300).name() == "#008080"


def test_a_screenshot_waits_until_the_page_has_settled(qtshell: Command) -> None:
    qtshell.write(web__index_html=LATE)
    done = qtshell("run", "web", *OFF_SCREEN, "--screenshot", "a.png")
    assert seen(done.output)["page"] == "after – tauri://localhost/"
    assert QImage(str(qtshell.folder / "a.png")).pixelColor(400, 300).name() == "#010203"


def test_a_screenshot_is_what_its_ending_says(qtshell: Command) -> None:
    assert qtshell("run", "web", *OFF_SCREEN, "--screenshot", "a.JPG").code == 0
    assert QImageReader(str(qtshell.folder / "a.JPG")).format() == "jpeg"
    assert (qtshell.folder / "a.JPG").read_bytes()[:3] == b"\xff\xd8\xff"


def test_a_page_that_never_settles_is_taken_as_it_is(qtshell: Command) -> None:
    qtshell.write(web__index_html=RESTLESS)
    assert qtshell("run", "web", *OFF_SCREEN, "--screenshot", "a.png").code == 0


def test_consoles_reach_the_log_with_window_and_line_and_cannot_drive_the_terminal(qtshell: Command) -> None:
    qtshell.write(web__index_html=TALKATIVE)
    done = qtshell("run", "web", *OFF_SCREEN, "--screenshot", "a.png")
    lines = [line[9:] for line in done.errors.splitlines() if not line.startswith(" ")]
    assert lines == [
        "info     console: [main] tauri://localhost/:3: first",
        "warning  console: [main] tauri://localhost/:4: careful",
        "error    console: [main] tauri://localhost/:5: Uncaught Error: late",
    ]
    assert r"  second \x1b[2J" in done.errors
    assert "\x1b" not in done.errors + done.output
    assert seen(done.output)["console"] == "1 error"


@pytest.mark.parametrize(
    "how", [("-m", "shell.cli", "run", "files.py", *OFF_SCREEN, "--audit", "audit.log"), ("files.py",)], ids=len
)
def test_no_file_is_opened_in_place_of_a_standard_one_that_is_closed(qtshell: Command, how: tuple[str, ...]) -> None:
    qtshell.write(files_py=FILES)
    closing = ("sh", "-c", 'exec "$@" <&- 2>&-', "sh", sys.executable, *how)
    done = subprocess.run(
        closing, cwd=qtshell.folder, env=environment(), stdout=subprocess.PIPE, timeout=HANGS, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"/dev/null /dev/null\n")


@pytest.mark.parametrize("how", [("-m", "shell.cli", "run"), ()], ids=len)
def test_a_program_starts_in_a_folder_that_is_gone(qtshell: Command, how: tuple[str, ...]) -> None:
    qtshell.write(ends_py=ENDS.replace('SystemExit("not like this")', "SystemExit(app.run())"))
    file, gone = str(qtshell.folder / "ends.py"), qtshell.folder / "gone"
    gone.mkdir()
    program = ("sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", sys.executable, "-P", *how, file)
    options = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    done = subprocess.run(
        program, cwd=gone, env=environment(**options), capture_output=True, text=True, timeout=HANGS, check=False
    )
    assert (done.returncode, said(done.stderr)) == (7, "")


def test_the_log_level_says_what_is_written(qtshell: Command) -> None:
    qtshell.write(web__index_html=TALKATIVE)
    options = (*OFF_SCREEN, "--screenshot", "a.png", "--log-level")
    assert [line[9:14] for line in qtshell("run", "web", *options, "error").errors.splitlines()] == ["error"]
    assert "debug    qt: Sandboxing disabled by user." in qtshell("run", "web", *options, "debug").errors


def test_what_a_configuration_asks_for_in_vain_is_said_once(qtshell: Command) -> None:
    windows = [{"proxyUrl": "http://127.0.0.1:8080"}, {"label": "other", "titleBarStyle": "Overlay"}]
    configuration = {"identifier": "com.example.vain", "app": {"windows": windows}, "plugins": {"updater": {}}}
    Path(qtshell.folder, "web", "tauri.conf.json").write_text(json.dumps(configuration))
    done = qtshell("run", "web", *OFF_SCREEN, "--screenshot", "a.png")
    assert done.code == 0
    assert [line[9:] for line in done.errors.splitlines()] == [
        "warning  core: plugins.updater: there is no plugin of this name",
        "warning  webviews: window main: proxyUrl is not used: through a proxy, pages could reach hosts that the "
        "configuration does not list",
    ]


def test_a_python_file_is_imported_and_its_app_runs_to_its_exit_code(qtshell: Command) -> None:
    qtshell.write(core__ends_py=ENDS, core__web__index_html="<!doctype html>")
    done = qtshell("run", "core/ends.py", *OFF_SCREEN)
    assert (done.code, done.output, done.errors) == (7, "ends com.example.ends\n", "")


@pytest.mark.parametrize("definition", ["def", "async def"])
@pytest.mark.parametrize(
    ("statement", "last", "error"),
    [
        ("1 / 0", "    1 / 0", "ZeroDivisionError: division by zero"),
        ("json.loads('[')", "", "json.decoder.JSONDecodeError: Expecting value: line 1 column 2 (char 1)"),
        ("app.emit('a b')", "    app.emit('a b')", "shell.ipc.errors.RefusedError: invalid event name 'a b'"),
    ],
)
def test_an_error_in_a_setup_hook_shows_the_calls_of_the_program_and_none_of_ours(
    definition: str, statement: str, last: str, error: str, qtshell: Command
) -> None:
    qtshell.write(fails_py=FAILS.format(definition=definition, statement=statement))
    done = qtshell("run", "fails.py", *OFF_SCREEN)
    assert (done.code, done.output) == (1, "")
    first, title, *lines = done.errors.splitlines()
    assert first == "qtshell: the program ended, for its Python code failed:"
    assert title == "Traceback (most recent call last):"
    calls = [line for line in lines if line.startswith("  File")]
    assert [re.sub(r".*/(.*)\", line \d+, in ", r"\1 ", line) for line in calls[:2]] == [
        "fails.py begin",
        "fails.py prepare",
    ]
    assert all("/json/" in line for line in calls[2:])
    assert last in lines or not last
    assert lines[-1].startswith(error)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_program_without_a_word(number: signal.Signals, qtshell: Command) -> None:
    qtshell.write(lasts_py=LASTS)
    command = [sys.executable, "-P", "-m", "shell.cli", "run", "lasts.py:notes", *OFF_SCREEN]
    with subprocess.Popen(
        command,
        cwd=qtshell.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(number)
        output, errors = running.communicate(timeout=HANGS)
        assert (output, said(errors)) == ("", "")
    assert running.returncode == 128 + number


@pytest.mark.parametrize("module", ["shell.environment", "PySide6.QtWebEngineCore"])
def test_an_interrupt_while_a_program_starts_ends_it_without_a_word(module: str, qtshell: Command) -> None:
    qtshell.write(lasts_py=LASTS)
    done = subprocess.run(
        [sys.executable, "-P", "-c", INTERRUPTED, module, "run", "lasts.py:notes", *OFF_SCREEN],
        cwd=qtshell.folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert (done.returncode, done.stdout, said(done.stderr)) == (-signal.SIGINT, "", "")


@pytest.mark.parametrize(
    ("arguments", "code"), [(("run", "web", *OFF_SCREEN, "--screenshot", "a.png"), 0), (("run", "nowhere"), 2)]
)
def test_programs_run_and_mistakes_have_their_exit_code_where_standard_error_is_closed(
    arguments: tuple[str, ...], code: int, qtshell: Command
) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "-P", "-m", "shell.cli", *arguments],
        cwd=qtshell.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        timeout=HANGS,
        check=False,
    )
    assert done.returncode == code


def test_debuggers_connect_and_pages_of_browsers_do_not(qtshell: Command) -> None:
    qtshell.write(debugged_py=DEBUGGED)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    done = qtshell("run", "debugged.py", *OFF_SCREEN, "--remote-debugging-port", port, env=environment(PORT=port))
    assert (done.code, done.output.split()) == (0, ["101", "101", "403"])


def test_without_a_display_one_line_names_the_way_out(qtshell: Command) -> None:
    done = qtshell("run", "web", "--no-sandbox")
    assert (done.code, done.output) == (1, "")
    assert done.errors == (
        "qtshell: there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set; --headless runs without one\n"
    )


def test_a_display_that_does_not_answer_is_said_in_one_line_and_without_a_core_dump(qtshell: Command) -> None:
    done = qtshell("run", "web", "--no-sandbox", env=environment(DISPLAY=":4711"))
    assert (done.code, done.output) == (1, "")
    assert done.errors == (
        "qtshell: Qt cannot open windows here: could not connect to display :4711; "
        "--headless runs without a display, and qtshell doctor says what is missing\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="Chromium's sandbox works for ordinary users")
def test_root_is_told_that_there_is_no_sandbox(qtshell: Command) -> None:
    done = qtshell("run", "web", "--headless")
    assert (done.code, done.output) == (1, "")
    assert re.fullmatch("qtshell: Chromium's sandbox does not work for root; --no-sandbox .*\n", done.errors)


def test_a_dev_server_that_is_not_there_makes_no_screenshot(qtshell: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    done = qtshell("run", "web", *OFF_SCREEN, "--dev-url", url, "--screenshot", "a.png", "--log-level", "error")
    assert (done.code, done.output) == (1, "")
    assert done.errors == "qtshell: no screenshot: webview main: no page comes from the dev server\n"
    assert not (qtshell.folder / "a.png").exists()


def test_a_hidden_window_makes_no_screenshot(qtshell: Command) -> None:
    qtshell.write(web__tauri_conf_json="")
    Path(qtshell.folder, "web", "tauri.conf.json").write_text(HIDDEN)
    done = qtshell("run", "web", *OFF_SCREEN, "--screenshot", "a.png")
    assert (done.code, done.errors) == (1, "qtshell: no screenshot: the window main is hidden\n")


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("raise RuntimeError('webview main could not be drawn')", "no screenshot: webview main could not be drawn"),
        ("raise ValueError", "no screenshot: ValueError()"),
        ("os.close(1); os.open('/dev/full', os.O_WRONLY)", "what was seen cannot be told: No space left on device"),
        ("pipe = os.pipe(); os.close(pipe[0]); os.dup2(pipe[1], 1)", "what was seen cannot be told: Broken pipe"),
    ],
)
def test_whatever_keeps_a_screenshot_from_being_taken_or_told_of_ends_the_program(
    qtshell: Command, part: str, error: str
) -> None:
    qtshell.write(fails_py=UNDRAWN.replace("{part}", part))
    done = qtshell("run", "fails.py", *OFF_SCREEN, "--screenshot", "a.png")
    assert (done.code, done.errors) == (1, f"qtshell: {error}\n")


def test_what_was_seen_is_told_as_well_as_the_encoding_can(qtshell: Command) -> None:
    qtshell.write(web__index_html="<title>café ✓</title>")
    ascii_alone = environment(PYTHONIOENCODING="ascii")
    done = qtshell("run", "web", *OFF_SCREEN, "--screenshot", "a.png", env=ascii_alone)
    assert (done.code, done.errors) == (0, "")
    assert seen(done.output)["page"] == "caf? + - tauri://localhost/"


def test_the_welcome_app_makes_a_screenshot_of_its_living_picture(qtshell: Command) -> None:
    done = qtshell("demo", *OFF_SCREEN, "--screenshot", "a.png")
    assert (done.code, done.errors) == (0, "")
    assert seen(done.output)["console"] == "no errors"
    assert QImage(str(qtshell.folder / "a.png")).width() > 1000


def test_an_audit_log_tells_of_each_call(qtshell: Command) -> None:
    page = "<!doctype html><script>shell.invoke('end', { code: 3 })</script>"
    qtshell.write(called_py=CALLED, web__index_html=page)
    done = qtshell("run", "called.py", *OFF_SCREEN, "--audit", "a.jsonl", "--audit-arguments", "*", "--audit-size", "1")
    assert done.code == 3, done.errors
    start, *calls, end = map(json.loads, (qtshell.folder / "a.jsonl").read_text().splitlines())
    assert [start["kind"], start["program"], end["kind"]] == ["start", "com.example.called", "end"]
    found = [(line["command"], line["arguments"], line["outcome"]) for line in calls if line["command"] == "end"]
    assert found == [("end", '{"code":3}', "answered")]


def calling(file: str, code: str) -> dict[str, object]:
    """What a file has in it with this code."""
    names: dict[str, object] = {}
    exec(compile(code, file, "exec"), names)
    return names


def test_what_python_does_for_our_code_is_not_the_programs() -> None:
    ours = calling(shell.trace.__file__, "import json\ndef read(text): json.loads(text() if callable(text) else text)")
    read = ours["read"]
    assert callable(read)
    with pytest.raises(ValueError, match="Expecting") as caught:
        read("")
    assert caught.tb.tb_next is not None
    assert users_trace(caught.value.with_traceback(caught.tb.tb_next)) is None
    theirs = calling("/home/ada/notes.py", "import json\ndef text(): return json.loads('{')")
    with pytest.raises(ValueError, match="Expecting") as caught:
        read(theirs["text"])
    assert caught.tb.tb_next is not None
    trace = users_trace(caught.value.with_traceback(caught.tb.tb_next))
    assert trace is not None
    assert trace.splitlines()[1] == '  File "/home/ada/notes.py", line 2, in text'
