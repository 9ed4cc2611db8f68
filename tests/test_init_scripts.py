"""Scripts of plugins and of single windows, which run before a page's own."""

import pytest

from shell import App, Plugin
from tests.conftest import Runner, next_load

PAGE = "<!doctype html><script>globalThis.found = String(globalThis.said)</script><iframe src='frame.html'></iframe>"
FRAME = "<!doctype html><script>parent.framed = String(globalThis.said)</script>"
SAY = "globalThis.said = [...(globalThis.said ?? []), '{}'];"


def said(word: str) -> str:
    """A script that notes that it ran."""
    return SAY.format(word)


@pytest.mark.parametrize(
    ("scripts", "found"),
    [
        (said("window"), "plugin,window"),
        ([said("one"), said("two") + " // the end"], "plugin,one,two"),
        ((said("one"), "an error", "throw 1", said("two")), "plugin,one,two"),
        ((), "plugin"),
    ],
)
def test_scripts_of_a_window_run_after_those_of_plugins_and_before_the_page_in_each_document(
    shell: Runner, scripts: str | list[str] | tuple[str, ...], found: str
) -> None:
    shell.write(index=PAGE, other=PAGE, frame=FRAME)

    async def scenario(app: App) -> None:
        window = app.create_window("second", init_script=scripts)
        await window.loaded()
        assert await window.eval("[found, framed]") == [found, "undefined"]
        for step in ("location.reload()", "location.href = 'other.html'"):
            loading = next_load(window)
            await window.eval(f"void setTimeout(() => {{ {step}; }})")
            await loading
            assert await window.eval("[found, framed]") == [found, "undefined"]
        assert await app.windows["main"].eval("found") == "plugin"

    plugin = Plugin("says", init_script=said("plugin"))
    assert shell.run(shell.app(plugins=[plugin]), scenario) == 0
