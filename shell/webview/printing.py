import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWebEngineWidgets import QWebEngineView

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

log = logging.getLogger(__name__)


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
        self._printers: list[QPrinter] = []
        view.printRequested.connect(self._asked_by_page)
        view.printFinished.connect(self._finished)

    def ask(self) -> None:
        """Show the print dialog. The person prints then, or does not.

        Raises:
            PrintError: There is no display to show it on.
        """
        if not self._dialogs:
            raise PrintError("there is no display to show the print dialog on")
        # Loaded with the first page that is printed, for most programs print none.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._view)
        dialog.accepted.connect(lambda: self._print(printer))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.show()

    def _asked_by_page(self) -> None:
        try:
            self.ask()
        except PrintError as error:
            log.warning("a page asked to be printed: %s", error)

    def _print(self, printer: "QPrinter") -> None:
        # Qt prints later, and does not keep it.
        self._printers.append(printer)
        self._view.print(printer)

    def _finished(self, ok: bool) -> None:
        printer = self._printers.pop(0)
        if not ok:
            log.error("printing on %s failed", printer.printerName() or printer.outputFileName())
