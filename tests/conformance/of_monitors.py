"""`window`: monitors, the scale of their pixels, and the cursor, as the X server has them."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.conformance.hands import wait_until_page_says
from tests.conformance.registry import Entry, Registry, Verdict
from tests.conformance.stage import Stage
from tests.desktop import until

_SCREEN = {"width": 1280, "height": 800}


def register(registry: Registry) -> None:
    module = registry.part("window", "api.window", "window")
    window = registry.part("window.Window", "own", "window")

    @module.works("availableMonitors()", "currentMonitor()", "monitorFromPoint(1, 1)", "primaryMonitor()")
    def monitors_are_what_the_x_server_says(stage: Stage) -> None:
        name = stage.desk.run("xrandr", "--listmonitors").split()[-1]
        monitor = {
            "name": name,
            "scaleFactor": 1,
            "position": {"x": 0, "y": 0},
            "size": _SCREEN,
            "workArea": {"position": {"x": 0, "y": 0}, "size": _SCREEN},
        }
        assert stage.page("api.window.availableMonitors()") == [monitor]
        assert stage.page("api.window.currentMonitor()") == monitor
        assert stage.page("api.window.primaryMonitor()") == monitor
        assert stage.page("api.window.monitorFromPoint(1279, 799)") == monitor
        assert stage.page("api.window.monitorFromPoint(1280, 0)") is None

    def what_a_panel_takes_is_no_part_of_the_work_area(stage: Stage) -> None:
        def work_area() -> object:
            return stage.page("(await api.window.primaryMonitor()).workArea")

        with stage.window() as panel, stage.window() as one:
            strut = ("-f", "_NET_WM_STRUT_PARTIAL", "32c", "-set", "_NET_WM_STRUT_PARTIAL")
            stage.desk.run("xprop", "-id", str(panel.id), *strut, "0, 0, 40, 0, 0, 0, 0, 0, 0, 1279, 0, 0")
            until(lambda: work_area() == {"position": {"x": 0, "y": 40}, "size": {"width": 1280, "height": 760}})
            one("maximize()")
            until(lambda: one.outer() == (0, 40, 1280, 760))
        until(lambda: work_area() == {"position": {"x": 0, "y": 0}, "size": _SCREEN})

    def several_monitors_are_each_what_they_are(stage: Stage) -> None:
        half = {"width": 640, "height": 800}
        with two_monitors(stage):
            monitors = (
                "(await api.window.availableMonitors()).map(({ name, position, size }) => [name, position, size])"
            )
            assert stage.page(f"return {monitors}") == [
                ["left", {"x": 0, "y": 0}, half],
                ["right", {"x": 640, "y": 0}, half],
            ]
            assert stage.page("(await api.window.monitorFromPoint(639, 799)).name") == "left"
            assert stage.page("(await api.window.monitorFromPoint(640, 0)).name") == "right"
            with stage.window(x=700, y=100, width=200, height=100) as one:
                assert one.inside("(await api.window.currentMonitor()).name") == "right"
                for x, left in ((10, 0), (700, 640)):
                    one(f"setFullscreenOnMonitor(new api.dpi.PhysicalPosition({x}, 10))")
                    until(lambda left=left: one.inner() == (left, 0, 640, 800))  # type: ignore[misc]
                    wait_until_page_says(one, "isFullscreen()", True)
                one("setFullscreen(false)")
                until(lambda: one.inner()[2:] == (200, 100))
                until(lambda: one.outer()[:2] == (640, 0))

    for name, check in (
        ("the work area beside a panel", what_a_panel_takes_is_no_part_of_the_work_area),
        ("several monitors", several_monitors_are_each_what_they_are),
    ):
        registry.entries.append(Entry(f"page.{name}", Verdict.WORKS, check))

    @module.works("cursorPosition()")
    def the_cursor_is_where_the_hand_left_it(stage: Stage) -> None:
        stage.desk.run("xdotool", "mousemove", "321", "234")
        until(lambda: stage.page("api.window.cursorPosition()") == {"x": 321, "y": 234})

    def pixels_have_another_size(stage: Stage) -> None:
        assert stage.subject("scaleFactor()") == stage.subject.inside("devicePixelRatio") == 1
        with stage.window(x=50, y=50, width=200, height=100) as one:
            stage.page(
                f"""globalThis.scale = ear((handler) => made[{one.label!r}].onScaleChanged(handler));
                await scale.ready"""
            )
            with stage.scaled(2):
                heard = stage.page(
                    "const { payload } = await scale.next(); return [payload.size.constructor.name, payload]"
                )
                assert heard == ["PhysicalSize", {"scaleFactor": 2, "size": {"width": 400, "height": 200}}]
                assert one("scaleFactor()") == 2
                until(lambda: one("innerSize()") == {"width": 400, "height": 200})
                until(lambda: one.inside("devicePixelRatio") == 2)
                until(lambda: one.inner()[2:] == (400, 200))
                # What fills the screen goes on doing so, in larger pixels.
                one("maximize()")
                one.wait_for_state("MAXIMIZED_VERT")
                until(lambda: one.inside("innerWidth") == 640)
            until(lambda: one.inside("[innerWidth, devicePixelRatio]") == [1280, 1])
            assert one("isMaximized()") is True
            assert stage.page("scale.heard.map(({ payload }) => payload.scaleFactor)") == [1]

    window.works("scaleFactor()")(pixels_have_another_size)
    window.works("onScaleChanged(() => 1)", command="event|listen")(pixels_have_another_size)


@contextmanager
def two_monitors(stage: Stage) -> Iterator[None]:
    """Have two monitors side by side on the screen for as long as the block lasts."""

    def number() -> int:
        found: int = stage.page("(await api.window.availableMonitors()).length")
        return found

    stage.desk.run("xrandr", "--setmonitor", "left", "640/170x800/211+0+0", "screen")
    stage.desk.run("xrandr", "--setmonitor", "right", "640/170x800/211+640+0", "none")
    try:
        until(lambda: number() == 2)
        yield
    finally:
        for name in ("right", "left"):
            stage.desk.run("xrandr", "--delmonitor", name)
        until(lambda: number() == 1)
