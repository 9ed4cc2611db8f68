"""Threads for plain functions: where the system has none left, and what they may not do."""

import asyncio
import inspect
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from shell import App, Menu, MenuItem, ShownNotification, Submenu, TrayIcon, Window
from shell.handle import AppHandle
from shell.ipc.thread import LoopThread, WrongThreadError
from shell.menu.container import Container
from shell.menu.item import Item
from shell.notification.notifier import Notifier
from shell.threads import Threads
from shell.webview.devtools import Devtools
from shell.webview.webview import Webview
from tests.conftest import Runner
from tests.notification.test_picture import png

TIME = 60.0
"""Seconds after which a function has hung."""


@pytest.fixture
def threads() -> Iterator[Threads]:
    pool = Threads(2, "test")
    yield pool
    pool.shutdown(wait=True)


@contextmanager
def none_left() -> Iterator[None]:
    """No thread can be had meanwhile."""

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        yield


def expect_two(threads: Threads) -> None:
    """Two functions run at once, as each waits for the other."""
    both = threading.Barrier(2)
    for future in [threads.submit(both.wait, TIME) for _ in range(2)]:
        future.result(TIME)


def test_what_is_refused_where_there_is_no_thread_never_runs(threads: Threads) -> None:
    ran: list[int] = []
    for number in range(3):
        with none_left(), pytest.raises(RuntimeError, match="can't start new thread"):
            threads.submit(ran.append, number)
    expect_two(threads)
    assert not ran


def test_what_finds_no_thread_of_its_own_waits_for_those_that_there_are(threads: Threads) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def block() -> None:
        begun.set()
        go_on.wait(TIME)

    first = threads.submit(block)
    assert begun.wait(TIME)
    with none_left():
        second = threads.submit(threading.get_ident)
    go_on.set()
    first.result(TIME)
    second.result(TIME)
    expect_two(threads)


def kinds() -> Iterator[type]:
    """The classes whose objects programs have that belong to Qt."""
    yield from (AppHandle, Window, Webview, Devtools, TrayIcon, Menu, Submenu, Notifier, ShownNotification)
    above: list[type] = [Item, Container]
    while above:
        kind = above.pop()
        above += kind.__subclasses__()
        if kind.__module__.startswith("shell."):
            yield kind


FOR_ANY_THREAD = {
    "AppHandle": {"core", "emit", "emit_to", "exit", "listen", "once", "restart", "unlisten"},
    "Window": {"label", "closed", "webview", "emit", "emit_to", "listen", "unlisten"},
    "Webview": {"session"},
    "TrayIcon": {"closed", "menu", "title", "tooltip", "visible"},
    "Container": {"get", "items", "parents"},
    "Item": {"added_to", "id", "parents"},
    "Menu": {"get", "id", "items", "parents"},
    "MenuItem": {"added_to", "id", "is_enabled", "parents", "text"},
    "CheckMenuItem": {"added_to", "id", "is_enabled", "parents", "text"},
    "IconMenuItem": {"added_to", "id", "is_enabled", "parents", "text"},
    "PredefinedMenuItem": {"about", "added_to", "id", "item", "parents", "text"},
    "Submenu": {"added_to", "get", "id", "is_enabled", "items", "parents", "text"},
}
"""What of them looks at nothing but what Python keeps, or finds its way to the loop's thread."""


def for_the_loop() -> list[tuple[Any, str]]:
    """What all of these classes have in public, their own and what they have inherited from others of ours."""
    found: dict[tuple[Any, str], None] = {}
    for kind in kinds():
        for base in kind.__mro__:
            # Before the program runs there is no loop.
            if base.__module__.startswith("shell.") and base.__module__ != "shell.builder":
                for name, value in vars(base).items():
                    is_asked = isinstance(value, property) or inspect.isfunction(value)
                    if is_asked and not name.startswith("_") and name not in FOR_ANY_THREAD.get(kind.__name__, ()):
                        found[kind, name] = None
    return list(found)


def asked_in_a_thread(function: Callable[[], object]) -> object:
    with ThreadPoolExecutor(1, "elsewhere") as pool:
        return pool.submit(function).result(TIME)


@pytest.mark.parametrize(("kind", "name"), for_the_loop(), ids=lambda part: getattr(part, "__name__", part))
def test_what_belongs_to_qt_is_refused_in_a_thread(kind: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LoopThread, "latest", threading.get_ident())
    # Nothing is in it: before it is looked at, the thread is.
    thing = kind.__new__(kind) if not inspect.isabstract(kind) else object.__new__(type(kind.__name__, (), {}))

    def ask() -> object:
        value: Any = inspect.getattr_static(kind, name)
        result = value.__get__(thing) if isinstance(value, property) else value(thing)
        return asyncio.run(result) if inspect.iscoroutine(result) else result

    with pytest.raises(WrongThreadError, match=rf"^{kind.__name__}\.{name}: called in the thread 'elsewhere_0'"):
        asked_in_a_thread(ask)


def test_before_there_is_a_loop_menus_are_made_and_changed_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def make() -> str:
        item = MenuItem("Open")
        Menu([Submenu("File", [item])])
        item.set_text("Close")
        return item.text()

    monkeypatch.setattr(LoopThread, "latest", None)
    assert asked_in_a_thread(make) == "Close"
    monkeypatch.setattr(LoopThread, "latest", threading.get_ident())
    with pytest.raises(WrongThreadError):
        asked_in_a_thread(make)


def test_a_plain_function_that_asks_for_what_is_the_loops_is_refused_and_the_program_runs_on(shell: Runner) -> None:
    app = shell.app()

    @app.command
    def title(window: Window) -> str:
        window.set_title("in a thread")
        return "set"

    @app.command
    def settings(app: App) -> None:
        app.create_window("settings")

    @app.command
    def remind(app: App) -> None:
        asyncio.run(app.notify("Water the plants"))

    @app.command
    def handed_over(app: App, window: Window) -> str:
        app.thread.run(window.set_title, f"of {window.label}")
        app.thread.run(window.eval, "document.title = 'handed over'")
        app.emit("told")
        return "handed over"

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        loop = asyncio.get_running_loop()
        for command, called in (
            ("title", "Window.set_title"),
            ("settings", "App.create_window"),
            ("remind", "App.notify"),
        ):
            problem: Any = await window.eval(f"return shell.invoke('{command}').catch(String)")
            assert problem.startswith(f"{called}: called in the thread 'command-"), problem
        assert await window.eval("shell.invoke('handed_over')") == "handed over"
        assert window.title() == "of main"
        assert await window.eval("document.title") == "handed over"
        app.thread.run(window.eval, "document.title = 'of the loop'")
        assert await window.eval("document.title") == "of the loop"
        assert set(app.windows) == {"main"}

        def wait_for_the_loop() -> Any:
            return asyncio.run_coroutine_threadsafe(window.eval("1 + 1"), loop).result(TIME)

        assert await asyncio.to_thread(wait_for_the_loop) == 2

    shell.run(app, scenario)


def test_what_a_program_needs_for_itself_waits_for_none_of_its_plain_functions(shell: Runner) -> None:
    app = shell.app(capabilities=[{"identifier": "all", "windows": ["*"], "permissions": ["core:default"]}])
    go_on = threading.Event()

    @app.command
    async def same(value: list[int]) -> list[int]:
        return value

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        loop = asyncio.get_running_loop()
        plain = [loop.run_in_executor(None, go_on.wait, TIME) for _ in range(200)]
        try:
            large = "shell.invoke('same', {value: Array(200000).fill(7)}).then(value => value.length)"
            assert await window.eval(large) == 200_000
            assert await window.eval("shell.invoke('plugin:menu|create_default').then(([id]) => typeof id)") == "number"
            assert (await app.notify("Water the plants", icon=png(16, 16))).dismissal is None
            picture = f"{{bytes: {list(png(16, 16))}}}"
            assert (
                await window.eval(f"shell.invoke('plugin:image|from_bytes', {picture}).then(id => typeof id)")
                == "number"
            )
            icon = f"{{kind: 'Icon', options: {{text: 'x', icon: {list(png(16, 16))}}}, handler: new shell.Channel()}}"
            assert await window.eval(f"shell.invoke('plugin:menu|new', {icon}).then(([id]) => typeof id)") == "number"
            assert not any(function.done() for function in plain)
        finally:
            go_on.set()

    shell.run(app, scenario)
