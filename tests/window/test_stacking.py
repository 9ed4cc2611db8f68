import pytest

from tests.desktop import process, windows_in
from tests.window.driver import DrivenWindow, Driver, FailedError


def wait_until_above(above: DrivenWindow, below: DrivenWindow) -> None:
    """Wait until the window manager has one window above another."""

    def in_order(value: str) -> bool:
        order = windows_in(value)
        return {above.id, below.id} <= {*order} and order.index(above.id) > order.index(below.id)

    above.desk.wait_for_property(None, "_NET_CLIENT_LIST_STACKING", in_order)


def test_a_window_stays_above_others(program: Driver) -> None:
    with program.window(always_on_top=True) as above, program.window() as other:
        above.wait_for_state("ABOVE")
        other("set_focus()")
        other.wait_until_active()
        wait_until_above(above, other)
        above("set_always_on_top(False)")
        above.wait_for_state("ABOVE", absent=True)
        assert above("is_always_on_top()") is False


def test_a_window_stays_below_others(program: Driver) -> None:
    with program.window() as other, program.window(always_on_bottom=True) as below:
        below.wait_for_state("BELOW")
        wait_until_above(other, below)


def test_of_above_and_below_the_last_one_asked_for_holds(program: Driver) -> None:
    with program.window() as window:
        window("set_always_on_bottom(True)")
        window.wait_for_state("BELOW")
        window("set_always_on_top(True)")
        window.wait_for_state("ABOVE")
        window.wait_for_state("BELOW", absent=True)
        assert window("is_always_on_top()")
        assert not window("is_always_on_bottom()")


def test_a_window_stays_out_of_the_taskbar_also_after_it_was_hidden(program: Driver) -> None:
    with program.window(skip_taskbar=True) as window:
        window.wait_for_state("SKIP_TASKBAR", "SKIP_PAGER")
        window("set_always_on_top(True)")
        window("hide()")
        window("show()")
        window.wait_for_state("SKIP_TASKBAR", "SKIP_PAGER", "ABOVE")
        window("set_skip_taskbar(False)")
        window.wait_for_state("SKIP_TASKBAR", "SKIP_PAGER", absent=True)


def test_a_window_is_on_every_workspace_or_on_this_one(program: Driver) -> None:
    with program.window(visible_on_all_workspaces=True) as window:
        window.desk.wait_for_property(window.id, "_NET_WM_DESKTOP", lambda value: "4294967295" in value)
        window("hide()")
        window("show()")
        window.desk.wait_for_property(window.id, "_NET_WM_DESKTOP", lambda value: "4294967295" in value)
        window("set_visible_on_all_workspaces(False)")
        window.desk.wait_for_property(window.id, "_NET_WM_DESKTOP", lambda value: value.strip().endswith("= 0"))


def test_a_window_asks_for_attention_unless_it_has_it(program: Driver) -> None:
    with program.window() as background, program.window() as foreground:
        foreground.wait_until_active()
        foreground("request_user_attention(UserAttentionType.CRITICAL)")
        background("request_user_attention(UserAttentionType.INFORMATIONAL)")
        background.wait_for_state("DEMANDS_ATTENTION")
        assert "DEMANDS_ATTENTION" not in foreground.property("_NET_WM_STATE")
        background("request_user_attention(None)")
        background.wait_for_state("DEMANDS_ATTENTION", absent=True)


def test_a_window_stays_above_its_parent_and_outlives_it(program: Driver) -> None:
    with program.window() as parent, program.window(parent=parent.label) as child:
        assert hex(parent.id) in child.property("WM_TRANSIENT_FOR")
        parent("set_focus()")
        parent.wait_until_active()
        wait_until_above(child, parent)
        parent("destroy()")
        assert child("is_visible()")


def test_progress_and_badge_reach_the_docks_that_listen(program: Driver) -> None:
    rule = "type='signal',interface='com.canonical.Unity.LauncherEntry'"
    with (
        program.window() as window,
        process("dbus-monitor", "--session", rule, env=program.desk.env) as bus,
    ):

        def heard(*wanted: str) -> str:
            seen = ""
            while not all(part in seen for part in wanted):
                seen += bus.next() + "\n"
            return seen

        heard("NameAcquired")
        window("set_progress_bar(ProgressBarState(ProgressBarStatus.NORMAL, 40))")
        heard("application://org.example.program.desktop", "boolean true", "double 0.4")
        window("set_progress_bar(ProgressBarState(ProgressBarStatus.NONE))")
        heard("application://org.example.program.desktop", "boolean false")
        window("set_badge_count(7)")
        heard("application://org.example.program.desktop", '"count"', "int64 7", "boolean true")
        window("set_badge_count(None)")
        heard("application://org.example.program.desktop", '"count-visible"', "boolean false")


def test_progress_beyond_a_hundred_is_refused(program: Driver) -> None:
    with program.window() as window, pytest.raises(FailedError, match="from 0 to 100, not 101"):
        window("set_progress_bar(ProgressBarState(progress=101))")
