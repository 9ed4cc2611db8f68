"""The `webviewWindow` module of the package, function by function."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor

from shell.config import WindowConfig
from shell.webview.profile import place_of
from tests.conftest import Runner
from tests.plugins.conftest import EVERYTHING, Api, play


async def open_window(api: Api, label: str, **options: Any) -> str | None:
    """Open a window as pages do; returns what `tauri://error` says, or `None` with `tauri://created`."""
    outcome = await api(
        f"""new Promise((done) => {{
            const made = new api.webviewWindow.WebviewWindow({json.dumps(label)}, {json.dumps(options)});
            made.once("tauri://created", () => done({{ error: null }}));
            made.once("tauri://error", ({{ payload }}) => done({{ error: payload }}));
        }})"""
    )
    error: str | None = outcome["error"]
    return error


def test_a_page_opens_a_window_with_a_renderer_of_its_own(page: Runner) -> None:
    (page.folder / "second.html").write_text("<!doctype html><title>second</title>")

    async def scenario(api: Api) -> None:
        assert await open_window(api, "second", url="second.html", title="The second", width=321, height=123) is None
        second = await api.window_of("second")
        assert await second("document.title") == "second"
        await second.until_inner(321, 123)
        assert second.window.title() == "The second"
        assert second.window.renderer_pid not in {0, api.window.renderer_pid}
        assert list(api.app.windows) == ["main", "second"]

    play(page, scenario)


def test_the_options_are_those_of_the_configuration(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        options = {
            "minWidth": 200,
            "resizable": False,
            "decorations": False,
            "alwaysOnTop": True,
            "maximizable": False,
            "closable": False,
            "visible": False,
            "backgroundColor": "#102030",
            "userAgent": "Notes/1",
            "dragDropEnabled": False,
            "devtools": True,
            "parent": "main",
        }
        assert await open_window(api, "second", **options) is None
        second = await api.window_of("second")
        window, webview = second.window, api.app.core.webviews["second"]
        assert not window.is_visible()
        assert not window.is_resizable()
        assert not window.is_decorated()
        assert not window.is_maximizable()
        assert not window.is_closable()
        assert window.is_always_on_top()
        assert webview.page.backgroundColor() == QColor("#102030")
        assert await second("navigator.userAgent") == "Notes/1"
        assert webview.devtools.allowed

    play(page, scenario)


def test_a_window_without_options_is_as_in_tauri(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        assert await open_window(api, "second") is None
        second = await api.window_of("second")
        assert second.window.title() == "Tauri App"
        assert await second("location.href") == "tauri://localhost/"
        await second.until_inner(800, 600)

    play(page, scenario)


def test_a_page_without_scripts_runs_none(page: Runner) -> None:
    (page.folder / "second.html").write_text("<!doctype html><title>no</title><script>document.title = 'yes'</script>")

    async def scenario(api: Api) -> None:
        assert await open_window(api, "second", url="second.html", javascriptDisabled=True) is None
        second = await api.window_of("second")
        assert second.window.webview.page.title() == "no"

    play(page, scenario)


def test_an_incognito_window_shares_nothing(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api("void (localStorage.kept = 1)")
        assert await open_window(api, "private", incognito=True) is None
        assert await open_window(api, "other") is None
        assert await (await api.window_of("private"))("localStorage.length") == 0
        assert await (await api.window_of("other"))("localStorage.length") == 1

    play(page, scenario)


def test_a_folder_for_what_pages_keep_is_that_of_one_label(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await api("void (localStorage.kept = 1)")
        assert await open_window(api, "a", dataDirectory="x") is None
        await (await api.window_of("a"))("void (localStorage.kept = 2)")
        api.app.windows["a"].destroy()
        for label, folder in (("b", "x"), ("webview", "."), ("a", "y")):
            assert await open_window(api, label, dataDirectory=folder) is None
            assert await (await api.window_of(label))("localStorage.length") == 0
            api.app.windows[label].destroy()
        assert await open_window(api, "a", dataDirectory="./x") is None
        assert await (await api.window_of("a"))("localStorage.kept") == "2"

    play(page, scenario)


def test_no_label_has_the_folder_of_another() -> None:
    labels = ["main", "a", "A", "a/b", "a:b", "webview", "webviews", "é", "É", "中", "w" * 3000, "w" * 4000]
    windows = [WindowConfig(label=label, data_directory=folder) for label in labels for folder in (".", "x", "b/x")]
    places = [place_of(window) for window in windows]
    # Some systems take large letters for small ones.
    assert len({str(place).casefold() for place in places}) == len(windows)
    tops = {place.parts[:2] for place in places}
    assert len(tops) == len(labels)
    assert {top for top, _ in tops} == {"webviews"}
    assert all(len(name) <= 255 and name.isascii() for _, name in tops)
    assert place_of(WindowConfig(label="a")) == place_of(WindowConfig(label="b")) == Path("webview")


def test_a_label_is_taken_once(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        assert await open_window(api, "main") == "a webview with label `main` already exists"
        assert await open_window(api, "second") is None
        assert await open_window(api, "second") == "a webview with label `second` already exists"
        api.app.windows["second"].destroy()
        assert await open_window(api, "second") is None

    play(page, scenario)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"widht": 3}, 'options.widht: unknown key; did you mean "width"?'),
        ({"width": "wide"}, 'options.width: expected a number, got "wide"'),
        ({"theme": "blue"}, 'options.theme: expected "light" or "dark", got "blue"'),
        ({"parent": "nobody"}, 'options.parent: no window has the label "nobody"'),
        ({"dataDirectory": "/etc"}, "options.dataDirectory: expected a path inside the program's data, got '/etc'"),
        (
            {"dataDirectory": "a/../.."},
            "options.dataDirectory: expected a path inside the program's data, got 'a/../..'",
        ),
    ],
)
def test_a_wrong_option_is_named(page: Runner, options: dict[str, Any], message: str) -> None:
    async def scenario(api: Api) -> None:
        assert await open_window(api, "second", **options) == message
        assert list(api.app.windows) == ["main"]

    play(page, scenario)


def test_a_wrong_label_is_named(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        message = 'options.label: expected a label of letters, digits, "-", "/", ":" and "_", got "a b"'
        assert await open_window(api, "a b") == message
        assert "options.label" in (await open_window(api, "") or "")
        create = "api.core.invoke('plugin:webview|create_webview_window', { options: %s })"
        for label in ("[]", "['main']", "{}", "5", "null"):
            assert await api.refused(create % f"{{ label: {label} }}") == (
                f'options.label: expected a label of letters, digits, "-", "/", ":" and "_", got {label.replace("'", '"')}'
            )
        assert await api.refused(create % "{}") == "a webview with label `main` already exists"
        assert list(api.app.windows) == ["main"]

    play(page, scenario)


def test_what_a_page_opens_has_what_capabilities_give_its_label(page: Runner) -> None:
    guests = {"identifier": "guests", "windows": ["guest"], "permissions": ["core:app:allow-name"]}
    first = {**EVERYTHING, "windows": ["main"]}

    async def scenario(api: Api) -> None:
        assert await open_window(api, "guest", url="index.html") is None
        guest = await api.window_of("guest")
        assert await guest("api.app.getName()") == "test"
        assert "app.version not allowed" in await guest.refused("api.app.getVersion()")

    play(page, scenario, capabilities=[first, guests])


def test_windows_are_found_by_label(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await open_window(api, "second")
        everyone = await api("api.webviewWindow.getAllWebviewWindows().then((all) => all.map((w) => w.label))")
        assert everyone == ["main", "second"]
        assert await api("api.webviewWindow.WebviewWindow.getAll().then((all) => all.length)") == 2
        assert await api("api.webviewWindow.WebviewWindow.getByLabel('second').then((w) => w.title())") == "Tauri App"
        assert await api("api.webviewWindow.WebviewWindow.getByLabel('third')") is None
        assert await api("api.webviewWindow.WebviewWindow.getCurrent().label") == "main"
        assert await api("api.webviewWindow.getCurrentWebviewWindow().label") == "main"

    play(page, scenario)


def test_it_does_what_windows_do_and_what_webviews_do(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await open_window(api, "second")
        second = await api.window_of("second")
        await api("api.webviewWindow.WebviewWindow.getByLabel('second').then((w) => { globalThis.second = w; })")
        await api("second.setTitle('Another')")
        assert second.window.title() == "Another"
        await api("second.setZoom(2)")
        assert api.app.core.webviews["second"].zoom == 2
        await api("second.setBackgroundColor('#00ff00')")
        assert api.app.core.webviews["second"].page.backgroundColor() == QColor("#00ff00")
        await api("second.hide()")
        assert not second.window.is_visible()
        # Both have `close` and the like; the window's is the one that counts.
        await api("second.destroy()")
        assert second.window.closed

    play(page, scenario)


def test_windows_talk_by_events(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await open_window(api, "second")
        second = await api.window_of("second")
        await second(
            """globalThis.heard = new Promise((done) => { globalThis.done = done; });
            const own = api.webviewWindow.getCurrentWebviewWindow();
            await own.once("greeting", ({ payload }) => done(payload));"""
        )
        await api("api.webviewWindow.getCurrentWebviewWindow().emitTo('second', 'greeting', { from: 'main' })")
        assert await second("heard") == {"from": "main"}

    play(page, scenario)


def test_a_page_hears_that_another_window_is_gone(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        await open_window(api, "second")
        await api.window_of("second")
        gone = """api.webviewWindow.WebviewWindow.getByLabel("second").then(async (second) => {
            const heard = new Promise((done) => second.once("tauri://destroyed", () => done("gone")));
            await second.close();
            return heard;
        })"""
        # `once` is on its way before `close` is: calls keep their order.
        assert await api(gone) == "gone"
        assert list(api.app.windows) == ["main"]

    play(page, scenario)
