"""Notifications from pages: the package of npm, and the page's own `Notification`."""

import asyncio
import itertools
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shell import App, Call, JavaScriptError, Window
from shell.bundled import bundled
from shell.config import WindowConfig
from shell.ipc import Channel, Limits, RefusedError, wire
from shell.ipc.filter import Proceed
from tests.conftest import Runner
from tests.notification.conftest import Dunst
from tests.notification.service import Service, service
from tests.npm import import_map
from tests.web_server import site

ALLOWED = {"identifier": "allowed", "windows": ["main"], "permissions": ["core:default", "notification:default"]}
NAMES = ("@tauri-apps/api", "@tauri-apps/plugin-notification")
CONFIGURED: dict[str, Any] = {
    "capabilities": [{"identifier": "none", "windows": ["main"], "permissions": ["core:default"]}],
    "config": {"plugins": {"qtshell": {"webPermissions": ["notifications"]}}},
}
HEAR = """
    globalThis.heard = [];
    globalThis.waiting = [];
    globalThis.hear = (notification) => {
        for (const type of ["show", "click", "action", "close", "error"]) {
            notification.addEventListener(type, (event) => {
                heard.push([type, event.action ?? event.reason ?? event.message ?? null]);
                waiting.splice(0).forEach((done) => done());
            });
        }
        return notification;
    };
    globalThis.until = async (type) => {
        while (!heard.some(([one]) => one === type)) await new Promise((done) => waiting.push(done));
        return heard;
    };
"""


@pytest.fixture
def page(shell: Runner) -> Runner:
    imports = json.dumps({"imports": import_map(shell.folder, *NAMES)})
    shell.write(
        index=f"""<!doctype html><title>page</title><script type="importmap">{imports}</script>
        <script>{HEAR}</script>
        <script type="module">import * as it from "@tauri-apps/plugin-notification"; globalThis.it = it;</script>""",
        other=f"<!doctype html><title>other</title><script>{HEAR}</script>",
    )
    return shell


def play(page: Runner, scenario: Callable[[App, Window], Awaitable[None]], **options: Any) -> None:
    async def begin(app: App) -> None:
        await app.windows["main"].loaded()
        await scenario(app, app.windows["main"])

    page.run(page.app(**{"capabilities": [ALLOWED], **options}), begin)


async def refused(window: Window, script: str) -> str:
    with pytest.raises(JavaScriptError) as error:
        await window.eval(script)
    return str(error.value)


def test_the_package_sends_one(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        assert await window.eval("it.isPermissionGranted()") is True
        assert await window.eval("it.requestPermission()") == "granted"
        await window.eval(
            """const Own = Notification;
            const sent = new Promise((done) => {
                window.Notification = class extends Own {
                    constructor(...given) {
                        super(...given);
                        this.onshow = done;
                    }
                };
            });
            it.sendNotification({ title: "From the package", body: "a < b", id: 7, ongoing: true });
            await sent;"""
        )
        last = await dunst.last()
        assert (last["summary"], "a &lt; b" in last["message"]) == ("From the package", True)

    play(page, scenario)


def test_without_a_title_it_has_the_programs(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        assert await window.eval("__TAURI_INTERNALS__.invoke('plugin:notification|notify', { options: {} })") is None
        assert (await dunst.last())["summary"] == "test"

    play(page, scenario)


def test_the_pages_own_hears_click_action_and_close(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        make = "hear(new Notification('Mine', { body: 'text', actions: [{ action: 'open', title: 'Open it' }] }))"
        await window.eval(f"globalThis.n = {make}; await until('show');")
        assert await window.eval("[n.title, n.body, n.tag, n instanceof EventTarget, String(n)]") == [
            *("Mine", "text", "", True),
            "[object Notification]",
        ]
        await dunst.choose("Open it")
        assert await window.eval("until('close')") == [["show", None], ["action", "open"], ["close", "dismissed"]]
        await window.eval(f"heard.length = 0; {make}; await until('show');")
        await dunst.press()
        assert await window.eval("until('close')") == [["show", None], ["click", None], ["close", "dismissed"]]
        await window.eval(f"heard.length = 0; globalThis.n = {make}; await until('show'); n.close(); n.close();")
        assert await window.eval("until('close')") == [["show", None], ["close", "closed"]]
        session = window.webview.session
        assert session is not None
        assert len(session.resources) == 0

    play(page, scenario)


def test_handlers_are_properties_too(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        script = "new Promise((done) => { new Notification('x').onshow = function () { done(this.title) } })"
        assert await window.eval(script) == "x"
        assert "1 argument required" in await refused(window, "new Notification()")
        assert "renotify needs a tag" in await refused(window, "new Notification('x', { renotify: true })")

    play(page, scenario)


def test_options_are_what_the_web_makes_of_them(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        made = await window.eval(
            """const one = hear(new Notification(7, { body: 5, tag: false, requireInteraction: 1, data: { a: [1] }, odd: true }));
            await until("show");
            const { title, body, tag, lang, dir, icon, data, silent, requireInteraction, renotify, actions } = one;
            return { title, body, tag, lang, dir, icon, data, silent, requireInteraction, renotify, actions };"""
        )
        assert made == {
            "title": "7",
            "body": "5",
            "tag": "false",
            "lang": "",
            "dir": "auto",
            "icon": "",
            "data": {"a": [1]},
            "silent": None,
            "requireInteraction": True,
            "renotify": False,
            "actions": [],
        }
        last = await dunst.last()
        assert (last["summary"], last["body"], last["timeout"]) == ("7", "5", 0)

    play(page, scenario)


def test_one_of_the_same_tag_takes_its_place(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        await window.eval(
            """const first = hear(new Notification("First", { tag: "t" }));
            const second = new Notification("Second", { tag: "t" });
            await Promise.all([until("close"), new Promise((done) => { second.onshow = done; })]);"""
        )
        assert await window.eval("heard") == [["show", None], ["close", "replaced"]]
        await dunst.until_shown(1)
        assert (await dunst.last())["summary"] == "Second"

    play(page, scenario)


def test_a_dead_document_is_told_nothing(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        await window.eval("hear(new Notification('Old', { timeout: 0 })); await until('show');")
        old = window.webview.session
        assert old is not None
        window.webview.load("tauri://localhost/other.html")
        await window.loaded()
        assert not old.alive
        assert len(old.resources) == 0
        await dunst.until_shown(1)
        await dunst.press()
        await window.eval("hear(new Notification('New')); await until('show');")
        assert await window.eval("heard") == [["show", None]]

    play(page, scenario)


def test_a_page_may_let_go_of_one_that_stays(page: Runner, dunst: Dunst, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(app: App, window: Window) -> None:
        await window.eval(
            """const { invoke } = __TAURI_INTERNALS__;
            const options = { title: "x", id: 1, timeout: 0 };
            const { rid } = await invoke("plugin:notification|page_show", { options, onEvent: new shell.Channel() });
            await invoke("plugin:resources|close", { rid });
            await invoke("plugin:notification|page_close", { rid });"""
        )
        await dunst.until_shown(1)
        await window.eval("globalThis.acted = new Promise((done) => void it.onAction(done)); await it.active();")
        await dunst.press()
        assert (await window.eval("acted"))["actionId"] == "tap"
        assert await window.eval("it.active()") == []

    play(page, scenario)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


async def picture_sent(window: Window, desktop: Service, show: str, icon: str) -> tuple[str, Any]:
    """The picture that the desktop is sent for an icon of a page: its name, and its pixels."""
    await window.eval(show.replace("ICON", json.dumps(icon)))
    sent = await desktop.shown()
    image = sent[6].get("image-data")
    return sent[2], None if image is None else image.value


@pytest.mark.parametrize(
    "show",
    [
        "heard.length = 0; hear(new Notification('x', { icon: ICON })); await until('show');",
        "await __TAURI_INTERNALS__.invoke('plugin:notification|notify', { options: { icon: ICON } });",
    ],
)
def test_icons_are_loaded_and_broken_ones_left_out(
    page: Runner, bus: None, caplog: pytest.LogCaptureFixture, show: str
) -> None:
    icon = bundled("icons", "32x32.png")
    (page.folder / "icon.png").write_bytes(icon.read_bytes())
    (page.folder / "icon.svg").write_text(SVG, encoding="utf-8")
    broken = (
        *("icon.svg", "/index.html", "missing.png", "/etc/passwd", "a-" * 2000),
        *("data:image/png;base64,AAAA", f"data:image/svg+xml,{SVG}"),
        *("data:image/png;base64,AAA", "data:image/png;base64,AA AA", "data:image/png;base64,\u00e9"),
    )

    async def scenario(app: App, window: Window) -> None:
        async with service() as desktop:
            for name in ("dialog-information", "org.gnome.Calculator"):
                assert await picture_sent(window, desktop, show, name) == (name, None)
            _, (width, *_) = await picture_sent(window, desktop, show, str(icon))
            assert width == 32
            if "new Notification" in show:
                _, (width, *_) = await picture_sent(window, desktop, show, "icon.png")
                assert width == 32
            programs = await picture_sent(window, desktop, show, "")
            for number, wrong in enumerate(broken, 1):
                assert await picture_sent(window, desktop, show, wrong) == programs
                told = [one for one in caplog.messages if one.startswith("a notification has the program's icon: ")]
                assert len(told) == number

    play(page, scenario, limits=Limits(notifications=99))


def test_wrong_options_are_said(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        for options, message in (
            ({"title": 3}, "title"),
            ({"title": "x", "urgency": "high"}, "urgency: expected low, normal, critical, got 'high'"),
            ({"title": "x", "actions": [{"action": "", "title": "x"}]}, "an action's id: expected a name"),
        ):
            call = f"__TAURI_INTERNALS__.invoke('plugin:notification|notify', {{ options: {json.dumps(options)} }})"
            assert message in await refused(window, call)
        await dunst.until_shown(0)

    play(page, scenario)


def test_a_flood_is_refused_and_logged_once(page: Runner, dunst: Dunst, caplog: pytest.LogCaptureFixture) -> None:
    problem = "too many notifications: pages of tauri://localhost may show 3 at once, and then one every 600 s"

    async def scenario(app: App, window: Window) -> None:
        outcomes = await window.eval(
            """const one = () => __TAURI_INTERNALS__.invoke("plugin:notification|notify", { options: { title: "x" } });
            const all = await Promise.allSettled(Array.from({ length: 100 }, one));
            return all.map(({ reason }) => reason ?? null);"""
        )
        assert outcomes == [None] * 3 + [problem] * 97
        told = await window.eval("hear(new Notification('x')); await until('error'); return heard;")
        assert told == [["error", problem]]

    play(page, scenario, limits=Limits(notifications=3, notification_pause=600))
    assert caplog.text.count(f"{problem} (App's limits.notifications)") == 1


def test_of_very_many_that_stay_the_oldest_make_room(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        await window.eval(
            """for (let id = 0; id < 52; id++) {
                hear(globalThis.last = new Notification(`Number ${id}`, { id, timeout: 0 }));
                await new Promise((done) => { last.onshow = done; });
            }
            await until("close");"""
        )
        ids = await window.eval("return (await it.active()).map(({ id }) => id)")
        assert ids[-1] == 51
        assert len(ids) in {50, 51}

    play(page, scenario, limits=Limits(notifications=100))


def test_filters_see_what_the_pages_own_shows(page: Runner, dunst: Dunst) -> None:
    app = page.app(capabilities=[ALLOWED])

    @app.filter
    async def censor(call: Call, proceed: Proceed) -> Any:
        if call.command == "plugin:notification|page_show" and call.args["options"]["body"] == "secret":
            raise RefusedError("no secrets")
        return await proceed(call)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        told = await window.eval("hear(new Notification('x', { body: 'secret' })); await until('error'); return heard;")
        assert told == [["error", "no secrets"]]
        await dunst.until_shown(0)
        await window.eval("hear(new Notification('x', { body: 'public' })); await until('show');")

    page.run(app, scenario)


def test_a_pressed_one_brings_its_window_back_unless_the_page_prevents_it(page: Runner, dunst: Dunst) -> None:
    show = "hear(globalThis.last = new Notification('x', { timeout: 0 })); await until('show');"

    async def scenario(app: App, window: Window) -> None:
        assert "only where the person pressed one" in await refused(
            window, "__TAURI_INTERNALS__.invoke('plugin:notification|page_focus')"
        )
        window.hide()
        await window.eval(f"{show} last.onclick = (event) => event.preventDefault();")
        await dunst.press()
        await window.eval("until('close')")
        assert not window.is_visible()
        await window.eval(
            f"heard.length = 0; {show} globalThis.seen = new Promise((d) => {{ document.onvisibilitychange = d; }});"
        )
        await dunst.press()
        await window.eval("seen")
        assert window.is_visible()

    play(page, scenario)


def test_without_a_service_the_promise_rejects_and_the_program_shows_it(page: Runner, no_bus: None) -> None:
    async def scenario(app: App, window: Window) -> None:
        call = "__TAURI_INTERNALS__.invoke('plugin:notification|notify', { options: { title: 'x' } })"
        message = await refused(window, call)
        assert re.search("there is no session bus: .*; the program shows it itself", message)
        told = await window.eval(
            "globalThis.n = hear(new Notification('x', { timeout: 0 })); await until('show'); return heard;"
        )
        assert [kind for kind, _ in told] == ["error", "show"]
        assert "there is no session bus" in told[0][1]
        await window.eval("n.close()")
        assert (await window.eval("until('close')"))[-1] == ["close", "closed"]

    play(page, scenario)


def test_without_permission_it_is_refused_and_told_which(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        assert await window.eval("Notification.permission") == "default"
        told = await window.eval("hear(new Notification('x')); await until('error'); return heard;")
        assert "notification:allow-notify" in told[0][1]
        assert "Notification.requestPermission()" in told[0][1]
        assert await window.eval("Notification.requestPermission()") == "denied"
        show = "invoke('plugin:notification|page_show', { options: { title: 'x' }, onEvent: new shell.Channel() })"
        assert "notification:allow-notify" in await refused(window, f"__TAURI_INTERNALS__.{show}")
        commands = json.loads(bundled("permissions", "notification.json").read_text(encoding="utf-8"))["commands"]
        for command in commands:
            call = f"__TAURI_INTERNALS__.invoke('plugin:notification|{command}', {{ options: {{ title: 'x' }} }})"
            assert f"notification:allow-{command.replace('_', '-')}" in await refused(window, call)
        await dunst.until_shown(0)

    play(page, scenario, capabilities=[{"identifier": "none", "windows": ["main"], "permissions": ["core:default"]}])


def test_a_denial_wins(page: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        assert await window.eval("[Notification.permission, await Notification.requestPermission()]") == ["denied"] * 2

    denied = {**ALLOWED, "permissions": ["core:default", "notification:default", "notification:deny-notify"]}
    config = {"plugins": {"qtshell": {"webPermissions": ["notifications"]}}}
    play(page, scenario, capabilities=[denied], config=config)


def test_what_a_window_may_its_other_webviews_may(page: Runner) -> None:
    async def scenario(app: App, window: Window) -> None:
        config = WindowConfig(label="panel", url="index.html", x=0, y=0, width=100, height=100)
        panel = app.core.windows.add_webview(window, config)
        await panel.loaded()
        assert await panel.eval("Notification.permission") == "granted"
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        # As Chromium asks for a frame.
        panel.page._rules.ask_to_notify("tauri://localhost/", answered.set_result)
        assert await answered

    play(page, scenario)


def test_the_configuration_grants_it(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        assert await window.eval("Notification.permission") == "granted"
        await window.eval("hear(new Notification('x')); await until('show');")

    play(page, scenario, **CONFIGURED)


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_file_outside_the_frontend_is_no_icon_of_a_page(
    page: Runner, bus: None, caplog: pytest.LogCaptureFixture, prefix: str
) -> None:
    icon = f"{prefix}{bundled('icons', '32x32.png')}"
    post = """__TAURI_INTERNALS__.invoke("plugin:notification|page_show",
        { options: { title: "x", icon: ICON }, onEvent: new shell.Channel() })"""
    page_own = "heard.length = 0; hear(new Notification('x', { icon: ICON })); await until('show');"

    async def scenario(app: App, window: Window) -> None:
        async with service() as desktop:
            programs = await picture_sent(window, desktop, page_own, "")
            for show in (post, page_own):
                assert await picture_sent(window, desktop, show, icon) == programs
            problem = f"a notification has the program's icon: icon: {icon!r} could not be loaded by the page"
            assert caplog.messages.count(problem) == 2

    play(page, scenario, **CONFIGURED)


@pytest.mark.parametrize("sound", ["/etc/passwd", "data:/../../../../../../../../../etc/passwd"])
def test_a_page_names_no_sound_in_a_file_that_only_a_capability_would_let_it(
    page: Runner, dunst: Dunst, sound: str
) -> None:
    show = f"""__TAURI_INTERNALS__.invoke("plugin:notification|page_show", {{
        options: {json.dumps({"title": "x", "sound": sound})}, onEvent: new shell.Channel(),
    }})"""

    async def scenario(app: App, window: Window) -> None:
        assert await refused(window, show) == f"sound: {sound} could not be loaded by the page"
        await dunst.until_shown(0)

    play(page, scenario, **CONFIGURED)


FRAME = """<!doctype html><script>
    (async () => {
        const answer = await Notification.requestPermission();
        const notification = new Notification("From a frame", { body: "text" });
        for (const type of ["show", "click", "close", "error"]) {
            notification.addEventListener(type, () => parent.postMessage([type, answer]));
        }
        onmessage = () => notification.close();
    })();
</script>"""


def test_frames_go_the_same_way(page: Runner, dunst: Dunst) -> None:
    (page.folder / "frame.html").write_text(FRAME, encoding="utf-8")
    add_frame = """
        heard.length = 0;
        globalThis.frame = Object.assign(document.createElement("iframe"), { src: "frame.html" });
        onmessage = ({ data }) => { heard.push(data); waiting.splice(0).forEach((done) => done()); };
        document.body.append(frame);
        await until("show");"""

    async def scenario(app: App, window: Window) -> None:
        await window.eval(add_frame)
        await dunst.press()
        assert await window.eval("until('close')") == [["show", "granted"], ["click", "granted"], ["close", "granted"]]
        assert (await dunst.history())[0]["summary"] == "From a frame"
        await window.eval(add_frame)
        await window.eval("frame.contentWindow.postMessage(null); await until('close');")
        await dunst.until_shown(0)

    play(page, scenario)


WORKER = """
    self.addEventListener("install", () => self.skipWaiting());
    self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
    for (const type of ["notificationclick", "notificationclose"]) {
        self.addEventListener(type, async ({ notification }) => {
            for (const client of await clients.matchAll()) client.postMessage([type, notification.title]);
        });
    }
"""


def test_so_do_service_workers_where_pages_may_have_them(shell: Runner, dunst: Dunst) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        told = await window.eval(
            """globalThis.told = new Promise((done) => { navigator.serviceWorker.onmessage = ({ data }) => done(data); });
            await navigator.serviceWorker.register("worker.js");
            const registration = await navigator.serviceWorker.ready;
            await registration.showNotification("From a worker", { body: "text" });
            return Notification.permission;"""
        )
        assert told == "granted"
        await dunst.until_shown(1)
        await dunst.press()
        assert await window.eval("told") == ["notificationclick", "From a worker"]

    with site({"/": "<!doctype html><title>dev</title>", "/worker.js": WORKER}) as server:
        config = CONFIGURED["config"]
        shell.run(App("com.example.test", frontend=server.origin, config=config), scenario)


def test_commands_of_phones_are_answered_as_tauris_desktop_does(page: Runner) -> None:
    calls = {
        "get_pending": "it.pending()",
        "cancel": "it.cancelAll()",
        "create_channel": "it.createChannel({ id: 'a', name: 'a' })",
        "delete_channel": "it.removeChannel('a')",
        "list_channels": "it.channels()",
    }

    async def scenario(app: App, window: Window) -> None:
        for command, call in calls.items():
            assert f"Command {command} not found" in await refused(window, call)
        assert "not found" in await refused(window, "it.cancel([1])")

    play(page, scenario)


def test_what_is_shown_is_listed_and_taken_away(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        assert await window.eval("it.active()") == []
        await window.eval(
            """for (const id of [1, 2, 3]) {
                const options = { id, body: "text", group: "g", extra: { deep: [1] }, timeout: 0 };
                await new Promise((done) => { new Notification(`Number ${id}`, options).onshow = done; });
            }"""
        )
        active = await window.eval("it.active()")
        assert [one["id"] for one in active] == [1, 2, 3]
        assert active[0] == {
            "id": 1,
            "tag": None,
            "title": "Number 1",
            "body": "text",
            "group": "g",
            "groupSummary": False,
            "data": {},
            "extra": {"deep": [1]},
            "attachments": [],
            "actionTypeId": None,
            "sound": None,
        }
        left = "(await it.active()).map(({ id }) => id)"
        gone = "new Promise((done) => { hear(last).onclose = done; })"
        await window.eval(
            "globalThis.last = new Notification('Another 2', { id: 2, timeout: 0 }); hear(last); await until('show');"
        )
        assert await window.eval(f"return {left}") == [1, 3, 2]
        await dunst.until_shown(3)
        assert await window.eval(
            f"const closed = {gone}; await it.removeActive([{{ id: 2 }}, {{ id: 9 }}]); await closed; return {left};"
        ) == [1, 3]
        await window.eval(
            "heard.length = 0; globalThis.last = hear(new Notification('x', { id: 4, timeout: 0 })); await until('show');"
        )
        await window.eval(f"const closed = {gone}; await it.removeAllActive(); await closed;")
        assert await window.eval("it.active()") == []
        await dunst.until_shown(0)

    play(page, scenario)


@pytest.mark.parametrize(
    "first", ['{ id: 1, tag: "t" }, { id: 5, tag: "u" }', '{ id: 5, tag: "u" }, { id: 1, tag: "t" }']
)
def test_one_that_takes_the_place_of_two_takes_both_away(page: Runner, dunst: Dunst, first: str) -> None:
    async def scenario(app: App, window: Window) -> None:
        await window.eval(
            f"""for (const options of [{first}, {{ id: 5, tag: "t", body: "both" }}]) {{
                const title = JSON.stringify(options);
                await new Promise((done) => {{ new Notification(title, {{ ...options, timeout: 0 }}).onshow = done; }});
            }}"""
        )
        assert [one["id"] for one in await window.eval("it.active()")] == [5]
        await dunst.until_shown(1)
        await window.eval("it.removeAllActive()")
        await dunst.until_shown(0)

    play(page, scenario)


def test_buttons_of_a_type_are_heard_by_those_who_listen_to_all(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        await window.eval(
            """globalThis.told = [];
            globalThis.tell = (what, value) => { told.push([what, value]); waiting.splice(0).forEach((done) => done()); };
            globalThis.count = async (number) => {
                while (told.length < number) await new Promise((done) => waiting.push(done));
                return told;
            };
            await it.registerActionTypes([{ id: "mail", actions: [{ id: "open", title: "Open it" }, { id: "later", title: "Later" }] }]);
            globalThis.received = await it.onNotificationReceived((one) => tell("received", one));
            globalThis.acted = await it.onAction((one) => tell("action", one));
            it.sendNotification({ id: 5, title: "Mail", actionTypeId: "mail", extra: { from: "Ada" } });"""
        )
        ((what, notification),) = await window.eval("count(1)")
        assert (what, notification["id"], notification["extra"]) == ("received", 5, {"from": "Ada"})
        await dunst.choose("Later")
        told = await window.eval("count(2)")
        assert told[1] == ["action", {"actionId": "later", "notification": notification}]
        await window.eval("received.unregister()")
        await window.eval(
            "__TAURI_INTERNALS__.invoke('plugin:notification|notify', { options: { id: 6, title: 'Mail' } })"
        )
        await dunst.press()
        told = await window.eval("count(3)")
        assert (told[2][0], told[2][1]["actionId"], told[2][1]["notification"]["id"]) == ("action", "tap", 6)
        await window.eval("acted.unregister()")
        session = window.webview.session
        assert session is not None
        assert len(session.resources) == 0

    play(page, scenario)


def test_listeners_end_with_their_document(page: Runner, dunst: Dunst) -> None:
    async def scenario(app: App, window: Window) -> None:
        await window.eval(
            "await it.onAction(() => {}); hear(new Notification('Old', { timeout: 0 })); await until('show');"
        )
        window.webview.load("tauri://localhost/")
        await window.loaded()
        await window.eval("globalThis.action = new Promise((done) => void it.onAction(done)); await it.active();")
        await dunst.press()
        assert (await window.eval("action"))["notification"]["title"] == "Old"

    play(page, scenario)


def test_what_all_listen_to_is_encoded_once_and_told_one_document_in_a_turn(
    page: Runner, dunst: Dunst, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = {**ALLOWED, "windows": ["*"]}
    listen = """
        const invoke = shell.invoke;
        globalThis.told = new Promise((done) => {
            const told = [];
            const tell = ({ title }) => { told.push(title); if (told.length === 4) done(told); };
            globalThis.handlers = [1, 2].map(() => Object.assign(new shell.Channel(), { onmessage: tell }));
        });
        for (const handler of handlers) {
            await invoke("plugin:notification|register_listener", { event: "notification", handler });
        }
    """
    encoded: list[str] = []
    sent: list[str] = []
    encode_value, send_encoded = wire.encode_value, Channel.send_encoded

    def encode(value: Any) -> bytes:
        if isinstance(value, dict) and "actionTypeId" in value:
            encoded.append(value["title"])
        return encode_value(value)

    def send(channel: Channel[Any], value: bytes) -> None:
        sent.append(channel._line.session.caller.webview)
        asyncio.get_running_loop().call_soon(sent.append, "")
        send_encoded(channel, value)

    monkeypatch.setattr(wire, "encode_value", encode)
    monkeypatch.setattr(Channel, "send_encoded", send)

    async def scenario(app: App, window: Window) -> None:
        windows = [window, app.create_window("second"), app.create_window("third")]
        for one in windows:
            await one.loaded()
            await one.eval(listen)
        for title in ("First", "Second"):
            await window.eval(f"shell.invoke('plugin:notification|notify', {{ options: {{ title: '{title}' }} }})")
        for one in windows:
            assert await one.eval("told") == ["First", "First", "Second", "Second"]
        assert encoded == ["First", "Second"]
        assert len([label for label in sent if label]) == 12
        assert all(label in {"", before} or not before for before, label in itertools.pairwise(sent))

    play(page, scenario, capabilities=[allowed])


def test_every_command_that_permissions_name_is_there(page: Runner) -> None:
    commands = json.loads(bundled("permissions", "notification.json").read_text(encoding="utf-8"))["commands"]

    async def scenario(app: App, window: Window) -> None:
        prefix = "plugin:notification|"
        names = {
            one.name.removeprefix(prefix) for one in app.core.commands if one.name.startswith(prefix) and not one.open
        }
        assert names == set(commands)

    play(page, scenario)
