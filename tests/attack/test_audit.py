"""The audit log of real programs: what pages do, and what they were refused, is in it; their secrets are not."""

import asyncio
import json
import logging
import os
import signal
import stat
import subprocess
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from shell import App, CommandError, Options, RefusedError
from shell.audit import AuditError
from tests.attack.raw import RAW
from tests.audit.stalled import Stalled
from tests.conftest import Runner
from tests.desktop import PATIENCE
from tests.real_program import environment, folder, run, write
from tests.test_boundary import click
from tests.web_server import site

__all__ = ["folder"]


@pytest.fixture
def path(shell: Runner, tmp_path: Path) -> Path:
    """Where the programs of a test keep their audit log."""
    path = tmp_path / "audit.jsonl"
    shell.options = attrs.evolve(shell.options, audit=path)
    return path


def told(path: Path, *kinds: str) -> list[dict[str, Any]]:
    """The log's lines, or those of some kinds."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line for line in lines if line["kind"] in kinds] if kinds else lines


def calls(path: Path) -> list[dict[str, Any]]:
    """What the log says of calls that pages made by themselves, and not for a test's `eval`."""
    return [line for line in told(path, "call") if "__shell__" not in line["command"]]


def app_with_a_secret(shell: Runner, **options: Any) -> App:
    """An app whose window `main` may call `greet`, and whose window `bare` may call nothing."""
    app = shell.app(
        capabilities=[
            {
                "identifier": "main",
                "windows": ["main"],
                "permissions": ["allow-greet", "allow-sign", "core:event:default", "core:window:allow-title"],
            }
        ],
        **options,
    )

    @app.command
    async def greet(name: str) -> str:
        return f"secret-answer {name}"

    @app.command
    async def sign(body: bytes) -> int:
        if len(body) < 10:
            raise RefusedError(f"secret-error {body!r}")
        raise CommandError({"secret-payload": len(body)})

    return app


CALLS = """
const quiet = (promise) => promise.then(() => 0, () => 0);
await quiet(shell.invoke("greet", { name: "secret-name" }, { headers: { token: "secret-header" } }));
await quiet(shell.invoke("greet", { name: ["secret-name"] }));
await quiet(shell.invoke("sign", new TextEncoder().encode("secret")));
await quiet(shell.invoke("sign", new TextEncoder().encode("secret-bytes")));
await quiet(shell.invoke("plugin:window|title"));
await quiet(shell.invoke("plugin:window|set_title", { value: "secret-title" }));
await quiet(shell.emit("saved", { text: "secret-event" }));
await quiet(shell.invoke("missing", { value: "secret-value" }));
"""


def test_each_call_of_a_page_is_a_line_with_the_permission_and_without_secrets(shell: Runner, path: Path) -> None:
    app = app_with_a_secret(shell)

    async def scenario(app: App) -> None:
        await app.windows["main"].eval(CALLS)
        bare = app.create_window("bare", url="index.html?token=secret-query#secret-fragment")
        await bare.eval(CALLS)

    shell.run(app, scenario)
    main = [line for line in calls(path) if line["caller"]["window"] == "main"]
    assert [(line["command"], line["road"], line["allowed"], line["outcome"]) for line in main] == [
        ("greet", "bridge", True, "answered"),
        ("greet", "bridge", True, "refused"),
        ("sign", "ipc", True, "refused"),
        ("sign", "ipc", True, "rejected"),
        ("plugin:window|title", "bridge", True, "answered"),
        ("plugin:window|set_title", "bridge", False, "refused"),
        ("plugin:event|emit", "bridge", True, "answered"),
        ("missing", "bridge", False, "refused"),
    ]
    by = [line["by"][0]["permission"] if "by" in line else None for line in main]
    assert by[:5] == ["allow-greet", "allow-greet", "allow-sign", "allow-sign", "core:window:allow-title"]
    assert "Permissions associated with this command: core:window:allow-set-title" in main[5]["why"]
    assert "command missing not found" in main[7]["why"]
    assert {line["caller"]["page"] for line in main} == {"tauri://localhost/"}
    bare = [line for line in calls(path) if line["caller"]["window"] == "bare"]
    assert len(bare) == 8
    assert not any(line["allowed"] for line in bare)
    assert {line["caller"]["page"] for line in bare} == {"tauri://localhost/index.html"}
    assert "secret" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_arguments_are_there_of_the_commands_that_they_were_asked_for(shell: Runner, path: Path) -> None:
    shell.options = attrs.evolve(shell.options, audit_arguments=["greet", "plugin:event|*"])
    app = app_with_a_secret(shell)

    async def scenario(app: App) -> None:
        await app.windows["main"].eval(CALLS)

    shell.run(app, scenario)
    assert told(path, "start")[0]["arguments_of"] == ["greet", "plugin:event|*"]
    arguments = {line["command"]: json.loads(line["arguments"]) for line in calls(path) if "arguments" in line}
    assert arguments == {
        "greet": {"name": ["secret-name"]},
        "plugin:event|emit": {"event": "saved", "payload": {"text": "secret-event"}},
    }


def test_arguments_without_a_log_are_a_mistake(shell: Runner) -> None:
    with pytest.raises(ValueError, match="there is no audit to write them to"):
        attrs.evolve(shell.options, audit_arguments=["*"])
    with pytest.raises(ValueError, match="audit_size: expected at least 1 byte, got 0"):
        attrs.evolve(shell.options, audit_size=0)


FORGE = f"""{RAW}
post('["somebody-else",0]', '[1,"greet",{{"name":"x"}}]');
post("not a line of JSON");
raw({{ type: 6, object: "bridge", method: "post", args: ["[]"], id: 1 }});
const ask = (url, options) => fetch(url, options).then(() => 0, () => 0);
await ask("ipc://localhost/greet?document=somebody-else&size=2", {{
  method: "POST", body: "{{}}", headers: {{ "shell-webview": "bWFpbg==.forged" }},
}});
await ask("ipc://localhost/greet", {{ method: "PUT", body: "{{}}" }});
const frame = Object.assign(document.createElement("iframe"), {{
  sandbox: "allow-scripts",
  srcdoc: `<script>fetch("ipc://localhost/greet", {{ method: "POST", body: "{{}}" }}).catch(() => 0).then(() => parent.postMessage("", "*"))</` + "script>",
}});
const done = new Promise((heard) => addEventListener("message", heard, {{ once: true }}));
document.body.append(frame);
await done;
"""


def test_forgeries_are_told_of(shell: Runner, path: Path) -> None:
    app = app_with_a_secret(shell)

    async def scenario(app: App) -> None:
        await app.windows["main"].eval(FORGE)

    shell.run(app, scenario)
    assert calls(path) == []
    messages = told(path, "message")
    assert {line["webview"] for line in messages} == {"main"}
    assert not any(line["allowed"] for line in messages)
    why = [line["why"] for line in messages]
    assert why[0] == "it is of a document that is not there, or not any more"
    assert len(why) == 3
    assert all(text.startswith("it is malformed: ") for text in why[1:])
    requests = told(path, "request")
    assert [(line["page"], line["target"], line.get("webview")) for line in requests] == [
        ("tauri://localhost", "ipc://localhost/greet", "main"),
        ("tauri://localhost", "ipc://localhost/greet", "main"),
        ("tauri://localhost", "ipc://localhost/greet", None),
    ]
    assert "names no document that is there" in requests[0]["why"]
    assert requests[2]["why"] == "ipc: is for the app's own pages only"


def test_what_the_boundary_refuses_is_told_of(shell: Runner, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> None:
        opened.append(url.toString())

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    app = app_with_a_secret(shell, config={"plugins": {"qtshell": {"openLinks": ["https://example.com/*"]}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        with site({"/": "away"}) as away:
            await window.eval(f"void fetch('{away.origin}/data?token=secret').catch(() => 0)")
            await window.eval("fetch('asset://localhost/etc/passwd').catch(() => 0)")
            await window.eval("navigator.geolocation.getCurrentPosition(() => 0, () => 0)")
            await window.eval(f"void (location.href = '{away.origin}/left?token=secret')")
            await window.eval("void window.open('https://example.com/opened?token=secret')")
            await window.eval(
                "void Object.assign(document.createElement('a'), { href: 'data:,secret', download: 'x' }).click()"
            )
            await click(window, "https://example.com/docs?token=secret")
            await click(window, "https://elsewhere.example/new", "_blank")
            while len({line["kind"] for line in told(path)} & kinds) < len(kinds):
                await window.eval("new Promise((done) => setTimeout(done, 10))")
            hosts.append(away.origin)

    hosts: list[str] = []
    kinds = {"request", "navigation", "link", "window", "download", "permission"}
    shell.run(app, scenario)
    found = {
        (line["kind"], line.get("target", line.get("what")), line["allowed"], line.get("why"))
        for line in told(path, *kinds)
    }
    assert opened == ["https://example.com/docs?token=secret"]
    (host,) = hosts
    assert found == {
        ("request", f"{host}/data", False, f'"{host}" is not listed under plugins.qtshell.network'),
        (
            "request",
            "asset://localhost/etc/passwd",
            False,
            'asset: is off; "enable": true under app.security.assetProtocol turns it on',
        ),
        ("permission", "geolocation", False, "plugins.qtshell.webPermissions does not list it"),
        (
            "navigation",
            f"{host}/left",
            False,
            "it is no page of the app's own, and no capability has it among its remote.urls",
        ),
        ("window", "https://example.com/opened", False, "no person asked for it"),
        ("download", "data:", False, "plugins.qtshell.downloads is off"),
        ("link", "https://example.com/docs", True, None),
        ("window", "https://elsewhere.example/new", False, "plugins.qtshell.openLinks does not list it"),
    }
    assert "secret" not in path.read_text()


def put_in_place_of(path: Path, descriptor: int) -> None:
    """A file that this process has open is another one from now on."""
    for link in Path("/proc/self/fd").iterdir():
        if link.resolve() == path:
            os.dup2(descriptor, int(link.name))
    os.close(descriptor)


def test_a_full_disk_stops_no_call(shell: Runner, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    app = app_with_a_secret(shell)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        put_in_place_of(path, os.open("/dev/full", os.O_WRONLY))
        for _ in range(3):
            assert await window.eval("shell.invoke('greet', { name: 'x' })") == "secret-answer x"

    shell.run(app, scenario)
    first, last = [record.getMessage() for record in caplog.records]
    assert "cannot be written: No space left on device; the program goes on" in first
    assert "ends without its last" in last
    assert calls(path) == []


def test_a_disk_that_does_not_answer_delays_no_call_and_no_line_is_lost_that_it_takes_later(
    shell: Runner, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # It is to answer, however long that takes.
    monkeypatch.setattr("shell.audit.writer._PATIENCE", PATIENCE)
    disk = Stalled()
    app = app_with_a_secret(shell)
    taken: list[bytes] = []
    reader = threading.Thread(target=lambda: taken.append(disk.taken()))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        put_in_place_of(path, disk.descriptor)
        many = "Promise.all(Array.from({ length: 2000 }, () => shell.invoke('greet', { name: 'x' })))"
        assert len(await window.eval(many)) == 2000
        assert await window.eval("shell.invoke('greet', { name: 'x' })") == "secret-answer x"
        reader.start()

    shell.run(app, scenario)
    reader.join(PATIENCE)
    lines = [json.loads(line) for line in taken[0].splitlines()]
    assert len([line for line in lines if line.get("command") == "greet"]) == 2001
    assert lines[-1]["kind"] == "end"
    assert caplog.messages == []


def test_a_flooding_page_fills_two_files_and_no_disk(shell: Runner, path: Path) -> None:
    shell.options = attrs.evolve(shell.options, audit_size=200_000)
    app = app_with_a_secret(shell)

    async def scenario(app: App) -> None:
        many = "Promise.all(Array.from({ length: 5000 }, (_, n) => shell.invoke('greet', { name: `${n}` })))"
        await app.windows["main"].eval(many, within=None)

    shell.run(app, scenario)
    aside = path.with_name("audit.jsonl.1")
    assert {file.name for file in path.parent.iterdir() if file.is_file()} == {path.name, aside.name}
    for file in (path, aside):
        assert file.stat().st_size <= 200_000
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        first = told(file)[0]
        assert first["kind"] == "continued"
        assert first["why"] == "audit.jsonl was full, and is audit.jsonl.1 now, in place of an earlier one"
    assert aside.stat().st_size > 190_000
    assert [line["kind"] for line in told(path)][-1] == "end"


def audited(folder: Path, part: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a program that keeps an audit log, to its end."""
    command = write(folder, part)
    program = Path(command[1])
    program.write_text(program.read_text().replace("no_sandbox=True", "no_sandbox=True, audit='audit.jsonl'"))
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, timeout=PATIENCE, check=False)


CALLED = """
import signal

@app.command
async def greet(): ...

@app.on("ready")
async def go(event):
    await app.windows["main"].eval("Promise.all(Array.from({ length: 3000 }, () => shell.invoke('greet')))")
"""


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("app.exit(3)", 3),
        ("os.kill(os.getpid(), signal.SIGTERM)", 128 + signal.SIGTERM),
        ("os.kill(os.getpid(), signal.SIGINT)", 128 + signal.SIGINT),
        ("asyncio.get_running_loop().call_soon(sys.exit, 4)", 4),
    ],
    ids=["in order", "SIGTERM", "SIGINT", "out of the loop"],
)
def test_all_is_written_however_the_program_ends(folder: Path, end: str, code: int) -> None:
    ended = audited(folder, f"{CALLED}    {end}")
    assert ended.returncode == code, ended.stderr
    path = folder / "audit.jsonl"
    assert len([line for line in calls(path) if line["outcome"] == "answered"]) == 3000
    assert [line["kind"] for line in told(path)][-1] == "end"


def test_all_is_written_of_a_program_whose_setup_fails(folder: Path) -> None:
    ended = audited(
        folder,
        """
        @app.command
        async def greet(): ...

        @app.setup
        async def fail(app):
            await app.windows["main"].eval("Promise.all(Array.from({ length: 3000 }, () => shell.invoke('greet')))")
            raise ValueError("this is wrong")
        """,
    )
    assert b"this is wrong" in ended.stderr
    assert ended.returncode == 1
    path = folder / "audit.jsonl"
    assert len([line for line in calls(path) if line["outcome"] == "answered"]) == 3000
    assert [line["kind"] for line in told(path)][-1] == "end"


def test_a_core_that_is_killed_has_told_of_all_but_its_last_moments(folder: Path) -> None:
    ended = audited(
        folder,
        """
        import signal

        @app.command
        async def greet(): ...

        @app.on("ready")
        async def go(event):
            window = app.windows["main"]
            await window.eval("Promise.all(Array.from({ length: 500 }, () => shell.invoke('greet')))")
            while open("audit.jsonl").read().count('"greet"') < 500:
                # A file tells nobody that it has grown.
                await asyncio.sleep(0.01)
            os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    assert ended.returncode == -signal.SIGKILL
    path = folder / "audit.jsonl"
    assert path.read_bytes().endswith(b"\n")
    assert len([line for line in calls(path) if line["outcome"] == "answered"]) == 500
    assert told(path, "end") == []


def test_a_program_without_a_log_has_loaded_nothing_for_one(folder: Path) -> None:
    ended = run(
        folder,
        """
        from shell.ipc import Router

        @app.command
        async def greet(): ...

        @app.on("ready")
        async def go(event):
            await app.windows["main"].eval("shell.invoke('greet')")
            say([name for name in sys.modules if "audit" in name])
            say(type(app.core._router) is Router)
            app.exit()
        """,
    )
    assert ended.stdout.splitlines()[:2] == ["[]", "True"], ended.stderr


def test_a_program_that_starts_again_goes_on_in_the_same_log(folder: Path) -> None:
    ended = audited(
        folder,
        """
        @app.on("ready")
        async def go(event):
            if open("audit.jsonl").read().count('"end"'):
                app.exit(3)
            else:
                app.restart()
        """,
    )
    assert ended.returncode == 3, ended.stderr
    assert [line["kind"] for line in told(folder / "audit.jsonl", "start", "end")] == ["start", "end"] * 2


def test_a_page_that_waits_is_cancelled_and_told_of(shell: Runner, path: Path) -> None:
    app = app_with_a_secret(shell)
    began = asyncio.Event()

    @app.command
    async def waits() -> None:
        began.set()
        await asyncio.Event().wait()

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval("void shell.invoke('waits')")
        await began.wait()
        window.webview.reload()
        while not any(line["command"] == "waits" for line in calls(path)):  # noqa: ASYNC110  # a file tells nobody
            await asyncio.sleep(0)

    shell.run(app, scenario)
    (line,) = [line for line in calls(path) if line["command"] == "waits"]
    assert line["outcome"] == "cancelled"
    assert line["why"] == "open: no capability or permission names it"


def test_no_page_reads_the_log_by_the_asset_scope(shell: Runner, path: Path) -> None:
    (path.parent / "audit.jsonl.1").write_text("old")
    (path.parent / "other.txt").write_text("other")
    scope = {"enable": True, "scope": [f"{path.parent.as_posix()}/*"]}
    app = shell.app(config={"app": {"security": {"assetProtocol": scope}}})

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        for name, found in (("other.txt", "other"), ("audit.jsonl", "none"), ("audit.jsonl.1", "none")):
            url = f"asset://localhost/{quote(str(path.parent / name), safe='')}"
            assert await window.eval(f"fetch('{url}').then((a) => a.ok ? a.text() : 'none', () => 'none')") == found

    shell.run(app, scenario)


def test_no_log_is_kept_in_one_of_several_folders_that_pages_have(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text("<title>x</title>")
    config = {"identifier": "com.example.own", "build": {"frontendDist": ["one", "two"]}, "app": {"windows": []}}
    (tmp_path / "tauri.conf.json").write_text(json.dumps(config))
    options = Options(headless=True, no_sandbox=True, audit=tmp_path / "two" / "audit.jsonl")
    with pytest.raises(AuditError, match="is in the frontend's folder"):
        App(config=tmp_path).run_or_raise(options)
