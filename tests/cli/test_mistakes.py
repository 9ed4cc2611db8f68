"""What a person can write wrong: one line on standard error says so, and the exit code is 2."""

import importlib.metadata
import json
import os
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.cli import main
from shell.cli.target import Target
from tests.cli.conftest import HANGS, ROOT, Command, environment

OFF_SCREEN = ("--headless", "--no-sandbox")
TWICE = """
from shell import App
app = App("com.example.twice", frontend="web")
@app.command
async def greet(): ...
@app.command(name="greet")
async def welcome(): ...
"""
WIDHT = """
from shell import App
app = App("com.example.widht", frontend="web")
@app.setup
def open_another(app):
    app.create_window("other", widht=3)
"""
RUNS = """
from shell import App
app = App("com.example.runs", frontend="web")
raise SystemExit(app.run())
"""
TWO_OF_ONE_LABEL = '{"identifier": "com.example.two", "app": {"windows": [{"label": "a"}, {"label": "a"}]}}'
DRIVES = "\x1b]0;mine\x07\x9b2J\u202e"
"""What a terminal acts on."""
ESCAPED = r"\x1b]0;mine\x07\x9b2J\u202e"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_no_configuration_drives_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    project = {"identifier": "com.example.drives", "build": {"frontendDist": DRIVES}}
    Path("tauri.conf.json").write_text(json.dumps(project), encoding="utf-8")
    line = f"$.build.frontendDist: no such folder: {tmp_path}/{ESCAPED}; build the frontend first"
    assert said(capsys, "run", "tauri.conf.json", *OFF_SCREEN) == f"qtshell: tauri.conf.json: {line}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["rum"], "No such command 'rum'. Did you mean 'run'?"),
        (["run"], "Missing argument 'FOLDER|CONFIG|FILE.py[:app]'."),
        (["run", "web", "--headles"], "No such option '--headles'. (Did you mean one of: '--headless', '--help'?)"),
        (["run", "nowhere"], "nowhere: no such file or folder"),
        (
            ["run", "empty"],
            'empty: no index.html, and no "shell.toml", "tauri.conf.json", "tauri.conf.json5" or "Tauri.toml" in it '
            "or in its src-tauri",
        ),
        (
            ["run", "notes"],
            'notes: no index.html, and no "shell.toml", "tauri.conf.json", "tauri.conf.json5" or "Tauri.toml" in it '
            "or in its src-tauri; there is notes/app.py",
        ),
        (["run", "two"], 'tauri.conf.json: $.app.windows[1].label: "a" is the label of $.app.windows[0] already'),
        (["run", "latin.json"], "latin.json: line 1: not UTF-8 (byte 0xe9)"),
        (
            ["run", "web", "--remote-debugging-port", "70000"],
            "Invalid value for '--remote-debugging-port': 70000 is not in the range 1<=x<=65535.",
        ),
        (
            ["run", "web", "--remote-debugging-port", "x"],
            "Invalid value for '--remote-debugging-port': 'x' is not a valid number.",
        ),
        (["run", "web/index.html"], "web/index.html: a page is run by the folder that it is in: web"),
        (
            ["run", "web", "--screenshot", "nowhere/a.png"],
            "Invalid value for '--screenshot': there is no folder nowhere",
        ),
        (
            ["run", "web", "--screenshot", "a.gif"],
            "Invalid value for '--screenshot': a.gif: expected an ending of .png, .jpg, .jpeg, .webp, .bmp or none",
        ),
        (["run", "web", "--screenshot", "web"], "Invalid value for '--screenshot': File 'web' is a directory."),
        (
            ["run", "web", "--log-level", "loud"],
            "Invalid value for '--log-level': 'loud' is not one of 'debug', 'info', 'warning', 'error'.",
        ),
        (
            ["run", "web", "--dev-url", "ftp://example.com", "--headless", "--no-sandbox"],
            '--dev-url: expected a URL such as "http://localhost:1420", got "ftp://example.com"',
        ),
        (["demo", "--dev-url", "http://127.0.0.1"], "No such option '--dev-url'. Did you mean '--devtools'?"),
        (
            ["run", "web", "--audit", "nowhere/a.jsonl", *OFF_SCREEN],
            "the audit log nowhere/a.jsonl cannot be opened: No such file or directory",
        ),
        (
            ["run", "web", "--audit", "web/a.jsonl", *OFF_SCREEN],
            "the audit log web/a.jsonl is in the frontend's folder, where pages could read it",
        ),
        (["run", "web", "--audit", "empty", *OFF_SCREEN], "the audit log empty cannot be opened: Is a directory"),
        (
            ["run", "web", "--audit", "a.jsonl", "--audit-arguments", "[", *OFF_SCREEN],
            'the audit log cannot tell arguments of these commands: "[": a "[" needs a set of characters and a "]"',
        ),
        (
            ["run", "web", "--audit-arguments", "greet"],
            "--audit-arguments: there is no --audit FILE to write them to",
        ),
        (["run", "web", "--audit-size", "1"], "--audit-size: there is no --audit FILE that would have a size"),
        (["run", "missing.py"], "missing.py: no such file"),
        (["run", "bare.py"], 'bare.py: there is no "app" in it, and no App at all'),
        (["run", "other.py"], 'other.py: there is no "app" in it; there is "notes": other.py:notes'),
        (["run", "other.py:n"], 'other.py: there is no "n" in it; there is "notes": other.py:notes'),
        (
            ["run", "number.py"],
            'number.py: expected "app" to be an App, got a value of type int; there is no App in it',
        ),
        (["run", "json.py"], "json.py: it has the name of the module json, which it would hide; give it another"),
    ],
)
@pytest.mark.usefixtures("imports")
def test_a_mistake_is_said_in_one_line(
    arguments: list[str],
    line: str,
    qtshell: Command,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    qtshell.write(
        empty__readme_txt="",
        notes__app_py="",
        two__tauri_conf_json="",
        bare_py="",
        number_py="app = 3",
        other_py="from shell import App\nnotes = App('com.example.notes', frontend='web')",
        json_py="",
    )
    Path(qtshell.folder, "two", "tauri.conf.json").write_text(TWO_OF_ONE_LABEL)
    Path(qtshell.folder, "latin.json").write_bytes(b'"caf\xe9"')
    monkeypatch.chdir(qtshell.folder)
    assert said(capsys, *arguments) == f"qtshell: {line}\n"


@pytest.mark.usefixtures("imports")
def test_our_own_errors_at_import_name_the_line(
    qtshell: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    qtshell.write(twice_py=TWICE)
    monkeypatch.chdir(qtshell.folder)
    assert said(capsys, "run", "twice.py").startswith("qtshell: twice.py, line 6: command `greet` is registered twice")


@pytest.mark.usefixtures("imports")
def test_a_file_that_runs_its_app_when_it_is_imported_is_told_so(
    qtshell: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    qtshell.write(runs_py=RUNS)
    monkeypatch.chdir(qtshell.folder)
    assert said(capsys, "run", "runs.py") == (
        "qtshell: runs.py, line 4: App.run: qtshell imports this file to run the app itself; "
        'put what runs it under `if __name__ == "__main__":`\n'
    )


@pytest.mark.parametrize(
    ("source", "trace"),
    [
        ("x = (", ['  File "{file}", line 1', "    x = (", "        ^", "SyntaxError: '(' was never closed"]),
        (
            "def f():\n    raise KeyError('k')\nf()",
            [
                "Traceback (most recent call last):",
                '  File "{file}", line 3, in <module>',
                "    f()",
                "    ~^^",
                '  File "{file}", line 2, in f',
                "    raise KeyError('k')",
                "KeyError: 'k'",
            ],
        ),
        (
            "from shell import App\napp = App(limits=3)",
            [
                "Traceback (most recent call last):",
                '  File "{file}", line 2, in <module>',
                "    app = App(limits=3)",
                "TypeError: App: limits: expected a Limits, got 3",
            ],
        ),
        ("import no_such_module", ["ModuleNotFoundError: No module named 'no_such_module'"]),
    ],
)
@pytest.mark.usefixtures("imports")
def test_an_error_in_a_persons_file_shows_that_file_and_none_of_ours(
    source: str, trace: list[str], qtshell: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    qtshell.write(broken_py=source)
    monkeypatch.chdir(qtshell.folder)
    first, *lines = said(capsys, "run", "broken.py").splitlines()
    assert first == "qtshell: broken.py cannot be imported:"
    file = qtshell.folder / "broken.py"
    assert lines[-len(trace) :] == [line.format(file=file) for line in trace]
    assert not any("shell/cli" in line or "importlib" in line for line in lines)


def test_our_own_errors_while_a_program_runs_name_the_line(qtshell: Command) -> None:
    qtshell.write(widht_py=WIDHT)
    done = qtshell("run", "widht.py", *OFF_SCREEN)
    file = qtshell.folder / "widht.py"
    assert (done.code, done.errors) == (
        2,
        f'qtshell: {file}, line 6: window.widht: unknown key; did you mean "width"?\n',
    )


@pytest.mark.parametrize(
    ("locked", "line"),
    [
        ("web", "web: cannot be read: Permission denied"),
        ("web/index.html", "web/index.html: cannot be read: Permission denied"),
        ("web/tauri.conf.json", "tauri.conf.json: cannot be read: Permission denied"),
    ],
)
def test_what_may_not_be_read_is_said_in_one_line(locked: str, line: str, qtshell: Command) -> None:
    path = qtshell.folder / locked
    if locked.endswith(".json"):
        path.write_text("{}")
    path.chmod(0)
    # For root too, who otherwise reads whatever there is.
    powers = "=-dac_override,-dac_read_search"
    as_others = ("setpriv", f"--bounding-set{powers}", f"--inh-caps{powers}") if os.geteuid() == 0 else ()
    try:
        done = subprocess.run(
            [*as_others, sys.executable, "-P", "-m", "shell.cli", "run", "web", "--headless", "--no-sandbox"],
            cwd=qtshell.folder,
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=HANGS,
            check=False,
        )
    finally:
        path.chmod(0o700)
    assert (done.returncode, done.stderr) == (2, f"qtshell: {line}\n")


def test_a_port_that_is_taken_is_said_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = said(capsys, "demo", "--remote-debugging-port", str(port))
    assert text == (f"qtshell: Invalid value for '--remote-debugging-port': port {port}: Address already in use\n")


def test_without_arguments_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys).startswith("Usage: ")


def test_the_version_is_that_of_the_package_or_of_the_checkout(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--version"])
        assert ended.value.code == 0
        return capsys.readouterr().out

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    in_checkout = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert ask() == f"qtshell {in_checkout}\n"
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "47.11")
    assert ask() == "qtshell 47.11\n"


@pytest.mark.parametrize("command", [[], ["run"], ["demo"], ["doctor"]])
def test_help_shows_no_marks_that_only_lay_it_out(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "\\b" not in text
    assert text.replace("\n", "").isprintable()


def test_help_tells_what_can_be_run_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert "  CONFIG         such a configuration file" in lines
    assert "  FILE.py[:app]  a Python file with an App in it, called app if not named" in lines


@given(st.text())
def test_whatever_is_no_python_file_is_taken_as_it_stands(text: str) -> None:
    target = Target.parse(text)
    assert target.text == text
    assert (target.file is None) == (not text.endswith(".py") and not text.rpartition(":")[0].endswith(".py"))


@given(st.text(alphabet="abc/.\\: ", max_size=9), st.text(alphabet="abc_", min_size=1))
def test_a_python_file_may_name_its_app(stem: str, name: str) -> None:
    assert Target.parse(f"{stem}.py:{name}") == Target(f"{stem}.py:{name}", Path(f"{stem}.py"), name)
    assert Target.parse(f"{stem}.py") == Target(f"{stem}.py", Path(f"{stem}.py"))


def test_a_folder_may_be_called_like_a_python_file(tmp_path: Path) -> None:
    folder = tmp_path / "site.py"
    folder.mkdir()
    assert Target.parse(str(folder)).file is None
