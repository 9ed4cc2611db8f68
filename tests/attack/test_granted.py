"""The powers that the configuration grants: the app's own pages have them, and no other page or frame has any."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from shell import App, Options, Window
from tests.conftest import Runner
from tests.web_server import site

GRANTED = ["clipboard-read", "geolocation"]

ASK = """
const powers = {
  "clipboard-read": () => navigator.clipboard.readText(),
  geolocation: () => new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done,
    ({ code, PERMISSION_DENIED }) => (code === PERMISSION_DENIED ? fail({ name: "NotAllowedError" }) : done()), { timeout: 1 })),
};
const ask = async () => {
  const told = {};
  for (const [name, power] of Object.entries(powers)) {
    const outcome = await power().then(() => "answered", (error) => error.name);
    told[name] = [outcome, (await navigator.permissions.query({ name })).state === "granted"];
  }
  return told;
};
"""
PAGE = f"""<!doctype html><body><script>
{ASK}
if (parent !== window) ask().then((told) => parent.postMessage(told, "*"));
</script>"""
FRAME = """
return new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.allow = "geolocation *; clipboard-read *";
  addEventListener("message", (event) => event.source === frame.contentWindow && done(event.data));
  document.body.append(Object.assign(frame, ATTRIBUTES));
});
"""


async def focused(window: Window) -> None:
    """Wait until a window has the keyboard, without which Chromium lets no page read the clipboard."""
    await window.loaded()
    window.set_focus()
    await window.eval("while (!document.hasFocus()) await new Promise((done) => setTimeout(done, 10))", within=None)


def test_a_power_that_is_granted_is_the_apps_own_pages_alone(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    with site({"/": PAGE}) as remote:
        app = shell.app(config={"plugins": {"qtshell": {"network": [remote.origin], "webPermissions": GRANTED}}})
        frames = {"remote": {"src": f"{remote.origin}/"}, "sandboxed": {"sandbox": "allow-scripts", "srcdoc": PAGE}}

        async def scenario(app: App) -> None:
            main = app.windows["main"]
            await focused(main)
            assert await main.eval(f"{ASK} return ask()") == {name: ["answered", True] for name in GRANTED}
            refused = {name: ["NotAllowedError", False] for name in GRANTED}
            for attributes in frames.values():
                assert await main.eval(FRAME.replace("ATTRIBUTES", json.dumps(attributes))) == refused
            away = app.create_window("away", url=f"{remote.origin}/")
            await focused(away)
            assert await away.eval(f"{ASK} return ask()") == refused
            assert f"{remote.origin}/ asked for clipboard-read: only the app's own pages get it" in caplog.text

        shell.run(app, scenario)


def test_what_was_granted_once_is_granted_no_more_when_the_configuration_does_not(
    shell: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    # Not `headless`, which keeps nothing on disk.
    shell.options = Options(no_sandbox=True)
    states: list[bool] = []

    async def scenario(app: App) -> None:
        told: dict[str, tuple[str, bool]] = await app.windows["main"].eval(f"{ASK} return ask()")
        states.append(told["geolocation"][1])

    for granted in (["geolocation"], []):
        shell.run(shell.app(config={"plugins": {"qtshell": {"webPermissions": granted}}}), scenario)
    assert states == [True, False]
    assert list((tmp_path / "home").rglob("storage"))


ALLOWED = "document.featurePolicy.allowsFeature('display-capture')"


@pytest.mark.parametrize("headers", [{}, {"Permissions-Policy": "camera=(self)"}], ids=["no header", "another power"])
def test_no_frame_of_another_origin_is_given_the_screen_by_the_page_around_it(
    shell: Runner, headers: dict[str, str]
) -> None:
    page = f"<!doctype html><script>parent.postMessage({ALLOWED}, '*')</script>"
    with site({"/": page}) as remote:
        app = shell.app(
            config={
                "app": {"security": {"headers": headers}},
                "plugins": {"qtshell": {"network": [remote.origin], "webPermissions": ["screen-capture"]}},
            }
        )
        frames = {
            "remote": {"src": f"{remote.origin}/"},
            "sandboxed": {"sandbox": "allow-scripts", "srcdoc": page},
            "own": {"srcdoc": page},
        }

        async def scenario(app: App) -> None:
            main = app.windows["main"]
            assert await main.eval(ALLOWED) is True
            script = FRAME.replace("geolocation *; clipboard-read *", "display-capture *")
            told = {
                name: await main.eval(script.replace("ATTRIBUTES", json.dumps(one))) for name, one in frames.items()
            }
            assert told == {"remote": False, "sandboxed": False, "own": True}

        shell.run(app, scenario)


LOCK = """
for (const name of ["pointerdown", "mousedown"]) addEventListener(name, (event) => event.preventDefault());
addEventListener("click", async () => {
  const outcome = await document.body.requestPointerLock().then(() => "locked", (error) => error.name);
  // The window has not the keyboard yet: another click follows.
  if (outcome === "WrongDocumentError") return;
  document.exitPointerLock();
  top.postMessage([parent === window ? "page" : "frame", outcome], "*");
});
"""
TALL = "document.body.style.height = '100vh';"
TOLD = """
globalThis.told = new Promise((done) => { onmessage = (event) => event.data[0] === asker && done(event.data[1]); });
document.body.replaceChildren();
"""
COVERED = """
await new Promise((done) => {
  const style = "position: fixed; inset: 0; width: 100%; height: 100%; border: 0";
  const frame = Object.assign(document.createElement("iframe"), { style }, ATTRIBUTES);
  frame.onload = done;
  document.body.append(frame);
});
focus();
"""


async def clicked(window: Window, script: str) -> Any:
    """What a page tells, or a frame in it, of a click on it."""
    asker = "frame" if "iframe" in script else "page"
    await window.eval(f"const asker = '{asker}'; {TOLD} {script}", within=None)
    told = asyncio.ensure_future(window.eval("told", within=None))
    while not told.done():
        # A frame that is not on the screen yet gets none.
        widget = window.webview.widget.focusProxy()
        assert widget is not None
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
        await asyncio.wait([told], timeout=1)
    return told.result()


@pytest.mark.parametrize(
    ("frame", "has_it"),
    [("remote", False), ("sandboxed", False), ("remote", True)],
    ids=["remote", "sandboxed", "later"],
)
def test_no_frame_locks_the_pointer_in_the_name_of_the_page_around_it(
    shell: Runner, caplog: pytest.LogCaptureFixture, frame: str, has_it: bool
) -> None:
    """Qt tells the origin of the frame that has the focus, and asks nobody again where the page has it."""
    page = f"<!doctype html><body style='height: 100vh'><script>{LOCK}</script>"
    with site({"/": page}) as remote:
        granted = {"network": [remote.origin], "webPermissions": ["pointer-lock"]}
        app = shell.app(config={"plugins": {"qtshell": granted}})
        frames = {
            "remote": {"src": f"{remote.origin}/"},
            "sandboxed": {"sandbox": "allow-scripts allow-pointer-lock", "srcdoc": page},
        }

        async def scenario(app: App) -> None:
            main = app.windows["main"]
            await focused(main)
            if has_it:
                assert await clicked(main, TALL + LOCK) == "locked"
            assert await clicked(main, COVERED.replace("ATTRIBUTES", json.dumps(frames[frame]))) == "SecurityError"
            said = (
                "frames of the page may not lock the pointer" if has_it else "tauri://localhost/ asked for pointer-lock"
            )
            assert f"{said}: Qt does not tell which of its frames asks" in caplog.text
            if not has_it:
                # Nor has the page it when the frame has gone, of which nothing is told.
                assert await clicked(main, TALL + LOCK) == "SecurityError"
                assert "and asks no more until this webview has shown a page of another site" in caplog.text

        shell.run(app, scenario)


def test_nothing_is_taken_from_a_page_that_is_gone(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    """What Qt was told of the pointer went with the page that had it."""
    with site({"/": "<!doctype html><iframe src='/frame'></iframe>", "/frame": "<!doctype html>"}) as remote:
        granted = {"network": [remote.origin], "webPermissions": ["pointer-lock"]}
        app = shell.app(config={"plugins": {"qtshell": granted}})

        async def scenario(app: App) -> None:
            main = app.windows["main"]
            await focused(main)
            assert await clicked(main, TALL + LOCK) == "locked"
            main.webview.load(f"{remote.origin}/")
            await main.loaded()
            assert await main.eval("frames.length") == 1
            assert "may not lock the pointer" not in caplog.text

        shell.run(app, scenario)


CAPTURE = """
onclick = () => navigator.mediaDevices.getDisplayMedia().catch((error) => top.postMessage(["page", error.name], "*"));
"""


def test_who_is_refused_the_screen_is_told_why(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    with site({"/": "<!doctype html>"}) as remote:
        granted = {"network": [remote.origin], "webPermissions": ["screen-capture"]}
        app = shell.app(config={"plugins": {"qtshell": granted}})

        async def scenario(app: App) -> None:
            away = app.create_window("away", url=f"{remote.origin}/")
            await focused(away)
            assert await clicked(away, CAPTURE + TALL) == "AbortError"
            assert f"{remote.origin}/ asked for screen-capture: only the app's own pages get it" in caplog.text

        shell.run(app, scenario)
