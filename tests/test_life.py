"""The life of a program: from its windows to its exit code, in order."""

import asyncio
import gc
import logging
import os
import re
import signal
from typing import Any
from weakref import WeakSet

import pytest

from shell import RESTART_EXIT_CODE, App, LifeEvent, Plugin, RecoveryPolicy, RegistrationError, State, Window
from shell.webview.page import Page
from shell.webview.webview import Webview
from tests.conftest import SCENARIO_TIME, Runner


def test_closing_the_last_window_ends_the_program_with_0(shell: Runner) -> None:
    app = shell.app()
    app.setup(lambda app: app.windows["main"].close())
    assert app.run_or_raise(shell.options) == 0


def test_exit_ends_it_with_the_code(shell: Runner) -> None:
    app = shell.app()
    app.setup(lambda app: app.exit(7))
    assert app.run_or_raise(shell.options) == 7


def test_a_run_leaves_the_environment_as_it_was_but_for_what_the_program_itself_changed(
    shell: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = "QTWEBENGINE_CHROMIUM_FLAGS"
    monkeypatch.setenv("QT_QUICK_BACKEND", "")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("OF_THE_PROGRAM", raising=False)
    before = {**os.environ}
    within: list[str] = []
    for _ in range(2):
        app = shell.app()

        @app.setup
        def leave(app: App) -> None:
            within.append(os.environ[flags])
            monkeypatch.setenv("OF_THE_PROGRAM", "1")
            monkeypatch.setenv("QT_QUICK_BACKEND", "rhi")
            app.exit()

        app.run_or_raise(shell.options)
    assert within[0] == within[1] != before.get(flags)
    assert os.environ == {**before, "OF_THE_PROGRAM": "1", "QT_QUICK_BACKEND": "rhi"}


def test_an_exit_can_be_prevented(shell: Runner) -> None:
    app = shell.app()
    asked: list[Any] = []

    @app.on("exit-requested")
    def once(event: LifeEvent) -> None:
        asked.append(event.payload)
        if len(asked) == 1:
            event.prevent()

    @app.setup
    def leave(app: App) -> None:
        app.exit(1)
        app.exit(2)

    assert app.run_or_raise(shell.options) == 2
    assert asked == [1, 2]


def test_only_a_restart_is_one(shell: Runner) -> None:
    app = shell.app()
    app.on("exit-requested")(lambda event: event.prevent() if event.payload == RESTART_EXIT_CODE else None)

    @app.setup
    def leave(app: App) -> None:
        app.exit(RESTART_EXIT_CODE)
        app.exit(7)

    assert app.run_or_raise(shell.options) == 7


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_program_in_order(shell: Runner, number: int, code: int) -> None:
    app = shell.app()
    order: list[str] = []
    plugin = Plugin("last")
    plugin.teardown(lambda app: order.append("plugin"))
    app.plugin(plugin)
    app.on("window-destroyed")(lambda event: order.append(event.label))
    app.setup(lambda app: os.kill(os.getpid(), number))
    assert app.run_or_raise(shell.options) == code
    assert order == ["main", "plugin"]


def test_webviews_end_before_plugins_and_the_last_made_first(shell: Runner) -> None:
    app = shell.app()
    order: list[str] = []
    first, second = Plugin("first"), Plugin("second")
    for plugin in (first, second):
        plugin.setup(lambda app, name=plugin.name: order.append(f"begin {name}"))
        plugin.teardown(lambda app, name=plugin.name: order.append(f"end {name}"))
        app.plugin(plugin)

    async def scenario(app: App) -> None:
        window = app.create_window("second")
        await window.loaded()
        for window in app.windows.values():
            pid = window.renderer_pid
            window.webview.page.destroyed.connect(lambda pid=pid: order.append("page"))

    shell.run(app, scenario)
    assert order == ["begin first", "begin second", "page", "page", "end second", "end first"]


def test_python_can_refuse_to_close_a_window(shell: Runner) -> None:
    app = shell.app()
    asked: list[str] = []

    @app.on("close-requested")
    async def refuse(event: LifeEvent) -> None:
        asked.append(event.label)
        await asyncio.sleep(0)
        event.prevent()

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        for times in (1, 2):
            # Until it has said so, nobody asks it again.
            for _ in range(9):
                window.close()
            await window.loaded()
            await asyncio.sleep(0)
            assert asked == ["main"] * times
            assert not window.closed

    shell.run(app, scenario)


def test_a_page_that_listens_decides_whether_its_window_closes(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval(
            """globalThis.asked = 0;
            const target = { kind: "Window", label: "main" };
            await shell.listen("tauri://close-requested", () => ++asked, { target });"""
        )
        window.close()
        assert await window.eval("asked") == 1
        session = window.webview.session
        assert session is not None
        kept = len(session.on_end)
        for _ in range(99):
            window.close()
        assert await window.eval("asked") == 100
        assert not window.closed
        # However often it is asked, one thing is kept for when it goes.
        assert len(session.on_end) == kept

    shell.run(shell.app(), scenario)


def test_who_waits_for_a_page_that_dies_does_not_keep_its_window(shell: Runner) -> None:
    app = shell.app(recovery=RecoveryPolicy(first_delay=0.01))
    asked: list[str] = []

    @app.on("close-requested")
    async def wait(event: LifeEvent) -> None:
        asked.append(event.label)
        await asyncio.Event().wait()

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        gone = asyncio.Event()
        window.webview.gone.connect(lambda _: gone.set())
        window.close()
        window.close()
        os.kill(window.renderer_pid, signal.SIGKILL)
        await gone.wait()
        window.close()
        assert asked == ["main", "main"]

    shell.run(app, scenario)


def test_a_page_that_cannot_be_asked_any_more_does_not_keep_its_window(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.create_window("other")
        await window.eval('shell.listen("tauri://close-requested", () => {}, { target: "other" }).then(() => 0)')
        window.webview.load("tauri://localhost/?again")
        await window.loaded()
        window.close()
        assert window.closed

    shell.run(shell.app(), scenario)


def test_commands_that_want_state_wait_for_the_setup_that_manages_it(shell: Runner) -> None:
    class Store:
        name = "notes"

    app = shell.app()

    @app.command
    async def name(store: State[Store]) -> str:
        return store.name

    @app.setup
    async def late(app: App) -> None:
        window = app.windows["main"]
        await window.eval('void (globalThis.answer = shell.invoke("name"))')
        app.manage(Store())

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("answer") == "notes"

    shell.run(app, scenario)


def test_a_setup_that_fails_ends_the_program_and_says_why(shell: Runner) -> None:
    app = shell.app()

    @app.setup
    def fail(app: App) -> None:
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"):
        app.run_or_raise(shell.options)
    assert not app.windows


def test_no_window_is_made_when_the_program_ends(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    app = shell.app()
    app.on("window-destroyed")(lambda event: app.create_window(f"after-{event.label}"))

    async def scenario(app: App) -> None:
        await app.windows["main"].loaded()

    shell.run(app, scenario)
    assert not app.windows
    assert 'the program ends: the window "after-main" cannot be made any more' in caplog.text


def test_there_is_one_window_of_a_label(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        with pytest.raises(RegistrationError, match='"main" exists already'):
            app.create_window("main")

    shell.run(shell.app(), scenario)


def test_every_window_has_a_renderer_of_its_own(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        windows = [app.windows["main"], *(app.create_window(f"w{number}") for number in range(3))]
        for window in windows:
            await window.loaded()
        pids = {window.renderer_pid for window in windows}
        assert len(pids) == 4
        assert os.getpid() not in pids

    shell.run(shell.app(), scenario)


def windows_and_pages() -> "WeakSet[Window | Webview | Page]":
    """All that there are, and those that have gone and are kept."""
    return WeakSet(one for one in gc.get_objects() if isinstance(one, Window | Webview | Page))


def test_nothing_stays_of_windows_and_webviews_that_have_closed(shell: Runner) -> None:
    commands = ("create-webview", "webview-close")
    permissions = [f"core:webview:allow-{name}" for name in commands]
    app = shell.app(capabilities=[{"identifier": "webviews", "windows": ["main"], "permissions": permissions}])

    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await main.loaded()
        before = windows_and_pages()
        for label in ("destroyed", "asked", "by-its-page", "empty", "with-another"):
            await app.create_window(label).loaded()
        await main.eval(
            """for (const windowLabel of ["main", "with-another"]) {
              const options = { label: `in-${windowLabel}`, url: "index.html", x: 0, y: 0, width: 99, height: 99 };
              await shell.invoke("plugin:webview|create_webview", { windowLabel, options });
            }"""
        )
        made = windows_and_pages() - before
        assert len(made) == 5 * 3 + 2 * 2
        await main.eval(
            """for (const label of ["in-main", "empty"]) await shell.invoke("plugin:webview|webview_close", { label });"""
        )
        await app.windows["by-its-page"].eval("void setTimeout(close)")
        app.windows["asked"].close()
        for label in ("destroyed", "empty", "with-another"):
            app.windows[label].destroy()
        async with asyncio.timeout(60):
            while made:
                await asyncio.sleep(0.01)
                gc.collect()
        assert list(app.windows) == ["main"]

    shell.run(app, scenario)


@pytest.mark.parametrize("returns_at_once", [True, False])
def test_a_function_of_the_setup_that_does_not_return_is_named_in_the_log_once(
    shell: Runner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, returns_at_once: bool
) -> None:
    monkeypatch.setattr("shell.core._PATIENCE", 0.0)
    told = asyncio.Event()

    def hear(record: logging.LogRecord) -> bool:
        if record.name == "shell.core":
            told.set()
        return True

    monkeypatch.setattr(caplog.handler, "filters", [hear])
    app = shell.app()

    @app.setup
    async def wait_for_ever(app: App) -> None:
        if not returns_at_once:
            await asyncio.wait_for(told.wait(), SCENARIO_TIME)
            for _ in range(3):
                await asyncio.sleep(0)

    async def scenario(app: App) -> None:
        await app.windows["main"].loaded()

    shell.run(app, scenario)
    warnings = [record.getMessage() for record in caplog.records if record.name == "shell.core"]
    assert len(warnings) == (0 if returns_at_once else 1)
    assert all(re.search(rf"wait_for_ever \({re.escape(__file__)}:\d+\)", warning) for warning in warnings)


def test_what_comes_too_late_to_count_is_an_error(shell: Runner) -> None:
    app = shell.app()
    done: list[str] = []

    @app.setup
    def first(app: App) -> None:
        app.setup(lambda app: done.append("set up from setup"))

    async def scenario(app: App) -> None:
        with pytest.raises(
            RegistrationError, match=r"^App\.command: the app runs already; commands are registered bef"
        ):
            app.command(lambda: None)
        with pytest.raises(RegistrationError, match=r"^App\.command: "):
            app.command(name="late")
        await app.windows["main"].loaded()
        with pytest.raises(RegistrationError, match=r"^App\.setup: the app has been set up already"):
            app.setup(lambda app: done.append("never"))

    shell.run(app, scenario)
    assert done == ["set up from setup"]
    app.command(name="later")(lambda: None)
