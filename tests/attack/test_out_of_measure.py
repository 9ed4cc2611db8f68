"""A page that may use the desktop asks it for sizes, texts, menus and pictures that no desktop could show."""

import asyncio
import json
import logging
import struct
import zlib
from typing import Any

import pytest
from PySide6.QtWidgets import QToolBar, QToolButton

from shell import App, Limits, Menu, MenuItem, Submenu
from shell.tray.host import TrayHost
from shell.tray.stand_in import _Button
from tests.conftest import Runner, next_load

MAY_ALL = {
    "identifier": "all",
    "windows": ["*"],
    "permissions": [
        *(
            "core:default",
            "core:window:allow-set-size",
            "core:window:allow-set-position",
            "core:window:allow-set-title",
        ),
        *("core:window:allow-set-min-size", "core:window:allow-set-max-size", "core:window:allow-set-icon"),
        *(
            "core:window:allow-set-size-constraints",
            "core:window:allow-set-cursor-position",
            "core:window:allow-create",
            "core:window:allow-start-resize-dragging",
            "core:window:allow-set-title-bar-style",
            "notification:default",
        ),
        *("core:webview:allow-set-webview-size", "core:webview:allow-set-webview-position", "core:menu:default"),
        *("core:tray:default", "core:image:default", "core:webview:allow-set-webview-zoom"),
    ],
}

NUMBERS = ["1e300", "-1e300", "2**31", "-(2**31)", "2**53", "1e21", "5e-324", "-0", "0", "NaN", "Infinity", "1.5"]

ASK = """
const tell = (promise) => promise.then(() => "done", (error) => String(error?.message ?? error));
const ask = (command, args) => tell(shell.invoke(command, args));
"""


def app_that_may_all(shell: Runner) -> App:
    """An app whose pages may ask for all that is asked for here."""
    return shell.app(capabilities=[MAY_ALL])


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What is a fault of the core's own, and no refusal."""
    return [record.getMessage() for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]


def test_no_number_is_too_much_for_a_window(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    app = app_that_may_all(shell)

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        answers: list[Any] = await main.eval(
            f"""{ASK}
            const answers = [];
            for (const n of [{", ".join(NUMBERS)}]) {{
              for (const kind of ["Logical", "Physical"]) {{
                const size = {{ label: "main", value: {{ [kind]: {{ width: n, height: n }} }} }};
                const place = {{ label: "main", value: {{ [kind]: {{ x: n, y: n }} }} }};
                for (const command of ["set_min_size", "set_max_size", "set_size"]) answers.push(await ask(`plugin:window|${{command}}`, size));
                answers.push(await ask("plugin:window|set_position", place), await ask("plugin:window|set_cursor_position", place));
                answers.push(await ask("plugin:window|set_size_constraints", {{ label: "main", value: {{ minWidth: {{ [kind]: n }} }} }}));
                answers.push(await ask("plugin:webview|set_webview_size", size), await ask("plugin:webview|set_webview_position", place));
              }}
              answers.push(await ask("plugin:webview|set_webview_zoom", {{ value: n }}));
              const label = "w" + answers.length;
              answers.push(await ask("plugin:window|create", {{ options: {{ label, visible: false, x: n, y: n, width: n, height: n }} }}));
              await ask("plugin:window|destroy", {{ label }});
            }}
            return answers;"""
        )
        assert "done" in answers
        assert not [answer for answer in answers if "Overflow" in answer or "convert" in answer]
        assert faults(caplog) == []
        assert main.inner_size().width <= 8192

    shell.run(app, scenario)


def test_no_text_is_shown_that_nobody_would_read(shell: Runner) -> None:
    app = app_that_may_all(shell)

    async def scenario(app: App) -> None:
        answers: dict[str, str] = await app.windows["main"].eval(
            ASK
            + """
            const big = "x".repeat(5000);
            const handler = new shell.Channel();
            const [rid] = await shell.invoke("plugin:menu|new", { kind: "MenuItem", options: { text: "x" }, handler });
            return {
              title: await ask("plugin:window|set_title", { label: "main", value: big }),
              option: await ask("plugin:window|create", { options: { label: "other", title: big } }),
              label: await ask("plugin:window|create", { options: { label: big } }),
              agent: await ask("plugin:window|create", { options: { label: "other", userAgent: big } }),
              item: await ask("plugin:menu|new", { kind: "MenuItem", options: { text: big }, handler }),
              text: await ask("plugin:menu|set_text", { rid, kind: "MenuItem", text: big }),
              keys: await ask("plugin:menu|set_accelerator", { rid, kind: "MenuItem", accelerator: big }),
              tooltip: await ask("plugin:tray|new", { options: { tooltip: big }, handler }),
              much: await ask("plugin:window|set_title", { label: "main", value: "x".repeat(1e6) }),
            };"""
        )
        bounds = {"item": "length <= 256", "text": "length <= 256", "much": "App's limits.arguments"}
        assert [what for what, answer in answers.items() if bounds.get(what, "4096") not in answer] == []

    shell.run(app, scenario)


def test_what_stands_in_for_tray_icons_is_laid_out_no_more_than_it_changes(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TrayHost, "missed", property(lambda _: True))
    written: list[str] = []

    def set_text(button: QToolButton, text: str) -> None:
        written.append(text[:1])
        QToolButton.setText(button, text)

    monkeypatch.setattr(_Button, "setText", set_text)

    async def scenario(app: App) -> None:
        window = app.windows["main"]

        async def ask(script: str) -> list[str]:
            """Ask for something; how the buttons begin that are written on for that."""
            written.clear()
            await window.eval(
                f"const ask = (command, args) => shell.invoke(`plugin:tray|${{command}}`, args); {script}"
            )
            return written.copy()

        def shown() -> list[str]:
            (bar,) = window.frame.findChildren(QToolBar)
            widgets = [bar.widgetForAction(action) for action in bar.actions()]
            buttons = [widget for widget in widgets if isinstance(widget, _Button)]
            assert max(len(button.text()) for button in buttons) < 150
            assert max(len(button.accessibleName()) for button in buttons) < 300
            return [button.text()[0] for button in buttons]

        make = "await ask('new', { options: { id, title: id.repeat(4096) }, handler: new shell.Channel() })"
        assert await ask(f"globalThis.rids = []; for (const id of 'abc') rids.push((await {make})[0])") == [
            "a",
            "b",
            "c",
        ]
        assert await ask("for (const rid of rids) await ask('set_visible', { rid, visible: true })") == []
        assert await ask("await ask('set_title', { rid: rids[1], title: 'd'.repeat(4096) })") == ["d"]
        assert await ask("await ask('set_visible', { rid: rids[1], visible: false })") == []
        assert shown() == ["a", "c"]
        assert await ask("await ask('set_visible', { rid: rids[1], visible: true })") == ["d"]
        assert shown() == ["a", "d", "c"]
        await ask("await ask('remove_by_id', { id: 'a' })")
        assert shown() == ["d", "c"]

    shell.run(app_that_may_all(shell), scenario)


@pytest.mark.parametrize("agent", ["Notes/1\r\nX-Other: 1", "Notes/1\n", "Notes\0", "Nötes"])
def test_no_user_agent_is_more_than_a_line(shell: Runner, agent: str) -> None:
    app = app_that_may_all(shell)

    async def scenario(app: App) -> None:
        options = json.dumps({"label": "other", "url": "index.html", "userAgent": agent})
        # Chromium ends the program where it is given one that is.
        answer = await app.windows["main"].eval(f"{ASK} return ask('plugin:window|create', {{ options: {options} }})")
        assert "options.userAgent: expected one line of plain ASCII text" in answer
        assert list(app.windows) == ["main"]

    shell.run(app, scenario)


def test_pages_have_no_more_profiles_made_than_they_may(shell: Runner) -> None:
    app = shell.app(limits=Limits(profiles=4), capabilities=[MAY_ALL])

    async def scenario(app: App) -> None:
        main = app.windows["main"]

        async def create(label: str, more: str) -> str:
            options = f"{{ label: '{label}', url: '/', {more} }}"
            answer: str = await main.eval(f"{ASK} return ask('plugin:window|create', {{ options: {options} }})")
            if label in app.windows:
                app.windows[label].destroy()
            return answer

        answers = [await create(f"other{number}", "incognito: true") for number in range(5)]
        answers.append(await create("apart", "dataDirectory: 'apart'"))
        assert answers[:3] == ["done"] * 3
        assert all("(App's limits.profiles)" in answer for answer in answers[3:])
        assert await create("ordinary", "") == "done"

    shell.run(app, scenario)


def test_no_menu_has_more_items_than_anybody_could_look_at(shell: Runner) -> None:
    app = app_that_may_all(shell)

    async def scenario(app: App) -> None:
        answers: list[str] = await app.windows["main"].eval(
            ASK
            + """
            const handler = new shell.Channel();
            const items = (count) => Array.from({ length: count }, (_, number) => ({ text: `item ${number}` }));
            const [rid] = await shell.invoke("plugin:menu|new", { kind: "Menu", options: { items: items(128) }, handler });
            const [item] = await shell.invoke("plugin:menu|new", { kind: "MenuItem", options: { text: "x" }, handler });
            return [
              await ask("plugin:menu|append", { rid, kind: "Menu", items: [[item, "MenuItem"]] }),
              await ask("plugin:menu|new", { kind: "Menu", options: { items: items(129) }, handler }),
              await ask("plugin:menu|new", { kind: "Menu", options: { items: items(60000) }, handler }),
            ];"""
        )
        assert [answer.partition(",")[0] for answer in answers] == ["a menu of a page has at most 128 items"] * 3

    shell.run(app, scenario)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says to have so many black pixels, and has a few rows of them."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(1 + 4 * min(width, 100_000)) * min(height, 10))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_no_picture_unfolds_to_more_than_a_program_has(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    sizes = {"wide": (2**31 - 1, 1), "square": (30_000, 30_000), "high": (1, 2**31 - 1), "none": (0, 0)}
    for name, (width, height) in sizes.items():
        (shell.folder / f"{name}.png").write_bytes(bomb(width, height))
    app = app_that_may_all(shell)

    async def scenario(app: App) -> None:
        answers: list[str] = await app.windows["main"].eval(
            f"""{ASK}
            const answers = [];
            for (const name of {list(sizes)}) {{
              const bytes = [...new Uint8Array(await (await fetch(name + ".png")).arrayBuffer())];
              answers.push(await ask("plugin:image|from_bytes", {{ bytes }}));
              answers.push(await ask("plugin:window|set_icon", {{ label: "main", value: bytes }}));
            }}
            answers.push(await ask("plugin:image|new", {{ rgba: [0, 0, 0, 0], width: 65535, height: 65535 }}));
            return answers;"""
        )
        assert "done" not in answers
        assert faults(caplog) == []

    shell.run(app, scenario)


def test_no_refusal_repeats_more_of_a_value_than_helps(shell: Runner) -> None:
    app = app_that_may_all(shell)

    async def scenario(app: App) -> None:
        answers: dict[str, str] = await app.windows["main"].eval(
            ASK
            + """
            const long = "x".repeat(20000), of = (value) => ({ label: "main", value }), handler = new shell.Channel();
            return {
              window: await ask("plugin:window|set_title", { label: long, value: "x" }),
              folder: await ask("plugin:window|create", { options: { label: "other", dataDirectory: "/" + long } }),
              edge: await ask("plugin:window|start_resize_dragging", of(long)),
              style: await ask("plugin:window|set_title_bar_style", of(long)),
              webview: await ask("plugin:webview|set_webview_zoom", { label: long, value: 1 }),
              tray: await ask("plugin:tray|remove_by_id", { id: long }),
              kind: await ask("plugin:tray|new", { options: { menu: [1, long.slice(0, 4096)] }, handler }),
              extra: await ask("plugin:notification|notify", { options: { title: "x", extra: [long] } }),
            };"""
        )
        assert {what: answer[:40] for what, answer in answers.items() if len(answer) > 300 or "xxx" not in answer} == {}

    shell.run(app, scenario)


def test_a_text_of_a_menu_that_has_too_much_of_it_may_become_shorter(shell: Runner) -> None:
    program = Menu([Submenu("All", [MenuItem("x" * 250) for _ in range(20)])])
    app = shell.app(capabilities=[MAY_ALL], menu=program)

    async def scenario(app: App) -> None:
        answers: list[str] = await app.windows["main"].eval(
            ASK
            + """
            const call = (command, args) => shell.invoke(`plugin:menu|${command}`, args);
            const [own] = await call("new", { kind: "Menu", handler: new shell.Channel() });
            const [rid] = await call("set_as_app_menu", { rid: own });
            const [[all]] = await call("items", { rid, kind: "Menu" });
            const [[item]] = await call("items", { rid: all, kind: "Submenu" });
            const texts = ["y".repeat(249), "y".repeat(251)];
            return Promise.all(texts.map((text) => ask("plugin:menu|set_text", { rid: item, kind: "MenuItem", text })));"""
        )
        assert answers[0] == "done"
        assert "have at most 4096 characters together" in answers[1]

    shell.run(app, scenario)


WITH_HEADERS = """
const ask = (url, count, size) => {
  const headers = new Headers();
  for (let number = 0; number < count; number++) headers.set("x-" + number, "x".repeat(size));
  return fetch(url, { headers }).then((answer) => answer.status, () => "failed");
};
"""
TOO_MUCH = [(1000, 1), (10, 20_000)]


@pytest.mark.parametrize("size", TOO_MUCH)
@pytest.mark.parametrize("url", ["tauri://localhost/index.html", "asset://localhost/x", "ipc://localhost/x"])
def test_a_page_that_puts_more_headers_on_a_request_than_any_server_takes_is_ended(
    shell: Runner, url: str, size: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    app = shell.app()
    gone: list[Any] = []
    app.on("renderer-gone")(lambda event: gone.append(event.payload))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        assert await window.eval(f"{WITH_HEADERS} return ask('tauri://localhost/index.html', 200, 100)") == 200
        back = asyncio.ensure_future(next_load(window))
        window.webview.page.runJavaScript(f"{WITH_HEADERS} ask('{url}', {size[0]}, {size[1]})")
        await back
        assert [(one.label, one.reason) for one in gone] == [("main", "unresponsive")]
        [said] = [record.getMessage() for record in caplog.records if " headers of " in record.getMessage()]
        assert said.startswith("webview main made a request with ")
        assert said.endswith(" bytes, and may have 256 of 65536")

    shell.run(app, scenario)


@pytest.mark.parametrize("size", TOO_MUCH)
@pytest.mark.parametrize("kind", ["Worker", "SharedWorker"])
def test_a_worker_that_puts_more_headers_on_a_request_than_any_server_takes_gets_nothing(
    shell: Runner, kind: str, size: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    tell = """
    const tell = async (port, { count, size }) =>
      port.postMessage([await ask("index.html", 1, 1), await ask("index.html", count, size)]);
    """
    shell.write(
        **{
            "Worker.js": f"{WITH_HEADERS} {tell} onmessage = ({{ data }}) => tell(self, data)",
            "SharedWorker.js": f"{WITH_HEADERS} {tell}"
            "onconnect = ({ ports: [port] }) => { port.onmessage = ({ data }) => tell(port, data) }",
        }
    )

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        script = f"""
        const worker = new {kind}("{kind}.js"), port = worker.port ?? worker;
        const heard = new Promise((done) => {{ port.onmessage = ({{ data }}) => done(data); }});
        port.postMessage({{ count: {size[0]}, size: {size[1]} }});
        return heard;
        """
        assert await window.eval(script) == [200, 403]
        assert "tauri://localhost/index.html: the request has " in caplog.text

    shell.run(shell.app(), scenario)
