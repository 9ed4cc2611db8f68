import pytest

from shell.window import CursorIcon, PhysicalPosition
from tests.desktop import until
from tests.window.driver import Driver
from tests.window.pointing import click, hover_until, middle, move_until, press, release


def shape(program: Driver, label: str) -> str:
    name: str = program(f"windows[{label!r}].frame.windowHandle().cursor().shape().name")
    return name


def test_a_window_follows_the_hand_that_drags_its_page(program: Driver) -> None:
    with program.window(x=100.0, y=100.0, width=300.0, height=200.0, decorations=False) as window:
        window("webview.page.do_on_press('window.start_dragging()')")
        start = middle(window)
        press(window.desk, start)
        program.event("press")
        end = start[0] + 240, start[1] + 160
        move_until(
            window.desk, start, end, lambda: abs(window.inner()[0] - 340) <= 2 and abs(window.inner()[1] - 260) <= 2
        )
        release(window.desk)
        program.event("tauri://move", lambda at: abs(at["x"] - 340) <= 2 and abs(at["y"] - 260) <= 2)
        until(lambda: window("outer_position()") == PhysicalPosition(*window.inner()[:2]))
        assert window.inner()[2:] == (300, 200)


@pytest.mark.parametrize(
    ("direction", "grows"), [("EAST", (1, 0)), ("SOUTH", (0, 1)), ("SOUTH_EAST", (1, 1)), ("NORTH_WEST", (-1, -1))]
)
def test_an_edge_follows_the_hand_that_drags_it(program: Driver, direction: str, grows: tuple[int, int]) -> None:
    with program.window(x=300.0, y=250.0, width=300.0, height=200.0, decorations=False) as window:
        window(f"webview.page.do_on_press('window.start_resize_dragging(ResizeDirection.{direction})')")
        start = middle(window)
        press(window.desk, start)
        program.event("press")
        wider, higher = 300 + 70 * abs(grows[0]), 200 + 70 * abs(grows[1])
        end = start[0] + 80 * grows[0], start[1] + 80 * grows[1]
        move_until(window.desk, start, end, lambda: window.inner()[2] >= wider and window.inner()[3] >= higher)
        release(window.desk)
        x, y, _, _ = window.inner()
        assert (x < 300, y < 250) == (grows[0] < 0, grows[1] < 0)


@pytest.mark.parametrize("call", ["start_dragging()", "start_resize_dragging(ResizeDirection.SOUTH_EAST)"])
def test_a_window_does_not_hang_on_a_pointer_whose_button_is_up_already(program: Driver, call: str) -> None:
    with program.window(x=300.0, y=250.0, width=300.0, height=200.0, decorations=False) as window:
        place = window.inner()
        click(window.desk, middle(window))
        program.event("press")
        release(window.desk)
        window.desk.run("xdotool", "mousemove", "700", "600")
        until(lambda: not window("webview.page.underMouse()"))
        window(call)
        hover_until(window.desk, middle(window), lambda: window("webview.page.underMouse()"))
        assert window.inner() == place


def test_clicks_go_through_a_window_that_ignores_them(program: Driver) -> None:
    with (
        program.window(x=100.0, y=100.0, width=300.0, height=200.0) as below,
        program.window(x=100.0, y=100.0, width=300.0, height=200.0, always_on_top=True) as above,
    ):
        above.wait_for_state("ABOVE")
        above("set_ignore_cursor_events(True)")
        until(lambda: program.desk.window_at(middle(below)) == program.desk.frame_of(below.id))
        click(below.desk, middle(below))
        assert program.event_of("press", below.label)
        above("set_ignore_cursor_events(False)")
        until(lambda: program.desk.window_at(middle(below)) == program.desk.frame_of(above.id))
        click(below.desk, middle(below))
        assert program.event_of("press", above.label)


def test_the_cursor_of_the_window_holds_whatever_the_page_says(program: Driver) -> None:
    with program.window(x=100.0, y=100.0, width=300.0, height=200.0) as window:
        hover_until(window.desk, middle(window), lambda: window("webview.page.underMouse()"))
        window("webview.page.show_cursor('PointingHandCursor')")
        assert shape(program, window.label) == "PointingHandCursor"
        window("set_cursor_icon(CursorIcon.WAIT)")
        assert shape(program, window.label) == "WaitCursor"
        window("webview.page.show_cursor('IBeamCursor')")
        assert shape(program, window.label) == "WaitCursor"
        window("set_cursor_visible(False)")
        assert shape(program, window.label) == "BlankCursor"
        window("set_cursor_visible(True)")
        assert shape(program, window.label) == "WaitCursor"
        window("set_cursor_icon(CursorIcon.DEFAULT)")
        assert shape(program, window.label) == "IBeamCursor"
        window("webview.page.show_cursor('ArrowCursor')")
        assert shape(program, window.label) == "ArrowCursor"


@pytest.mark.parametrize("icon", CursorIcon)
def test_every_cursor_of_tauri_is_shown(program: Driver, icon: CursorIcon) -> None:
    with program.window(visible=False) as window:
        window(f"set_cursor_icon(CursorIcon({icon.value!r}))")
        assert shape(program, window.label).endswith("Cursor")


def test_the_cursor_goes_to_a_place_in_the_content(program: Driver) -> None:
    with program.window(x=100.0, y=100.0, width=300.0, height=200.0) as window:
        window("set_cursor_position(LogicalPosition(50.0, 60.0))")
        x, y, _, _ = window.inner()
        assert program("cursor_position()") == (x + 50, y + 60)


def test_a_window_without_borders_is_resized_by_its_inner_edges(program: Driver) -> None:
    with program.window(x=300.0, y=250.0, width=300.0, height=200.0, decorations=False) as window:
        corner = 300 + 300 - 2, 250 + 200 - 2
        hover_until(window.desk, corner, lambda: shape(program, window.label) == "SizeFDiagCursor")
        press(window.desk, corner)
        end = corner[0] + 80, corner[1] + 60
        move_until(window.desk, corner, end, lambda: window.inner()[2] >= 370 and window.inner()[3] >= 250)
        release(window.desk)
        assert not [name for name, _, _ in program.events_so_far() if name == "press"], "the press was not the page's"
        hover_until(window.desk, (450, 350), lambda: shape(program, window.label) == "ArrowCursor")


@pytest.mark.parametrize("options", [{"resizable": False}, {"maximized": True}, {"decorations": True}])
def test_only_what_may_be_resized_has_edges_to_drag(program: Driver, options: dict[str, bool]) -> None:
    with program.window(**{"x": 0.0, "y": 0.0, "decorations": False, **options}) as window:
        if "maximized" in options:
            window.wait_for_state("MAXIMIZED_VERT", "MAXIMIZED_HORZ")
            until(lambda: window.outer() == (0, 0, 1280, 800))
        x, y, _, height = window.inner()
        click(window.desk, (x + 2, y + height // 2))
        program.event("press")
