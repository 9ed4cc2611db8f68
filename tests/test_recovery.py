"""Renderers that die or hang: their window gets a new one, and nothing else notices."""

import asyncio
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Iterable
from typing import Any

import attrs
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage

from shell import App, Gone, LifeEvent, Limits, LoadError, PageGoneError, RecoveryPolicy
from shell.window import Window
from tests.conftest import SCENARIO_TIME, Runner, next_load
from tests.desktop import until
from tests.web_server import site

QUICK = RecoveryPolicy(first_delay=0.01, tries=3)
HANG = 2.0
"""Seconds after which a page of these tests hangs; one that does not answers sooner on a machine that is busy, too."""


async def next_gone(app: App) -> Gone:
    """The next renderer that dies."""
    heard: asyncio.Future[Gone] = asyncio.get_running_loop().create_future()

    def hear(event: LifeEvent) -> None:
        if not heard.done():
            heard.set_result(event.payload)

    app.on("renderer-gone")(hear)
    return await heard


async def kill(app: App, window: Window, number: int = signal.SIGKILL) -> Gone:
    """End a window's renderer with a signal and wait until it is back."""
    gone = asyncio.ensure_future(next_gone(app))
    back = asyncio.ensure_future(next_load(window))
    os.kill(window.renderer_pid, number)
    await back
    return await gone


async def until_ended(pid: int) -> None:
    """Wait until a process has ended."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = await asyncio.to_thread(select.select, [process], [], [], SCENARIO_TIME)
        assert ended
    finally:
        os.close(process)


def test_a_killed_renderer_comes_back_where_it_was_with_its_session_storage(shell: Runner) -> None:
    shell.write(other="<!doctype html><title>other</title>")
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        window.webview.load("tauri://localhost/other.html?x=1#here")
        await window.loaded()
        await window.eval('sessionStorage.setItem("draft", "text")')
        pid, size = window.renderer_pid, window.inner_size()
        gone = await kill(app, window)
        assert (gone.label, gone.pid, gone.reason, gone.attempt, gone.recovering) == ("main", pid, "killed", 1, True)
        assert window.renderer_pid not in {0, pid}
        assert await window.eval('[location.href, sessionStorage.getItem("draft")]') == [
            "tauri://localhost/other.html?x=1#here",
            "text",
        ]
        assert window.inner_size() == size

    shell.run(app, scenario)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        # Chromium takes it for a wish to end, and exits in order.
        (signal.SIGHUP, "exited"),
        (signal.SIGTERM, "killed"),
        (signal.SIGKILL, "killed"),
        (signal.SIGSEGV, "crashed"),
        (signal.SIGABRT, "crashed"),
    ],
)
def test_a_renderer_comes_back_whatever_signal_ended_it(shell: Runner, number: int, reason: str) -> None:
    async def scenario(app: App) -> None:
        window, other = app.windows["main"], app.create_window("other")
        await window.loaded()
        await other.eval("globalThis.mark = 1; return 0")
        pids = window.renderer_pid, other.renderer_pid
        assert (await kill(app, window, number)).reason == reason
        assert await window.eval("1 + 1") == 2
        assert window.renderer_pid not in pids
        assert other.renderer_pid == pids[1]
        assert await other.eval("mark") == 1

    shell.run(shell.app(recovery=QUICK), scenario)


def test_an_interrupt_from_the_keyboard_is_for_the_core_alone(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        pid = window.renderer_pid
        os.kill(pid, signal.SIGINT)
        assert await window.eval("1 + 1") == 2
        assert window.renderer_pid == pid

    shell.run(shell.app(recovery=QUICK), scenario)


def test_a_renderer_that_a_navigation_leaves_behind_is_no_loss(shell: Runner) -> None:
    gone: list[Gone] = []
    with site({"/": "<!doctype html>"}) as remote:
        app = shell.app(recovery=QUICK, config={"plugins": {"qtshell": {"network": [remote.origin]}}})
        app.on("renderer-gone")(lambda event: gone.append(event.payload))

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            first = window.renderer_pid
            window.webview.load(remote.origin)
            await window.loaded()
            second = window.renderer_pid
            window.webview.load("tauri://localhost/")
            await window.loaded()
            assert len({first, second, window.renderer_pid}) == 3
            await until_ended(first)
            await until_ended(second)
            assert await window.eval("1 + 1") == 2
            assert not gone

        shell.run(app, scenario)


def test_the_page_that_takes_the_place_of_one_that_is_given_up_just_then_is_heard(shell: Runner) -> None:
    asked, answers = threading.Event(), threading.Event()

    def hold_back(_: str) -> Iterable[tuple[str, str]]:
        asked.set()
        answers.wait(SCENARIO_TIME)
        return ()

    def live_on(why: str = "") -> Any:
        return isinstance(why, str)

    with site({"/": "<!doctype html><title>remote</title>"}, headers=hold_back) as remote:

        async def scenario(app: App) -> None:
            window = app.windows["main"]
            await window.loaded()
            webview, left = window.webview, window.renderer_pid
            # Chromium may be done with the other page before it hears of the end of this one.
            webview.recovery.give_up = live_on  # type: ignore[method-assign]
            webview.load(f"{remote.origin}/")
            await asyncio.to_thread(asked.wait, SCENARIO_TIME)
            webview.link._give_up("posts too much")
            hung_up = asyncio.get_running_loop().create_future()
            QTimer.singleShot(0, lambda: hung_up.set_result(None))
            await hung_up
            back = asyncio.ensure_future(next_load(window))
            answers.set()
            await back
            assert window.renderer_pid != left
            assert await window.eval("document.title") == "remote"

        remote_urls = {"urls": [f"{remote.origin}/*"]}
        capability = {"identifier": "remote", "windows": ["*"], "remote": remote_urls, "permissions": ["core:default"]}
        shell.run(shell.app(capabilities=[capability]), scenario)


def test_a_page_that_was_discarded_waits_until_it_is_shown(shell: Runner) -> None:
    app = shell.app(recovery=QUICK)
    gone: list[Gone] = []
    app.on("renderer-gone")(lambda event: gone.append(event.payload))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        pid = window.renderer_pid
        window.hide()
        window.webview.page.setLifecycleState(QWebEnginePage.LifecycleState.Discarded)
        await until_ended(pid)
        assert window.renderer_pid == 0
        back = asyncio.ensure_future(next_load(window))
        window.show()
        await back
        assert await window.eval("1 + 1") == 2
        assert not gone

    shell.run(app, scenario)


def test_other_windows_and_their_commands_never_notice(shell: Runner) -> None:
    app = shell.app(recovery=QUICK)
    go_on = asyncio.Event()

    @app.command
    async def slow() -> str:
        await go_on.wait()
        return "done"

    async def scenario(app: App) -> None:
        other = app.create_window("other")
        await other.eval('globalThis.mark = 1; globalThis.answer = shell.invoke("slow"); return 0')
        pid = other.renderer_pid
        await kill(app, app.windows["main"])
        go_on.set()
        assert await other.eval("answer") == "done"
        assert await other.eval("mark") == 1
        assert other.renderer_pid == pid

    shell.run(app, scenario)


def test_what_served_only_the_dead_page_ends_with_it(shell: Runner) -> None:
    app = shell.app(recovery=QUICK)
    ended: list[str] = []

    @app.command
    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    @app.command(detached=True)
    async def save() -> None:
        await asyncio.sleep(0)
        ended.append("saved")

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval('void shell.invoke("forever")')
        await window.eval('void shell.invoke("save")')
        answer = asyncio.ensure_future(window.eval("new Promise(() => {})"))
        await kill(app, window)
        with pytest.raises(PageGoneError):
            await answer
        assert sorted(ended) == ["cancelled", "saved"]

    shell.run(app, scenario)


def test_a_page_in_an_endless_loop_is_ended_and_comes_back(shell: Runner) -> None:
    app = shell.app(recovery=RecoveryPolicy(first_delay=0.01, ping_every=0.2, rest_every=0.2, hang_after=HANG))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        gone = asyncio.ensure_future(next_gone(app))
        back = asyncio.ensure_future(next_load(window))
        window.webview.page.runJavaScript("for (;;);")
        assert (await gone).reason == "unresponsive"
        await back
        assert await window.eval("1 + 1") == 2

    shell.run(app, scenario)


def test_a_window_closes_whose_page_hangs_when_it_is_asked(shell: Runner) -> None:
    app = shell.app(recovery=RecoveryPolicy(first_delay=0.01, ping_every=0.1, rest_every=0.1, hang_after=HANG))
    closed = asyncio.Event()
    app.on("window-destroyed")(lambda _: closed.set())

    async def scenario(app: App) -> None:
        window, other = app.windows["main"], app.create_window("other")
        await window.eval(
            """const target = { kind: "Window", label: "main" };
            await shell.listen("tauri://close-requested", () => { for (;;); }, { target });"""
        )
        window.close()
        await closed.wait()
        assert list(app.windows) == ["other"]
        assert await other.eval("1 + 1") == 2

    shell.run(app, scenario)


def test_a_page_that_hangs_at_every_start_gets_a_page_that_says_so(shell: Runner) -> None:
    shell.write(index="<!doctype html><script>for (;;);</script>")
    # On a busy machine a page that computes without end may get no processor from one look to the next, as one at rest.
    looked_at = {"ping_every": 0.1, "rest_every": 0.1}
    quick = RecoveryPolicy(tries=1, first_delay=0.01, hang_after=2 * HANG, stable_after=1.6 * HANG, **looked_at)

    async def scenario(app: App) -> None:
        attempts: list[Gone] = []
        while not attempts or attempts[-1].recovering:
            attempts.append(await next_gone(app))
        assert [gone.attempt for gone in attempts] == [1, 2]
        assert {gone.reason for gone in attempts} == {"unresponsive"}

    shell.run(shell.app(recovery=quick), scenario)


AWAY = RecoveryPolicy(first_delay=0.01, ping_every=0.1, rest_every=3600, hang_after=HANG)
"""At rest nothing is looked at of itself."""


async def until_at_rest(window: Window) -> None:
    """Wait until nothing happens any more, of which nobody is told."""
    rounds = window.webview.recovery.rounds
    await asyncio.to_thread(until, lambda: rounds.at_rest)


def test_a_page_that_begins_to_loop_while_nothing_happens_is_ended_too(shell: Runner) -> None:
    app = shell.app(recovery=RecoveryPolicy(first_delay=0.01, ping_every=0.1, rest_every=0.5, hang_after=HANG))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        await until_at_rest(window)
        gone = asyncio.ensure_future(next_gone(app))
        await window.eval("void setTimeout(() => { for (;;); }, 1000)")
        await until_at_rest(window)
        assert (await gone).reason == "unresponsive"

    shell.run(app, scenario)


def test_a_page_at_rest_that_a_click_sends_into_an_endless_loop_is_ended(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval("addEventListener('click', () => { for (;;); }); return 0")
        await until_at_rest(window)
        gone = asyncio.ensure_future(next_gone(app))
        QTest.mouseClick(window.frame.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
        assert (await gone).reason == "unresponsive"

    shell.run(shell.app(recovery=AWAY), scenario)


@pytest.mark.parametrize("way", ["a message", "a key"])
def test_a_page_at_rest_that_stands_still_is_ended_when_something_is_asked_of_it(shell: Runner, way: str) -> None:
    async def scenario(app: App) -> None:
        window, other = app.windows["main"], app.create_window("other")
        await window.eval("await shell.listen('tick', () => {}); return 0")
        await other.loaded()
        await until_at_rest(window)
        gone = asyncio.ensure_future(next_gone(app))
        # It takes no time of a processor.
        os.kill(window.renderer_pid, signal.SIGSTOP)
        if way == "a message":
            app.emit_to("main", "tick", 1)
        else:
            QTest.keyClick(window.frame.windowHandle(), Qt.Key.Key_A)
        assert (await gone).label == "main"
        assert await other.eval("1 + 1") == 2
        await until_at_rest(other)

    shell.run(shell.app(recovery=AWAY), scenario)


def test_a_page_that_answers_is_left_alone(shell: Runner) -> None:
    app = shell.app(recovery=RecoveryPolicy(ping_every=0.05, hang_after=HANG))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        pid = window.renderer_pid
        await window.eval(f"new Promise((done) => setTimeout(done, {1500 * HANG:.0f}))")
        assert window.renderer_pid == pid

    shell.run(app, scenario)


def test_a_page_is_not_blamed_for_the_time_in_which_the_program_was_stopped(shell: Runner) -> None:
    app = shell.app(recovery=RecoveryPolicy(ping_every=0.3, hang_after=HANG))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        pid, rounds, pulse = window.renderer_pid, window.webview.recovery.rounds, window.webview.recovery._pulse
        os.kill(pid, signal.SIGSTOP)
        pulse.doubt()
        await asyncio.to_thread(until, lambda: pulse._asked is not None)
        # What Ctrl+Z and `fg` do, but that this process goes on by itself.
        time.sleep(HANG + 1)  # noqa: ASYNC251
        looked, heard = asyncio.Event(), asyncio.Event()
        rounds._timer.timeout.connect(looked.set)
        await looked.wait()
        rounds._echo(heard.set)
        await heard.wait()
        os.kill(pid, signal.SIGCONT)
        assert await window.eval("1 + 1") == 2
        assert window.renderer_pid == pid

    shell.run(app, scenario)


def test_no_page_hangs_where_a_debugger_may_have_it_wait_at_a_breakpoint(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setattr(shell, "options", attrs.evolve(shell.options, remote_debugging_port=port))
    app = shell.app(recovery=RecoveryPolicy(ping_every=0.1, hang_after=0.3))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        pid = window.renderer_pid
        assert await window.eval("const begun = Date.now(); while (Date.now() < begun + 1500) {} return 1") == 1
        assert window.renderer_pid == pid

    shell.run(app, scenario)


def test_a_page_that_runs_out_of_memory_comes_back(shell: Runner) -> None:
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        gone = asyncio.ensure_future(next_gone(app))
        back = asyncio.ensure_future(next_load(window))
        window.webview.page.runJavaScript("const all = []; for (;;) all.push(new Array(3e7).fill(0.5));")
        assert (await gone).recovering
        await back
        assert await window.eval("1 + 1") == 2

    shell.run(app, scenario)


def test_a_page_that_keeps_dying_gets_a_page_that_says_so_and_another_try(shell: Runner) -> None:
    app = shell.app(recovery=QUICK)
    attempts: list[int] = []

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()

        @app.on("renderer-gone")
        def count(event: LifeEvent) -> None:
            attempts.append(event.payload.attempt)

        gone = None
        while gone is None or gone.recovering:
            gone = await kill(app, window)
        assert attempts == [1, 2, 3, 4], attempts
        title: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        window.webview.page.runJavaScript("document.title", title.set_result)
        assert await title == "This page keeps stopping"
        assert (await kill(app, window)).url == "tauri://localhost/"
        again = asyncio.ensure_future(next_load(window))
        window.webview.page.runJavaScript("document.querySelector('a').click()")
        await again
        assert await window.eval("document.title") == "page"

    shell.run(app, scenario)


async def colour_of(window: Window) -> str:
    """The colour of the middle of a window."""
    picture = QImage.fromData(await window.screenshot())
    return picture.pixelColor(picture.width() // 2, picture.height() // 2).name()


def test_windows_that_die_together_all_come_back_with_all_that_they_had(shell: Runner) -> None:
    shell.write(index="<!doctype html><title>page</title><body style='background: #00f'>")
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        windows = [app.windows["main"], *(app.create_window(f"w{number}") for number in range(3))]
        for window in windows:
            await window.loaded()
        for _ in range(2):
            back = [asyncio.ensure_future(next_load(window)) for window in windows]
            for window in windows:
                os.kill(window.renderer_pid, signal.SIGKILL)
            await asyncio.gather(*back)
            for window in windows:
                assert await window.eval("shell.invoke('plugin:app|name').then(() => 1, () => 1)") == 1
                # Of what a page draws, Qt has the picture some time later.
                while await colour_of(window) != "#0000ff":
                    pass
        assert len({window.renderer_pid for window in windows}) == 4

    shell.run(app, scenario)


def test_a_renderer_comes_back_as_often_as_it_dies_if_it_lived_long_enough(shell: Runner) -> None:
    app = shell.app(recovery=RecoveryPolicy(first_delay=0.01, tries=2, stable_after=0))

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval('sessionStorage.setItem("draft", "text")')
        for _ in range(20):
            gone = await kill(app, window)
            assert (gone.attempt, gone.recovering) == (1, True)
            assert await window.eval('sessionStorage.getItem("draft")') == "text"

    shell.run(app, scenario)


def test_a_load_that_was_under_way_is_taken_up_again(shell: Runner) -> None:
    shell.write(other="<!doctype html><title>other</title>")
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        pid = window.renderer_pid
        window.webview.page.loadStarted.connect(
            lambda: os.kill(pid, signal.SIGKILL) if window.renderer_pid == pid else None
        )
        gone = asyncio.ensure_future(next_gone(app))
        window.webview.load("tauri://localhost/other.html")
        await gone
        await window.loaded()
        assert await window.eval("document.title") == "other"

    shell.run(app, scenario)


def test_a_page_that_is_asked_for_while_there_is_no_renderer_is_loaded_once(shell: Runner) -> None:
    shell.write(other="<!doctype html><title>other</title>")
    app = shell.app(recovery=QUICK)
    loads: list[bool] = []

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        window.webview.loaded_changed.connect(loads.append)
        gone = asyncio.ensure_future(next_gone(app))
        os.kill(window.renderer_pid, signal.SIGKILL)
        await gone
        window.webview.load("tauri://localhost/other.html")
        await window.loaded()
        assert await window.eval("document.title") == "other"
        await window.eval("new Promise((done) => setTimeout(done, 200))")
        assert loads == [True]

    shell.run(app, scenario)


def test_what_is_too_much_while_there_is_no_renderer_is_not_held_against_the_next(shell: Runner) -> None:
    recovery = attrs.evolve(QUICK, first_delay=0.5)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        gone = asyncio.ensure_future(next_gone(app))
        back = asyncio.ensure_future(next_load(window))
        os.kill(window.renderer_pid, signal.SIGKILL)
        await gone
        # What it had asked for before its end.
        while not window.webview.link.count("requests"):
            pass
        assert not any(window.webview.link.count("requests") for _ in range(100))
        await back
        assert await window.eval("1 + 1") == 2
        assert (await kill(app, window)).reason == "killed"

    shell.run(shell.app(recovery=recovery, limits=Limits(requests=100)), scenario)


def test_a_reload_while_there_is_no_renderer_is_of_the_page_that_was_asked_for_last(shell: Runner) -> None:
    shell.write(other="<!doctype html><title>other</title>")

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        gone = asyncio.ensure_future(next_gone(app))
        os.kill(window.renderer_pid, signal.SIGKILL)
        await gone
        window.webview.load("tauri://localhost/other.html")
        window.webview.reload()
        await window.loaded()
        assert await window.eval("document.title") == "other"

    shell.run(shell.app(recovery=attrs.evolve(QUICK, first_delay=0.5)), scenario)


def test_who_waits_for_a_page_waits_for_its_next_renderer_too(shell: Runner) -> None:
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        window = app.create_window("other")
        loaded = asyncio.ensure_future(window.loaded())
        gone = asyncio.ensure_future(next_gone(app))
        watch = QTimer(window.webview)

        def kill_first() -> None:
            if window.renderer_pid:
                watch.stop()
                os.kill(window.renderer_pid, signal.SIGKILL)

        # Of a page's first renderer Qt tells nobody.
        watch.timeout.connect(kill_first)
        watch.start(1)
        assert (await gone).recovering
        await loaded
        assert await window.eval("1 + 1") == 2

    shell.run(app, scenario)


def test_who_waits_for_a_page_that_kills_each_of_its_renderers_hears_that(shell: Runner) -> None:
    # It stops before its load has ended, and after its call has left, which a microtask does.
    shell.write(
        index="""<!doctype html><script type="module">
        shell.invoke("die");
        for (let turn = 0; turn < 10; turn++) await null;
        for (;;);
    </script>"""
    )
    app = shell.app(recovery=RecoveryPolicy(first_delay=0.01, tries=1))

    @app.command
    async def die(window: Window) -> None:
        os.kill(window.renderer_pid, signal.SIGKILL)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        assert (await next_gone(app)).recovering
        with pytest.raises(LoadError, match="webview main: the renderer of tauri://localhost/ keeps ending"):
            await window.loaded()

    shell.run(app, scenario)


@pytest.mark.parametrize("turns", [0, 3, 30, 100])
def test_a_window_closes_whatever_its_renderer_is_about(shell: Runner, turns: int) -> None:
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        other, window = app.windows["main"], app.create_window("dying")
        await window.eval(
            """const target = { kind: "Window", label: "dying" };
            await shell.listen("tauri://close-requested", () => {}, { target });"""
        )
        window.close()
        # It has taken notice, and is not closed for that it died before.
        await window.eval("0")
        assert app.windows["dying"] is window
        gone = asyncio.ensure_future(next_gone(app))
        os.kill(window.renderer_pid, signal.SIGKILL)
        await gone
        for _ in range(turns):
            await asyncio.sleep(0.001)
        window.close()
        assert window.closed
        assert await other.eval("1 + 1") == 2

    shell.run(app, scenario)


@pytest.mark.parametrize("turns", [0, 3, 30, 100])
def test_the_program_ends_whatever_its_renderers_are_about(shell: Runner, turns: int) -> None:
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        windows = [app.windows["main"], *(app.create_window(f"w{number}") for number in range(3))]
        for window in windows:
            await window.loaded()
        for window in windows:
            os.kill(window.renderer_pid, signal.SIGKILL)
        for _ in range(turns):
            await asyncio.sleep(0.001)

    assert shell.run(app, scenario) == 0


def test_a_page_that_comes_back_without_its_bridge_is_loaded_again(shell: Runner) -> None:
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        page = window.webview.page
        scripts = page.scripts().toList()
        states: list[QWebEnginePage.LifecycleState] = []

        def give_back(state: QWebEnginePage.LifecycleState) -> None:
            states.append(state)
            # Once to be brought back, and once more for want of a bridge.
            if states.count(QWebEnginePage.LifecycleState.Discarded) == 2:
                page.scripts().insert(scripts)

        page.lifecycleStateChanged.connect(give_back)
        # As where Qt gives them to nobody.
        page.scripts().clear()
        await kill(app, window)
        assert await window.eval("1 + 1") == 2

    shell.run(app, scenario)


def test_a_page_that_never_has_a_bridge_is_left_as_it_is(shell: Runner) -> None:
    app = shell.app(recovery=QUICK)

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        window.webview.page.scripts().clear()
        await kill(app, window)
        with pytest.raises(PageGoneError, match="shows a page without a bridge"):
            await window.eval("1")

    shell.run(app, scenario)
