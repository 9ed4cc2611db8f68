"""Light and dark. Qt has one colour scheme for the application, as Tauri has on Linux."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from shell.config.window import Theme
from shell.window.errors import NotSupportedError

_THEMED_DESKTOPS = frozenset(
    {"KDE", "GNOME", "X-CINNAMON", "PANTHEON", "UNITY", "MATE", "XFCE", "LXDE"}
)  # those for which Qt itself loads a theme (QGenericUnixTheme::themeNames)


def current_theme() -> Theme:
    """Return the theme in effect; light where the system says nothing."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return Theme.DARK if dark else Theme.LIGHT


def themes_available() -> bool:
    """Say whether ``set_theme`` changes anything on this platform."""
    return QGuiApplication.platformName() not in {"offscreen", "minimal", "vnc"}


def set_theme(theme: Theme | None) -> None:
    """Choose the theme of every window, or follow the system again with ``None``.

    Raises:
        NotSupportedError: The platform draws without any theme: nothing would change.
    """
    if not themes_available():
        raise NotSupportedError(f'Qt\'s platform "{QGuiApplication.platformName()}" has no themes to choose from')
    hints = QGuiApplication.styleHints()
    if theme is None:
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark if theme is Theme.DARK else Qt.ColorScheme.Light)


def wanted_platform_theme(environment: Mapping[str, str]) -> str | None:
    """Return the Qt platform theme to ask for (``QT_QPA_PLATFORMTHEME``) before the application starts.

    WORKAROUND: Qt 6.12 falls back to its "generic" theme on desktops that it does not know, and that one ignores
    ``QStyleHints.setColorScheme``. Its built-in "gnome" theme needs no GNOME and does not. Seen on openbox.

    Args:
        environment: The environment of the process.

    Returns:
        The name of a theme, or ``None`` where Qt or the person has already chosen well.
    """
    if "QT_QPA_PLATFORMTHEME" in environment:
        return None
    desktops = environment.get("XDG_CURRENT_DESKTOP", "").upper().split(":")
    return None if _THEMED_DESKTOPS.intersection(desktops) else "gnome"
