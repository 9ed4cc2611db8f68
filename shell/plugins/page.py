"""`plugin:__shell__|…`: what the bridge itself tells the core about its own page. Every page may, of itself alone."""

from collections.abc import Callable
from typing import Any

from shell.ipc import Command, Commands, Session
from shell.webview.webview import Webview


def page_commands(webview_of: Callable[[Session], Webview]) -> Commands:
    """The bridge's own commands.

    Args:
        webview_of: The webview that shows a document.
    """
    commands = Commands()

    async def evaluated(session: Session, number: int, value: Any = None, error: str | None = None) -> None:
        webview_of(session).evaluated(number, value, error)

    async def ready(session: Session) -> None:
        webview_of(session).ready.emit()

    for function in (evaluated, ready):
        commands.add(Command(f"plugin:__shell__|{function.__name__}", function, open=True, filtered=False))
    return commands
