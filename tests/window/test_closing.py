import pytest

from tests.window.driver import Driver, FailedError


def order_of(program: Driver) -> list[str]:
    wanted = {"close-requested", "page-closed", "tauri://destroyed", "closed"}
    return [str(name) for name, _, _ in program.events_so_far() if name in wanted]


def test_a_click_on_the_close_button_asks_and_then_ends_the_page_before_the_window(program: Driver) -> None:
    with program.window() as window:
        program.events_so_far()
        program.desk.close_window(window.id)
        program.wait_for_event("closed")
        assert order_of(program) == ["close-requested", "page-closed", "tauri://destroyed", "closed"]
        assert program("windows") == {}


def test_a_window_that_may_not_close_stays(program: Driver) -> None:
    with program.window() as window:
        program("program.refuse_to_close(True)")
        program.desk.close_window(window.id)
        program.event("close-requested")
        assert window("is_visible()")
        window("close()")
        program.event("close-requested")
        assert not window("closed")
        program("program.refuse_to_close(False)")
        window("close()")
        program.event("closed")


def test_destroy_does_not_ask(program: Driver) -> None:
    with program.window() as window:
        program("program.refuse_to_close(True)")
        program.events_so_far()
        window("destroy()")
        program("program.refuse_to_close(False)")
        assert order_of(program) == ["page-closed", "tauri://destroyed", "closed"]


def test_the_native_window_and_the_page_are_gone_after_the_window(program: Driver) -> None:
    with program.window() as window:
        native = window.id
        program(f"program.watch(windows[{window.label!r}].webview.page)")
        window("destroy()")
        program.event("deleted")
        program.desk.wait_until_unlisted(native)


def test_a_listener_of_a_window_ends_with_it(program: Driver) -> None:
    with program.window() as window:
        window("listen('greeting', lambda event: program.told('heard', '', event.payload))")
        window("emit('greeting', 'to all')")
        assert program.event("heard") == "to all"
        program(f"program.events.emit('greeting', 'to one', labelled({window.label!r}))")
        assert program.event("heard") == "to one"
        window("emit_to('another', 'greeting', 'to another')")
        window("destroy()")
        program(f"program.events.emit('greeting', 'too late', labelled({window.label!r}))")
        assert not [event for event in program.events_so_far() if event[0] == "heard"]


def test_a_closed_window_says_that_it_is_closed(program: Driver) -> None:
    with program.window() as window:
        program(f"program.kept.append(windows[{window.label!r}])")
        window("destroy()")
        assert program("program.kept[-1].closed")
        for call in ("maximize()", "title()", "set_theme(None)", "close()", "show()", "listen('x', print)"):
            with pytest.raises(FailedError, match=f'WindowClosedError: the window "{window.label}" is closed'):
                program(f"program.kept[-1].{call}")
        program("program.kept[-1].destroy()")
