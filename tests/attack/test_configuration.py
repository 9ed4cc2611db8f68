"""What a program is configured with is hostile: files, patterns, and a frontend that brings a configuration along."""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shell import App, ConfigError, Options
from shell.acl import AclError, Allowed, Caller, load_capabilities, load_permissions
from shell.acl.globs import Glob
from shell.acl.urlpattern import LONGEST_URL, UrlPattern
from shell.authority import make_authority
from shell.config import load
from shell.config.urls import UrlPattern as HostPattern
from shell.ipc import Commands
from shell.webview.path_glob import PathGlob
from tests.conftest import Runner

CONFIG = {"identifier": "com.example.hostile", "build": {"frontendDist": "../web"}, "app": {"windows": []}}
ONE = '{"identifier": "one", "windows": ["main"], "permissions": ["core:default"]}'
SOON = 20.0
"""Seconds of the processor's time that no file may take."""

type Made = Callable[[Path], object]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with its configuration in one folder and its frontend in another."""
    project = tmp_path / "src-tauri"
    for folder in (project, tmp_path / "web"):
        folder.mkdir()
    (tmp_path / "web" / "index.html").write_text("<!doctype html><title>page</title>")
    (project / "tauri.conf.json").write_text(json.dumps(CONFIG))
    return project


def refusal(project: Path) -> str:
    """What a start of the program fails with, soon, in one line."""
    begun = time.process_time()
    with pytest.raises((AclError, ConfigError)) as error:
        App(config=project).run_or_raise(Options(headless=True, no_sandbox=True))
    assert time.process_time() - begun < SOON
    assert len(str(error.value).splitlines()) == 1
    return str(error.value)


def link(target: str | Path) -> Made:
    """A symbolic link."""
    return lambda path: path.symlink_to(target)


def holding(content: str | bytes) -> Made:
    """A file with content."""
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def sparse(path: Path) -> None:
    """A file of 64 GiB that takes no room."""
    with path.open("wb") as file:
        file.truncate(64 * 1024**3)


def socket_at(path: Path) -> None:
    """A Unix socket."""
    os.mknod(path, 0o140600)


NO_FILE: dict[str, tuple[Made, str, str]] = {
    "a link to a device": (
        link("/dev/zero"),
        "is a link to a file outside its folder",
        "expected a file, got a device",
    ),
    "a link to itself": (link("main.json"), "cannot be read: ", "cannot be read: "),
    "a link to nothing": (link("gone.json"), "cannot be read: No such file", "it is a symbolic link to nothing"),
    "a folder's link": (link(".."), "is a link to a folder, which is not followed", "expected a file, got a folder"),
    "a pipe": (os.mkfifo, "is not a file", "expected a file, got a device"),
    "a socket": (socket_at, "is not a file", "expected a file, got a device"),
    "endless": (sparse, f"has {64 * 1024**3} bytes; 1048576 are allowed", "larger than 1 MiB"),
}


@pytest.mark.parametrize("kind", NO_FILE)
@pytest.mark.parametrize("name", ["capabilities/main.json", "permissions/main.json", "tauri.conf.json"])
def test_what_is_no_plain_file_is_refused_at_once(project: Path, name: str, kind: str) -> None:
    make, in_folder, alone = NO_FILE[kind]
    place = project / name
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    if kind == "a link to itself":
        place.symlink_to(place.name)
    else:
        make(place)
    said = refusal(project)
    assert said.startswith(f"{name}: ")
    assert (alone if name == "tauri.conf.json" else in_folder) in said


@pytest.mark.parametrize("folder", ["capabilities", "permissions"])
@pytest.mark.parametrize("target", ["elsewhere.json", "/proc/self/environ", "/etc/passwd"])
def test_no_capability_comes_from_elsewhere(project: Path, folder: str, target: str) -> None:
    (project.parent / "elsewhere.json").write_text(ONE)
    (project / folder).mkdir()
    (project / folder / "main.json").symlink_to(project.parent / target)
    assert refusal(project) == f"{folder}/main.json: is a link to a file outside its folder"


@pytest.mark.parametrize("folder", ["capabilities", "permissions"])
def test_a_folder_that_links_to_nowhere_is_not_taken_for_missing(project: Path, folder: str) -> None:
    (project / folder).symlink_to("gone")
    assert refusal(project) == f"{folder}: is a link to what is not there"


@pytest.mark.parametrize("content", ["[]", '{"capabilities": []}'])
def test_a_file_without_a_capability_grants_nothing(project: Path, content: str) -> None:
    (project / "capabilities").mkdir()
    assert may_listen(project)
    (project / "capabilities" / "main.json").write_text(content)
    assert not may_listen(project)


@pytest.mark.parametrize("listed", [[], ["main"], ["admin"], ["main", "admin"]])
def test_a_capability_that_is_not_listed_opens_no_command_by_that(project: Path, listed: list[str]) -> None:
    (project / "tauri.conf.json").write_text(json.dumps({**CONFIG, "app": {"security": {"capabilities": listed}}}))
    (project / "capabilities").mkdir()
    for name, permission in (("main", "core:default"), ("admin", "allow-wipe")):
        text = json.dumps({"identifier": name, "windows": [name], "permissions": [permission]})
        (project / "capabilities" / f"{name}.json").write_text(text)
    assert may_call(project, "wipe") is False
    assert may_call(project, "wipe", "admin") is ("admin" in listed or not listed)


def test_capabilities_that_nobody_reads_are_told_of(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    project = shell.folder.parent
    (project / "capabilities").mkdir()
    # Nor is there a word of what is in it.
    (project / "capabilities" / "main.json").write_text('{"identifier": "main" "windows"')

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("document.title") == "page"

    names: dict[str, Any] = {"__file__": str(project / "app.py")}
    exec('from shell import App\napp = App("com.example.own", frontend="web")', names)
    shell.run(names["app"], scenario)
    assert f"{project}/capabilities: is not read, since the program has no configuration file; a " in caplog.text
    caplog.clear()
    for name in ("main.json", "a.jsonc", "b.jsonc", "c.jsonc", "d.jsonc"):
        (project / "capabilities" / name).write_text(ONE)
    (project / "tauri.conf.json").write_text(json.dumps({**CONFIG, "build": {"frontendDist": "web"}, "app": {}}))
    shell.run(App(config=project), scenario)
    assert [record.message for record in caplog.records if "read" in record.message] == [
        "capabilities/a.jsonc, capabilities/b.jsonc, capabilities/c.jsonc and 1 more: not read, since only files that end "
        "in .json, .json5 or .toml are"
    ]


def may_listen(project: Path) -> bool:
    return may_call(project, "plugin:event|listen")


def may_call(project: Path, command: str, window: str = "main") -> bool:
    commands = Commands()
    commands.register(name="wipe")(lambda: None)
    authority = make_authority(load(project), plugins=(), app_commands=commands)
    page = Caller(window, window, "tauri://localhost/", "tauri://localhost", 1, local=True)
    return isinstance(authority.decide(command, page), Allowed)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Be an ordinary user, whoever runs the tests."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("capabilities/main.json", load_capabilities),
        ("permissions/main.json", load_permissions),
        ("capabilities", load_capabilities),
        ("project/tauri.conf.json", load),
        ("project", load),
    ],
)
def test_what_may_not_be_read_is_not_taken_for_missing(name: str, read: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = Path(folder, name)
        place.parent.mkdir(exist_ok=True)
        if place.suffix:
            place.write_text("{}")
        else:
            place.mkdir()
        place.chmod(0)
        with as_nobody(), pytest.raises((AclError, ConfigError), match="cannot be read: Permission denied"):
            read(Path(folder, name.partition("/")[0]))
        place.chmod(0o700)


DEEP = 100_000
HOSTILE: dict[str, tuple[str, str | bytes]] = {
    "deep": ("json", "[" * DEEP),
    "deep objects": ("json", '{"a":' * DEEP),
    "deep in toml": ("toml", "a = " + "[" * DEEP),
    "deep tables": ("toml", "a = " + "{b=" * DEEP),
    "dots": ("toml", "a." * 400_000 + "b = 1"),
    "dots in quotes": ("toml", '"a" . ' * 150_000 + "b = 1"),
    "dots in a table": ("toml", "[" + "a." * 400_000 + "b]"),
    "dots in a table's table": ("toml", "x = { y = 1, " + "a." * 400_000 + "b = 1}"),
    "a key of a megabyte": ("json", '{"identifier": "a", "permissions": [], "' + "k" * 1_000_000 + '": ['),
    "a text of a megabyte": ("json", '{"identifier": "a", "permissions": ["' + "k" * 1_000_000 + '"]}'),
    "a number of a megabyte": ("toml", "identifier = " + "9" * 1_000_000),
    "a number of a megabyte in json": ("json", '{"identifier": ' + "9" * 1_000_000 + "}"),
    "no number": ("json", '{"identifier": NaN}'),
    "no text": ("json", '{"identifier": "\\ud800", "permissions": [3]}'),
    "nul": ("json", '{"identifier": "a\0", "permissions": []}'),
    "nul in toml": ("toml", 'identifier = "a\0"'),
    "only nul": ("json", b"\0" * 1000),
    "half a mark": ("json", b"\xef\xbb{}"),
    "utf-16": ("json", ONE.encode("utf-16")),
    "latin": ("toml", b'identifier = "\xe9"'),
    "overlong": ("json", b'{"identifier": "\xc0\xaf"}'),
    "a date": ("toml", 'identifier = "a"\npermissions = [1979-05-27]'),
    "a date for a name": ("toml", "identifier = 1979-05-27\npermissions = []"),
    "a time for windows": ("toml", 'identifier = "a"\npermissions = []\nwindows = [07:32:00]'),
    "a key twice": ("json", '{"identifier": "a", "permissions": [], "permissions": ["core:default"]}'),
    "a key twice, written otherwise": (
        "json",
        '{"identifier": "a", "local": false, "permissions": [], "\\u006cocal": true}',
    ),
    "a key twice, deep": (
        "json",
        '{"identifier": "a", "permissions": [{"identifier": "core:default", "deny": [1], "deny": []}]}',
    ),
    "a key twice in toml": ("toml", 'identifier = "a"\nidentifier = "b"'),
    "tables in tables": ("toml", "[[a]]\n" * 140_000 + "b = "),
    "many globs": (
        "json",
        json.dumps({"identifier": "a", "permissions": [], "windows": ["*a" * 127] * 500 + ["***"]}),
    ),
    "a long glob": ("json", json.dumps({"identifier": "a", "permissions": [], "windows": ["*a" * 200]})),
    "a long address": (
        "json",
        json.dumps({"identifier": "a", "permissions": [], "remote": {"urls": ["https://" + "*a" * 1000]}}),
    ),
    "an address of options": (
        "json",
        json.dumps({"identifier": "a", "permissions": [], "remote": {"urls": ["https://a/" + "{*}?" * 250]}}),
    ),
    "an expression": (
        "json",
        json.dumps({"identifier": "a", "permissions": [], "remote": {"urls": ["https://a/((a+)+)+b"]}}),
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_capability_is_refused_in_one_line_that_names_it(project: Path, kind: str) -> None:
    ending, content = HOSTILE[kind]
    (project / "capabilities").mkdir()
    holding(content)(project / "capabilities" / f"main.{ending}")
    said = refusal(project)
    assert said.startswith(f"capabilities/main.{ending}: ")
    assert len(said) < 500
    assert said.isprintable()


PERMISSIONS = {
    "dots": ("toml", "a." * 400_000 + "b = 1"),
    "a key twice": ("json", '{"permission": [{"identifier": "a", "commands": {"deny": ["b"], "deny": []}}]}'),
    "a set of itself": (
        "json",
        '{"default": {"permissions": ["x"]}, "set": [{"identifier": "x", "permissions": ["x"]}]}',
    ),
    "sets without bottom": (
        "json",
        json.dumps(
            {"set": [{"identifier": f"s{n}", "permissions": [f"s{n + 1}"]} for n in range(5000)]}
            | {"default": {"permissions": ["s0"]}}
        ),
    ),
    "a deep scope": (
        "json",
        '{"permission": [{"identifier": "a", "scope": {"allow": [' + "[" * 500 + "]" * 500 + "]}}]}",
    ),
}


@pytest.mark.parametrize("kind", PERMISSIONS)
def test_a_hostile_permission_is_refused_in_one_line_that_names_it(project: Path, kind: str) -> None:
    ending, content = PERMISSIONS[kind]
    for folder in ("permissions", "capabilities"):
        (project / folder).mkdir()
    (project / "permissions" / f"main.{ending}").write_text(content)
    (project / "capabilities" / "main.json").write_text(
        '{"identifier": "a", "windows": ["*"], "permissions": ["default"]}'
    )
    assert refusal(project).startswith(f"permissions/main.{ending}: ")


def test_sets_that_double_with_every_level_take_no_longer(project: Path) -> None:
    sets = [{"identifier": f"s{n}", "permissions": [f"s{n + 1}"] * 2} for n in range(60)]
    bottom = [{"identifier": "s60", "commands": {"allow": ["greet"]}}]
    capability = {"identifier": "a", "windows": ["main"], "permissions": ["s0", "nowhere"]}
    for name, content in (("permissions", {"set": sets, "permission": bottom}), ("capabilities", capability)):
        (project / name).mkdir()
        (project / name / "main.json").write_text(json.dumps(content))
    assert 'unknown permission "nowhere"' in refusal(project)


CONFIGURATIONS: dict[str, tuple[str, str | bytes]] = {
    "deep": ("tauri.conf.json", "[" * DEEP),
    "deep in json5": ("tauri.conf.json5", "{a:" * 20_000),
    "dots": ("shell.toml", "a." * 500_000 + "b = 1"),
    "dots in Tauri's": ("Tauri.toml", "[" + "a." * 500_000 + "b]"),
    "a key of a megabyte": ("tauri.conf.json", '{"identifier": "a", "' + "k" * 1_000_000 + '": 1}'),
    "a key twice": ("tauri.conf.json", '{"identifier": "a.b", "identifier": "c.d"}'),
    "nul": ("tauri.conf.json", '{"identifier": "a.b\0"}'),
    "not text": ("shell.toml", b'identifier = "\xff"'),
    "a date": ("shell.toml", "identifier = 1979-05-27"),
    "a number of a megabyte": ("shell.toml", "identifier = " + "9" * 1_000_000),
    "comments without end": ("tauri.conf.json5", "/**/" * 200_000 + "/*"),
    "escapes without end": ("tauri.conf.json5", "'" + "\\x" * 400_000),
    "signs without end": ("tauri.conf.json5", "+-" * 500_000),
}


@pytest.mark.parametrize("kind", CONFIGURATIONS)
def test_a_hostile_configuration_is_refused_in_one_line_that_names_it(project: Path, kind: str) -> None:
    name, content = CONFIGURATIONS[kind]
    (project / "tauri.conf.json").unlink()
    holding(content)(project / name)
    said = refusal(project)
    assert said.startswith(f"{name}: ")
    assert said.isprintable()


@pytest.mark.parametrize("pattern", ["/a**/b", "/[a", "private/**", "/" + "**/a/" * 65, "/" + "*a" * 5000])
def test_a_denial_that_cannot_be_read_denies_the_start(project: Path, pattern: str) -> None:
    scope = {"enable": True, "scope": {"allow": ["/**"], "deny": [pattern]}}
    (project / "tauri.conf.json").write_text(json.dumps(CONFIG | {"app": {"security": {"assetProtocol": scope}}}))
    assert refusal(project).startswith("app.security.assetProtocol.scope.deny: ")


# Patterns of all kinds, each piece again and again, up to what a pattern may have.
PIECES = ["*", "a", "?", "[a-z]", "[!b]", "**/", "/", "{a}?", "{*}?", "{a*}?", ":a/", "a.", "*.", "\\*"]
PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(["", "**/", "{x}?"]), PATTERNS, st.integers(1, 2000), st.sampled_from(["a", "a/", "b/a.", "*"]))
def test_no_pattern_takes_long_whatever_it_is_held_against(first: str, piece: str, times: int, text: str) -> None:
    kinds: list[tuple[Callable[[str], Any], str, int]] = [
        (Glob, "", 20_000),
        (lambda pattern: PathGlob(pattern, literal_dot=True), "/", 4096),
        (UrlPattern, "https://x/", LONGEST_URL),
        (lambda pattern: HostPattern.parse(pattern) or HostPattern(frozenset(), None), "x/", 1_000_000),
    ]
    for kind, start, length in kinds:
        begun = time.process_time()
        with contextlib.suppress(AclError):
            pattern = kind(start + first + piece * times)
            pattern.matches((start + text * length)[:length])
        assert time.process_time() - begun < SOON, kind


GREEDY = json.dumps(
    {"identifier": "all", "windows": ["*"], "permissions": ["core:default", "core:window:allow-set-title"]}
)
BRINGS: dict[str, str] = {
    "capabilities/main.json": GREEDY,
    "capabilities/all.toml": 'identifier = "toml"\nwindows = ["*"]\npermissions = ["core:window:allow-set-title"]\n',
    "permissions/default.toml": '[default]\npermissions = []\n[[permission]]\nidentifier = "allow-secret"\n',
    "tauri.conf.json": json.dumps({"identifier": "a.b", "app": {"withGlobalTauri": True, "security": {"csp": None}}}),
    "shell.toml": 'identifier = "c.d"\n[plugins.qtshell]\nnetwork = ["https://*"]\n',
    "src-tauri/capabilities/main.json": GREEDY,
}
MAY = """
const may = (command, more) => shell.invoke(command, more).then(() => true, () => false);
const read = {};
for (const path of PATHS) {
  const answer = await fetch(path).catch(() => ({ ok: false }));
  if (answer.ok) read[path] = (await answer.text()).slice(0, 60);
}
return {
  title: await may("plugin:window|set_title", { value: "x" }),
  name: await shell.invoke("plugin:app|identifier"),
  global: typeof __TAURI__,
  read: Object.keys(read),
};
"""


def may(paths: list[str]) -> str:
    """JavaScript that tells what a page may do, and which files it can read."""
    return MAY.replace("PATHS", json.dumps(paths))


def test_what_a_frontend_brings_along_counts_for_nothing(shell: Runner, tmp_path: Path) -> None:
    shell.write(**BRINGS)
    seen: list[Any] = []

    async def scenario(app: App) -> None:
        seen.append(await app.windows["main"].eval(may([])))

    # A folder of Python's, and the frontend of a configuration beside it.
    shell.run(shell.app("com.example.own"), scenario)
    project = tmp_path / "src-tauri"
    project.mkdir()
    config = {"identifier": "com.example.own", "build": {"frontendDist": "../web"}}
    (project / "tauri.conf.json").write_text(json.dumps(config))
    shell.run(App(config=project), scenario)
    assert seen == [{"title": False, "name": "com.example.own", "global": "undefined", "read": []}] * 2


@pytest.mark.parametrize("name", ["tauri.conf.json", "shell.toml"])
@pytest.mark.parametrize("dist", [None, "."])
def test_no_page_reads_the_configuration_in_whose_folder_it_is(shell: Runner, name: str, dist: str | None) -> None:
    capability = {"identifier": "own", "windows": ["main"], "permissions": ["core:app:default"]}
    build = {} if dist is None else {"build": {"frontendDist": dist}}
    configs = {
        "tauri.conf.json": json.dumps({"identifier": "com.example.own", **build}),
        "shell.toml": 'identifier = "com.example.own"\n' + (f'[build]\nfrontendDist = "{dist}"\n' if dist else ""),
    }
    shell.write(
        **{name: configs[name], "capabilities/main.json": json.dumps(capability), "permissions/own.toml": ""},
        **{"shell.linux.toml": "", "style.css": "body {}", "sub/capabilities/main.json": "{}"},
    )
    (shell.folder / "link.json").symlink_to("capabilities/main.json")
    asked = [name, "capabilities/main.json", "/capabilities//./main.json", "capabilities%2Fmain.json", "link.json"]
    asked += [
        "permissions/own.toml",
        "shell.linux.toml",
        "style.css",
        "sub/capabilities/main.json",
        "c%61pabilities/main.json",
    ]

    async def scenario(app: App) -> None:
        seen = await app.windows["main"].eval(may(asked))
        assert seen["read"] == ["style.css", "sub/capabilities/main.json"]
        assert seen["name"] == "com.example.own"
        assert seen["title"] is False

    shell.run(App(config=shell.folder), scenario)


def test_no_page_reads_the_project_that_is_in_its_folder(shell: Runner) -> None:
    shell.write(
        **{
            "src-tauri/tauri.conf.json": json.dumps(CONFIG | {"build": {"frontendDist": ".."}, "app": {}}),
            "src-tauri/src/main.rs": "fn main() {}",
            "src-tauri/.env": "KEY=1",
            "style.css": "body {}",
        }
    )
    asked = ["src-tauri/tauri.conf.json", "src-tauri/src/main.rs", "src-tauri/.env", "style.css"]

    async def scenario(app: App) -> None:
        assert (await app.windows["main"].eval(may(asked)))["read"] == ["style.css"]

    shell.run(App(config=shell.folder), scenario)
