"""Sizes that no machine has the memory for. The windows are hidden: 8192 pixels each way take a gigabyte to show."""

import pytest

from shell import App, LogicalSize, PhysicalSize
from shell.config import WindowConfig
from shell.window.constraints import SizeConstraints
from tests.conftest import Runner

LARGEST = PhysicalSize(8192, 8192)
HUGE = 1e7


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
