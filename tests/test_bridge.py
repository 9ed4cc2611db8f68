"""Pages and the core, through the real bridge."""

import pytest

from shell import App, Channel, CommandError, JavaScriptError
from tests.conftest import Runner


def test_a_page_calls_a_command_and_gets_its_answer(shell: Runner) -> None:
    app = shell.app()

    @app.command
    async def greet(name: str) -> str:
        return f"Hello, {name}!"

    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval('shell.invoke("greet", { name: "World" })') == "Hello, World!"

    shell.run(app, scenario)


def test_a_second_program_runs_in_the_same_process(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        assert await app.windows["main"].eval("document.title") == "page"

    shell.run(shell.app(), scenario)
    shell.run(shell.app(), scenario)
