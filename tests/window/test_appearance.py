import re

import pytest

from shell.window import Theme
from tests.desktop import until
from tests.window.driver import DrivenWindow, Driver, FailedError, run_program
from tests.window.pixels import Pixel
from tests.window.pointing import middle

MOTIF_FUNCTIONS = {"minimizable": 1 << 3, "maximizable": 1 << 4, "closable": 1 << 5}


def frame_widths(window: DrivenWindow) -> list[int]:
    return [int(width) for width in re.findall(r"\d+", window.property("_NET_FRAME_EXTENTS").partition("=")[2])]


def motif_functions(window: DrivenWindow) -> int:
    return int(window.property("_MOTIF_WM_HINTS").partition("=")[2].split(",")[1], 16)


def wait_for_colour(window: DrivenWindow, colour: str) -> None:
    with Pixel(window.desk, *middle(window)) as pixel:
        for seen in pixel.changes():
            if seen == colour:
                return


def test_the_title_is_the_one_that_was_given_last(program: Driver) -> None:
    with program.window(title="Ünïcödé ✓") as window:
        assert window.property("_NET_WM_NAME").endswith('= "Ünïcödé ✓"')
        window("set_title('another')")
        assert window.property("_NET_WM_NAME").endswith('= "another"')
        assert window("title()") == "another"


@pytest.mark.parametrize("title", ["a [*] b", "[*]", "[*][*][*]", "[[*]*]"])
def test_a_title_is_shown_as_it_stands(program: Driver, title: str) -> None:
    with program.window(title="first") as window:
        window(f"set_title({title!r})")
        assert window("title()") == title
        assert window.property("_NET_WM_NAME").endswith(f'= "{title}"')


def test_the_frame_goes_and_comes_back_with_the_decorations(program: Driver) -> None:
    with program.window(decorations=False, width=300.0, height=200.0) as window:
        assert window("is_decorated()") is False
        until(lambda: frame_widths(window) == [0, 0, 0, 0])
        until(lambda: window.outer()[2:] == (300, 200))
        window("set_decorations(True)")
        window.desk.wait_for_property(window.id, "_NET_FRAME_EXTENTS", lambda value: "0, 0, 0, 0" not in value)
        assert window("is_decorated()") is True
        assert sum(frame_widths(window)) > 0
        window("set_decorations(False)")
        window.desk.wait_for_property(window.id, "_NET_FRAME_EXTENTS", lambda value: "0, 0, 0, 0" in value)


@pytest.mark.parametrize("button", MOTIF_FUNCTIONS)
def test_a_button_of_the_title_bar_can_be_taken_away_and_given_back(program: Driver, button: str) -> None:
    with program.window(**{button: False}) as window:
        assert window(f"is_{button}()") is False
        assert not motif_functions(window) & MOTIF_FUNCTIONS[button]
        window(f"set_{button}(True)")
        assert window(f"is_{button}()") is True
        assert motif_functions(window) & MOTIF_FUNCTIONS[button]


def test_the_icon_reaches_the_window_manager(program: Driver) -> None:
    with program.window() as window:
        window("set_icon(icon((16, 16), '#ff0000'))")
        assert "Icon (16 x 16)" in window.property("_NET_WM_ICON")


def test_the_background_is_seen_where_the_page_draws_nothing(program: Driver) -> None:
    with program.window(background_color="Color(10, 120, 200)", width=300.0, height=200.0) as window:
        window("webview.page.setAutoFillBackground(False)")
        wait_for_colour(window, "#0a78c8")
        window("set_background_color(Color(200, 120, 10))")
        wait_for_colour(window, "#c8780a")


def test_the_theme_follows_and_is_told_to_every_window(program: Driver) -> None:
    with program.window() as window:
        assert window("theme()") is Theme.LIGHT
        window("set_theme(Theme.DARK)")
        program.event("tauri://theme-changed", lambda payload: payload == "dark")
        assert window("theme()") is Theme.DARK
        window("set_theme(None)")
        program.event("tauri://theme-changed", lambda payload: payload == "light")
        assert window("theme()") is Theme.LIGHT


def test_a_window_can_start_dark(program: Driver) -> None:
    with program.window(theme="Theme.DARK") as window:
        program.event("tauri://theme-changed", lambda payload: payload == "dark")
        window("set_theme(None)")
        program.event("tauri://theme-changed", lambda payload: payload == "light")


def test_what_linux_has_not_is_accepted_as_tauri_accepts_it(program: Driver) -> None:
    with program.window() as window:
        for call in (
            "set_shadow(False)",
            "set_effects(None)",
            "set_content_protected(True)",
            "set_cursor_grab(True)",
        ):
            assert window(call) is None


def test_what_tauri_rejects_on_linux_is_rejected_with_what_there_is_instead(program: Driver) -> None:
    with program.window() as window:
        with pytest.raises(FailedError, match=r"NotSupportedError: .*set_badge_count shows a number"):
            window("set_badge_label('3')")
        with pytest.raises(FailedError, match=r"NotSupportedError: .*set_badge_count shows a number"):
            window("set_overlay_icon(None)")


def test_a_program_without_a_screen_says_that_it_has_no_themes(program: Driver) -> None:
    with run_program(program.desk, QT_QPA_PLATFORM="offscreen") as headless:
        headless("program.open('main')")
        assert headless("windows['main'].theme()") is Theme.LIGHT
        with pytest.raises(FailedError, match=r'NotSupportedError: .*"offscreen" has no themes'):
            headless("windows['main'].set_theme(Theme.DARK)")
