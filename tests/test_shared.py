"""State that windows follow."""

from typing import Any

from shell import App, Window
from tests.conftest import Runner

FOLLOW = """globalThis.seen = [];
globalThis.stop = await shell.follow("counter", (value) => seen.push(value));
return seen;"""


async def settle(window: Window) -> list[Any]:
    """What a window has seen, once all that was sent before has arrived."""
    await window.eval('shell.invoke("plugin:event|emit", { event: "settled" })')
    seen: list[Any] = await window.eval("seen")
    return seen


def test_windows_follow_a_value_and_a_late_one_gets_the_last(shell: Runner) -> None:
    app = shell.app()
    counter = app.share("counter", 1)
    heard: list[int] = []

    async def scenario(app: App) -> None:
        stop = counter.follow(heard.append)
        first = app.windows["main"]
        assert await first.eval(FOLLOW) == [1]
        counter.value = 2
        counter.update(lambda value: value + 1)
        second = app.create_window("second")
        assert await second.eval(FOLLOW) == [3]
        counter.value = 4
        assert await settle(first) == [1, 2, 3, 4]
        assert await settle(second) == [3, 4]
        await first.eval("stop()")
        stop()
        counter.value = 5
        assert await settle(first) == [1, 2, 3, 4]
        assert await settle(second) == [3, 4, 5]
        assert heard == [1, 2, 3, 4]

    shell.run(app, scenario)


def test_each_of_many_followers_in_a_page_has_a_value_of_its_own(shell: Runner) -> None:
    app = shell.app()
    notes = app.share("notes", [1])

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.eval(
            """globalThis.seen = [];
            globalThis.stops = [];
            for (const name of "abc") {
                stops.push(await shell.follow("notes", (value) => seen.push(name + value.splice(0).join())));
            }"""
        )
        notes.value = [1, 2]
        await settle(window)
        await window.eval("stops[1]()")
        notes.value = [3]
        assert await settle(window) == ["a1", "b1", "c1", "a1,2", "b1,2", "c1,2", "a3", "c3"]

    shell.run(app, scenario)
