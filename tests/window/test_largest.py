"""Sizes that no machine has the memory for, or the time. The windows are hidden: 8192 pixels each way take a gigabyte."""

import pytest
from PySide6.QtCore import QSize

from shell import App, LogicalSize, PhysicalSize
from shell.config import WindowConfig
from shell.window import Area, Monitor, PhysicalPosition
from shell.window.constraints import SizeConstraints
from shell.window.largest import size_of_all
from tests.conftest import Runner

LARGEST = PhysicalSize(8192, 8192)
LARGEST_FOR_PAGES = PhysicalSize(1920, 1200)
HUGE = 1e7

MAY_RESIZE = {
    "identifier": "sizes",
    "windows": ["main"],
    "permissions": [
        *("core:window:allow-create", "core:window:allow-set-size", "core:window:allow-set-min-size"),
        *("core:window:allow-set-size-constraints", "core:webview:allow-create-webview"),
        *("core:webview:allow-set-webview-size", "core:webview:allow-set-webview-auto-resize"),
    ],
}


@pytest.mark.parametrize("resizable", [True, False])
def test_no_window_gets_larger_than_programs_can_be(resizable: bool, shell: Runner) -> None:
    async def scenario(app: App) -> None:
        made_so = app.create_window("made-so", width=HUGE, height=HUGE, visible=False, resizable=resizable)
        assert made_so.inner_size() == LARGEST
        told_so = app.create_window("told-so", visible=False, resizable=resizable)
        told_so.set_size(LogicalSize(HUGE, HUGE))
        assert told_so.inner_size() == LARGEST

    shell.run(shell.app(), scenario)


def test_no_bound_makes_a_window_larger_than_that(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.create_window("bound", visible=False)
        window.set_size_constraints(SizeConstraints(min_width=HUGE, min_height=HUGE))
        assert window.inner_size() == LARGEST

    shell.run(shell.app(), scenario)


def test_no_webview_gets_larger_than_that(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.create_window("around", visible=False)
        webview = app.core.windows.add_webview(window, WindowConfig(label="inside", width=HUGE, height=HUGE))
        place = window.panes.place(webview.widget)
        assert (place.width(), place.height()) == (LARGEST.width, LARGEST.height)

    shell.run(shell.app(), scenario)


def test_several_monitors_are_as_large_as_what_is_around_them() -> None:
    def monitor(x: int, y: int, width: int, height: int, scale: float) -> Monitor:
        area = Area(PhysicalPosition(x, y), PhysicalSize(width, height))
        return Monitor(None, area.position, area.size, area, scale)

    pair = [monitor(-1920, 100, 1920, 1080, 1), monitor(0, 0, 3840, 2160, 2)]
    assert size_of_all(pair) == PhysicalSize(5760, 2160)
    assert size_of_all([]) == PhysicalSize(0, 0)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("window|set_size", "value: huge"),
        ("window|set_min_size", "value: huge"),
        ("window|set_size_constraints", "value: { minWidth: { Physical: 1e7 }, minHeight: { Logical: 1e7 } }"),
    ],
)
def test_no_page_makes_a_window_larger_than_screens_are(command: str, arguments: str, shell: Runner) -> None:
    async def scenario(app: App) -> None:
        other = app.create_window("other", visible=False)
        await app.windows["main"].eval(
            f"const huge = {{ Logical: {{ width: 1e7, height: 1e7 }} }};"
            f"await shell.invoke('plugin:{command}', {{ label: 'other', {arguments} }})"
        )
        assert other.inner_size() == LARGEST_FOR_PAGES
        # What only the program asks for, it gets.
        other.set_size(LogicalSize(3000, 2000))
        assert other.inner_size() == PhysicalSize(3000, 2000)

    shell.run(shell.app(capabilities=[MAY_RESIZE]), scenario)


@pytest.mark.parametrize(("width", "height"), [("width", "height"), ("minWidth", "minHeight")])
def test_no_page_opens_a_window_larger_than_that(width: str, height: str, shell: Runner) -> None:
    async def scenario(app: App) -> None:
        options = f"{{ label: 'other', visible: false, {width}: 1e7, {height}: 1e7 }}"
        await app.windows["main"].eval(f"await shell.invoke('plugin:window|create', {{ options: {options} }})")
        assert app.windows["other"].inner_size() == LARGEST_FOR_PAGES

    shell.run(shell.app(capabilities=[MAY_RESIZE]), scenario)


def test_no_page_makes_a_webview_larger_than_that(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        other = app.create_window("other", width=10, height=10, visible=False)
        main = app.windows["main"]
        await main.eval(
            """await shell.invoke("plugin:webview|create_webview", { windowLabel: "other",
                 options: { label: "inside", url: "index.html", x: 0, y: 0, width: 1e7, height: 1e7 } });"""
        )
        inside = app.core.webviews["inside"].widget
        assert inside.size() == QSize(LARGEST_FOR_PAGES.width, LARGEST_FOR_PAGES.height)
        inside.resize(1, 1)
        await main.eval(
            """const size = { Logical: { width: 1e7, height: 1e7 } };
               await shell.invoke("plugin:webview|set_webview_size", { label: "inside", value: size });"""
        )
        assert inside.size() == QSize(LARGEST_FOR_PAGES.width, LARGEST_FOR_PAGES.height)
        # Now it would be 192 times as wide as its window.
        await main.eval(
            """await shell.invoke("plugin:webview|set_webview_auto_resize", { label: "inside", value: true });
               const size = { Logical: { width: 1000, height: 1000 } };
               await shell.invoke("plugin:window|set_size", { label: "other", value: size });"""
        )
        assert other.inner_size() == PhysicalSize(1000, 1000)
        assert inside.size() == QSize(LARGEST_FOR_PAGES.width, LARGEST_FOR_PAGES.height)

    shell.run(shell.app(capabilities=[MAY_RESIZE]), scenario)
