"""A project as those that exist: laid out for Tauri, with commands and plugins in Rust, started as it is."""

import json
from pathlib import Path

import pytest

from shell import App
from tests.conftest import Runner

CONFIG = {
    "$schema": "https://schema.tauri.app/config/2",
    "productName": "postcards",
    "version": "0.3.1",
    "identifier": "com.example.postcards",
    "build": {"frontendDist": "../src"},
    "app": {
        "withGlobalTauri": True,
        "windows": [{"title": "Postcards", "width": 640, "height": 480}],
        "security": {"csp": None},
    },
    "bundle": {"active": True, "targets": "all", "icon": ["icons/32x32.png"]},
}
CAPABILITY = {
    "$schema": "../gen/schemas/desktop-schema.json",
    "identifier": "default",
    "windows": ["main"],
    "permissions": ["core:default", "core:window:allow-set-title", "opener:default"],
}
PAGE = """<!doctype html><title>Postcards</title><link rel="stylesheet" href="/style.css">
<form><input value="Ada"><button>Send</button></form><p></p><script type="module" src="/main.js"></script>"""
SCRIPT = """
const { invoke } = window.__TAURI__.core;
const { getCurrentWindow } = window.__TAURI__.window;
const told = document.querySelector("p");
document.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    told.textContent = await invoke("send_card", { toName: document.querySelector("input").value }).catch(String);
    await getCurrentWindow().setTitle(told.textContent);
    dispatchEvent(new Event("told"));
};
"""
SEND = """const told = new Promise((done) => addEventListener("told", done, { once: true }));
document.querySelector("form").requestSubmit();
await told;
return document.querySelector("p").textContent"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Its folder."""
    files = {
        "src-tauri/tauri.conf.json": json.dumps(CONFIG),
        "src-tauri/capabilities/default.json": json.dumps(CAPABILITY),
        "src-tauri/Cargo.toml": "[package]\nname = 'postcards'\n",
        "src-tauri/src/lib.rs": "#[tauri::command]\nfn send_card(to_name: &str) -> String { to_name.into() }\n",
        "src/index.html": PAGE,
        "src/main.js": SCRIPT,
        "src/style.css": "body { background: #fed }",
        "package.json": '{ "scripts": { "tauri": "tauri" } }',
    }
    for name, text in files.items():
        path = tmp_path / "postcards" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "postcards"


def test_it_starts_and_only_its_commands_in_rust_are_missing(
    shell: Runner, project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        assert (window.title(), window.inner_size().width) == ("Postcards", 640)
        assert await window.eval("getComputedStyle(document.body).backgroundColor") == "rgb(255, 238, 221)"
        missing = "command send_card not found; in Python, @app.command on `async def send_card(…)` provides it"
        assert await window.eval(SEND) == missing
        assert window.title() == missing

    shell.run(App(config=project), scenario)
    assert 'capabilities/default.json: $.permissions[2]: "opener:default" grants nothing' in caplog.text


def test_the_same_command_in_python_is_all_that_it_takes(shell: Runner, project: Path) -> None:
    app = App(config=project)

    @app.command
    async def send_card(to_name: str) -> str:
        return f"sent to {to_name}"

    async def scenario(app: App) -> None:
        await app.windows["main"].loaded()
        assert await app.windows["main"].eval(SEND) == "sent to Ada"

    shell.run(app, scenario)
