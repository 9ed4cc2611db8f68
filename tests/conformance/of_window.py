"""`window`: windows, monitors and the cursor, seen from outside by what the window manager and the X server say."""

import re
from collections.abc import Callable

from tests.conformance.registry import Registry
from tests.conformance.stage import MadeWindow, Stage
from tests.desktop import process, until

_SCREEN = {"width": 1280, "height": 800}
_MOTIF_FUNCTIONS = {"Minimizable": 1 << 3, "Maximizable": 1 << 4, "Closable": 1 << 5}


def register(registry: Registry) -> None:
    module = registry.part("window", "api.window", "window")
    window = registry.part("window.Window", "own", "window")
    register_finding(registry)
    register_monitors(registry)

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
        (x, y, width, height), (left, top, wide, high) = one.inner(), one.outer()
        assert place == [
            {"x": x, "y": y},
            {"width": width, "height": height},
            {"x": left, "y": top},
            {"width": wide, "height": high},
        ]
        assert (left, top) != (x, y), "the window manager has drawn no frame"

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
        _, _, width, height = one.outer()
        until(lambda: one.outer()[:2] == ((1280 - width) // 2, (800 - height) // 2))

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
        drag_corner(one, -200, -200)
        until(lambda: one.inner()[2:] == (350, 250))
        drag_corner(one, 300, 300)
        until(lambda: one.inner()[2:] == (450, 350))
        one("setMinSize(null)")
        one("setMaxSize()")
        one("setSizeConstraints({ minWidth: 380, maxHeight: 320 })")
        until(lambda: one.inner()[2:] == (450, 320))
        drag_corner(one, -200, -100)
        until(lambda: one.inner()[2] == 380 and one.inner()[3] < 300)
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
            until(lambda: "IsViewable" not in stage.desk.run("xwininfo", "-id", str(one.id)))
            assert one("isVisible()") is False
            one("show()")
            until(lambda: "IsViewable" in stage.desk.run("xwininfo", "-id", str(one.id)))
            assert one("isVisible()") is True

    @window.works("close()", "destroy()")
    def a_window_goes(stage: Stage) -> None:
        for call in ("close()", "destroy()"):
            one = stage.open()
            stage.page(
                f"""globalThis.gone = ear((handler) => made[{one.label!r}].once("tauri://destroyed", handler));
                await gone.ready;"""
            )
            native = hex(one.id)
            one(call)
            stage.page("gone.next().then(() => 1)")
            stage.desk.wait_for_property(None, "_NET_CLIENT_LIST", lambda value, it=native: it not in value)  # type: ignore[misc]

    @window.works("isFocused()", "setFocus()")
    def a_window_gets_the_keyboard(stage: Stage) -> None:
        one = stage.subject
        one("setFocus()")
        stage.desk.wait_for_property(None, "_NET_ACTIVE_WINDOW", lambda value: hex(one.id) in value)
        wait_until_page_says(one, "isFocused()", True)
        stage.page("own.setFocus()")
        wait_until_page_says(one, "isFocused()", False)

    @window.works("setFocusable(true)")
    def a_window_never_gets_the_keyboard(stage: Stage) -> None:
        one = stage.subject
        one("setFocusable(false)")
        one.wait_for("WM_HINTS", lambda value: "accepts input or input focus: False" in value)
        one("setFocusable(true)")
        one.wait_for("WM_HINTS", lambda value: "accepts input or input focus: True" in value)

    @window.works("isEnabled()", "setEnabled(true)")
    def a_page_takes_clicks_or_not(stage: Stage) -> None:
        one = stage.subject
        one.inside('globalThis.clicks = 0; addEventListener("mousedown", () => { clicks += 1; }); return 1')
        with stage.window(x=700, y=450) as other:
            on_top(one)
            one("setEnabled(false)")
            assert one("isEnabled()") is False
            click(stage, one.middle())
            # What the other page sees, comes after what this one does not see.
            assert clicked(stage, other)
            one("setEnabled(true)")
            assert one("isEnabled()") is True
            assert clicked(stage, one)
        assert one.inside("clicks") == 1

    @window.works("isAlwaysOnTop()", "setAlwaysOnTop(true)", "setAlwaysOnBottom(true)")
    def a_window_stays_above_others_or_below(stage: Stage) -> None:
        one = stage.subject
        one("setAlwaysOnTop(true)")
        one.wait_for_state("ABOVE")
        assert one("isAlwaysOnTop()") is True
        one("setAlwaysOnBottom(true)")
        one.wait_for_state("BELOW")
        assert one("isAlwaysOnTop()") is False
        one("setAlwaysOnBottom(false)")
        one.wait_for_state("BELOW", absent=True)

    @window.works("setSkipTaskbar(true)")
    def a_window_stays_out_of_the_taskbar(stage: Stage) -> None:
        one = stage.subject
        one("setSkipTaskbar(true)")
        one.wait_for_state("SKIP_TASKBAR", "SKIP_PAGER")
        one("setSkipTaskbar(false)")
        one.wait_for_state("SKIP_TASKBAR", absent=True)

    @window.works("setVisibleOnAllWorkspaces(true)")
    def a_window_is_on_every_workspace(stage: Stage) -> None:
        one = stage.subject
        one("setVisibleOnAllWorkspaces(true)")
        one.wait_for("_NET_WM_DESKTOP", lambda value: "4294967295" in value)
        one("setVisibleOnAllWorkspaces(false)")
        one.wait_for("_NET_WM_DESKTOP", lambda value: value.strip().endswith("= 0"))

    @window.works("requestUserAttention(1)", note="Linux has one kind of attention")
    def a_window_asks_for_attention(stage: Stage) -> None:
        one = stage.subject
        stage.page("own.setFocus()")
        stage.desk.wait_for_property(None, "_NET_ACTIVE_WINDOW", lambda value: hex(one.id) not in value)
        wait_until_page_says(one, "isFocused()", False)
        one("requestUserAttention(api.window.UserAttentionType.Critical)")
        one.wait_for_state("DEMANDS_ATTENTION")
        one("requestUserAttention(null)")
        one.wait_for_state("DEMANDS_ATTENTION", absent=True)
        one("requestUserAttention(api.window.UserAttentionType.Informational)")
        one.wait_for_state("DEMANDS_ATTENTION")
        one("requestUserAttention(null)")

    @window.works("setIcon('icon.png')")
    def the_icon_reaches_the_window_manager(stage: Stage) -> None:
        one = stage.subject
        one("setIcon(new Uint8Array(await (await fetch('icon.png')).arrayBuffer()))")
        one.wait_for("_NET_WM_ICON", lambda value: "Icon (17 x 17)" in value)

    @window.works("setProgressBar({ progress: 1 })", "setBadgeCount(1)", note="where a dock listens (LauncherEntry)")
    def a_dock_hears_of_progress_and_of_a_number(stage: Stage) -> None:
        one = stage.subject
        rule = "type='signal',interface='com.canonical.Unity.LauncherEntry'"
        with process("dbus-monitor", "--session", rule, env=stage.desk.env) as bus:

            def heard(*wanted: str) -> None:
                seen = ""
                while not all(part in seen for part in wanted):
                    seen += bus.next() + "\n"

            heard("NameAcquired")
            one("setProgressBar({ status: api.window.ProgressBarStatus.Normal, progress: 40 })")
            heard("application://com.example.conformance.desktop", "boolean true", "double 0.4")
            one("setProgressBar({ status: api.window.ProgressBarStatus.None })")
            heard("application://com.example.conformance.desktop", "boolean false")
            one("setBadgeCount(7)")
            heard('"count"', "int64 7", "boolean true")
            one("setBadgeCount()")
            heard('"count-visible"', "boolean false")

    @window.works("onThemeChanged(() => 1)", command="event|listen")
    @window.works("setTheme('dark')", "theme()", note="on Linux for the whole program")
    def pages_follow_the_theme(stage: Stage) -> None:
        one = stage.subject
        script = """const changes = ear((handler) => own.onThemeChanged(handler));
            const stop = await changes.ready;
            await own.setTheme(%s);
            const { payload } = await changes.next();
            await stop();
            const query = matchMedia("(prefers-color-scheme: dark)");
            if (query.matches !== (payload === "dark")) await new Promise((done) => { query.onchange = done; });
            return [payload, await own.theme()]"""
        assert one.inside(script % "'dark'") == ["dark", "dark"]
        assert one.inside(script % "null") == ["light", "light"]

    window.proved(
        "tests/plugins/test_webview.py::test_a_webview_is_placed_inside_its_window", "setBackgroundColor('#fff')"
    )

    # The pointer.

    @window.works("startDragging()")
    def a_window_follows_the_hand_that_drags_its_page(stage: Stage) -> None:
        one = stage.subject
        on_top(one)
        one.inside("onmousedown = () => { onmousedown = null; void own.startDragging(); }; return 1")
        x, y, width, height = one.inner()
        drag(stage, one.middle(), (240, 160), lambda: one.inner()[0] >= x + 230)
        assert abs(one.inner()[0] - x - 240) <= 3
        assert abs(one.inner()[1] - y - 160) <= 3
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
                    stage,
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
        at = one.middle()
        stage.desk.run("xdotool", "mousemove", *map(str, at), "mousemove", *map(str, (at[0] + 1, at[1])))
        with stage.cursor() as cursor:
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

    # What a page hears.

    def a_page_hears_of_size_place_and_keyboard(stage: Stage) -> None:
        one = stage.subject
        script = """const w = made[%r], heard = ear((handler) => w.%s(handler));
            const stop = await heard.ready;
            await w.%s;
            const { payload } = await heard.next(({ payload }) => %s);
            await stop();
            return [payload.constructor.name, payload]"""
        assert stage.page(
            script % (one.label, "onResized", "setSize(new api.dpi.LogicalSize(410, 310))", "payload.width === 410")
        ) == ["PhysicalSize", {"width": 410, "height": 310}]
        assert stage.page(
            script % (one.label, "onMoved", "setPosition(new api.dpi.LogicalPosition(130, 140))", "payload.x === 130")
        ) == ["PhysicalPosition", {"x": 130, "y": 140}]
        stage.page("own.setFocus()")
        wait_until_page_says(one, "isFocused()", False)
        assert stage.page(script % (one.label, "onFocusChanged", "setFocus()", "true")) == ["Boolean", True]
        one("setSize(new api.dpi.LogicalSize(400, 300))")

    for call in ("onResized(() => 1)", "onMoved(() => 1)", "onFocusChanged(() => 1)"):
        window.works(call, command="event|listen")(a_page_hears_of_size_place_and_keyboard)

    def a_page_decides_whether_its_window_closes(stage: Stage) -> None:
        with stage.window() as one:
            one.inside(
                """globalThis.asked = ear(async (handler) => {
                    globalThis.stop = await own.onCloseRequested(async (event) => {
                        event.preventDefault();
                        handler({ prevented: event.isPreventDefault(), kind: event.constructor.name });
                    });
                });
                await asked.ready"""
            )
            stage.desk.run("wmctrl", "-i", "-c", str(one.id))
            assert one.inside("asked.next()") == {"prevented": True, "kind": "CloseRequestedEvent"}
            assert one("isVisible()") is True
            one.inside("await stop(); await own.onCloseRequested(() => 1); return 1")
            stage.desk.run("wmctrl", "-i", "-c", str(one.id))
            stage.desk.wait_for_property(None, "_NET_CLIENT_LIST", lambda value: hex(one.id) not in value)

    window.works("onCloseRequested(() => 1)", command="event|listen")(a_page_decides_whether_its_window_closes)
    asked = registry.part("window.CloseRequestedEvent", "new api.window.CloseRequestedEvent({})")
    asked.constructor(a_page_decides_whether_its_window_closes)
    asked.works("preventDefault()", "isPreventDefault()", command=None)(a_page_decides_whether_its_window_closes)

    # What only other systems have.

    @window.as_on_linux(
        *("setShadow(true)", "setContentProtected(true)", "setCursorGrab(true)", "setTitleBarStyle('overlay')"),
        answer="resolves, and changes nothing",
    )
    def what_linux_has_not_changes_nothing(stage: Stage) -> None:
        one = stage.subject
        before = one.inner(), stage.desk.property(one.id, "_NET_WM_STATE")
        for call in (
            *("setShadow(false)", "setContentProtected(true)", "setCursorGrab(true)", "setTitleBarStyle('overlay')"),
            *("setEffects({ effects: [api.window.Effect.Mica] })", "clearEffects()"),
        ):
            assert one(call) is None
        assert (one.inner(), stage.desk.property(one.id, "_NET_WM_STATE")) == before

    window.as_on_linux("setEffects({ effects: ['mica'] })", answer="resolves, and changes nothing")(
        what_linux_has_not_changes_nothing
    )
    window.as_on_linux("clearEffects()", command="window|set_effects", answer="resolves, and changes nothing")(
        what_linux_has_not_changes_nothing
    )
    for name in ("Effect", "EffectState"):
        module.as_on_linux(name, command=None, answer="materials that Linux has none of")(
            what_linux_has_not_changes_nothing
        )
    module.works("ProgressBarStatus", command=None)(a_dock_hears_of_progress_and_of_a_number)
    module.works("UserAttentionType", command=None)(a_window_asks_for_attention)

    @window.as_on_linux(
        "setBadgeLabel('x')",
        "setOverlayIcon('icon.png')",
        "activityName()",
        "sceneIdentifier()",
        answer="rejects: only macOS, Windows, Android and iOS have them",
    )
    def what_only_other_systems_have_is_rejected_with_the_reason(stage: Stage) -> None:
        label = stage.subject.label
        assert "exists only on macOS" in stage.rejection(f"made[{label!r}].setBadgeLabel('x')")
        assert "exists only in the taskbar of Windows" in stage.rejection(f"made[{label!r}].setOverlayIcon()")
        assert "only Android has activities" in stage.rejection(f"made[{label!r}].activityName()")
        assert "only iOS has scenes" in stage.rejection(f"made[{label!r}].sceneIdentifier()")


def register_finding(registry: Registry) -> None:
    """How windows are made and found, and how they talk."""
    module = registry.part("window", "api.window", "window")
    window = registry.part("window.Window", "own", "window")

    def a_window_can_be_made_without_a_page(stage: Stage) -> None:
        script = """const w = new api.window.Window("made-alone", { title: "alone", width: 200, height: 100 });
            await new Promise((done, fail) => {
                w.once("tauri://created", done);
                w.listen("tauri://error", ({ payload }) => fail(payload));
            });"""
        stage.page(script)
        native = int(stage.desk.run("xdotool", "search", "--sync", "--onlyvisible", "--name", "^alone$").split()[-1])
        assert stage.desk.geometry(native)[2:] == (200, 100)
        twice = "return new Promise((done) => new api.window.Window('made-alone').once('tauri://error', done)).then((e) => e.payload)"
        assert "exists already" in stage.page(twice)
        stage.page("await (await api.window.Window.getByLabel('made-alone')).destroy()")

    window.constructor(
        a_window_can_be_made_without_a_page,
        """new Promise((_, reject) =>
            new api.window.Window("made-other").once("tauri://error", ({ payload }) => reject(payload)))""",
        command="window|create",
    )
    window.works("_handleTauriEvent('tauri://created', () => 1)", command=None)(a_window_can_be_made_without_a_page)

    static = registry.part("window.Window", "api.window.Window", "window")

    def windows_are_found(stage: Stage) -> None:
        one = stage.subject
        script = f"""const all = await api.window.getAllWindows();
            const labels = [all, await api.window.Window.getAll()].map((some) => some.map((w) => w.label));
            const found = await api.window.Window.getByLabel({one.label!r});
            const none = await api.window.Window.getByLabel("nobody");
            return [...labels, await found.title(), none, api.window.getCurrentWindow().label,
                api.window.Window.getCurrent().label]"""
        assert stage.page(script) == [
            ["main", "plain", one.label],
            ["main", "plain", one.label],
            one.label,
            None,
            "main",
            "main",
        ]
        one("setFocus()")
        wait_until_page_says(one, "isFocused()", True)
        assert stage.page("(await api.window.Window.getFocusedWindow()).label") == one.label

    module.works("getAllWindows()")(windows_are_found)
    module.works("getCurrentWindow()", command=None)(windows_are_found)
    static.works("getByLabel('main')", "getAll()", "getFocusedWindow()", command="window|get_all_windows")(
        windows_are_found
    )
    static.works("getCurrent()", command=None)(windows_are_found)

    def windows_talk(stage: Stage) -> None:
        one = stage.subject
        one.inside(
            """globalThis.all = ear((handler) => own.listen("greeting", handler));
            globalThis.first = ear((handler) => own.once("greeting", handler));
            await all.ready; await first.ready"""
        )
        stage.page("await own.emit('greeting', 1)")
        stage.page(f"await own.emitTo({one.label!r}, 'greeting', 2)")
        stage.page("await own.emitTo({ kind: 'Window', label: 'main' }, 'greeting', 3)")
        stage.page("await own.emit('greeting', 4)")
        heard = "await all.next(({ payload }) => payload === %d); return first.heard.map((e) => e.payload)"
        assert one.inside(heard % 2) == [1]
        assert one.inside("all.next().then((event) => event.payload)") == 4

    window.works("emit('greeting')", command="event|emit")(windows_talk)
    window.works("emitTo('main', 'greeting')", command="event|emit_to")(windows_talk)
    window.works("listen('greeting', () => 1)", "once('greeting', () => 1)", command="event|listen")(windows_talk)


def register_monitors(registry: Registry) -> None:
    """Monitors, the scale of their pixels, and the cursor."""
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


# Hands.


def on_top(window: MadeWindow) -> None:
    """Bring a window to where the pointer reaches it."""
    window("setFocus()")
    window.desk.wait_for_property(None, "_NET_ACTIVE_WINDOW", lambda value: hex(window.id) in value)
    until(lambda: window.desk.window_at(window.middle()) == window.desk.frame_of(window.id))


def click(stage: Stage, at: tuple[int, int]) -> None:
    stage.desk.run("xdotool", "mousemove", *map(str, at), "click", "1")


def clicked(stage: Stage, window: MadeWindow) -> bool:
    """Click on the middle of a window, and wait until its page has seen that."""
    window.inside(
        """globalThis.pressed = new Promise((done) => addEventListener("mousedown", () => done(true), { once: true }));
        return 1"""
    )
    click(stage, window.middle())
    pressed: bool = window.inside("pressed")
    return pressed


def drag(stage: Stage, start: tuple[int, int], by: tuple[int, int], arrived: Callable[[], bool]) -> None:
    """Press, move as a hand does, in steps, until what follows the pointer has come along, and let go."""
    stage.desk.run("xdotool", "mousemove", *map(str, start), "mousedown", "1")
    step = 0

    def moved() -> bool:
        # A window manager does not take hold of the pointer at once: of the first steps it may see none.
        nonlocal step
        step += 1
        part = min(step / 10, 1)
        x, y = start[0] + round(by[0] * part) - step % 2, start[1] + round(by[1] * part)
        stage.desk.run("xdotool", "mousemove", str(x), str(y))
        return part == 1 and step % 2 == 0 and arrived()

    until(moved)
    stage.desk.run("xdotool", "mouseup", "1")


def drag_corner(window: MadeWindow, right: int, down: int) -> None:
    """Drag the bottom right corner of the frame."""
    x, y, width, height = window.outer()
    corner = x + width - 2, y + height - 2
    steps = [(corner[0] + right * n // 8, corner[1] + down * n // 8) for n in range(1, 9)]
    window.desk.run("xdotool", "mousemove", *map(str, corner), "mousedown", "1")
    window.desk.run("xdotool", *(part for x, y in steps for part in ("mousemove", "--sync", str(x), str(y))))
    window.desk.run("xdotool", "mouseup", "1")


def offers(function: int, on: bool) -> Callable[[str], bool]:
    """Whether hints say that the window manager is to offer a function of a window, or that it is not."""
    return lambda hints: bool(int(hints.partition("=")[2].split(",")[1], 16) & function) is on


def wait_until_page_says(window: MadeWindow, call: str, value: bool) -> None:
    until(lambda: window(call) is value)
