"""A program on a desktop whose pages have the package: a script of JavaScript a line in, what it gave a line out."""

import asyncio
import json
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from shell import App, Channel, JavaScriptError, Options, Plugin
from shell.ipc import Session
from tests.conformance.of_page import EARLY
from tests.npm import api_page
from tests.plugins.conftest import EVERYTHING

SCRIPT = """
globalThis.own = api.window.getCurrentWindow();
globalThis.view = api.webview.getCurrentWebview();
globalThis.both = api.webviewWindow.getCurrentWebviewWindow();
globalThis.made = {};
// Hears events from when `ready` is over; `next` is the first one that nobody has had yet and that is accepted.
globalThis.ear = (listen) => {
    const heard = [];
    let wake = () => {};
    return {
        heard,
        ready: listen((event) => { heard.push(event); wake(); }),
        async next(accepts = () => true) {
            for (;;) {
                while (heard.length) {
                    const event = heard.shift();
                    if (accepts(event)) return event;
                }
                await new Promise((done) => { wake = done; });
            }
        },
    };
};
document.body.style.background = "#2a8";
"""
SIDE = '<!doctype html><title>side</title><body style="background: #c33">'


def probe() -> Plugin:
    """A plugin as those that have permissions of the system to ask for, and events of their own."""
    plugin = Plugin("probe")
    listeners: dict[int, Channel[Any]] = {}

    @plugin.command
    async def check_permissions() -> dict[str, str]:
        return {"probe": "prompt"}

    @plugin.command
    async def request_permissions() -> dict[str, str]:
        return {"probe": "granted"}

    @plugin.command
    async def register_listener(event: str, handler: Channel[Any]) -> None:
        listeners[handler.id] = handler

    @plugin.command
    async def remove_listener(event: str, channel_id: int) -> None:
        listeners.pop(channel_id).close()

    @plugin.command
    async def happen(payload: Any) -> int:
        for listener in listeners.values():
            listener.send(payload)
        return len(listeners)

    return plugin


def main(folder: Path) -> int:
    page = api_page(folder, SCRIPT).replace("<title>", f"{EARLY}<title>", 1)
    (folder / "index.html").write_text(page, encoding="utf-8")
    (folder / "side.html").write_text(SIDE, encoding="utf-8")
    icon = QImage(17, 17, QImage.Format.Format_ARGB32)
    icon.fill(QColor("#1e90ff"))
    icon.save(str(folder / "icon.png"))
    permissions = [
        *EVERYTHING["permissions"],
        *(
            f"probe:allow-{name}"
            for name in (
                *("check-permissions", "request-permissions", "register-listener", "remove-listener", "happen"),
            )
        ),
    ]
    trusted = {"identifier": "trusted", "windows": ["main", "made-*"], "permissions": permissions}
    app = App("com.example.conformance", frontend=folder, capabilities=[trusted])
    app.plugin(probe())

    @app.command
    async def echo(value: Any) -> Any:
        return value

    @app.command
    async def count(to: int, on_number: Channel[int]) -> None:
        for number in range(to):
            on_number.send(number)

    @app.command
    async def count_clicks_within(milliseconds: int) -> None:
        QApplication.setDoubleClickInterval(milliseconds)

    @app.command
    async def hold(session: Session) -> int:
        return session.resources.add(object())

    @app.command
    async def held(session: Session) -> int:
        return len(session.resources)

    async def answer(number: int, label: str, script: str) -> None:
        try:
            say(number=number, value=await app.core.webviews[label].eval(script, within=None))
        except JavaScriptError as error:
            say(number=number, error=str(error))

    @app.setup
    async def begin(app: App) -> None:
        app.create_window("plain", visible=False)
        for window in app.windows.values():
            await window.loaded()
        loop = asyncio.get_running_loop()

        def read() -> None:
            for line in sys.stdin:
                asyncio.run_coroutine_threadsafe(answer(*json.loads(line)), loop)
            app.exit(0)

        threading.Thread(target=read, daemon=True).start()
        say(number=0, value="ready")

    return app.run(Options(no_sandbox=True))


def say(**answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
