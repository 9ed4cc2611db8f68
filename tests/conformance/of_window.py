"""`window`: where windows are, how large, what is around them and how much of the screen they take, seen from outside."""

import re

from tests.conformance.hands import drag_corner, is_centred, offers, wait_until_page_says
from tests.conformance.registry import Registry
from tests.conformance.stage import Stage
from tests.desktop import until

_MOTIF_FUNCTIONS = {"Minimizable": 1 << 3, "Maximizable": 1 << 4, "Closable": 1 << 5}


def register(registry: Registry) -> None:
    window = registry.part("window.Window", "own", "window")

    @window.works("title()", "setTitle('x')")
    def the_title_bar_has_the_title(stage: Stage) -> None:
        one = stage.subject
        one("setTitle('Ünïcödé ✓')")
        one.wait_for("_NET_WM_NAME", lambda value: value.strip().endswith('= "Ünïcödé ✓"'))
        assert one("title()") == "Ünïcödé ✓"
        one(f"setTitle({one.label!r})")

    @window.works("innerPosition()", "innerSize()", "outerPosition()", "outerSize()")
    def places_and_sizes_are_what_the_x_server_says(stage: Stage) -> None:
        one = stage.subject
        place = stage.page(
            f"""const w = made[{one.label!r}];
            return [await w.innerPosition(), await w.innerSize(), await w.outerPosition(), await w.outerSize()]"""
        )
        until(lambda: one.outer()[:2] != one.inner()[:2])
        (x, y, width, height), (left, top, wide, high) = one.inner(), one.outer()
        assert place == [
            {"x": x, "y": y},
            {"width": width, "height": height},
            {"x": left, "y": top},
            {"width": wide, "height": high},
        ]

    @window.works("setPosition(new api.dpi.LogicalPosition(1, 1))")
    def a_window_goes_where_it_is_told(stage: Stage) -> None:
        one = stage.subject
        one("setPosition(new api.dpi.PhysicalPosition(150, 120))")
        until(lambda: one.outer()[:2] == (150, 120))
        one("setPosition(new api.dpi.LogicalPosition(100, 100))")
        until(lambda: one.outer()[:2] == (100, 100))

    @window.works("center()")
    def a_window_goes_to_the_middle(stage: Stage) -> None:
        one = stage.subject
        one("center()")
        until(lambda: is_centred(one))

    @window.works("setSize(new api.dpi.LogicalSize(1, 1))")
    def a_window_takes_a_size(stage: Stage) -> None:
        one = stage.subject
        one("setSize(new api.dpi.LogicalSize(420, 310))")
        until(lambda: one.inner()[2:] == (420, 310))
        one("setSize(new api.dpi.LogicalSize(400, 300))")
        until(lambda: one.inner()[2:] == (400, 300))

    @window.works(
        "setMinSize(new api.dpi.LogicalSize(1, 1))",
        "setMaxSize(new api.dpi.LogicalSize(9, 9))",
        "setSizeConstraints({ minWidth: 1 })",
    )
    def bounds_hold_against_a_hand_that_drags_the_corner(stage: Stage) -> None:
        one = stage.subject
        one("setMinSize(new api.dpi.LogicalSize(350, 250))")
        one.wait_for("WM_NORMAL_HINTS", lambda value: "minimum size: 350 by 250" in value)
        one("setMaxSize(new api.dpi.LogicalSize(450, 350))")
        one.wait_for("WM_NORMAL_HINTS", lambda value: "maximum size: 450 by 350" in value)
        drag_corner(one, (-200, -200), lambda: one.inner()[2:] == (350, 250))
        drag_corner(one, (300, 300), lambda: one.inner()[2:] == (450, 350))
        one("setMinSize(null)")
        one("setMaxSize()")
        one("setSizeConstraints({ minWidth: 380, maxHeight: 320 })")
        until(lambda: one.inner()[2:] == (450, 320))
        drag_corner(one, (-200, -100), lambda: one.inner()[2] == 380 and one.inner()[3] < 300)
        one("setSizeConstraints(null)")
        one("setSize(new api.dpi.LogicalSize(400, 300))")

    @window.works("isResizable()", "setResizable(false)")
    def a_window_resists_the_hand_or_not(stage: Stage) -> None:
        one = stage.subject
        one("setResizable(false)")
        one.wait_for(
            "WM_NORMAL_HINTS", lambda value: re.search("minimum size: (.*)\n.*maximum size: \\1", value) is not None
        )
        assert one("isResizable()") is False
        one("setResizable(true)")
        one.wait_for("WM_NORMAL_HINTS", lambda value: "maximum size: 400" not in value)
        assert one("isResizable()") is True

    @window.works(
        *("isMinimizable()", "isMaximizable()", "isClosable()"),
        *("setMinimizable(false)", "setMaximizable(false)", "setClosable(false)"),
    )
    def buttons_of_the_title_bar_go_and_come(stage: Stage) -> None:
        one = stage.subject
        for button, function in _MOTIF_FUNCTIONS.items():
            for on in (False, True):
                one(f"set{button}({str(on).lower()})")
                one.wait_for("_MOTIF_WM_HINTS", offers(function, on))
                assert one(f"is{button}()") is on

    @window.works("isDecorated()", "setDecorations(false)")
    def the_frame_goes_and_comes_back(stage: Stage) -> None:
        one = stage.subject
        one("setDecorations(false)")
        one.wait_for("_NET_FRAME_EXTENTS", lambda value: "0, 0, 0, 0" in value)
        assert one("isDecorated()") is False
        one("setDecorations(true)")
        one.wait_for("_NET_FRAME_EXTENTS", lambda value: "0, 0, 0, 0" not in value)
        assert one("isDecorated()") is True

    @window.works("isMaximized()", "maximize()", "unmaximize()", "toggleMaximize()")
    def a_window_fills_the_work_area(stage: Stage) -> None:
        one = stage.subject
        for call, on in (
            ("maximize()", True),
            ("unmaximize()", False),
            ("toggleMaximize()", True),
            ("toggleMaximize()", False),
        ):
            one(call)
            one.wait_for_state("MAXIMIZED_VERT", "MAXIMIZED_HORZ", absent=not on)
            wait_until_page_says(one, "isMaximized()", on)

    @window.works("isMinimized()", "minimize()", "unminimize()")
    def a_window_goes_to_the_taskbar(stage: Stage) -> None:
        one = stage.subject
        one("minimize()")
        one.wait_for("WM_STATE", lambda value: "Iconic" in value)
        wait_until_page_says(one, "isMinimized()", True)
        one("unminimize()")
        one.wait_for("WM_STATE", lambda value: "Normal" in value)
        wait_until_page_says(one, "isMinimized()", False)

    @window.works(
        *("isFullscreen()", "setFullscreen(true)", "setSimpleFullscreen(true)"),
        "setFullscreenOnMonitor(new api.dpi.PhysicalPosition(1, 1))",
    )
    def a_window_has_the_whole_screen(stage: Stage) -> None:
        one = stage.subject
        for call in (
            "setFullscreen(true)",
            "setSimpleFullscreen(true)",
            "setFullscreenOnMonitor(new api.dpi.PhysicalPosition(1, 1))",
        ):
            one(call)
            one.wait_for_state("FULLSCREEN")
            until(lambda: one.inner() == (0, 0, 1280, 800))
            wait_until_page_says(one, "isFullscreen()", True)
            one("setFullscreen(false)")
            one.wait_for_state("FULLSCREEN", absent=True)
            wait_until_page_says(one, "isFullscreen()", False)
        until(lambda: one.inner()[2:] == (400, 300))

    @window.works("isVisible()", "show()", "hide()")
    def a_window_leaves_the_screen_and_comes_back(stage: Stage) -> None:
        with stage.window() as one:
            assert one("isVisible()") is True
            one("hide()")
            until(lambda: not stage.desk.is_viewable(one.id))
            assert one("isVisible()") is False
            one("show()")
            until(lambda: stage.desk.is_viewable(one.id))
            assert one("isVisible()") is True

    @window.works("close()", "destroy()")
    def a_window_goes(stage: Stage) -> None:
        for call in ("close()", "destroy()"):
            one = stage.open()
            stage.page(
                f"""globalThis.gone = ear((handler) => made[{one.label!r}].once("tauri://destroyed", handler));
                await gone.ready;"""
            )
            native = one.id
            one(call)
            stage.page("gone.next().then(() => 1)")
            stage.desk.wait_until_unlisted(native)
