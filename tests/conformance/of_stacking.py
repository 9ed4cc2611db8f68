"""`window`: the keyboard, other windows, the taskbar, the dock, icons and themes, seen from outside."""

from tests.conformance.hands import click, clicked, on_top, wait_until_page_says
from tests.conformance.registry import Registry
from tests.conformance.stage import Stage
from tests.desktop import process


def register(registry: Registry) -> None:
    module = registry.part("window", "api.window", "window")
    window = registry.part("window.Window", "own", "window")

    @window.works("isFocused()", "setFocus()")
    def a_window_gets_the_keyboard(stage: Stage) -> None:
        one = stage.subject
        one("setFocus()")
        one.wait_until_active()
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

    module.works("ProgressBarStatus", command=None)(a_dock_hears_of_progress_and_of_a_number)
    module.works("UserAttentionType", command=None)(a_window_asks_for_attention)
