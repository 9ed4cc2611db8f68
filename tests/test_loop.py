"""The loop, and threads that compute beside it."""

import sys
from collections.abc import Iterator

import pytest

from shell import App
from tests.conftest import Runner


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize(("before", "meanwhile"), [(0.005, 0.0005), (0.0001, 0.0001)])
def test_threads_that_compute_hand_the_interpreter_over_soon_while_the_loop_runs(
    shell: Runner, before: float, meanwhile: float
) -> None:
    sys.setswitchinterval(before)

    async def scenario(_: App) -> None:
        assert sys.getswitchinterval() == pytest.approx(meanwhile, rel=0.05)

    shell.run(shell.app(), scenario)
    assert sys.getswitchinterval() == pytest.approx(before, rel=0.05)
