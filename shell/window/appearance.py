from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap

from shell.config.values import Color
from shell.config.window import Theme, TitleBarStyle, WindowEffects
from shell.given import expect
from shell.ipc.thread import loop_only
from shell.window.frame import Frame
from shell.window.native import NativeWindow
from shell.window.theme import current_theme, set_theme
from shell.window_title import plain_title, shown_title

_MAXIMIZE = Qt.WindowType.WindowMaximizeButtonHint
_MINIMIZE = Qt.WindowType.WindowMinimizeButtonHint
_CLOSE = Qt.WindowType.WindowCloseButtonHint
_UNDECORATED = Qt.WindowType.FramelessWindowHint


@loop_only
class Appearance(NativeWindow):
    """How a window looks: title, icon, frame and its buttons, colours.

    Where a method says that it has no effect on Linux, Tauri's has none there either.
    """

    def __init__(self, label: str, frame: Frame) -> None:
        super().__init__(label, frame)
        self._background: Color | None = None

    def title(self) -> str:
        """Return the text of the title bar."""
        return shown_title(self.frame.windowTitle())

    def set_title(self, title: str) -> None:
        """Give the title bar another text."""
        expect(title, str, "set_title", "a text")
        self.frame.setWindowTitle(plain_title(title))

    def set_icon(self, icon: QIcon) -> None:
        """Give the window another icon, in the title bar and the taskbar."""
        # Qt makes an icon of a pixmap.
        expect(icon, (QIcon, QPixmap), "set_icon", "a QIcon")
        self.frame.setWindowIcon(icon)

    def is_decorated(self) -> bool:
        """Say whether the window has a title bar and borders."""
        return not self._has_flag(_UNDECORATED)

    def set_decorations(self, decorations: bool) -> None:
        """Give the window a title bar and borders, or take them away."""
        expect(decorations, bool, "set_decorations", "True or False")
        self._set_flag(_UNDECORATED, not decorations)

    def is_maximizable(self) -> bool:
        """Say whether the window has a maximize button that works."""
        return self._has_flag(_MAXIMIZE)

    def set_maximizable(self, maximizable: bool) -> None:
        """Let the person maximize the window or not. Which buttons are drawn is up to the window manager."""
        expect(maximizable, bool, "set_maximizable", "True or False")
        self._set_flag(_MAXIMIZE, maximizable)

    def is_minimizable(self) -> bool:
        """Say whether the window has a minimize button that works."""
        return self._has_flag(_MINIMIZE)

    def set_minimizable(self, minimizable: bool) -> None:
        """Let the person minimize the window or not. Which buttons are drawn is up to the window manager."""
        expect(minimizable, bool, "set_minimizable", "True or False")
        self._set_flag(_MINIMIZE, minimizable)

    def is_closable(self) -> bool:
        """Say whether the window has a close button that works."""
        return self._has_flag(_CLOSE)

    def set_closable(self, closable: bool) -> None:
        """Let the person close the window or not. Which buttons are drawn is up to the window manager."""
        expect(closable, bool, "set_closable", "True or False")
        self._set_flag(_CLOSE, closable)

    def set_background_color(self, color: Color | None) -> None:
        """Choose what is seen where the page has not drawn, or the theme's own colour with ``None``.

        The page lies over it: a webview has a background of its own, and is transparent only if that is.
        """
        palette = QPalette()
        if color is not None:
            palette.setColor(QPalette.ColorRole.Window, QColor(color.red, color.green, color.blue, color.alpha))
        self.frame.setPalette(palette)
        self._background = color
        self._paint_native_background()

    def theme(self) -> Theme:
        """Return whether the window is light or dark."""
        self._require_open()
        return current_theme()

    def set_theme(self, theme: Theme | None) -> None:
        """Choose light or dark, or as the system has it with ``None``; on Linux for the whole program.

        Raises:
            NotSupportedError: The platform draws without any theme.
        """
        self._require_open()
        set_theme(theme)

    def set_shadow(self, shadow: bool) -> None:
        """Give the window a shadow or not. No effect on Linux: the compositor decides."""

    def set_effects(self, effects: WindowEffects | None) -> None:
        """Draw a material behind the window. No effect on Linux: it has none of them."""

    def set_title_bar_style(self, style: TitleBarStyle) -> None:
        """Choose how macOS draws the title bar. No effect elsewhere."""

    def set_content_protected(self, protected: bool) -> None:
        """Keep the window out of pictures that others take of the screen. No effect on Linux: it has no such thing."""

    def _paint_native_background(self) -> None:
        """Let the platform show the background before the program draws for the first time."""
        if self._manager is None or self.frame.testAttribute(Qt.WidgetAttribute.WA_TranslucentBackground):
            return
        # Without a colour of its own, that of an empty page.
        role = QPalette.ColorRole.Base if self._background is None else QPalette.ColorRole.Window
        color = self.frame.palette().color(role)
        self._manager.set_background(self.window_id, color.red(), color.green(), color.blue())
