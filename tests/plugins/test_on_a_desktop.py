"""What the package's functions do that only a display shows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desktop import PATIENCE, Desktop, LineReader, until


class Page:
    """The page of a running program."""

    def __init__(self, running: subprocess.Popen[bytes]) -> None:
        assert running.stdout is not None
        self._running = running
        self._lines = LineReader(running.stdout, "the program")
        self._answer()

    def __call__(self, expression: str) -> Any:
        """Evaluate an expression in the page and return its value."""
        assert self._running.stdin is not None
        self._running.stdin.write(json.dumps(expression).encode() + b"\n")
        self._running.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        answer = json.loads(self._lines.next())
        assert "error" not in answer, answer
        return answer["value"]

    def close(self) -> None:
        self._lines.close()


@pytest.fixture(scope="module")
def page(desk: Desktop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    argv = [sys.executable, "-m", "tests.plugins.program", str(tmp_path_factory.mktemp("web"))]
    with subprocess.Popen(
        argv, env=dict(desk.env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as running:
        page = Page(running)
        try:
            yield page
        finally:
            assert running.stdin is not None
            running.stdin.close()
            code = running.wait(PATIENCE)
            page.close()
    assert code == 0, f"the program ended with {code}"


def answer_dialog(desk: Desktop, key: str) -> None:
    """Wait for the print dialog, press a key in it, and wait until it is gone."""
    window = desk.window_named("Print")
    desk.wait_until_active(window)
    desk.run("xdotool", "key", key)
    desk.wait_until_unlisted(window)


def printed(file: Path) -> bool:
    """Whether a file has been printed to its end. Before, the dialog makes one to see whether it can."""
    try:
        return file.read_bytes().rstrip().endswith(b"%%EOF")
    except FileNotFoundError:
        return False


# The page of a person who has only just answered has to wait with the next dialog.
@pytest.mark.parametrize("ask", ["api.core.invoke('plugin:webview|print')", "void setTimeout(print, 1100)"])
def test_a_page_is_printed_as_the_person_says(page: Page, desk: Desktop, ask: str) -> None:
    file = desk.home / "print.pdf"
    page(ask)
    answer_dialog(desk, "alt+p")
    until(lambda: printed(file))
    assert b"/Font" in file.read_bytes()
    file.unlink()


def test_a_page_is_not_printed_where_the_person_says_no(page: Page, desk: Desktop) -> None:
    page("api.core.invoke('plugin:webview|print')")
    answer_dialog(desk, "Escape")
    assert not (desk.home / "print.pdf").exists()


def test_a_window_that_is_closed_finishes_what_it_prints(page: Page, desk: Desktop) -> None:
    file = desk.home / "print.pdf"
    # A window that comes after the dialog would take the keyboard from it.
    page(
        """await new Promise((done) => new api.webviewWindow.WebviewWindow("printed").once("tauri://focus", done));
        await api.core.invoke("plugin:webview|print", { label: "printed" });"""
    )
    answer_dialog(desk, "alt+p")
    page("api.webviewWindow.WebviewWindow.getByLabel('printed').then((printed) => printed.destroy())")
    until(lambda: printed(file))
    file.unlink()


def test_a_theme_is_that_of_the_whole_program(page: Page) -> None:
    look = "[matchMedia('(prefers-color-scheme: dark)').matches, await api.window.getCurrentWindow().theme()]"
    set_theme = f"""
        const own = api.window.getCurrentWindow();
        const changed = new Promise((done) => own.once("tauri://theme-changed", ({{ payload }}) => done(payload)));
        await api.app.setTheme(%s);
        const heard = await changed;
        const query = matchMedia("(prefers-color-scheme: dark)");
        if (query.matches !== (heard === "dark")) await new Promise((done) => {{ query.onchange = done; }});
        return [heard, ...{look}];"""
    assert page(f"return {look}") == [False, "light"]
    assert page(set_theme % "'dark'") == ["dark", True, "dark"]
    assert page(set_theme % "'light'") == ["light", False, "light"]
    page("api.app.setTheme('dark')")
    assert page(set_theme % "null") == ["light", False, "light"]
