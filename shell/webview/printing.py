import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWebEngineWidgets import QWebEngineView

from shell.ipc.tally import Tally

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

log = logging.getLogger(__name__)

_BETWEEN_DIALOGS = 1.0
"""Seconds that a page must leave a person after a print dialog, before it may ask for the next."""
_TOLD = 10
"""What a page is refused in ten seconds and the log tells of."""


class PrintError(Exception):
    """A page cannot be printed; the text says why."""


class Printing(QObject):
    """Prints the page of a view as the person wishes: for the page (`window.print()`), and for the core."""

    def __init__(self, view: QWebEngineView, *, dialogs: bool) -> None:
        """Listen to a view's page.

        Args:
            view: The view, which owns this.
            dialogs: Whether there is a display to ask the person on.
        """
        super().__init__(view)
        self._view = view
        self._dialogs = dialogs
        self._jobs: dict[str, QPrinter] = {}
        self._asking = self._closing = False
        self._when_done: Callable[[], None] | None = None
        self._asked = -_BETWEEN_DIALOGS
        self._refused = Tally(_TOLD)
        view.printRequested.connect(self._asked_by_page)
        view.printFinished.connect(lambda ok: self._finished("", ok))
        view.pdfPrintingFinished.connect(self._finished)

    def ask(self) -> None:
        """Show the print dialog. The person prints then, or does not.

        Raises:
            PrintError: There is no display to show it on, or it is shown already.
        """
        if not self._dialogs:
            raise PrintError("there is no display to show the print dialog on")
        if self._asking:
            raise PrintError("the print dialog is open already")
        # Loaded with the first page that is printed, for most programs print none.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._view)
        dialog.accepted.connect(lambda: self._print(printer, printer.outputFileName()))
        dialog.finished.connect(lambda _: self._answered(dialog))
        self._asking = True
        dialog.show()

    def when_done(self, action: Callable[[], None]) -> None:
        """Call a function, which ends the page, once nothing is being printed: now, or later.

        Qt paints for printers in a thread of its own, which must not lose the view or the printer (6.12).
        """
        self._closing = True
        self._when_done = action
        self._see_whether_done()

    def _see_whether_done(self) -> None:
        action = self._when_done
        if action is not None and not self._jobs:
            self._when_done = None
            action()

    def _answered(self, dialog: "QPrintDialog") -> None:
        self._asking = False
        self._asked = time.monotonic()
        dialog.deleteLater()

    def _asked_by_page(self) -> None:
        if self._closing:
            return
        if time.monotonic() - self._asked < _BETWEEN_DIALOGS:
            self._warn("a person has only just answered it")
            return
        try:
            self.ask()
        except PrintError as error:
            self._warn(str(error))

    def _warn(self, problem: str) -> None:
        if not self._refused.add():
            log.warning("a page asked to be printed: %s", problem)

    def _print(self, printer: "QPrinter", file: str) -> None:
        if file in self._jobs:
            log.error("a page is being printed already on %s", _name(printer))
            return
        # Kept while it is printed on, which Qt does not see to.
        self._jobs[file] = printer
        if file:
            # Chromium writes text and lines as such, where Qt would paint pictures of whole pages.
            self._view.printToPdf(file, printer.pageLayout(), printer.pageRanges())
        else:
            self._view.print(printer)

    def _finished(self, file: str, ok: bool) -> None:
        printer = self._jobs.pop(file, None)
        if printer is not None and not ok:
            log.error("printing on %s failed", _name(printer))
        self._see_whether_done()


def _name(printer: "QPrinter") -> str:
    return printer.outputFileName() or printer.printerName()
