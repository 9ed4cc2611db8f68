"""A page calls what it was not given: by name, by tricks with names, outside its scope, and by numbers of others."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shell import App, Call, Caller, Channel, Plugin, RefusedError, Scope
from shell.acl import Allowed
from tests.attack.raw import RAW
from tests.conftest import Runner, next_load

# Calls everything that it is told to, and tells how each call ended.
CALL_ALL = """
const ended = Object.create(null);
await Promise.all(COMMANDS.map((command) =>
  shell.invoke(command, ARGUMENTS).then((value) => (ended[command] = ["answered", value]),
                                        (error) => (ended[command] = ["refused", String(error)]))));
return ended;
"""
# Bytes go by `ipc:`, and by a page's own request to it.
BY_IPC = """
const all = Object.create(null);
await Promise.all(COMMANDS.map(async (command) => {
  const url = `ipc://localhost/${encodeURIComponent(command)}?document=${DOCUMENT}&raw=`;
  const asked = (raw, body) => fetch(`${url}${raw}&size=${body.length}`, { method: "POST", body })
    .then(async (answer) => [answer.headers.get("content-type"), await answer.text()], (error) => ["failed", String(error)]);
  all[command] = [
    await shell.invoke(command, new Uint8Array(3)).then((value) => ["answered", value], (error) => ["refused", String(error)]),
    await asked(0, "{}"), await asked(1, "bytes"),
  ];
}));
return all;
"""
OPEN = {
    *("plugin:__shell__|evaluated", "plugin:__shell__|ready"),
    # Whether pages may notify is decided there, for the web's own notifications need no capability.
    *(f"plugin:notification|{name}" for name in ("page_show", "page_close", "page_focus")),
}
"""Every document may call these, and of itself alone."""


def call_all(commands: list[str], arguments: dict[str, Any] | None = None) -> str:
    """The script that calls these."""
    return CALL_ALL.replace("COMMANDS", json.dumps(commands)).replace("ARGUMENTS", json.dumps(arguments or {}))


def app_with_a_bare_window(shell: Runner) -> tuple[App, list[Call]]:
    """An app whose window `bare` has no capability, and the calls that came past the authority in it."""
    app = shell.app(
        capabilities=[
            {"identifier": "main", "windows": ["main"], "permissions": ["core:default", "allow-secret"]},
        ]
    )
    came_through: list[Call] = []

    @app.command
    async def secret() -> str:
        return "told"

    @app.filter
    async def note(call: Call, proceed: Any) -> Any:
        if call.caller.window == "bare":
            came_through.append(call)
        return await proceed(call)

    return app, came_through


def test_no_command_that_there_is_answers_a_window_without_permission(shell: Runner) -> None:
    app, came_through = app_with_a_bare_window(shell)

    async def scenario(app: App) -> None:
        bare = app.create_window("bare")
        commands = [command.name for command in app.core.commands if not command.open]
        assert len(commands) > 150
        ended: dict[str, list[Any]] = await bare.eval(call_all(commands, {"label": "main", "rid": 1}))
        assert {name: how for name, (how, _) in ended.items()} == dict.fromkeys(commands, "refused")
        assert {name for name, (_, error) in ended.items() if "not allowed" not in error} == set()
        assert came_through == []
        # The same by the other road.
        document = json.dumps(bare.webview.link._document)
        script = BY_IPC.replace("COMMANDS", json.dumps(commands)).replace("DOCUMENT", document)
        by_ipc: dict[str, list[list[str]]] = await bare.eval(script)
        assert set(by_ipc) == set(commands)
        for name, outcomes in by_ipc.items():
            assert [how for how, _ in outcomes] == ["refused", *["application/problem+json"] * 2], name
            assert all("not allowed" in error for _, error in outcomes), name
        assert came_through == []

    shell.run(app, scenario)


def test_what_every_page_may_call_is_known(shell: Runner) -> None:
    app, _ = app_with_a_bare_window(shell)

    async def scenario(app: App) -> None:
        assert {command.name for command in app.core.commands if command.open} == OPEN
        rest = await app.create_window("bare").eval(call_all(sorted(OPEN), {"number": 999, "rid": 1, "options": {}}))
        # Of others' windows, values and resources they tell nothing.
        assert {name: how for name, (how, _) in rest.items()} == {
            "plugin:__shell__|evaluated": "answered",
            "plugin:__shell__|ready": "answered",
            "plugin:notification|page_close": "answered",
            "plugin:notification|page_show": "refused",
            "plugin:notification|page_focus": "refused",
        }
        assert {value for how, value in rest.values() if how == "answered"} == {None}

    shell.run(app, scenario)


LOOK_ALIKES = [
    *("Secret", "SECRET", "secret ", " secret", "secret\t", "secret\n", "secret\0", "\ufeffsecret", "secret\u200b"),
    *("ѕecret", "ｓecret", "se\u0301cret", "secret\u0000x", "./secret", "secret/", "/secret", "%73ecret", "secret?"),
    *("__app-acl__|secret", "plugin:__app-acl__|secret", "plugin:|secret", "plugin:secret", "app|secret", "|secret"),
    *("plugin:window|title|x", "plugin:window||title", "plugin:WINDOW|title", "plugin:core:window|title"),
    *("PLUGIN:window|title", "plugin:window|Title", "plugin:window|title ", "plugin: window|title", "window|title"),
    *("plugin:window/title", "plugin:window%7Ctitle", "plugin:window\uff5ctitle", "plugin:__shell__|__init__"),
    *("plugin:__shell__|evaluated|x", "plugin:__shell__|", "plugin:__shell__", "plugin:", "|", "", "\0"),
    *("__proto__", "constructor", "prototype", "toString", "__class__", "__init__", "hasOwnProperty", "None", "null"),
    *("plugin:__proto__|constructor", "plugin:window|__init__", "plugin:window|__proto__", "plugin:window|find"),
    *("secret" * 20_000, "plugin:window|" + "title" * 20_000, "plugin:" * 5_000 + "window|title", "𝓼𝓮𝓬𝓻𝓮𝓽"),
]


def test_no_other_way_to_write_a_name_leads_to_a_command(shell: Runner) -> None:
    app, came_through = app_with_a_bare_window(shell)

    async def scenario(app: App) -> None:
        bare = app.create_window("bare")
        ended: dict[str, list[Any]] = await bare.eval(call_all(LOOK_ALIKES))
        assert set(ended) == set(LOOK_ALIKES)
        assert {how for how, _ in ended.values()} == {"refused"}
        assert max(len(error) for _, error in ended.values()) < 500
        # The window that may call `secret` may not call it by another name either.
        main = app.windows["main"]
        names = [name for name in LOOK_ALIKES if "|" not in name]
        ended = await main.eval(call_all(names))
        assert {how for how, _ in ended.values()} == {"refused"}
        # By the other road a name is part of a path.
        names += ["..;/secret", "%2e%2e/secret", "//secret", "x/../secret", "secret/.", "#secret"]
        document = json.dumps(main.webview.link._document)
        script = BY_IPC.replace("COMMANDS", json.dumps(names)).replace("DOCUMENT", document)
        by_ipc: dict[str, list[list[str]]] = await main.eval(script)
        assert set(by_ipc) == set(names)
        answers = {how for outcomes in by_ipc.values() for how, _ in outcomes}
        assert answers <= {"refused", "failed", "application/problem+json"}
        assert came_through == []

    shell.run(app, scenario)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The authority of an app with a window that has no capability, and the names of its commands."""
    found: list[Any] = []
    runner = Runner(tmp_path_factory.mktemp("authority"))
    runner.write()
    app, _ = app_with_a_bare_window(runner)

    async def scenario(app: App) -> None:
        found.append((app.core.authority, {command.name for command in app.core.commands}))

    runner.run(app, scenario)
    return found[0]


NAMES = st.text() | st.builds("plugin:{}|{}".format, st.text(), st.text()) | st.sampled_from(LOOK_ALIKES)
PAGES = st.builds(
    Caller,
    window=st.sampled_from(["bare", "Main", "main\0", "*", "", "main "]),
    webview=st.sampled_from(["bare", "*", ""]),
    url=st.text() | st.sampled_from(["tauri://localhost/", "http://localhost/", "about:blank"]),
    origin=st.text(),
    document=st.integers(0, 9),
    local=st.booleans(),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(command=NAMES, page=PAGES)
@example(command="secret", page=Caller("bare", "bare", "tauri://localhost/", "tauri://localhost", 1, local=True))
@example(
    command="secret", page=Caller("main", "main", "https://tauri.localhost/", "https://tauri.localhost", 1, local=False)
)
def test_nothing_is_allowed_that_was_not_granted(command: str, page: Caller, authority: Any) -> None:
    asked, _ = authority
    assert not isinstance(asked.decide(command, page), Allowed)


def test_a_page_has_the_scope_of_its_own_window_and_no_other(shell: Runner) -> None:
    notes = Plugin("notes")

    @notes.command
    async def read(path: str, scope: Scope) -> str:
        if path not in scope.allow:
            raise RefusedError(f"{path} is outside the scope")
        return f"what is in {path}"

    def capability(window: str, *paths: str) -> dict[str, Any]:
        permission = {"identifier": "notes:allow-read", "allow": [*paths]}
        return {"identifier": window, "windows": [window], "permissions": [permission]}

    app = shell.app(plugins=[notes], capabilities=[capability("main", "mine", "shared"), capability("other", "shared")])

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        attempts = {
            "shared": "answered",
            "mine": "refused",
            "shared/../mine": "refused",
            "Mine": "refused",
        }
        for path, how in attempts.items():
            arguments = {"path": path, "scope": {"allow": [path], "deny": []}, "window": "main", "label": "main"}
            ended = await other.eval(call_all(["plugin:notes|read"], arguments))
            assert ended["plugin:notes|read"][0] == how, path
        assert await main.eval("shell.invoke('plugin:notes|read', { path: 'mine' })") == "what is in mine"

    shell.run(app, scenario)


# Tries every number that another page, or an earlier document of this one, may have been given.
TRY_NUMBERS = f"""
{RAW}
const ended = [];
const attempt = (what, promise) => promise.then((value) => ended.push([what, value]), () => 0);
for (let number = -2; number < 400; number++) {{
  await Promise.all([
    attempt("resource", shell.invoke("plugin:resources|close", {{ rid: number }})),
    attempt("image", shell.invoke("plugin:image|size", {{ rid: number }})),
    attempt("menu", shell.invoke("plugin:menu|text", {{ rid: number, kind: "MenuItem" }})),
    attempt("parcel", shell.invoke("plugin:__shell__|parcel", {{ number }})),
    shell.invoke("plugin:event|unlisten", {{ event: "private", eventId: number }}).catch(() => 0),
  ]);
}}
return ended;
"""

HOLD = """
await shell.listen("private", (event) => (globalThis.heard = event.payload));
globalThis.image = await shell.invoke("plugin:image|new", { rgba: [1, 2, 3, 4], width: 1, height: 1 });
globalThis.waiting = shell.invoke("later", { onTold: new shell.Channel((told) => (globalThis.told = told)) });
return image;
"""


def test_numbers_of_another_page_mean_nothing_to_a_page(shell: Runner) -> None:
    app = shell.app(capabilities=[{"identifier": "all", "windows": ["*"], "permissions": ["core:default"]}])
    channels: list[Channel[str]] = []

    @app.command
    async def later(on_told: Channel[str]) -> str:
        channels.append(on_told)
        return "x" * 1_000_000

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        # What is parked for a page that does not fetch it stays parked.
        await main.eval("globalThis.fetch = () => new Promise(() => 0)")
        image = await main.eval(HOLD)
        # Else this would prove nothing.
        assert -2 <= image < 400
        assert await other.eval(TRY_NUMBERS) == []
        assert await main.eval(f"shell.invoke('plugin:image|size', {{ rid: {image} }})") == {"width": 1, "height": 1}
        channels[0].send("still open")
        app.emit_to("main", "private", "still heard")
        assert await main.eval("[told, heard]") == ["still open", "still heard"]
        # A channel has the number that a page gave it, and leads to that page whoever else has one of the same number.
        for number in range(50):
            await other.eval(f"void shell.invoke('later', {{ onTold: '__CHANNEL__:{number}' }})")
        for channel in channels[1:]:
            channel.send("for the other")
        assert await main.eval("[told, heard]") == ["still open", "still heard"]
        assert len(await main.eval("waiting")) == 1_000_000

        ended = next_load(main)
        await main.eval("void location.reload()")
        await ended
        assert await main.eval(TRY_NUMBERS) == []

    shell.run(app, scenario)


def test_a_page_answers_no_call_of_its_own_or_of_another(shell: Runner) -> None:
    app = shell.app()

    async def scenario(app: App) -> None:
        main, other = app.windows["main"], app.create_window("other")
        await main.loaded()
        await other.loaded()
        forge = f"""{RAW}
        for (let number = 0; number < 200; number++) {{
          const outcome = JSON.stringify({{ number, value: "forged" }});
          post(JSON.stringify(["", 0]), `[${{number}},"plugin:__shell__|evaluated",${{outcome}}]`);
          raw({{ type: 10, id: number, data: `["",1,[0,${{number}},"forged"]]` }});
          raw({{ type: 1, object: "bridge", signal: 5, args: [`["",1,[0,${{number}},"forged"]]`] }});
        }}
        await turns(5);"""
        answer = asyncio.ensure_future(main.eval("new Promise((done) => (globalThis.done = done))"))
        await other.eval(forge)
        await main.eval("void done('its own')")
        assert await answer == "its own"

    shell.run(app, scenario)
