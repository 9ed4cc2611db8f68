"""Windows: open one, close one, crash one, and bring the first one back."""

import asyncio
import os
import signal
from typing import Any, Final

from shell import App, CommandError, Event, Window
from shell.value import frozen

MOST: Final = 5
"""Second windows that there is room for in the picture."""


@frozen
class Crash:
    """A renderer that was killed, and the one that came in its place: their process ids."""

    before: int
    after: int


def new_window(app: App) -> Window:
    """Open a second window."""
    labels = (f"second-{number}" for number in range(1, MOST + 1))
    label = next((label for label in labels if label not in app.windows), None)
    if label is None:
        raise CommandError(f"{MOST} windows beside this one are enough. Close one first.")
    return app.create_window(label, url="second.html", title=label, width=420, height=380)


def kill_renderer(window: Window) -> int:
    """Kill the process of a window's page; returns which it was."""
    pid = window.renderer_pid
    if not pid:
        raise CommandError(f"The renderer of {window.label} is gone already.")
    os.kill(pid, signal.SIGKILL)
    return pid


async def open_window(app: App) -> str:
    """Open a second window; its label, once its page has loaded."""
    window = new_window(app)
    await window.loaded()
    return window.label


async def close_window(label: str, app: App) -> None:
    """Close a window as its close button does."""
    _window(app, label).close()


async def crash_renderer(label: str, app: App) -> Crash:
    """Kill the process of a window's page, and wait until the page is there again."""
    window = _window(app, label)
    gone = asyncio.Event()

    def heard(event: Event[Any]) -> None:
        if event.payload["label"] == label:
            gone.set()

    before = kill_renderer(window)
    listener = app.listen("renderer-gone", heard)
    try:
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


def show_main(app: App) -> None:
    """Bring the main window to the front, out of hiding or made again."""
    window = app.windows.get("main") or app.create_window("main", config=app.config.app.windows[0])
    window.unminimize()
    window.show()
    window.set_focus()
