"""A program whose page has the real `@tauri-apps/api`, with every permission or with none."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shell import App, JavaScriptError, Window
from shell.bundled import bundled
from shell.ipc import Resources
from tests.conftest import Runner
from tests.notification.conftest import bus, dunst, dunst_session, no_bus  # noqa: F401  # fixtures
from tests.npm import api_page

NAMESPACES = ("app", "event", "image", "menu", "path", "resources", "tray", "webview", "window")


def commands(namespace: str) -> frozenset[str]:
    """The commands that permissions are told of."""
    text = bundled("permissions", "core", f"{namespace}.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text)["commands"])


EVERYTHING = {
    "identifier": "everything",
    "windows": ["*"],
    "permissions": [
        f"core:{namespace}:allow-{command.replace('_', '-')}"
        for namespace in NAMESPACES
        for command in sorted(commands(namespace))
    ],
}
NOTHING = {"identifier": "nothing", "windows": ["*"], "permissions": ["core:event:default"]}


class Api:
    """A window whose page calls the package."""

    def __init__(self, app: App, window: Window) -> None:
        self.app = app
        self.window = window

    async def __call__(self, expression: str) -> Any:
        """Evaluate an expression, or the body of an async function, in the page. The package is `api`."""
        return await self.window.eval(expression)

    async def refused(self, expression: str) -> str:
        """What a call rejects with."""
        with pytest.raises(JavaScriptError) as error:
            await self(expression)
        return str(error.value)

    async def inner(self) -> tuple[int, int]:
        """The size that the page has, when it has drawn itself in it."""
        drawn = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
        width, height = await self(f"{drawn} return [innerWidth, innerHeight]")
        return width, height

    async def until_inner(self, width: int, height: int) -> None:
        """Wait until the page has a size."""
        await self(
            f"while (innerWidth !== {width} || innerHeight !== {height})"
            " await new Promise((done) => addEventListener('resize', done, { once: true }));"
        )

    @property
    def resources(self) -> Resources:
        """What the page holds by number."""
        session = self.window.webview.session
        assert session is not None
        return session.resources

    async def held[T](self, expression: str, kind: type[T]) -> T:
        """The object behind a resource of the page."""
        return self.resources.get(await self(f"return ({expression}).rid"), kind)

    async def window_of(self, label: str) -> "Api":
        """The window of a label, once its page has loaded."""
        window = self.app.windows[label]
        await window.loaded()
        return Api(self.app, window)


@pytest.fixture
def page(shell: Runner) -> Runner:
    """Runs programs whose first page has the package."""
    shell.write(index=api_page(shell.folder))
    return shell


def play(runner: Runner, scenario: Callable[[Api], Awaitable[None]], **options: Any) -> None:
    """Run a program, and a scenario with its first page."""

    async def begin(app: App) -> None:
        await app.windows["main"].loaded()
        await scenario(Api(app, app.windows["main"]))

    assert runner.run(runner.app(**{"capabilities": [EVERYTHING], **options}), begin) == 0
