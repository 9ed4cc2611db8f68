"""`window`: monitors, the scale of their pixels, and the cursor, as the X server has them."""

from tests.conformance.registry import Registry
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
                assert one("innerSize()") == {"width": 400, "height": 200}
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
