"""The keys that a webview itself answers to, as Tauri's do: the developer tools', and those that zoom."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWebEngineWidgets import QWebEngineView

LEAST_ZOOM, MOST_ZOOM = 0.25, 5.0
"""Chromium's own bounds."""
_ZOOM_STEP = 0.2


def on_keys(view: QWebEngineView, keys: str, action: Callable[[], object]) -> None:
    """Call a function when keys are pressed together while a view has the keyboard.

    Args:
        view: The view.
        keys: The keys as `QKeySequence` reads them, such as `Ctrl+Shift+I`. On macOS Ctrl means the command key.
        action: The function.
    """
    shortcut = QShortcut(QKeySequence(keys), view, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(lambda: action())


def add_zoom_hotkeys(view: QWebEngineView) -> None:
    """Let Ctrl with +, - and 0 zoom a view's page, in the steps that Tauri takes."""

    def zoom(change: float) -> None:
        view.setZoomFactor(min(max(round(view.zoomFactor() + change, 2), LEAST_ZOOM), MOST_ZOOM))

    for keys in ("Ctrl++", "Ctrl+="):
        on_keys(view, keys, lambda: zoom(_ZOOM_STEP))
    on_keys(view, "Ctrl+-", lambda: zoom(-_ZOOM_STEP))
    on_keys(view, "Ctrl+0", lambda: view.setZoomFactor(1))
