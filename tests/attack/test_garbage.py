"""No page makes the core look through all that there is for garbage, for as long as it makes the core hold much."""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from shell import App
from shell.garbage import Garbage
from shell.ipc import Event
from tests.conftest import Runner
from tests.ipc.page import Core, Rejected, turns


@contextmanager
def looked_through() -> Iterator[list[int]]:
    """The generations that Python looks through meanwhile."""
    found: list[int] = []

    def note(phase: str, info: Mapping[str, int]) -> None:
        if phase == "start":
            found.append(info["generation"])

    gc.callbacks.append(note)
    try:
        yield found
    finally:
        gc.callbacks.remove(note)


@pytest.fixture
def core() -> Iterator[Core]:
    """A core without Qt, on a loop of its own."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_task_factory(asyncio.eager_task_factory)
        core = Core(runner.get_loop())
        garbage = Garbage(lambda: core.router.held + core.events.held)
        garbage.watch()
        # What other tests have left behind is not to be looked through in vain.
        gc.collect()
        gc.freeze()
        try:
            yield core
        finally:
            garbage.end()
            gc.unfreeze()
            core.close()


def add_commands(core: Core) -> None:
    """A command that waits until its page has gone."""

    @core.command
    async def wait(value: Any = None) -> None:
        await asyncio.get_running_loop().create_future()

    @core.command
    async def count(pairs: list[list[float]]) -> int:
        return len(pairs)


def test_calls_that_are_never_answered_make_it_look_through_the_young_only(core: Core) -> None:
    before = gc.get_threshold()

    async def scenario() -> None:
        add_commands(core)
        page = core.page()
        # Enough that Python would begin to look through all of it several times.
        for _ in range(5000):
            page.invoke("wait")
        with looked_through() as generations:
            for _ in range(25_000):
                page.invoke("wait")
        assert len(generations) > 50
        assert 2 not in generations
        page.load()
        while core.router.under_way:
            await turns()
        # It looks through what is young as ever, and notices that there is no more than before.
        gc.collect(0)
        assert gc.get_threshold() == before

    core.loop.run_until_complete(scenario())


def test_events_that_listeners_have_not_done_with_count_as_well(core: Core) -> None:
    async def scenario() -> None:
        gate = asyncio.Event()

        async def hear(_: Event[Any]) -> None:
            await gate.wait()

        core.events.listen("save", hear)
        page = core.page()
        for _ in range(5000):
            page.invoke("plugin:event|emit", {"event": "save"})
        with looked_through() as generations:
            for _ in range(25_000):
                page.invoke("plugin:event|emit", {"event": "save"})
        assert 2 not in generations
        gate.set()
        while core.events.held:
            await turns()

    core.loop.run_until_complete(scenario())


def test_half_a_million_coordinates_are_read_and_not_looked_through(core: Core) -> None:
    async def scenario() -> None:
        add_commands(core)
        page = core.page()
        pairs = b"[%b[1.5,2.5]]" % (b"[1.5,2.5]," * 499_999)
        with looked_through() as generations:
            assert await page.fetch("count", b'{"pairs":%b}' % pairs, raw=False) == 500_000
            waits = page.fetch("wait", b'{"value":%b}' % pairs, raw=False)
            while not page.session.lasting.objects:
                await turns()
        assert page.session.lasting.objects >= 490_000
        assert 2 not in generations
        page.load()
        with pytest.raises(Rejected, match="cancelled"):
            await waits
        while core.router.held:
            await turns()

    core.loop.run_until_complete(scenario())


def test_large_calls_of_a_page_hold_together_no_more_than_one_may(core: Core) -> None:
    core.limit(read_at_once=1000, objects=5000)

    async def scenario() -> None:
        add_commands(core)
        page = core.page()
        large = msgspec.json.encode({"value": [[] for _ in range(3000)]})
        waits = page.fetch("wait", large, raw=False)
        while not page.session.lasting.objects:
            await turns()
        refused = page.fetch("wait", large, raw=False)
        with pytest.raises(Rejected, match=r"hold more than 5000 arrays and objects, .* \(App's limits.objects\)"):
            await refused
        page.load()
        with pytest.raises(Rejected, match="cancelled"):
            await waits

    core.loop.run_until_complete(scenario())


def test_listeners_resources_and_uploads_count_as_well(core: Core) -> None:
    async def scenario() -> None:
        page = core.page()
        for number in range(100):
            page.listen("saved", [])
            page.session.resources.add(object())
            assert core.events.held >= number
        held = core.router.held
        assert held >= 2000
        for number in range(100):
            page.session.uploads.add(number, 0, b"x")
        assert core.router.held >= held + 100

    core.loop.run_until_complete(scenario())


def test_an_item_of_a_menu_counts_for_all_that_it_is_made_of(shell: Runner) -> None:
    app = shell.app(capabilities=[{"identifier": "all", "windows": ["*"], "permissions": ["core:default"]}])

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        make = (
            "new Array(%d).fill(0).reduce((before) => before.then(() => shell.invoke('plugin:menu|new', "
            "{kind: 'MenuItem', options: {text: 'x'}, handler: new shell.Channel()})), Promise.resolve()).then(() => 0)"
        )
        # Loads what makes them.
        await window.eval(make % 1)
        gc.collect()
        objects, held = len(gc.get_objects()), app.core._router.held
        await window.eval(make % 200)
        gc.collect()
        objects, held = len(gc.get_objects()) - objects, app.core._router.held - held
        assert objects / 2 < held < objects * 2

    shell.run(app, scenario)


def test_what_is_left_of_a_document_is_no_garbage(core: Core) -> None:
    async def scenario() -> None:
        add_commands(core)
        page = core.page()

        async def live() -> None:
            for _ in range(10):
                page.invoke("wait")
            page.load()
            await turns()

        await live()
        gc.collect()
        gc.disable()
        try:
            for _ in range(50):
                await live()
            assert gc.collect() < 50
        finally:
            gc.enable()

    core.loop.run_until_complete(scenario())


def test_thresholds_that_somebody_else_sets_stay() -> None:
    before = gc.get_threshold()
    held = [1_000_000]
    garbage = Garbage(lambda: held[0])
    garbage.watch()
    try:
        gc.collect(0)
        assert gc.get_threshold()[2] > 1_000_000
        gc.set_threshold(1000, 20, 30)
        held[0] = 0
        gc.collect(0)
        assert gc.get_threshold() == (1000, 20, 30)
    finally:
        garbage.end()
        gc.set_threshold(*before)
