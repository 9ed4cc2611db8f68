import asyncio
import os
from typing import Any

import pytest

from shell import App, JavaScriptError, Window
from shell.cli.welcome import welcome
from tests.conftest import Runner

_UNTIL = """
new Promise((done) => {
  const look = () => {
    const text = document.querySelector(`%s`)?.innerText;
    if (!text?.includes("%s")) return;
    observer.disconnect();
    done(text);
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  look();
})
"""


async def until(window: Window, selector: str, text: str) -> str:
    """Wait until a text stands in an element of the page; returns all that stands there."""
    found: str = await window.eval(_UNTIL % (selector, text))
    return found


async def click(window: Window, selector: str) -> None:
    """Click a button of the page as soon as it is there and enabled."""
    await until(window, f"{selector}:enabled", "")
    await window.eval(f"document.querySelector({selector!r}).click()")


async def open_second(app: App) -> Window:
    label: str = await app.windows["main"].eval('shell.invoke("open_window")')
    return app.windows[label]


async def processes_in_table(main: Window) -> dict[str, str]:
    pids: dict[str, str] = await main.eval(
        'Object.fromEntries([...document.querySelectorAll("#processes tr")].map('
        "(row) => [row.cells[0].innerText.split(/\\s/)[0], row.cells[1].innerText]))"
    )
    return pids


def test_the_page_greets_as_soon_as_it_is_there(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        text = await until(app.windows["main"], "#greet-transcript", "Hello, World!")
        assert f"process {os.getpid()}" in text

    shell.run(welcome(), scenario)


def test_ten_thousand_calls_at_once_are_all_answered(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await until(main, "#greet-transcript", "Hello")
        await click(main, "#greet-many")
        await until(main, "#greet-transcript", "calls a second")

    shell.run(welcome(), scenario)


def test_the_table_and_the_picture_show_the_processes_that_there_are(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main, second = app.windows["main"], await open_second(app)
        await until(main, "#processes", str(second.renderer_pid))
        assert await processes_in_table(main) == {
            "core": str(os.getpid()),
            "main": str(main.renderer_pid),
            "second-1": str(second.renderer_pid),
        }
        labels = await main.eval('[...document.querySelectorAll("#picture .label")].map((one) => one.textContent)')
        assert labels == ["core", "main", "second-1"]

    shell.run(welcome(), scenario)


def test_a_window_is_opened_and_closed(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await until(main, "#processes", "main")
        await click(main, "#slot")
        await until(main, "#processes", "second-1")
        assert await until(app.windows["second-1"], "#label", "second-1") == "second-1"
        await click(main, "[aria-label='Close second-1']")
        await until(main, "#windows-transcript", "closed")
        assert list(app.windows) == ["main"]

    shell.run(welcome(), scenario)


def test_there_are_no_more_windows_than_the_picture_has_room_for(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        for _ in range(5):
            await open_second(app)
        with pytest.raises(JavaScriptError, match="enough"):
            await open_second(app)

    shell.run(welcome(), scenario)


def test_a_crashed_renderer_comes_back_and_the_others_do_not_notice(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main, second, third = app.windows["main"], await open_second(app), await open_second(app)
        before, untouched = second.renderer_pid, (main.renderer_pid, third.renderer_pid)
        await until(main, "#processes", "second-2")
        await click(main, "[aria-label='Crash second-1']")
        text = await until(main, "#windows-transcript", "is back as")
        assert str(before) in text
        assert second.renderer_pid not in {0, before}
        assert (main.renderer_pid, third.renderer_pid) == untouched
        await until(main, "#processes", str(second.renderer_pid))

    shell.run(welcome(), scenario)


def test_the_main_page_crashes_and_remembers_it(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await main.loaded()
        before = main.renderer_pid
        await until(main, "#processes", str(before))
        gone: Any = asyncio.get_running_loop().create_future()
        app.once("renderer-gone", lambda event: gone.set_result(event.payload["pid"]))
        # Later, so that the page has answered before it dies.
        await main.eval("void setTimeout(() => document.querySelector('[aria-label=\"Crash main\"]').click())")
        assert await gone == before
        await main.loaded()
        text = await until(main, "#windows-transcript", "Its session storage remembered")
        assert f"process {before} until it was killed, and is {main.renderer_pid} now" in text

    shell.run(welcome(), scenario)


def test_an_event_goes_round_all_windows(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main, second, third = app.windows["main"], await open_second(app), await open_second(app)
        await until(second, "#ball", "No ball")
        await until(main, "#greet-transcript", "Hello")
        await click(main, "#ball")
        await until(main, "#ball-transcript", "main → second-1 → second-2 → main")
        await until(second, "#ball", "from main, on to second-2")
        await until(third, "#ball", "from second-1, on to main")

    shell.run(welcome(), scenario)


def test_all_windows_follow_the_counter_and_a_late_one_has_its_last_value(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main, second = app.windows["main"], await open_second(app)
        await until(main, "#greet-transcript", "Hello")
        await click(main, "#counter-more")
        await until(second, "#counter", "1")
        await click(second, "#counter-more")
        await until(main, "#counter", "2")
        await until(await open_second(app), "#counter", "2")

    shell.run(welcome(), scenario)


def test_the_page_and_the_tray_share_whether_the_program_stays(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main = app.windows["main"]
        await until(main, "#greet-transcript", "Hello")
        (icon,) = app.core.trays
        assert icon.menu is not None
        check = next(action for action in icon.menu.widget.actions() if action.isCheckable())
        assert not check.isChecked()
        await click(main, "#stay")
        await main.eval('shell.invoke("process_id")')
        assert check.isChecked()
        assert app.stay_in_tray
        check.trigger()
        await until(main, "#stay:not(:checked)", "")

    shell.run(welcome(), scenario)


def test_only_the_main_window_may_retitle_it_and_the_others_are_told_why(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        main, second = app.windows["main"], await open_second(app)
        await until(main, "#greet-transcript", "Hello")
        await click(main, "#refusal")
        text = await until(main, "#refusal-transcript", "second-1")
        assert "not allowed" in text
        assert "core:window:allow-set-title" in text
        assert main.title() == "qtshell, retitled by main"
        await until(second, "#refusal", "not allowed")

    shell.run(welcome(), scenario)


@pytest.mark.parametrize("command", ["open_window", "close_window", "crash_renderer", "hide_window", "stay_in_tray"])
def test_a_second_window_has_no_say_over_windows(shell: Runner, command: str) -> None:
    async def scenario(app: App) -> None:
        second = await open_second(app)
        with pytest.raises(JavaScriptError, match=f"{command} not allowed"):
            await second.eval(f'shell.invoke("{command}", {{ label: "main" }})')

    shell.run(welcome(), scenario)
