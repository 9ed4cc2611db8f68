"""Programs with an isolation application."""

import json
import secrets
from typing import Any

import attrs

from shell import App, Call, Proceed
from tests.conftest import Runner

MARKED = """
window.seen = [];
window.__TAURI_ISOLATION_HOOK__ = (message) => {
  window.seen.push(message.cmd);
  if (message.cmd === "forbidden") throw new Error("not that one");
  return { ...message, options: { headers: { ...message.options?.headers, seen: %s } } };
};
"""
"""An application that keeps what it saw, refuses one command, and marks each message."""


@attrs.define
class Isolated:
    """A program whose isolation application marks what it lets pass.

    Attributes:
        app: The program; it has the commands `forbidden`, which its isolation application refuses, `echo` and `size`.
        mark: What no page knows, and what each call has that the application has seen.
        calls: The commands that reached the core, each with the mark that it had.
    """

    app: App
    mark: str
    calls: list[tuple[str, str | None]] = attrs.field(factory=list)

    @property
    def unseen(self) -> list[str]:
        """The commands that reached the core and that the application has not seen."""
        return [name for name, mark in self.calls if mark != self.mark]

    @property
    def reached(self) -> set[str]:
        """The commands that reached the core."""
        return {name for name, _ in self.calls}


def isolating(shell: Runner, *sources: str, **options: Any) -> App:
    """Make a program whose isolation application has these scripts."""
    folder = shell.folder.with_name("isolation")
    folder.mkdir(exist_ok=True)
    tags = "".join(f"<script>{source}</script>" for source in sources)
    (folder / "index.html").write_text(f"<!doctype html>{tags}", encoding="utf-8")
    config = options.pop("config", {})
    security = {"pattern": {"use": "isolation", "options": {"dir": str(folder)}}, **config.pop("security", {})}
    config = {**config, "app": {**config.get("app", {}), "security": security}}
    return App("com.example.test", **{"frontend": shell.folder, "config": config, **options})


def marking(shell: Runner, source: str = MARKED, **options: Any) -> Isolated:
    """Make a program whose isolation application marks what it lets pass.

    Args:
        shell: Runs it.
        source: The application; `%s` in it is the mark, as JSON.
        options: As `App` takes them.
    """
    mark = secrets.token_hex()
    isolated = Isolated(isolating(shell, source % json.dumps(mark), **options), mark)

    @isolated.app.filter
    async def note(call: Call, proceed: Proceed) -> Any:
        isolated.calls.append((call.command, call.headers.get("seen")))
        return await proceed(call)

    @isolated.app.command
    async def forbidden() -> str:
        return "done"

    @isolated.app.command
    async def echo(value: Any = None) -> Any:
        return value

    @isolated.app.command
    async def size(body: bytes) -> int:
        return len(body)

    return isolated
