"""The question whether a page may notify."""

import asyncio
from collections.abc import Awaitable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from shell.window_title import plain_title


def ask_person(parent: QWidget | None, program: str, origin: str | None) -> Awaitable[bool | None]:
    """Ask in a dialog that keeps nothing else from going on.

    Args:
        parent: The window of the page; the dialog goes with it.
        program: The program's name.
        origin: Origin of the page, where it is not the program's own.

    Returns:
        What the person says, once they do; None where they put the dialog away.
    """
    answered: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
    box = QMessageBox(parent)
    box.setWindowTitle(plain_title(program))
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Allow notifications from {origin or program}?")
    box.setInformativeText("They appear on your desktop, also while the window is hidden.")
    allow = box.addButton("Allow", QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton("Don't allow", QMessageBox.ButtonRole.RejectRole)
    later = box.addButton("Not now", QMessageBox.ButtonRole.ResetRole)
    box.setEscapeButton(later)
    box.setDefaultButton(later)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def answer(value: bool | None) -> None:
        if not answered.done():
            answered.set_result(value)

    def pressed() -> None:
        button = box.clickedButton()
        answer(True if button is allow else False if button is refuse else None)

    box.finished.connect(pressed)
    box.destroyed.connect(lambda: answer(None))
    box.open()
    return answered
