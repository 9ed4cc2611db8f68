"""The dialogs of pages: no larger than people read, and with nothing taken for HTML."""

import textwrap

from PySide6.QtCore import Qt, QThread
from PySide6.QtWidgets import QApplication, QDialog, QInputDialog, QLabel, QMessageBox, QWidget

from shell.fitted import fitted
from shell.long_text import beginning
from shell.window_title import plain_title

_LONGEST = 2000
"""Characters of a text. Qt lays out all of it, and makes a window of half a million lines."""
_MOST_LINES = 30
_COLUMNS = 80
_LONGEST_URL = 200
_WIDEST = 500
"""Pixels of a box, or half of the screen's where those are fewer: what is wider Qt breaks into lines of its own."""
_BESIDE = 120
"""Of those, what is beside the text."""
_AROUND = 200
"""Pixels of a screen's height that panels, the title and the buttons may take."""

_Button = QMessageBox.StandardButton


def chromium_waits() -> bool:
    """Whether a dialog is open that Chromium waits for: it does nothing for anybody then, and no echo comes.

    It does for one that has a loop of its own, as `alert`, or as a command may show. Others, such as those about
    notifications and the program, keep nothing from going on.
    """
    return QApplication.activeModalWidget() is not None and QThread.currentThread().loopLevel() > 1


def tell(view: QWidget | None, url: str, message: str) -> None:
    """Show a message until the person has read it."""
    _box(view, _title("Alert", url), message, _Button.Ok)


def ask(view: QWidget | None, url: str, message: str) -> bool:
    """Ask the person for a yes or no."""
    return _box(view, _title("Confirm", url), message, _Button.Ok | _Button.Cancel)


def ask_line(view: QWidget | None, url: str, message: str, default: str) -> tuple[bool, str]:
    """Ask the person for a line of text.

    Returns:
        Whether there is one, and the line.
    """
    dialog = QInputDialog(view)
    dialog.setWindowTitle(_title("Prompt", url))
    # It has no label before it has a text, and takes some texts for HTML.
    dialog.setLabelText("")
    for label in dialog.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)
    # Nor does it break lines.
    lines = [part for line in message[:_LONGEST].splitlines() for part in textwrap.wrap(line, _COLUMNS) or [""]]
    text = _cut("\n".join(lines), more=len(message) > _LONGEST)
    # And it takes & for a mnemonic.
    dialog.setLabelText(text.replace("&", "&&"))
    dialog.setTextValue(default[:_LONGEST])
    try:
        given = dialog.exec() == QDialog.DialogCode.Accepted
        return given, dialog.textValue() if given else ""
    finally:
        dialog.deleteLater()


def _box(view: QWidget | None, title: str, message: str, buttons: QMessageBox.StandardButton) -> bool:
    box = QMessageBox(QMessageBox.Icon.Information, title, "", buttons, view)
    box.setTextFormat(Qt.TextFormat.PlainText)
    _fill(box, _cut(message[:_LONGEST].expandtabs(), more=len(message) > _LONGEST))
    try:
        return box.exec() == _Button.Ok
    finally:
        box.deleteLater()


def _fill(box: QMessageBox, text: str) -> None:
    """Show as much of a text in a box as its screen has room for."""
    room = box.screen().availableSize()
    width, height = min(_WIDEST, room.width() // 2) - _BESIDE, room.height() - _AROUND
    most = max(1, height // box.fontMetrics().lineSpacing())
    box.setText(fitted(text, box.font(), width, most))
    # Letters of some scripts come from other fonts, which are higher.
    higher = max(label.sizeHint().height() for label in box.findChildren(QLabel))
    if higher > height:
        box.setText(fitted(text, box.font(), width, max(1, most * height // higher)))


def _cut(text: str, *, more: bool) -> str:
    lines = text.splitlines()
    shown = "\n".join(lines[:_MOST_LINES])
    return f"{shown.rstrip()} …" if more or len(lines) > _MOST_LINES else shown


def _title(kind: str, url: str) -> str:
    return plain_title(f"Javascript {kind} - {beginning(url, _LONGEST_URL)}")
