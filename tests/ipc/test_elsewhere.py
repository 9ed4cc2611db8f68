"""Commands that run in other processes: in a pool of them, and on Dask, where that is installed."""

import asyncio
import importlib.util
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest

from shell.ipc import Channel
from tests.desktop import until
from tests.ipc.elsewhere import begin_and_wait, compute_until_told, die, fail_elsewhere, no_pickle, square
from tests.ipc.page import Core, Rejected

EXTRA = "distributed is an extra that nobody installs without asking: uv pip install -r packaging/locked/dask.txt"
DASK = pytest.param(
    "dask",
    marks=[
        pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason=EXTRA),
        # Of its own threads and sockets, as they end.
        pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    ],
)


@attrs.frozen
class Elsewhere:
    """Other processes.

    Attributes:
        executor: Runs functions there.
        outlives_death: Whether there is a new process when one has died.
        under_way: How many calls it knows of.
    """

    executor: Executor
    outlives_death: bool
    under_way: Callable[[], int]


def pool(stack: ExitStack, processes: int) -> Elsewhere:
    # A process that has threads, as one with Qt does, must not fork.
    executor = stack.enter_context(ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")))
    return Elsewhere(executor, outlives_death=False, under_way=lambda: 0)


def dask(stack: ExitStack, processes: int) -> Elsewhere:
    import distributed  # noqa: PLC0415  # not there for most
    from dask import config  # noqa: PLC0415

    stack.enter_context(config.set({"distributed.scheduler.allowed-failures": 0}))
    cluster = stack.enter_context(
        distributed.LocalCluster(
            n_workers=processes, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
        )
    )
    client = stack.enter_context(distributed.Client(cluster))

    def tasks(dask_scheduler: Any) -> int:
        return len(dask_scheduler.tasks)

    executor = stack.enter_context(client.get_executor(pure=False))
    return Elsewhere(executor, outlives_death=True, under_way=lambda: int(client.run_on_scheduler(tasks)))


def begun(folder: Path) -> list[Path]:
    """The signs of `begin_and_wait`."""
    return list(folder.glob("began-*"))


MADE = {"processes": pool, "dask": dask}


@pytest.fixture(params=["processes", DASK])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Elsewhere]:
    with ExitStack() as stack:
        yield MADE[request.param](stack, 1)


@pytest.mark.parametrize("made", ["processes", DASK])
async def test_calls_run_in_several_processes_at_the_same_time(core: Core, made: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        core.command(executor=MADE[made](stack, 2).executor)(compute_until_told)
        page = core.page()
        with page.together():
            calls = [page.invoke("compute_until_told", {"folder": str(tmp_path), "number": n}) for n in range(2)]
        await asyncio.to_thread(until, lambda: len(begun(tmp_path)) == 2)
        (tmp_path / "go").touch()
        assert len(set(await asyncio.gather(*calls))) == 2


async def test_calls_are_answered(core: Core, elsewhere: Elsewhere) -> None:
    core.command(executor=elsewhere.executor)(square)
    page = core.page()
    with page.together():
        answers = [page.invoke("square", {"number": number}) for number in range(20)]
    assert await asyncio.gather(*answers) == [number * number for number in range(20)]


async def test_what_has_not_begun_when_the_page_goes_never_does(
    core: Core, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    core.command(executor=elsewhere.executor)(begin_and_wait)
    core.command(executor=elsewhere.executor)(square)
    page = core.page()
    with page.together():
        for number in range(8):
            page.invoke("begin_and_wait", {"folder": str(tmp_path), "number": number})
    await asyncio.to_thread(until, lambda: bool(begun(tmp_path)))
    page.load()
    await asyncio.to_thread(until, lambda: elsewhere.under_way() <= 1)
    (tmp_path / "go").touch()
    assert await page.invoke("square", {"number": 3}) == 9
    # A pool of processes has one more under way than it has processes, and cannot take that one back.
    assert len(begun(tmp_path)) <= 2
    assert not page.foreign


async def test_a_result_that_cannot_be_sent_back_rejects(core: Core, elsewhere: Elsewhere) -> None:
    core.command(executor=elsewhere.executor)(no_pickle)
    core.command(executor=elsewhere.executor)(square)
    page = core.page()
    with pytest.raises(Rejected, match="cannot pickle"):
        await page.invoke("no_pickle")
    assert await page.invoke("square", {"number": 3}) == 9


async def test_what_is_raised_there_rejects(core: Core, elsewhere: Elsewhere) -> None:
    core.command(executor=elsewhere.executor)(fail_elsewhere)
    with pytest.raises(Rejected, match="elsewhere"):
        await core.page().invoke("fail_elsewhere")


async def test_a_process_that_dies_rejects_its_call_and_nothing_else(core: Core, elsewhere: Elsewhere) -> None:
    core.command(executor=elsewhere.executor)(die)
    core.command(executor=elsewhere.executor)(square)

    @core.command
    def here(number: int) -> int:
        return number + 1

    page = core.page()
    with pytest.raises(Rejected, match=r"terminated abruptly|died"):
        await page.invoke("die")
    assert await page.invoke("here", {"number": 3}) == 4
    if elsewhere.outlives_death:
        assert await page.invoke("square", {"number": 3}) == 9
    else:
        with pytest.raises(Rejected, match="terminated abruptly"):
            await page.invoke("square", {"number": 3})


async def test_a_channel_tells_how_far_the_work_has_come(core: Core, elsewhere: Elsewhere) -> None:
    @core.command
    async def squares(count: int, on_step: Channel[int]) -> int:
        loop = asyncio.get_running_loop()

        async def one(number: int) -> int:
            value = await loop.run_in_executor(elsewhere.executor, square, number)
            on_step.send(number)
            return value

        return sum(await asyncio.gather(*map(one, range(count))))

    page = core.page()
    steps = page.channel()
    assert await page.invoke("squares", {"count": 5, "onStep": steps.argument}) == 30
    await page.until(lambda: steps.ended)
    assert sorted(steps.messages) == list(range(5))


async def test_what_is_left_of_work_in_steps_ends_with_the_page(
    core: Core, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    @core.command
    async def wait(count: int, on_step: Channel[int]) -> None:
        loop = asyncio.get_running_loop()

        async def one(number: int) -> None:
            on_step.send(await loop.run_in_executor(elsewhere.executor, begin_and_wait, str(tmp_path), number))

        await asyncio.gather(*map(one, range(count)))

    page = core.page()
    page.invoke("wait", {"count": 8, "onStep": page.channel().argument})
    await asyncio.to_thread(until, lambda: bool(begun(tmp_path)))
    page.load()
    await asyncio.to_thread(until, lambda: elsewhere.under_way() <= 1)
    (tmp_path / "go").touch()
    assert await asyncio.wrap_future(elsewhere.executor.submit(square, 3)) == 9
    assert len(begun(tmp_path)) <= 2
    assert not page.foreign
