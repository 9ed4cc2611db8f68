"""Runs tests of this room that are coroutines, each on an asyncio loop of its own."""

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ipc.page import Core


class Turns:
    """A loop whose tasks start eagerly, as the program's do; nothing may fail on it unseen."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self.loop = self._runner.get_loop()
        self.loop.set_task_factory(asyncio.eager_task_factory)
        self._failures: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda _, context: self._failures.append(context))

    def run(self, coroutine: Any) -> None:
        self._runner.run(coroutine)

    def close(self) -> None:
        self._runner.close()
        assert not self._failures


@pytest.fixture(autouse=True)
def turns() -> Iterator[Turns]:
    """The loop of a test."""
    turns = Turns()
    yield turns
    turns.close()


@pytest.fixture
def core(turns: Turns) -> Iterator[Core]:
    """A core with no commands, where every page may call those that a test gives it."""
    core = Core(turns.loop)
    yield core
    core.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test on its loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    turns = pyfuncitem.funcargs["turns"]
    assert isinstance(turns, Turns)
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    turns.run(pyfuncitem.obj(**arguments))
    return True
