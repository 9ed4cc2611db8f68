"""Qt's application, as a program looks and is called on the desktop."""

import sys

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from shell.bundled import bundled
from shell.config import Config

_ICON_SIZES = (32, 128, 256)


def make_application(config: Config) -> QApplication:
    """Make it, or take the one that there is."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName(config.identifier)
    application.setDesktopFileName(config.identifier)
    application.setQuitOnLastWindowClosed(False)
    application.setWindowIcon(_icon(config))
    return application


def _icon(config: Config) -> QIcon:
    own = next((path for name in config.bundle.icon if (path := config.root / name).is_file()), None)
    icon = QIcon()
    # Not the drawing that they were made from: to draw it takes Qt's SVG library, which takes time to load.
    for file in (own,) if own else (bundled("icons", f"{size}x{size}.png") for size in _ICON_SIZES):
        icon.addFile(str(file))
    return icon
