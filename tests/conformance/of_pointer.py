"""`window`: what the pointer does with windows, and windows with the pointer."""

from tests.conformance.hands import REACH, clicked, drag, hover, on_top
from tests.conformance.registry import Registry
from tests.conformance.stage import Stage
from tests.desktop import until


def register(registry: Registry) -> None:
    window = registry.part("window.Window", "own", "window")

    @window.works("startDragging()")
    def a_window_follows_the_hand_that_drags_its_page(stage: Stage) -> None:
        one = stage.subject
        on_top(one)
        one.inside("onmousedown = () => { onmousedown = null; void own.startDragging(); }; return 1")
        x, y, width, height = one.inner()
        drag(one, one.middle(), (240, 160), lambda: one.inner()[0] >= x + 240 - REACH)
        until(lambda: one.inner()[1] >= y + 160 - REACH)
        left, top, _, _ = one.inner()
        assert (left <= x + 241, top <= y + 161) == (True, True), "it went further than the hand"
        assert one.inner()[2:] == (width, height)

    @window.works("startResizeDragging('East')")
    def an_edge_follows_the_hand_that_drags_it(stage: Stage) -> None:
        with stage.window(x=300, y=250, decorations=False) as one:
            for direction, (right, down) in {"East": (1, 0), "NorthWest": (-1, -1), "South": (0, 1)}.items():
                on_top(one)
                one.inside(
                    f"onmousedown = () => {{ onmousedown = null; void own.startResizeDragging('{direction}'); }}; return 1"
                )
                x, y, width, height = one.inner()
                wide, high = width + 60 * abs(right), height + 60 * abs(down)
                drag(
                    one,
                    one.middle(),
                    (80 * right, 80 * down),
                    lambda wide=wide, high=high: one.inner()[2] >= wide and one.inner()[3] >= high,  # type: ignore[misc]
                )
                left, top, _, _ = one.inner()
                assert (left < x, top < y) == (right < 0, down < 0)

    @window.works("setIgnoreCursorEvents(true)")
    def clicks_go_through_to_what_lies_below(stage: Stage) -> None:
        with stage.window(decorations=False) as below, stage.window(decorations=False, alwaysOnTop=True) as above:
            on_top(above)
            until(lambda: stage.desk.window_at(below.middle()) == stage.desk.frame_of(above.id))
            above("setIgnoreCursorEvents(true)")
            until(lambda: stage.desk.window_at(below.middle()) == stage.desk.frame_of(below.id))
            assert clicked(stage, below)
            above("setIgnoreCursorEvents(false)")
            until(lambda: stage.desk.window_at(below.middle()) == stage.desk.frame_of(above.id))
            assert clicked(stage, above)

    @window.works("setCursorPosition(new api.dpi.LogicalPosition(1, 1))")
    def the_cursor_goes_to_a_place_in_the_content(stage: Stage) -> None:
        one = stage.subject
        x, y, _, _ = one.inner()
        one("setCursorPosition(new api.dpi.LogicalPosition(50, 60))")
        until(lambda: f"x:{x + 50} y:{y + 60} " in stage.desk.run("xdotool", "getmouselocation"))

    @window.works("setCursorIcon('wait')", "setCursorVisible(true)")
    def the_cursor_over_a_window_is_the_one_that_it_chose(stage: Stage) -> None:
        one = stage.subject
        on_top(one)
        hover(one)
        with stage.cursor() as cursor:

            def settled() -> bool:
                before = cursor.picture()
                one.inside("await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
                return cursor.picture() == before

            until(settled)
            plain = cursor.picture()
            one("setCursorIcon('wait')")
            until(lambda: cursor.picture() != plain)
            waiting = cursor.picture()
            one("setCursorVisible(false)")
            until(lambda: not any(cursor.picture()))
            one("setCursorVisible(true)")
            until(lambda: cursor.picture() == waiting)
            one("setCursorIcon('default')")
            until(lambda: cursor.picture() == plain)
