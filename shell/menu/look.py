from weakref import ref

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication


class Look:
    """The look of menus, as far as it is not Qt's.

    Qt's style Fusion draws the frame of a menu and the lines in it darker than the menu, and that darker than windows:
    in dark nobody could tell a menu from the page below it. There, menus are brighter here.
    """

    def __init__(self, application: QApplication) -> None:
        """Begin to care for it.

        Args:
            application: Qt's application.
        """
        self._application = application
        this = ref(self)

        def apply() -> None:
            look = this()
            if look is not None:
                look._apply()

        def follow(_scheme: Qt.ColorScheme) -> None:
            # Qt has told of it before it gives widgets of all kinds their new colours.
            QTimer.singleShot(0, apply)

        self._follow = follow
        application.styleHints().colorSchemeChanged.connect(follow)
        apply()

    def close(self) -> None:
        """Leave the look to Qt again."""
        self._application.styleHints().colorSchemeChanged.disconnect(self._follow)
        self._set(QPalette())

    def _apply(self) -> None:
        palette = QPalette()
        dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        if dark and self._application.style().objectName() == "fusion":
            window = self._application.palette().color(QPalette.ColorRole.Window)
            palette.setColor(QPalette.ColorRole.Base, window.lighter(120))
            # The frame is a shade darker than this.
            palette.setColor(QPalette.ColorRole.Window, window.lighter(260))
        self._set(palette)

    def _set(self, palette: QPalette) -> None:
        # PySide 6.12 takes text here, and its stubs bytes.
        self._application.setPalette(palette, "QMenu")  # type: ignore[arg-type]
