from collections.abc import Iterator

import pytest

from shell.window import LogicalPosition, PhysicalPosition, PhysicalSize
from tests.desktop import Desktop, until
from tests.window.driver import Driver, run_program

SCREEN = PhysicalSize(1280, 800)


@pytest.fixture(scope="module", params=[1.5, 2.0])
def scaled(request: pytest.FixtureRequest, desk: Desktop) -> Iterator[tuple[Driver, float]]:
    with run_program(desk, QT_SCALE_FACTOR=str(request.param)) as driver:
        yield driver, request.param


def test_getters_and_events_speak_of_physical_pixels(scaled: tuple[Driver, float]) -> None:
    program, scale = scaled
    with program.window(x=40.0, y=30.0, width=200.0, height=100.0) as window:
        assert window("scale_factor()") == scale
        assert window.inner()[2:] == (200 * scale, 100 * scale)
        assert window("inner_size()") == PhysicalSize(*window.inner()[2:])
        assert window("outer_position()") == LogicalPosition(40, 30).to_physical(scale)
        assert window("outer_position()") == PhysicalPosition(*window.outer()[:2])
        window("set_size(PhysicalSize(450, 330))")
        program.event("tauri://resize", lambda size: size == {"width": 450, "height": 330})
        until(lambda: window.inner()[2:] == (450, 330))
        window("set_position(PhysicalPosition(120, 90))")
        program.event("tauri://move", lambda place: place == {"x": 120, "y": 90})
        until(lambda: window.outer()[:2] == (120, 90))
        window("set_position(LogicalPosition(100.0, 60.0))")
        program.event("tauri://move", lambda place: place == {"x": 100 * scale, "y": 60 * scale})
        until(lambda: window.outer()[:2] == (100 * scale, 60 * scale))


def test_a_monitor_has_the_pixels_that_it_has(scaled: tuple[Driver, float]) -> None:
    program, scale = scaled
    monitor = program("primary_monitor()")
    assert abs(monitor.size.width - SCREEN.width) <= scale
    assert abs(monitor.size.height - SCREEN.height) <= scale
    assert monitor.scale_factor == scale


def test_the_cursor_is_where_it_is(scaled: tuple[Driver, float]) -> None:
    program, scale = scaled
    program.desk.run("xdotool", "mousemove", "300", "240")
    x, y = program("cursor_position()")
    assert abs(x - 300) <= scale
    assert abs(y - 240) <= scale


def test_bounds_are_logical(scaled: tuple[Driver, float]) -> None:
    program, scale = scaled
    with program.window(width=200.0, height=100.0, min_width=120.0, min_height=80.0) as window:
        least = f"program specified minimum size: {120 * scale:g} by {80 * scale:g}"
        assert least in window.property("WM_NORMAL_HINTS")
