"""A program with windows that a test drives from outside: an expression a line in, an answer or an event a line out.

The windows are real and managed by the desktop's window manager; a coloured widget stands where the page would be.
"""

import base64
import os
import pickle
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QIcon, QMouseEvent, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

import shell.window
import shell.window.launcher
from shell.config.values import Color
from shell.config.window import WindowConfig
from shell.ipc.event import Address, Event, Events, Target, labelled
from shell.ipc.thread import LoopThread
from shell.menu import AboutMetadata, Menu, MenuItem, Menus, Submenu
from shell.window import Window, WindowEvent, wanted_platform_theme


class Page(QWidget):
    """Stands for a webview's widget. A press of the mouse does what the test set it to do."""

    def __init__(self, program: "Program", label: str) -> None:
        super().__init__()
        self.on_press: str | None = None
        self.label = label
        self._program = program
        self.setPalette(QPalette(QColor("#2a8")))
        self.setAutoFillBackground(True)

    def do_on_press(self, expression: str) -> None:
        self.on_press = expression

    def take_text(self) -> None:
        """Do what a page does that handles drops itself."""
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self._program.told("page-drag", self.label, event.mimeData().text())

    def show_cursor(self, shape: str) -> None:
        """Do what a page does whose CSS wants another cursor."""
        self.setCursor(Qt.CursorShape[shape])

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mousePressEvent(event)
        if self.on_press is not None:
            eval(self.on_press, {**vars(shell.window), "window": self._program.windows[self.label]})
            self._program.application.sync()
        self._program.told("press", self.label, None)


class Content:
    """Stands for a webview: has of it what a window uses by itself."""

    renderer_pid = 0

    def __init__(self, page: Page, program: "Program") -> None:
        self.page = page
        self.widget: QWidget = page
        self.label = page.label
        self._program = program

    def close(self) -> None:
        self._program.told("page-closed", self.page.label, None)


class Program:
    def __init__(self, application: QApplication) -> None:
        self.application = application
        self.windows: dict[str, Window] = {}
        self.may_close = True
        self.kept: list[Window] = []
        self.events = Events(LoopThread())
        for event in WindowEvent:
            self.events.listen(event, self._heard, Address(Target.ANY))
        self.menus = Menus(
            self.windows, application, handlers=(), request_exit=lambda code: None, about=AboutMetadata()
        )
        self._input = b""
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)

    def open(self, label: str, *, parent: str | None = None, reveal: bool = True, **options: Any) -> None:
        page = Page(self, label)
        config = WindowConfig(label=label, **options)
        above = self.windows[parent] if parent else None
        window = Window(config, cast("Any", Content(page, self)), events=self.events, hooks=self, parent=above)
        self.windows[label] = window
        if reveal:
            window.reveal()

    def refuse_to_close(self, refuse: bool) -> None:
        self.may_close = not refuse

    def watch(self, page: Page) -> None:
        page.destroyed.connect(lambda: self.told("deleted", "", None))

    def close_requested(self, window: Window) -> None:
        self.told("close-requested", window.label, None)
        if self.may_close:
            window.destroy()

    def closed(self, window: Window) -> None:
        self.told("closed", window.label, None)
        del self.windows[window.label]

    def files_dropped(self, window: Window, paths: Sequence[str]) -> None:
        self.told("files-dropped", window.label, list(paths))

    def told(self, event: str, label: str, payload: object) -> None:
        say("event", (event, label, payload))

    def _heard(self, event: Event[Any]) -> None:
        self.told(event.event, "", event.payload)

    def _read(self) -> None:
        chunk = os.read(sys.stdin.fileno(), 65536)
        if not chunk:
            self.application.quit()
        *lines, self._input = (self._input + chunk).split(b"\n")
        for line in lines:
            self._do(line.decode())

    def _do(self, expression: str) -> None:
        own = {
            "program": self,
            "windows": self.windows,
            "Color": Color,
            "icon": icon,
            "labelled": labelled,
            "menu": menu,
        }
        try:
            # What the test has seen from outside, the program knows as well by now.
            self.application.sync()
            result = eval(expression, {**vars(shell.window), **vars(shell.window.launcher), **own})
            # The test looks from outside next: what was asked for shall have reached the X server by then.
            self.application.sync()
            say("result", result)
        except Exception as error:
            say("error", (type(error).__name__, str(error), traceback.format_exc()))


def menu() -> Menu:
    return Menu([Submenu("&File", [MenuItem("&Open"), MenuItem("&Save")])])


def icon(size: tuple[int, int], colour: str) -> QIcon:
    picture = QPixmap(*size)
    picture.fill(colour)
    return QIcon(picture)


def say(kind: str, value: object) -> None:
    encoded = base64.b64encode(pickle.dumps(value)).decode()
    sys.stdout.write(f"{kind} {encoded}\n")
    sys.stdout.flush()


def main() -> int:
    theme = wanted_platform_theme(os.environ)
    if theme is not None:
        os.environ["QT_QPA_PLATFORMTHEME"] = theme
    application = QApplication([Path(__file__).stem])
    application.setQuitOnLastWindowClosed(False)
    application.setDesktopFileName("org.example.program")
    program = Program(application)
    say("result", "started")
    code = application.exec()
    for window in list(program.windows.values()):
        window.destroy()
    return code


if __name__ == "__main__":
    raise SystemExit(main())
