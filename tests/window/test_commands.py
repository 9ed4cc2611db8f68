"""What pages may ask of windows: the real commands, asked by a real page."""

import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication

from shell import App, Call, JavaScriptError, PageGoneError, Proceed, Window
from shell.plugins.window import window_plugin
from tests.conftest import Runner
from tests.plugins.conftest import EVERYTHING, commands

COMMANDS = commands("window")
RED_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)


async def invoke(window: Window, command: str, **arguments: Any) -> Any:
    """Call a command from a window's page; what it rejects with is raised."""
    call = f"window.__TAURI_INTERNALS__.invoke('plugin:window|{command}', {json.dumps(arguments)})"
    return await window.eval(f"{call}.catch((error) => {{ throw new Error(String(error)) }})")


def run(shell: Runner, scenario: Callable[[Window, App], Awaitable[None]], **options: Any) -> None:
    async def play(app: App) -> None:
        await app.windows["main"].loaded()
        await scenario(app.windows["main"], app)

    app = shell.app(**{"capabilities": [EVERYTHING], **options})
    assert shell.run(app, play) == 0


def test_every_command_is_there() -> None:
    plugin = window_plugin({}, cast("Any", None))
    assert {command.name.removeprefix("plugin:window|") for command in plugin.commands} == COMMANDS


def test_a_page_sees_what_it_set(shell: Runner) -> None:
    async def scenario(window: Window, _: App) -> None:
        for command, value in {
            "set_title": "ein Titel",
            "set_resizable": False,
            "set_maximizable": False,
            "set_minimizable": False,
            "set_closable": False,
            "set_decorations": False,
            "set_always_on_top": True,
            "set_enabled": False,
        }.items():
            await invoke(window, command, value=value)
        assert await invoke(window, "title") == "ein Titel"
        for getter, value in {
            "is_resizable": False,
            "is_maximizable": False,
            "is_minimizable": False,
            "is_closable": False,
            "is_decorated": False,
            "is_always_on_top": True,
            "is_enabled": False,
        }.items():
            assert await invoke(window, getter) is value, getter

    run(shell, scenario)


def test_sizes_and_places_come_in_both_kinds_of_pixels(shell: Runner) -> None:
    async def scenario(window: Window, _: App) -> None:
        await invoke(window, "set_size", value={"Logical": {"width": 500.0, "height": 400.0}})
        assert await invoke(window, "inner_size") == {"width": 500, "height": 400}
        await invoke(window, "set_size", value={"Physical": {"width": 520, "height": 420}})
        assert await invoke(window, "inner_size") == {"width": 520, "height": 420}
        await invoke(window, "set_min_size", value={"Logical": {"width": 600.0, "height": 450.0}})
        assert await invoke(window, "inner_size") == {"width": 600, "height": 450}
        await invoke(window, "set_min_size", value=None)
        await invoke(window, "set_size_constraints", value={"minWidth": {"Logical": 640}, "maxHeight": None})
        assert await invoke(window, "inner_size") == {"width": 640, "height": 450}
        await invoke(window, "set_position", value={"Physical": {"x": 12, "y": 34}})
        assert await invoke(window, "outer_position") == {"x": 12, "y": 34}

    run(shell, scenario)


def test_a_page_learns_about_monitors_and_the_theme(shell: Runner) -> None:
    async def scenario(window: Window, _: App) -> None:
        monitor = await invoke(window, "current_monitor")
        assert monitor.keys() == {"name", "size", "position", "workArea", "scaleFactor"}
        assert monitor["workArea"].keys() == {"size", "position"}
        assert await invoke(window, "primary_monitor") == monitor
        assert await invoke(window, "available_monitors") == [monitor]
        assert await invoke(window, "monitor_from_point", x=1, y=1) == monitor
        assert await invoke(window, "monitor_from_point", x=-9999, y=1) is None
        assert (await invoke(window, "cursor_position")).keys() == {"x", "y"}
        assert await invoke(window, "theme") == "light"
        assert await invoke(window, "scale_factor") == 1.0

    run(shell, scenario)


def test_values_come_in_every_form_that_the_package_sends(shell: Runner, tmp_path: Path) -> None:
    async def scenario(window: Window, _: App) -> None:
        icon = tmp_path / "icon.png"
        icon.write_bytes(RED_PIXEL)
        for image in (str(icon), list(RED_PIXEL), {"rgba": [255, 0, 0, 255], "width": 1, "height": 1}):
            await invoke(window, "set_icon", value=image)
            assert window.frame.windowIcon().pixmap(1).toImage().pixelColor(0, 0).red() == 255
        for command, values in {
            "set_background_color": (None, "#fff", [1, 2, 3], {"red": 1, "green": 2, "blue": 3}),
            "set_cursor_icon": ("wait", "notAllowed", "no such cursor"),
            "set_cursor_position": ({"Logical": {"x": 1.5, "y": 2}},),
            "set_effects": (None, {"effects": ["mica"], "state": "active", "radius": 3}),
            "set_title_bar_style": ("overlay",),
            "request_user_attention": (None, {"type": "Critical"}),
            "set_progress_bar": ({"status": "normal", "progress": 33}, {}),
            "set_badge_count": (3, None),
            "start_resize_dragging": ("NorthEast",),
            "set_fullscreen_on_monitor": ({"x": -9999, "y": 0},),
        }.items():
            for value in values:
                await invoke(window, command, value=value)

    run(shell, scenario)


@pytest.mark.parametrize(
    ("command", "value", "message"),
    [
        ("set_size", {}, 'either {"Logical": …} or {"Physical": …}'),
        ("set_size", {"Logical": {"width": "wide", "height": 1}}, "`float`, got `str`"),
        ("set_title", 5, "Expected `str`, got `int`"),
        ("set_theme", "dim", "'dim'"),
        ("set_theme", "dark", 'platform "offscreen" has no themes'),
        ("set_icon", "/no/such/file.png", "invalid icon: /no/such/file.png"),
        ("set_icon", [1, 2, 3], "invalid icon: not an image"),
        ("set_icon", {"rgba": [1], "width": 1, "height": 1}, "has 4 bytes, not 1"),
        ("set_icon", 99, "resource id 99 is invalid"),
        ("set_background_color", "greenish", "expected a colour"),
        ("set_effects", {"effects": ["glitter"]}, "glitter"),
        ("set_title_bar_style", "round", "one of Visible, Transparent, Overlay, not 'round'"),
        ("start_resize_dragging", "Up", "not 'Up'"),
        ("set_progress_bar", {"progress": 101}, "<= 100"),
        ("set_badge_count", 2**63, "<= 9223372036854775807"),
        ("set_badge_label", "new", "exists only on macOS"),
        ("set_overlay_icon", None, "exists only in the taskbar of Windows"),
        ("activity_name", None, "only Android has activities"),
        ("scene_identifier", None, "only iOS has scenes"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_wrong(shell: Runner, command: str, value: Any, message: str) -> None:
    async def scenario(window: Window, _: App) -> None:
        with pytest.raises(JavaScriptError) as refusal:
            await invoke(window, command, value=value)
        assert message in str(refusal.value)

    run(shell, scenario)


def test_a_count_that_no_dock_can_show_is_refused_and_changes_nothing(shell: Runner) -> None:
    async def scenario(window: Window, _: App) -> None:
        name = QGuiApplication.applicationName()
        for count in (2**63, -(2**63) - 1):
            with pytest.raises(ValueError, match=f"a badge's count: expected a number of 64 bits, got {count}"):
                window.set_badge_count(count)
        window.set_badge_count(2**63 - 1)
        window.set_badge_count(None)
        with pytest.raises(TypeError):
            window.set_badge_count("3")  # type: ignore[arg-type]
        assert QGuiApplication.applicationName() == name

    run(shell, scenario)


def test_a_page_speaks_to_another_window_by_its_label(shell: Runner) -> None:
    async def scenario(window: Window, app: App) -> None:
        other = app.create_window("other", title="the other")
        assert await invoke(window, "get_all_windows") == ["main", "other"]
        assert await invoke(window, "title", label="other") == "the other"
        await invoke(window, "set_title", label="other", value="renamed")
        assert other.title() == "renamed"
        with pytest.raises(JavaScriptError, match='no window has the label "third"'):
            await invoke(window, "title", label="third")
        await invoke(window, "destroy", label="other")
        assert other.closed

    run(shell, scenario)


def test_a_page_opens_a_window_and_hears_why_not(shell: Runner) -> None:
    async def scenario(window: Window, app: App) -> None:
        await invoke(window, "create", options={"label": "second", "title": "Second", "width": 333, "parent": "main"})
        second = app.windows["second"]
        assert second.title() == "Second"
        assert second.inner_size().width == 333
        for options, message in (
            ({"label": "second"}, "exists already"),
            ({"label": "third", "parent": "nobody"}, 'no window has the label "nobody"'),
            ({"label": "third", "width": "wide"}, "options.width: expected a number"),
            ({"label": "third", "heigth": 3}, '"height"'),
        ):
            with pytest.raises(JavaScriptError) as refusal:
                await invoke(window, "create", options=options)
            assert message in str(refusal.value)

    run(shell, scenario)


def test_a_page_may_only_look_unless_a_capability_says_more(shell: Runner) -> None:
    async def scenario(window: Window, _: App) -> None:
        assert await invoke(window, "is_visible") in {True, False}
        with pytest.raises(JavaScriptError, match="core:window:allow-set-title"):
            await invoke(window, "set_title", value="mine")

    run(shell, scenario, capabilities=[])


def test_a_page_that_listens_for_the_close_request_decides(shell: Runner) -> None:
    async def scenario(window: Window, app: App) -> None:
        await window.eval(
            """const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
            const target = { kind: "Window", label: "main" };
            globalThis.asked = new Promise((asked) => {
                globalThis.listening = invoke("plugin:event|listen", {
                    event: "tauri://close-requested", target, handler: transformCallback(asked) });
            });
            await globalThis.listening;"""
        )
        app.create_window("other")
        await invoke(window, "close")
        await window.eval("asked.then(() => true)")
        assert not window.closed
        with pytest.raises(PageGoneError):
            await invoke(window, "destroy")
        assert window.closed

    run(shell, scenario)


DRAG_REGIONS = """<!doctype html><style>body { margin: 0 } body > * { height: 40px } span, button, i { display: block;
    width: 40px; height: 40px; background: silver } body > * > * { margin-left: 60px }</style>
<div data-tauri-drag-region><span></span></div>
<div data-tauri-drag-region="deep"><span></span></div>
<div data-tauri-drag-region="deep"><button></button></div>
<div data-tauri-drag-region="deep"><span data-tauri-drag-region="false"></span></div>
<div><span></span></div>"""


@pytest.mark.parametrize(
    ("row", "inside", "drags"),
    [
        (0, False, True),
        (0, True, False),
        (1, True, True),
        (2, True, False),
        (2, False, True),
        (3, True, False),
        (4, True, False),
    ],
)
def test_a_drag_region_of_a_page_moves_its_window(shell: Runner, row: int, inside: bool, drags: bool) -> None:
    shell.write(index=DRAG_REGIONS)
    assert ("start_dragging" in presses(shell, QPointF(80 if inside else 20, 40 * row + 20), times=1)) is drags


def test_a_double_click_on_a_drag_region_maximizes(shell: Runner) -> None:
    shell.write(index=DRAG_REGIONS)
    assert presses(shell, QPointF(20, 20), times=2) == ["start_dragging", "internal_toggle_maximize"]


_LEFT = Qt.MouseButton.LeftButton


def presses(shell: Runner, at: QPointF, *, times: int) -> list[str]:
    """Press the mouse on a place of the page, and return which commands it called for that."""
    called: list[str] = []

    async def watch(call: Call, proceed: Proceed) -> Any:
        if call.command.startswith("plugin:window|"):
            called.append(call.command.removeprefix("plugin:window|"))
        return await proceed(call)

    async def scenario(window: Window, app: App) -> None:
        app.filter(watch)
        await window.eval(
            f"""globalThis.seen = new Promise((done) =>
                addEventListener("mouseup", (event) => event.detail === {times} && done(), true));
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));"""
        )
        page = window.webview.widget.focusProxy()
        assert page is not None
        for number in range(times):
            # QTest takes care that its clicks are never so close together that they make a double click.
            for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
                buttons = _LEFT if kind is QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
                event = QMouseEvent(kind, at, page.mapToGlobal(at), _LEFT, buttons, Qt.KeyboardModifier.NoModifier)
                event.setTimestamp(1000 + 20 * number)
                QApplication.sendEvent(page, event)
        await window.eval("seen.then(() => true)")
        await invoke(window, "title")

    run(shell, scenario)
    return called[: called.index("title")]
