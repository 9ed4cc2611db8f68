import os
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QRhiWidget

from shell.ipc.thread import any_thread, loop_only
from shell.window.errors import WindowClosedError
from shell.window.frame import Frame
from shell.window.x11 import WindowManager


class _Exposure(QObject):
    """Calls a function when a window is next seen on the screen, once."""

    def __init__(self, handle: QWindow, seen: Callable[[], None]) -> None:
        super().__init__(handle)
        self._seen = seen
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Expose and isinstance(watched, QWindow) and watched.isExposed():
            watched.removeEventFilter(self)
            self.deleteLater()
            self._seen()
        return False


@loop_only
class NativeWindow:
    """What all parts of a window's interface stand on: its label, and its frame for as long as it has one."""

    def __init__(self, label: str, frame: Frame) -> None:
        """Take over a frame; its native window is made here if it is not there yet."""
        self._label = label
        self._frame: Frame | None = frame
        self._manager = WindowManager.of_application()
        # WORKAROUND: a page is drawn by the graphics card, and asks for that with its first picture. Qt then makes
        # another native window, which knows nothing of what was asked of the first: its place, what it stays above, who
        # filters its events (6.12). So somebody asks before, unless software draws, which needs no other window: off
        # screen Qt has no graphics card and says so.
        asks = None if _software_draws() else QRhiWidget(frame)
        frame.winId()
        if asks is not None:
            asks.deleteLater()

    @property
    @any_thread
    def label(self) -> str:
        """The window's name in the program. No two windows share one."""
        return self._label

    @property
    @any_thread
    def closed(self) -> bool:
        """Whether the window is gone. All else that it is asked then raises ``WindowClosedError``."""
        return self._frame is None

    @property
    def frame(self) -> Frame:
        """The top-level widget.

        Raises:
            WindowClosedError: The window is gone.
        """
        return self._require_open()

    def _require_open(self) -> Frame:
        if self._frame is None:
            raise WindowClosedError(f'the window "{self._label}" is closed')
        return self._frame

    @property
    def _handle(self) -> QWindow:
        return self.frame.windowHandle()

    @property
    def window_id(self) -> int:
        """The platform's identifier of the native window; on X11 that of the X window.

        It may be another one after the window was hidden and shown.
        """
        # Not the widget's winId(): Qt's xcb platform makes another native window at the next show after "stays on top"
        # or "stays on bottom" changed, and the widget does not hear of it (6.12).
        return int(self._handle.winId())

    @property
    def _on_screen(self) -> bool:
        """Whether the window is shown, and not only to its page."""
        frame = self.frame
        return frame.isVisible() and not frame.testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)

    def _when_seen(self, function: Callable[[], None]) -> None:
        """Call a function once the window, shown by now, is on the screen in its place."""
        _Exposure(self._handle, function)

    def _has_flag(self, flag: Qt.WindowType) -> bool:
        return bool(self.frame.windowFlags() & flag)

    def _set_flag(self, flag: Qt.WindowType, on: bool) -> None:
        # QWidget.setWindowFlags makes a new native window: the old one vanishes from the screen and its place in the
        # taskbar. The platform takes new flags for the window that is there; the widget only has to know of them.
        flags = self.frame.windowFlags()
        flags = flags | flag if on else flags & ~flag
        self.frame.overrideWindowFlags(flags)
        self._handle.setFlags(flags)


def _software_draws() -> bool:
    return QGuiApplication.platformName() == "offscreen" or os.environ.get("QT_QUICK_BACKEND") == "software"
