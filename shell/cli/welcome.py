"""The welcome app, which `qtshell demo` opens: a tour of the public API, with `resources/welcome` as its pages."""

import asyncio
import collections
import os
import platform
import signal
from typing import Any, Final

import attrs
from PySide6.QtCore import qVersion
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion

from shell import App, Call, CommandError, Event, Proceed, Window
from shell.bundled import bundled
from shell.cli.memory import proportional_memory

_CONFIG: Final = {
    "productName": "Welcome to qtshell",
    "app": {
        "windows": [{"title": "Welcome to qtshell", "width": 1180, "height": 780, "minWidth": 480, "minHeight": 480}],
        "security": {
            "csp": "default-src 'self'; connect-src 'self' ipc:",
            # A page that is isolated from other origins has a clock with steps of 5 µs; any other, of 100 µs.
            "headers": {
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Embedder-Policy": "credentialless",
            },
        },
    },
}

# What no capability names, pages of every window may call. What one names, only its windows may.
_CAPABILITIES: Final = (
    {
        "identifier": "main",
        "windows": ["main"],
        "permissions": [
            "core:event:default",
            "core:window:allow-set-title",
            "shared:default",
            "allow-open-window",
            "allow-close-window",
            "allow-crash-renderer",
        ],
    },
    {
        "identifier": "second",
        "windows": ["second-*"],
        "permissions": ["core:event:default", "shared:default"],
    },
)

_SECOND_WINDOWS: Final = 5
_TRAFFIC_EVERY: Final = 0.05
"""Seconds."""


@attrs.frozen
class Core:
    """This process.

    Attributes:
        pid: Its id.
        memory: What it takes, in MiB; `None` where the system does not tell.
        python: Version of Python.
        qt: Version of Qt.
        chromium: Version of the Chromium in Qt WebEngine.
    """

    pid: int
    memory: float | None
    python: str
    qt: str
    chromium: str


@attrs.frozen
class Renderer:
    """The process of one window's page.

    Attributes:
        label: The window's label.
        title: Its title.
        pid: The process's id; 0 while there is none.
        memory: What it takes, in MiB; `None` where the system does not tell.
    """

    label: str
    title: str
    pid: int
    memory: float | None


@attrs.frozen
class Processes:
    """All processes that have a part in what the person sees."""

    core: Core
    renderers: list[Renderer]


@attrs.frozen
class Crash:
    """A renderer that was killed, and the one that came in its place: their process ids."""

    before: int
    after: int


class Traffic:
    """Tells the main window how many calls each window made, for its picture. A filter that changes nothing."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._calls: collections.Counter[str] = collections.Counter()

    def count(self, call: Call, proceed: Proceed) -> Any:
        """Count a call and let it go on. The page sees events itself."""
        if not call.command.startswith("plugin:event|"):
            if not self._calls:
                asyncio.get_running_loop().call_later(_TRAFFIC_EVERY, self._tell)
            self._calls[call.caller.window] += 1
        return proceed(call)

    def _tell(self) -> None:
        self._app.emit_to("main", "traffic", self._calls)
        self._calls.clear()


def welcome() -> App:
    """Make the app; `run` starts it."""
    app = App("dev.qtshell.welcome", frontend=bundled("welcome"), config=_CONFIG, capabilities=_CAPABILITIES)
    app.filter(Traffic(app).count)
    counter = app.share("counter", 0)

    @app.command
    async def add_to_counter(by: int) -> int:
        return counter.update(lambda value: value + by)

    for command in (greet, process_id, processes, open_window, close_window, crash_renderer):
        app.command(command)
    return app


async def greet(name: str) -> str:
    """Answer with a sentence."""
    return f"Hello, {name or 'stranger'}! This is Python {platform.python_version()} in process {os.getpid()}."


async def process_id(window: Window) -> int:
    """The process of the page that asks."""
    return window.renderer_pid


async def processes(app: App) -> Processes:
    """All processes, and what they take."""
    windows = [(window.label, window.title(), window.renderer_pid) for window in app.windows.values()]
    pids = [os.getpid(), *(pid for _, _, pid in windows)]
    # The kernel counts pages for some milliseconds; Qt's windows are for this thread alone.
    memory, *memories = await asyncio.to_thread(lambda: [proportional_memory(pid) for pid in pids])
    return Processes(
        Core(os.getpid(), memory, platform.python_version(), qVersion(), str(qWebEngineChromiumVersion())),
        [Renderer(label, title, pid, size) for (label, title, pid), size in zip(windows, memories, strict=True)],
    )


async def open_window(app: App) -> str:
    """Open a second window; its label, once its page has loaded."""
    labels = (f"second-{number}" for number in range(1, _SECOND_WINDOWS + 1))
    label = next((label for label in labels if label not in app.windows), None)
    if label is None:
        raise CommandError(f"{_SECOND_WINDOWS} windows beside this one are enough. Close one first.")
    window = app.create_window(label, url="second.html", title=label, width=420, height=380)
    await window.loaded()
    return label


async def close_window(label: str, app: App) -> None:
    """Close a window as its close button does."""
    _window(app, label).close()


async def crash_renderer(label: str, app: App) -> Crash:
    """Kill the process of a window's page, and wait until the page is there again."""
    window = _window(app, label)
    before = window.renderer_pid
    if not before:
        raise CommandError(f"The renderer of {label} is gone already.")
    gone = asyncio.Event()

    def heard(event: Event[Any]) -> None:
        if event.payload["label"] == label:
            gone.set()

    listener = app.listen("renderer-gone", heard)
    try:
        os.kill(before, signal.SIGKILL)
        await gone.wait()
    finally:
        app.unlisten(listener)
    await window.loaded()
    return Crash(before, window.renderer_pid)


def _window(app: App, label: str) -> Window:
    window = app.windows.get(label)
    if window is None:
        raise CommandError(f"There is no window {label!r}.")
    return window
