import re
from functools import partial

from shell.window import LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize
from tests.desktop import until
from tests.window.driver import DrivenWindow, Driver
from tests.window.pointing import bottom_right_corner, drag, drag_in_vain

SCREEN = (1280, 800)


def size_hints(window: DrivenWindow) -> dict[str, tuple[int, int]]:
    hints = window.property("WM_NORMAL_HINTS")
    found = re.findall(r"program specified (minimum|maximum) size: (\d+) by (\d+)", hints)
    return {kind: (int(width), int(height)) for kind, width, height in found}


def test_the_configured_position_is_that_of_the_frame_and_the_size_that_of_the_content(program: Driver) -> None:
    with program.window(x=200.0, y=150.0, width=400.0, height=300.0) as window:
        x, y, width, height = window.outer()
        assert (x, y) == (200, 150)
        assert window.inner()[2:] == (400, 300)
        assert window("outer_position()") == PhysicalPosition(x, y)
        assert window("outer_size()") == PhysicalSize(width, height)
        assert window("inner_position()") == PhysicalPosition(*window.inner()[:2])
        assert window("inner_size()") == PhysicalSize(400, 300)


def test_a_window_moves_to_where_it_is_told_and_says_so(program: Driver) -> None:
    with program.window(width=400.0, height=300.0) as window:
        window("set_position(PhysicalPosition(31, 42))")
        assert program.event("tauri://move", lambda payload: payload == {"x": 31, "y": 42})
        until(lambda: window.outer()[:2] == (31, 42))
        window("set_position(LogicalPosition(131.0, 142.0))")
        program.event("tauri://move", lambda payload: payload == {"x": 131, "y": 142})
        until(lambda: window.outer()[:2] == (131, 142))


def test_a_window_that_the_window_manager_moves_says_so(program: Driver) -> None:
    with program.window(width=400.0, height=300.0) as window:
        window.desk.run("wmctrl", "-i", "-r", hex(window.id), "-e", "0,77,88,350,250")
        program.event("tauri://resize", lambda payload: payload == {"width": 350, "height": 250})
        moved = program.event("tauri://move")
        until(lambda: window.outer()[:2] == (moved["x"], moved["y"]))
        assert window("inner_size()") == PhysicalSize(350, 250)


def test_a_window_keeps_its_place_while_it_is_hidden(program: Driver) -> None:
    with program.window(x=210.0, y=160.0, width=400.0, height=300.0) as window:
        window("hide()")
        window("show()")
        window.wait_until_mapped()
        until(lambda: window.outer()[:2] == (210, 160))


def test_a_window_is_shown_where_and_as_large_as_it_was_told_while_it_was_hidden(program: Driver) -> None:
    with program.window(x=50.0, y=350.0, width=200.0, height=100.0, min_width=300.0, visible=False) as window:
        for x, y, width, height in ((50, 350, 300, 100), (300, 200, 320, 240), (100, 110, 350, 250)):
            if x != 50:
                window(f"set_position(LogicalPosition({x}.0, {y}.0))")
                window(f"set_size(LogicalSize({width}.0, {height}.0))")
            window("show()")
            window.wait_until_mapped()
            until(lambda at=(x, y, width, height): (*window.outer()[:2], *window.inner()[2:]) == at)  # type: ignore[misc]
            window("hide()")


def at_its_place(window: DrivenWindow) -> bool:
    return bool(window("outer_position()") == PhysicalPosition(100, 120))


def test_a_window_without_a_frame_knows_where_it_is(program: Driver) -> None:
    for _ in range(5):
        with program.window(x=100.0, y=120.0, width=300.0, height=200.0, decorations=False) as window:
            until(partial(at_its_place, window))
            until(lambda it=window: it.outer()[:2] == (100, 120))  # type: ignore[misc]


def test_a_window_is_centred_with_its_frame(program: Driver) -> None:
    with program.window(width=400.0, height=300.0, center=True, reveal=False) as window:
        # The window manager says how wide the frame will be before the window is ever seen.
        window.desk.wait_for_property(window.id, "_NET_FRAME_EXTENTS", lambda value: "=" in value)
        window("reveal()")
        window.wait_until_mapped()
        x, y, width, height = window.outer()
        assert abs(x - (SCREEN[0] - width) // 2) <= 1
        assert abs(y - (SCREEN[1] - height) // 2) <= 1


def test_a_window_can_be_centred_later(program: Driver) -> None:
    with program.window(x=5.0, y=5.0, width=400.0, height=300.0) as window:
        window("center()")
        program.event("tauri://move")
        _, _, width, height = window.outer()
        until(lambda: window.outer()[:2] == ((SCREEN[0] - width) // 2, (SCREEN[1] - height) // 2))


def test_a_window_that_must_not_overflow_fits_the_work_area_frame_and_all(program: Driver) -> None:
    with program.window(width=3000.0, height=2000.0, prevent_overflow=True, reveal=False) as window:
        window.desk.wait_for_property(window.id, "_NET_FRAME_EXTENTS", lambda value: "=" in value)
        window("reveal()")
        window.wait_until_mapped()
        assert window.outer()[2:] == SCREEN


def test_a_window_takes_another_size_and_says_so(program: Driver) -> None:
    with program.window(width=400.0, height=300.0) as window:
        window("set_size(LogicalSize(450.0, 320.0))")
        program.event("tauri://resize", lambda payload: payload == {"width": 450, "height": 320})
        until(lambda: window.inner()[2:] == (450, 320))


def test_the_minimum_size_holds_against_a_hand_that_drags_the_corner(program: Driver) -> None:
    with program.window(x=100.0, y=100.0, width=500.0, height=400.0, min_width=300.0, min_height=250.0) as window:
        drag(window.desk, bottom_right_corner(window), (150, 150), lambda: window.inner()[2:] == (300, 250))
        program.event("tauri://resize", lambda payload: payload == {"width": 300, "height": 250})
        until(lambda: window.inner()[2:] == (300, 250))


def test_the_maximum_size_holds_against_a_hand_that_drags_the_corner(program: Driver) -> None:
    with program.window(x=100.0, y=100.0, width=300.0, height=200.0) as window:
        window("set_max_size(LogicalSize(360.0, 260.0))")
        drag(window.desk, bottom_right_corner(window), (900, 700), lambda: window.inner()[2:] == (360, 260))
        program.event("tauri://resize", lambda payload: payload == {"width": 360, "height": 260})
        until(lambda: window.inner()[2:] == (360, 260))


def test_bounds_can_be_lifted_each_by_itself(program: Driver) -> None:
    with program.window(width=400.0, height=300.0, min_width=200.0, min_height=100.0) as window:
        assert size_hints(window) == {"minimum": (200, 100)}
        window("set_max_size(PhysicalSize(600, 500))")
        assert size_hints(window) == {"minimum": (200, 100), "maximum": (600, 500)}
        window("set_min_size(None)")
        assert size_hints(window) == {"maximum": (600, 500)}
        window("set_size_constraints(SizeConstraints(min_width=500.0))")
        assert window("inner_size()") == PhysicalSize(500, 300)


def test_a_window_that_is_not_resizable_resists_the_hand_but_not_the_program(program: Driver) -> None:
    with program.window(x=100.0, y=100.0, width=400.0, height=300.0, resizable=False) as window:
        assert window("is_resizable()") is False
        assert size_hints(window) == {"minimum": (400, 300), "maximum": (400, 300)}
        drag_in_vain(window.desk, bottom_right_corner(window), (800, 700))
        assert window.inner()[2:] == (400, 300)
        window("set_size(LogicalSize(350.0, 250.0))")
        program.event("tauri://resize", lambda payload: payload == {"width": 350, "height": 250})
        until(lambda: window.inner()[2:] == (350, 250))
        assert size_hints(window) == {"minimum": (350, 250), "maximum": (350, 250)}
        window("set_resizable(True)")
        assert size_hints(window) == {}


def test_monitors_are_described_in_physical_pixels(program: Driver) -> None:
    with program.window() as window:
        monitor = window("current_monitor()")
        assert monitor == program("primary_monitor()") == program("monitor_from_point(5, 5)")
        assert program("available_monitors()") == [monitor]
        assert monitor.size == PhysicalSize(*SCREEN)
        assert monitor.position == PhysicalPosition(0, 0)
        assert monitor.work_area.size == PhysicalSize(*SCREEN)
        assert monitor.scale_factor == 1.0
        assert program("monitor_from_point(5000, 5)") is None


def test_the_program_knows_where_the_cursor_is(program: Driver) -> None:
    program.desk.run("xdotool", "mousemove", "--sync", "123", "45")
    assert program("cursor_position()") == (123.0, 45.0)


def test_values_convert_between_pixels() -> None:
    assert LogicalSize(10, 20).to_physical(1.5) == PhysicalSize(15, 30)
    assert PhysicalPosition(3, -3).to_logical(2) == LogicalPosition(1.5, -1.5)
