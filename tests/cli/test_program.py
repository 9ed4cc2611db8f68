"""What `qtshell doctor` says of one program."""

import json
import re
from pathlib import Path

import pytest

from shell.cli.doctor.program import report
from shell.cli.failure import Failure
from tests.cli.conftest import Command

NOTES = """
from typing import Annotated
from shell import App, Caller, Channel, Scope, State, Window

class Session: ...

app = App(
    "com.example.notes",
    frontend="web",
    config={"app": {"windows": [{"label": "main"}, {"label": "settings", "create": False}]}},
    capabilities=[
        {"identifier": "main", "windows": ["main"],
         "permissions": ["core:default", "core:window:deny-close", "allow-greet"]},
        {"identifier": "help", "windows": ["help-*"], "local": False,
         "remote": {"urls": ["https://*.example.com"]}, "permissions": ["core:event:default"]},
    ],
)
app.manage(Session())

@app.command
async def greet(name: str, loud_voice: bool = False) -> str: ...

@app.command(rename_all="snake_case")
def count(session: State[Session], window: Window, app: App, caller: Caller, on_tick: Channel[int]) -> None: ...

@app.command(name="sum")
async def checksum(body: bytes) -> bytes: ...
"""
PROJECT = {
    "productName": "Notes",
    "identifier": "com.example.notes",
    "build": {"frontendDist": "../dist", "devUrl": "http://localhost:1420"},
    "app": {
        "security": {
            "csp": "default-src 'self'; connect-src https://api.example.com",
            "assetProtocol": {"enable": True, "scope": ["$APPDATA/**"]},
        }
    },
    "plugins": {"qtshell": {"openLinks": ["https://example.com/*"], "downloads": True, "webPermissions": ["camera"]}},
}


@pytest.fixture
def told(qtshell: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(qtshell.folder)
    return qtshell


def described(target: str, *, verbose: bool = False) -> str:
    text = report(target, verbose=verbose, colour=False)
    # Neither a path nor the name of a permission is broken.
    assert all(len(line) <= 80 or "/pytest-" in line or ":allow-" in line for line in text.splitlines())
    return text


def block(text: str, heading: str) -> list[str]:
    """The lines below a heading up to the next empty one, with one space between words."""
    lines = text.partition(f"  {heading}\n")[2].partition("\n\n")[0].splitlines()
    return [" ".join(line.split()) for line in lines]


@pytest.mark.usefixtures("imports")
def test_a_python_file_shows_its_commands_as_pages_call_them(told: Command) -> None:
    told.write(notes_py=NOTES)
    text = described("notes.py")
    assert re.findall(r"\w+\(.*\) -> \w+", text) == [
        "greet(name: str, loudVoice: bool = False) -> str",
        "count(on_tick: Channel[int]) -> None",
        "sum(body: bytes) -> bytes",
    ]


@pytest.mark.usefixtures("imports")
def test_who_may_call_what_and_why(told: Command) -> None:
    told.write(notes_py=NOTES)
    text = described("notes.py")
    main = block(text, "main: pages of the app")
    assert main[:4] == [
        'capability "main" (App capabilities[0]): core:default,',
        "core:window:deny-close, allow-greet",
        "✓ the app's own greet",
        "✓ the app's, to all count, sum",
    ]
    assert "✗ plugin:window denied: close" in main
    assert block(text, "help-*: pages at https://*.example.com") == [
        'capability "help" (App capabilities[1]): core:event:default',
        "✗ the app's own not allowed: greet, count, sum",
        "✓ plugin:event emit, emit_to, listen, unlisten",
    ]
    assert block(text, "settings and help-*: pages of the app") == [
        "no capability speaks of them",
        "✗ the app's own not allowed: greet",
        "✓ the app's, to all count, sum",
    ]


@pytest.mark.usefixtures("imports")
def test_every_command_is_listed_with_its_permission_where_all_are_asked_for(told: Command) -> None:
    told.write(notes_py=NOTES)
    main = block(described("notes.py", verbose=True), "main: pages of the app")
    assert "✓ greet main: allow-greet" in main
    assert "✓ count nothing names it" in main
    assert "✓ emit_to main: core:event:allow-emit-to" in main
    assert "✗ close denied by main: core:window:deny-close" in " ".join(main)


def test_a_tauri_project_shows_what_its_pages_may_reach(told: Command) -> None:
    told.write(dist__index_html="")
    (told.folder / "src-tauri").mkdir()
    Path("src-tauri/tauri.conf.json").write_text(json.dumps(PROJECT))
    rows = dict(re.findall(r"^  (\w[\w ]*?)  +(.*)$", described("."), re.MULTILINE))
    assert rows | {"configuration": "", "frontend": ""} == {
        "identifier": "com.example.notes",
        "configuration": "",
        "frontend": "",
        "windows": "main: index.html, 800 × 600",
        "network": "https://api.example.com",
        "links": "https://example.com/*",
        "asset files": "$APPDATA/**",
        "pages may use": "camera, downloads",
    }
    assert "tauri.conf.json" in described(".")


@pytest.mark.parametrize("colour", [False, True])
def test_nothing_that_a_project_says_drives_the_terminal(
    told: Command, colour: bool, caplog: pytest.LogCaptureFixture
) -> None:
    drives, escaped = "\x1b]0;mine\x07\x9b2J\u202e", r"\x1b]0;mine\x07\x9b2J\u202e"
    told.write(dist__index_html="")
    Path("tauri.conf.json").write_text(
        json.dumps(
            {
                "identifier": "com.example.drives",
                "build": {"frontendDist": "dist"},
                "app": {
                    "windows": [{"label": "main", "url": f"a{drives}"}],
                    "security": {"assetProtocol": {"enable": True, "scope": [f"$HOME/b{drives}", f"$X{drives}"]}},
                },
            }
        )
    )
    capability = {"identifier": f"c{drives}", "windows": ["main"], "permissions": ["core:default"]}
    remote = {"remote": {"urls": [f"https://example.com/d{drives}"]}}
    (told.folder / "capabilities").mkdir()
    (told.folder / "capabilities/all.json").write_text(json.dumps(capability | remote))
    text = report("tauri.conf.json", verbose=True, colour=colour).replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert all(line.isprintable() for line in text.split("\n"))
    assert all(f"{letter}{escaped}" in text for letter in "abcd")
    assert f"this system has no $X{escaped}" in caplog.text
    assert all(record.getMessage().isprintable() for record in caplog.records)


def test_an_isolation_application_is_told_of(told: Command) -> None:
    told.write(dist__index_html="", isolation__index_html="<script>window.__TAURI_ISOLATION_HOOK__ = null</script>")
    (told.folder / "src-tauri").mkdir()
    pattern = {"use": "isolation", "options": {"dir": "../isolation"}}
    project = {**PROJECT, "app": {"security": {"pattern": pattern}}}
    Path("src-tauri/tauri.conf.json").write_text(json.dumps(project))
    told_of = f"isolation {told.folder}/isolation sees every message of a page, and may refuse or change it"
    assert told_of in " ".join(described(".").split())


def test_a_frontend_that_is_not_built_says_why_the_dev_server_is_used(told: Command) -> None:
    (told.folder / "src-tauri").mkdir()
    Path("src-tauri/tauri.conf.json").write_text(json.dumps(PROJECT))
    text = " ".join(described(".").split())
    assert "frontend http://localhost:1420 since" in text
    assert "has not been built" in text


def test_a_folder_of_pages_says_why_it_has_the_defaults(told: Command) -> None:
    text = described("web")
    assert "no file: the defaults" in text
    assert block(text, "main and any other: pages of the app")[:2] == [
        'capability "default" (The core\'s defaults for every window, because the',
        "program declares no capability): core:default, shared:default",
    ]


def test_capabilities_beside_a_program_without_a_configuration_are_told_of(told: Command) -> None:
    told.write(notes_py='from shell import App\napp = App("com.example.notes", frontend="web")')
    Path("capabilities").mkdir()
    Path("capabilities/main.json").write_text("{}")
    text = " ".join(described("notes.py").split())
    assert f"! {told.folder}/capabilities: is not read, since the program has no configuration file" in text


def test_what_is_odd_about_capabilities_is_said(told: Command) -> None:
    told.write(dist__index_html="")
    (told.folder / "src-tauri" / "capabilities").mkdir(parents=True)
    Path("src-tauri/tauri.conf.json").write_text(json.dumps(PROJECT))
    capability = {"identifier": "main", "windows": ["main"], "permissions": ["ghost:default", "allow-greet"]}
    Path("src-tauri/capabilities/main.json").write_text(json.dumps(capability))
    text = " ".join(described(".").split())
    assert (
        '! capabilities/main.json: $.permissions[0]: "ghost:default" grants nothing: there is no plugin "ghost"' in text
    )
    assert '"allow-greet" grants nothing: the app has no commands or permissions' in text


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere", "nowhere: no such file or folder"),
        ("bad.py", "command `take`: *rest has no names that a page could fill"),
    ],
)
@pytest.mark.usefixtures("imports")
def test_a_program_that_cannot_be_used_is_told_as_run_does(target: str, message: str, told: Command) -> None:
    told.write(
        bad_py="from shell import App\napp = App('com.example.bad', frontend='web')\n"
        "@app.command\ndef take(*rest): ...\n"
    )
    with pytest.raises(Failure, match=re.escape(message)):
        report(target, verbose=False, colour=False)


def test_a_program_that_cannot_be_used_ends_the_command_after_the_machine(told: Command) -> None:
    done = told("doctor", "nowhere")
    assert (done.code, done.errors) == (2, "qtshell: nowhere: no such file or folder\n")
    assert "Python" in done.output
