import itertools

import pytest

from shell.window import PhysicalSize
from tests.desktop import LineReader, process, until
from tests.window.driver import DrivenWindow, Driver
from tests.window.pointing import click, middle

SCREEN = (1280, 800)


def mapped(window: DrivenWindow) -> bool:
    return window.desk.is_viewable(window.id)


def test_a_window_is_shown_when_its_page_has_something_to_show(program: Driver) -> None:
    with program.window(reveal=False) as window:
        assert not mapped(window)
        window("show()")
        assert not window("is_visible()"), "show does not bring up an empty page"
        window("reveal()")
        window.wait_until_mapped()
        assert window("is_visible()")


def test_a_window_that_was_hidden_before_its_page_came_stays_hidden(program: Driver) -> None:
    with program.window(reveal=False) as window:
        window("hide()")
        window("reveal()")
        assert not window("is_visible()")
        window("show()")
        window.wait_until_mapped()


def test_an_invisible_window_is_shown_by_the_program_only(program: Driver) -> None:
    with program.window(visible=False) as window:
        assert not window("is_visible()")
        window("show()")
        window.wait_until_mapped()
        assert window("is_visible()")


def test_a_window_is_maximized_and_gets_its_size_back(program: Driver) -> None:
    with program.window(width=400.0, height=300.0) as window:
        window("maximize()")
        window.wait_for_state("MAXIMIZED_VERT", "MAXIMIZED_HORZ")
        window.wait_until_says("is_maximized()", True)
        until(lambda: window.outer() == (0, 0, *SCREEN))
        window("unmaximize()")
        window.wait_for_state("MAXIMIZED_VERT", absent=True)
        program.event("tauri://resize", lambda payload: payload == {"width": 400, "height": 300})
        window.wait_until_says("is_maximized()", False)
        until(lambda: window.inner()[2:] == (400, 300))


def test_a_window_knows_when_the_person_maximizes_it(program: Driver) -> None:
    with program.window(width=400.0, height=300.0) as window:
        window.desk.run("wmctrl", "-i", "-r", hex(window.id), "-b", "add,maximized_vert,maximized_horz")
        program.event("tauri://resize", lambda payload: payload["width"] == SCREEN[0])
        window.wait_until_says("is_maximized()", True)
        window("toggle_maximize()")
        window.wait_for_state("MAXIMIZED_HORZ", absent=True)
        window.wait_until_says("is_maximized()", False)


def test_a_window_can_start_maximized(program: Driver) -> None:
    with program.window(width=400.0, height=300.0, maximized=True) as window:
        window.wait_for_state("MAXIMIZED_VERT", "MAXIMIZED_HORZ")
        program.event("tauri://resize", lambda payload: payload["width"] == SCREEN[0])
        until(lambda: window.outer() == (0, 0, *SCREEN))
        window("unmaximize()")
        program.event("tauri://resize", lambda payload: payload == {"width": 400, "height": 300})


def is_centred(window: DrivenWindow) -> bool:
    x, y, width, height = window.outer()
    return abs(x - (SCREEN[0] - width) // 2) <= 1 and abs(y - (SCREEN[1] - height) // 2) <= 1


@pytest.mark.parametrize("visible", [True, False])
@pytest.mark.parametrize("decorations", [True, False])
def test_a_window_that_starts_maximized_is_centred_once_it_is_that_no_longer(
    program: Driver, visible: bool, decorations: bool
) -> None:
    options = {"maximized": True, "center": True, "visible": visible, "decorations": decorations, "reveal": False}
    with program.window(width=400.0, height=300.0, **options) as window:
        if decorations:
            # The window manager says how wide the frame will be before the window is ever seen.
            window.desk.wait_for_property(window.id, "_NET_FRAME_EXTENTS", lambda value: "=" in value)
        window("reveal()")
        window("show()")
        window.wait_until_mapped()
        window.wait_for_state("MAXIMIZED_VERT", "MAXIMIZED_HORZ")
        until(lambda: window.outer() == (0, 0, *SCREEN))
        window("unmaximize()")
        window.wait_for_state("MAXIMIZED_VERT", absent=True)
        until(lambda: window.inner()[2:] == (400, 300))
        until(lambda: is_centred(window))


@pytest.mark.parametrize("visible", [True, False])
def test_a_window_that_was_to_fill_the_screen_still_knows_its_own_size(program: Driver, visible: bool) -> None:
    with program.window(width=400.0, height=300.0, maximized=True, visible=visible, reveal=False) as window:
        assert window("is_maximized()")
        window("unmaximize()")
        window("reveal()")
        window("show()")
        window.wait_until_mapped()
        until(lambda: window.inner()[2:] == (400, 300))


def test_a_hidden_maximized_window_is_maximized_when_it_is_shown(program: Driver) -> None:
    with program.window(width=400.0, height=300.0, maximized=True, visible=False) as window:
        window("show()")
        window.wait_for_state("MAXIMIZED_VERT", "MAXIMIZED_HORZ")
        program.event("tauri://resize", lambda payload: payload["width"] == SCREEN[0])
        until(lambda: window.outer() == (0, 0, *SCREEN))
        window("unmaximize()")
        program.event("tauri://resize", lambda payload: payload == {"width": 400, "height": 300})
        until(lambda: window.inner()[2:] == (400, 300))


def test_a_double_click_on_a_drag_region_maximizes_only_what_may_be_resized(program: Driver) -> None:
    with program.window(resizable=False) as window:
        window("internal_toggle_maximize()")
        assert not window("is_maximized()")
        window("set_resizable(True)")
        window("internal_toggle_maximize()")
        window.wait_for_state("MAXIMIZED_VERT")


def bounds_said(window: DrivenWindow) -> list[str]:
    """The bounds of which the window manager is told."""
    return [line for line in window.property("WM_NORMAL_HINTS").splitlines() if "program specified" in line]


@pytest.mark.parametrize("bounds", [{}, {"resizable": False}, {"max_width": 500.0, "max_height": 400.0}])
def test_a_window_has_the_whole_screen_whatever_its_bounds_and_gets_them_back(
    program: Driver, bounds: dict[str, object]
) -> None:
    with program.window(width=400.0, height=300.0, **bounds) as window:
        hints = bounds_said(window)
        window("set_fullscreen(True)")
        window.wait_for_state("FULLSCREEN")
        program.event("tauri://resize", lambda payload: payload == {"width": SCREEN[0], "height": SCREEN[1]})
        window.wait_until_says("is_fullscreen()", True)
        until(lambda: window.inner() == (0, 0, *SCREEN))
        window("set_fullscreen(False)")
        window.wait_for_state("FULLSCREEN", absent=True)
        program.event("tauri://resize", lambda payload: payload == {"width": 400, "height": 300})
        window.wait_until_says("is_fullscreen()", False)
        until(lambda: window.inner()[2:] == (400, 300))
        until(lambda: bounds_said(window) == hints)


def test_a_window_can_start_fullscreen(program: Driver) -> None:
    with program.window(fullscreen=True) as window:
        window.wait_for_state("FULLSCREEN")
        until(lambda: window.inner() == (0, 0, *SCREEN))


def test_a_window_is_fullscreen_on_the_monitor_that_has_a_position_or_not_at_all(program: Driver) -> None:
    with program.window() as window:
        window("set_fullscreen_on_monitor(PhysicalPosition(9000, 9000))")
        assert not window("is_fullscreen()")
        window("set_fullscreen_on_monitor(PhysicalPosition(10, 10))")
        window.wait_for_state("FULLSCREEN")


def test_a_window_is_minimized_and_comes_back(program: Driver) -> None:
    with program.window(width=400.0, height=300.0) as window:
        window("minimize()")
        window.desk.wait_for_property(window.id, "WM_STATE", lambda value: "Iconic" in value)
        window.wait_until_says("is_minimized()", True)
        assert window("is_visible()")
        window("unminimize()")
        window.desk.wait_for_property(window.id, "WM_STATE", lambda value: "Normal" in value)
        window.wait_until_says("is_minimized()", False)
        window.wait_until_says("inner_size()", PhysicalSize(400, 300))


def test_a_window_tells_when_it_gets_and_loses_the_keyboard(program: Driver) -> None:
    with program.window(x=0.0, y=0.0, width=300.0, height=200.0) as first:
        program.event("tauri://focus")
        first.wait_until_says("is_focused()", True)
        program.events_so_far()
        with program.window(x=600.0, y=0.0, width=300.0, height=200.0) as second:
            # In whichever order.
            program.wait_for_event("tauri://focus")
            program.wait_for_event("tauri://blur")
            second.wait_until_says("is_focused()", True)
            assert not first("is_focused()")
            program.events_so_far()
            first("set_focus()")
            first.wait_until_active()
            program.event("tauri://focus")
            first.wait_until_says("is_focused()", True)


def test_a_minimized_window_comes_back_to_get_the_keyboard(program: Driver) -> None:
    with program.window() as window:
        window("minimize()")
        window.desk.wait_for_property(window.id, "WM_STATE", lambda value: "Iconic" in value)
        window("set_focus()")
        window.wait_until_active()
        until(lambda: mapped(window))


def test_a_window_that_is_hidden_for_a_moment_gets_the_keyboard_back(program: Driver) -> None:
    with program.window() as window:
        program.event("tauri://focus")
        for _ in range(3):
            program.events_so_far()
            window("hide()")
            window("show()")
            window("set_focus()")
            program.event("tauri://focus")
            window.wait_until_says("is_focused()", True)


def test_a_window_need_not_take_the_keyboard_when_it_opens(program: Driver) -> None:
    with program.window(x=0.0, y=0.0, width=300.0, height=200.0) as first:
        first.wait_until_active()
        first.wait_until_says("is_focused()", True)
        with program.window(x=600.0, y=0.0, width=300.0, height=200.0, focus=False) as second:
            assert first("is_focused()")
            second("set_focus()")
            second.wait_until_active()
            second("hide()")
            first.wait_until_active()
            second("show()")
            second.wait_until_active()


def test_a_window_that_is_not_focusable_says_so_to_the_window_manager(program: Driver) -> None:
    with program.window(focusable=False) as window:
        assert "input or input focus: False" in window.property("WM_HINTS")
        window("set_focusable(True)")
        assert "input or input focus: True" in window.property("WM_HINTS")


def test_a_disabled_window_ignores_the_mouse(program: Driver) -> None:
    with program.window(x=50.0, y=50.0, width=300.0, height=200.0) as window:
        window("set_enabled(False)")
        assert not window("is_enabled()")
        click(window.desk, middle(window))
        window("set_enabled(True)")
        assert not [event for event in program.events_so_far() if event[0] == "press"]
        click(window.desk, middle(window))
        program.event("press")


def wait_until_it_listens(window: DrivenWindow, properties: LineReader) -> None:
    """Change the title until xprop tells: it prints properties once before it begins to listen."""
    while "_NET_WM_NAME" not in properties.next():
        pass
    for number in itertools.count():
        window(f"set_title('ready {number}')")
        try:
            while "ready" not in properties.next(0.2):
                pass
        except TimeoutError:
            assert number < 50, "xprop never listened"
        else:
            return


def test_a_window_on_the_screen_never_flashes_when_its_flags_change(program: Driver) -> None:
    with program.window(width=300.0, height=200.0) as window:
        before = window.id
        # A window manager writes WM_STATE each time that a window appears or vanishes.
        watch = ("xprop", "-id", str(before), "-spy", "WM_STATE", "_NET_WM_NAME")
        with process(*watch, env=program.desk.env) as properties:
            wait_until_it_listens(window, properties)
            for setter in ("always_on_top", "always_on_bottom", "decorations", "maximizable", "closable", "focusable"):
                window(f"set_{setter}(True)")
                window(f"set_{setter}(False)")
            window("set_title('the end')")
            while "the end" not in (line := properties.next()):
                assert "window state" not in line
            assert window.id == before


def test_what_is_asked_of_a_hidden_window_holds_when_it_is_shown(program: Driver) -> None:
    with program.window(visible=False, width=400.0, height=300.0) as window:
        window("maximize()")
        window("set_always_on_top(True)")
        window("set_title('later')")
        window("show()")
        window.wait_for_state("MAXIMIZED_VERT", "ABOVE")
        assert '"later"' in window.property("_NET_WM_NAME")


def test_a_page_that_comes_too_late_reveals_nothing(program: Driver) -> None:
    with program.window(reveal=False) as window:
        program(f"program.kept.append(windows[{window.label!r}])")
        window("destroy()")
        program("program.kept[-1].reveal()")
        assert program("program.kept[-1].closed")
