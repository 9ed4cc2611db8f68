"""The program: its window, what its pages may do, and what it is made of."""

import os
import platform
from typing import Final

from shell import App, Window
from shell.bundled import bundled
from shell.cli.welcome.processes import processes
from shell.cli.welcome.traffic import Traffic
from shell.cli.welcome.tray import add_tray, hide_window
from shell.cli.welcome.windows import close_window, crash_renderer, open_window

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
            "allow-hide-window",
            "allow-stay-in-tray",
        ],
    },
    {
        "identifier": "second",
        "windows": ["second-*"],
        "permissions": ["core:event:default", "shared:default"],
    },
)


def welcome() -> App:
    """Make the app; `run` starts it."""
    app = App("dev.qtshell.welcome", frontend=bundled("welcome"), config=_CONFIG, capabilities=_CAPABILITIES)
    app.filter(Traffic(app).count)
    counter = app.share("counter", 0)
    stay = app.share("stay", False)

    @app.command
    async def add_to_counter(by: int) -> int:
        return counter.update(lambda value: value + by)

    @app.command
    async def stay_in_tray(stays: bool) -> None:
        stay.value = stays

    @app.setup
    def tray(app: App) -> None:
        add_tray(app, stay)

    for command in (greet, process_id, processes, open_window, close_window, crash_renderer, hide_window):
        app.command(command)
    return app


async def greet(name: str) -> str:
    """Answer with a sentence."""
    return f"Hello, {name or 'stranger'}! This is Python {platform.python_version()} in process {os.getpid()}."


async def process_id(window: Window) -> int:
    """The process of the page that asks."""
    return window.renderer_pid
