"""The keyboard is with the page of the window that has it."""

import pytest

from shell import App
from tests.conftest import Runner

HAS_IT = """
while (document.hidden || !document.hasFocus()) await new Promise((done) => setTimeout(done, 10));
return true;"""
HIDDEN = "while (!document.hidden) await new Promise((done) => setTimeout(done, 10))"


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_a_page_has_the_keyboard_again_whose_window_was_minimized_and_is_restored(shell: Runner, at_once: bool) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        window.set_focus()
        assert await window.eval(HAS_IT, within=None)
        window.minimize()
        if not at_once:
            await window.eval(HIDDEN, within=None)
        window.unminimize()
        assert await window.eval(HAS_IT, within=None)

    shell.run(shell.app(), scenario)
