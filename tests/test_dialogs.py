"""Dialogs of pages on a real desktop, which nobody answers; and the keyboard, after a crash."""

import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.desktop import Desktop
from tests.real_program import TIME, folder, log, write

__all__ = ["folder"]

ON_SCREEN = """
import signal
from shell import RecoveryPolicy

app.recovery = RecoveryPolicy(ping_every=0.1, hang_after=1.5)
"""
ALERT = """
@app.setup
async def ask(app):
    window, other = app.windows["main"], app.create_window("other")
    await window.loaded()
    await other.loaded()
    pid = other.renderer_pid
    window.webview.page.runJavaScript('alert("nobody answers")')
    while not window.webview.page.in_dialog:
        await asyncio.sleep(0.01)
"""
LONGER = """
    # Longer than a page that hangs is left alone.
    await asyncio.sleep(3)
    say(other.renderer_pid == pid)
"""


def run_on(desk: Desktop, folder: Path, part: str) -> "subprocess.CompletedProcess[str]":
    command = write(folder, ON_SCREEN + textwrap.dedent(part))
    program = Path(command[1])
    program.write_text(program.read_text(encoding="utf-8").replace("headless=True, ", ""), encoding="utf-8")
    environment = {**desk.env, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIME, check=False)


def test_a_dialog_that_nobody_answers_ends_no_other_page(desk: Desktop, folder: Path) -> None:
    ended = run_on(desk, folder, f"{ALERT}{LONGER}    app.exit(7)\n")
    assert ended.stdout.split() == ["True", "after"]
    assert ended.returncode == 7
    assert "does not answer" not in "\n".join(log(ended))


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("os.kill(os.getpid(), signal.SIGTERM)", 143),
        ("app.exit(7)", 7),
        ("window.close(); say(await other.eval('1 + 1')); app.exit(7)", 7),
    ],
)
def test_a_dialog_that_nobody_answers_keeps_neither_its_window_nor_the_program(
    desk: Desktop, folder: Path, how: str, code: int
) -> None:
    ended = run_on(desk, folder, f"{ALERT}    {how}\n")
    assert ended.stdout.split() == [*(["2"] if "eval" in how else []), "after"]
    assert ended.returncode == code
    assert "does not answer" not in "\n".join(log(ended))


def test_the_keyboard_is_with_a_page_again_whose_renderer_died(desk: Desktop, folder: Path) -> None:
    ended = run_on(
        desk,
        folder,
        """
        @app.setup
        async def type(app):
            window = app.windows["main"]
            focused = asyncio.Event()
            window.listen("tauri://focus", lambda _: focused.set())
            await window.loaded()
            window.set_focus()
            await focused.wait()
            while not await window.eval("document.hasFocus()"):
                await asyncio.sleep(0.05)
            gone = asyncio.Event()
            app.on("renderer-gone")(lambda _: gone.set())
            os.kill(window.renderer_pid, signal.SIGKILL)
            await gone.wait()
            await window.loaded()
            for _ in range(100):
                if await window.eval("document.hasFocus()"):
                    break
                await asyncio.sleep(0.05)
            say(await window.eval("document.hasFocus()"))
            app.exit(7)
        """,
    )
    assert ended.stdout.split() == ["True", "after"]
    assert ended.returncode == 7
