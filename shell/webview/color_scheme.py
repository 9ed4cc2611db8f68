from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineSettings

_PRINTED_BACKGROUNDS = QWebEngineSettings.WebAttribute.PrintElementBackgrounds


class ColorScheme(QObject):
    """Lets `prefers-color-scheme` in a page follow the program's theme.

    WORKAROUND: Qt 6.12 tells a page of the theme when the page's document begins, and never again. Chromium looks anew
    whenever a preference of the page changes, and passes on what it saw the time before: so one that nobody sees is
    changed and changed back.
    """

    def __init__(self, page: QWebEnginePage) -> None:
        """Look after a page, which owns this."""
        super().__init__(page)
        self._settings = page.settings()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._changed)

    def _changed(self) -> None:
        wanted = self._settings.testAttribute(_PRINTED_BACKGROUNDS)
        self._settings.setAttribute(_PRINTED_BACKGROUNDS, not wanted)
        # Changes of one turn of the loop are one to Qt.
        QTimer.singleShot(10, self, lambda: self._settings.setAttribute(_PRINTED_BACKGROUNDS, wanted))
