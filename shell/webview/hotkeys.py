"""The keys that a webview itself answers to, as Tauri's do: the developer tools', those that zoom, and Esc."""

from collections.abc import Callable

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView

LEAST_ZOOM, MOST_ZOOM = 0.25, 5.0
"""Chromium's own bounds."""
_ZOOM_STEP = 0.2


def on_keys(view: QWebEngineView, keys: str, action: Callable[[], object]) -> QShortcut:
    """Call a function when keys are pressed together while a view has the keyboard.

    Args:
        view: The view.
        keys: The keys as `QKeySequence` reads them, such as `Ctrl+Shift+I`. On macOS Ctrl means the command key.
        action: The function.

    Returns:
        What hears the keys, until it is deleted.
    """
    shortcut = QShortcut(QKeySequence(keys), view, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(lambda: action())
    return shortcut


def add_zoom_hotkeys(view: QWebEngineView) -> None:
    """Let Ctrl with +, - and 0 zoom a view's page, in the steps that Tauri takes."""

    def zoom(change: float) -> None:
        view.setZoomFactor(min(max(round(view.zoomFactor() + change, 2), LEAST_ZOOM), MOST_ZOOM))

    for keys in ("Ctrl++", "Ctrl+="):
        on_keys(view, keys, lambda: zoom(_ZOOM_STEP))
    on_keys(view, "Ctrl+-", lambda: zoom(-_ZOOM_STEP))
    on_keys(view, "Ctrl+0", lambda: view.setZoomFactor(1))


def add_way_out_of_fullscreen(view: QWebEngineView, requested: SignalInstance) -> None:
    """Let Esc end the full screen that a page has asked for, whatever the page does with its keys, as browsers do.

    Args:
        view: The view.
        requested: Tells that its page gets the full screen, and that it has no more.
    """
    shortcuts: list[QShortcut] = []

    def change(fullscreen: bool) -> None:
        while shortcuts:
            shortcuts.pop().deleteLater()
        if fullscreen:
            leave = QWebEnginePage.WebAction.ExitFullScreen
            shortcuts.append(on_keys(view, "Esc", lambda: view.page().triggerAction(leave)))

    requested.connect(change)
