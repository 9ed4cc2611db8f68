"""Dialogs of pages on a real desktop, which nobody answers; and the keyboard, after a crash."""

import json
import re
import subprocess
import textwrap
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    ("how", "answers"),
    [
        ("Notification.requestPermission()", True),
        ("alert('nobody answers')", False),
    ],
)
def test_a_dialog_is_taken_for_one_in_which_nobody_is_heard_only_where_chromium_waits_for_it(
    desk: Desktop, folder: Path, how: str, answers: bool
) -> None:
    look = f"""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMessageBox
    from shell.webview.dialogs import chromium_waits

    @app.command
    async def ask() -> None:
        box = QMessageBox()
        QTimer.singleShot(0, box, lambda: (say(chromium_waits()), box.reject()))
        box.exec()

    @app.setup
    async def look(app):
        window = app.windows["main"]
        await window.loaded()
        say(chromium_waits())
        window.webview.page.runJavaScript({how!r} + ";0")
        while QApplication.activeModalWidget() is None:
            await asyncio.sleep(0.01)
        heard = asyncio.Event()
        app.core.webviews._engine.echo(heard.set)
        said = chromium_waits()
        try:
            await asyncio.wait_for(heard.wait(), {5 if answers else 0.5})
        except TimeoutError:
            pass
        say(said)
        say(heard.is_set())
        QApplication.activeModalWidget().reject()
        await heard.wait()
        say(chromium_waits())
        await window.eval("shell.invoke('ask')")
        app.exit(7)
    """
    ended = run_on(desk, folder, look)
    assert ended.returncode == 7, ended.stderr
    assert ended.stdout.split() == ["False", str(not answers), str(answers), "False", "True", "after"]


LOOK = r"""
import json
import re

@app.setup
async def look(app):
    from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

    window = app.windows["main"]
    await window.loaded()
    for script in {scripts}:
        answer = asyncio.ensure_future(window.eval(script, within=None))
        while (dialog := QApplication.activeModalWidget()) is None:
            await asyncio.sleep(0.01)
        label = next(label for label in dialog.findChildren(QLabel) if label.text())
        lines = [edit.text() for edit in dialog.findChildren(QLineEdit)]
        room = dialog.screen().availableSize()
        large = dialog.width() > room.width() or dialog.height() > room.height()
        # With a buddy it shows the letter after & underlined, and && as &.
        text = label.text() if label.buddy() is None else re.sub("&(.?)", r"\1", label.text())
        shown = [text, label.textFormat().name, *lines], large, len(dialog.windowTitle()) < 250
        next(button for button in dialog.findChildren(QPushButton) if "OK" in button.text()).click()
        say(json.dumps([*shown, await answer]))
    app.exit(7)
"""


def shown(desk: Desktop, folder: Path, *scripts: str) -> list[list[Any]]:
    """The dialogs of a page, each with its texts, whether it is too large, whether its title is short, and the answer."""
    ended = run_on(desk, folder, LOOK.replace("{scripts}", repr(scripts)))
    assert ended.returncode == 7, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()[:-1]]


def test_dialogs_show_what_looks_like_html_as_it_stands(desk: Desktop, folder: Path) -> None:
    text = "<h1>a</h1> <img src='x'> & b < c &lt; d && e"
    quoted = json.dumps(text)
    assert shown(desk, folder, f"alert({quoted})", f"confirm({quoted})", f"prompt({quoted}, {quoted})") == [
        [[text, "PlainText"], False, True, None],
        [[text, "PlainText"], False, True, True],
        [[text, "PlainText", text], False, True, text],
    ]


def test_dialogs_show_no_more_than_a_person_reads(desk: Desktop, folder: Path) -> None:
    lines, words, wide = "'a\\n'.repeat(5e5)", "'word '.repeat(2e5)", "'W'.repeat(1e6)"
    thirty = "a\n" * 29 + "a …"
    of_lines, of_words, of_wide, *others = shown(
        desk,
        folder,
        f"history.pushState(0, '', '#' + {wide}); return alert({lines})",
        f"return confirm({words})",
        f"return alert({wide})",
        f"return prompt({lines}, 'b')",
        f"return prompt({words}, {words}) === {words}.slice(0, 2000)",
        f"return prompt({wide}) === ''",
    )
    assert of_lines == [[thirty, "PlainText"], False, True, None]
    assert of_words == [[of_words[0][0], "PlainText"], False, True, True]
    assert of_words[0][0].replace("\n", " ") == "word " * 399 + "word …"
    assert of_wide == [[of_wide[0][0], "PlainText"], False, True, None]
    assert re.fullmatch(r"(W{20,}\n){20,}W{20,} ?…", of_wide[0][0])
    assert others == [
        [[thirty, "PlainText", "b"], False, True, "b"],
        [["\n".join([" ".join(["word"] * 16)] * 25) + " …", "PlainText", "word " * 400], False, True, True],
        [["\n".join(["W" * 80] * 25) + " …", "PlainText", ""], False, True, True],
    ]


def test_dialogs_are_no_taller_than_the_screen(desk: Desktop, folder: Path) -> None:
    tabs, words, letters = "'\\t'.repeat(1990)", "('W'.repeat(30) + ' ').repeat(64)", "'ก็\\u0915\\u094d'.repeat(500)"
    texts = [f"{tabs} + 'b'", f"'a' + {tabs} + 'b'", words, letters]
    told = shown(desk, folder, *(f"return {kind}({text})" for kind in ("alert", "confirm") for text in texts))
    assert [large for _, large, _, _ in told] == [False] * 8


def test_dialogs_show_lines_as_the_page_writes_them(desk: Desktop, folder: Path) -> None:
    text = '{\n  "a": 1,\n\n        "b": 2\n}'
    assert shown(desk, folder, f"alert({json.dumps(text)})") == [[[text, "PlainText"], False, True, None]]
    text = '{\n\t"a": 1\n}'
    expected = '{\n        "a": 1\n}'
    assert shown(desk, folder, f"alert({json.dumps(text)})") == [[[expected, "PlainText"], False, True, None]]


CHOOSE = """
@app.setup
async def choose(app):
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

    def shown(kind):
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]

    window, other = app.windows["main"], app.create_window("other")
    await window.loaded()
    await other.loaded()
    page = window.webview.page
    await window.eval(
        "const input = Object.assign(document.createElement('input'), { type: 'file', accept: ACCEPT });"
        "document.documentElement.onclick = () => { input.showPicker(); setTimeout(() => { THEN }, 500); };"
    )
    while not shown(QFileDialog):
        QTest.mouseClick(window.webview.widget.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        await asyncio.sleep(0.1)
"""


def choosing(accept: str, then: str = "") -> str:
    """A page whose file dialog is open."""
    return CHOOSE.replace("ACCEPT", accept).replace("THEN", then)


@pytest.mark.parametrize(
    "types",
    [
        "Array.from({ length: 10000 }, (_, number) => `.x${number}`).join()",
        "Array.from({ length: 100 }, (_, number) => `.x${number}${number ? 'a'.repeat(1e5) : ''}`).join()",
    ],
    ids=["many", "long"],
)
def test_a_file_dialog_knows_no_more_types_than_a_person_looks_through(desk: Desktop, folder: Path, types: str) -> None:
    look = """
    filters = shown(QFileDialog)[0].nameFilters()
    say(len(filters) < 200 and len("".join(filters)) < 4000 and "*.x0" in filters[0])
    app.exit(7)
"""
    ended = run_on(desk, folder, choosing(types) + look)
    assert ended.stdout.split() == ["True", "after"], ended.stderr


def test_a_page_with_two_dialogs_lives_until_both_have_ended(desk: Desktop, folder: Path) -> None:
    look = """
    while not shown(QMessageBox):
        await asyncio.sleep(0.01)
    page.dialog_ended.connect(lambda: say("ended"))
    page.destroyed.connect(lambda: say("destroyed"))
    shown(QMessageBox)[0].reject()
    while shown(QMessageBox):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0)
    say(page.in_dialog)
    window.close()
    while shown(QDialog):
        await asyncio.sleep(0.01)
    say(await other.eval("1 + 1"))
    app.exit(7)
"""
    ended = run_on(desk, folder, choosing("''", then="alert('over it')") + look)
    assert ended.returncode == 7, ended.stderr
    assert ended.stdout.split() == ["True", "ended", "destroyed", "2", "after"]


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
