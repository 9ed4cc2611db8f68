"""What Qt says, sent to the log under the names of Qt's categories."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication

from shell.complaint import complain

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_OF_NO_CONSEQUENCE = (
    # There is no graphics processor, or not the first kind that was tried: another is, or software draws.
    "QRhiGles2: Failed to create",
    "Failed to create RHI for backend",
    "GPUInfo not initialized on GpuInfoUpdate",
    "Unable to detect GPU vendor",
    "GLX: No DRI3 Extension",
    "QXcbIntegration: Cannot create platform",
    "GBM is not supported",
    "Failed to load vulkan",
    "initInstance: No Vulkan library available",
    "Failed to create platform Vulkan instance",
    # Off screen there is no window manager to be told of sizes, icons and the like.
    "This plugin does not support",
    # As `--no-sandbox` said.
    "Sandboxing disabled by user",
    # Portals know programs that are installed; nothing but their name in portals' dialogs hangs on it.
    "Failed to register with host portal",
)
"""How warnings begin that come up where all is well. They are debug messages here."""

_NO_SERVER = "The X11 connection broke"
"""How begins what is said in every turn of the loop once the X server has gone."""

_NO_PLATFORM = "This application failed to start because no Qt platform plugin could be initialized"
_MISLEADING = "From 6.5.0, xcb-cursor0"
"""Said whenever X11 cannot be used, whatever the reason."""


@contextmanager
def qt_messages_logged() -> Iterator[None]:
    """Send Qt's messages to the log while the block runs.

    Where Qt finds nothing to show windows on, it ends the process with a core dump; here one line says why, and the
    exit code is 1.
    """
    before = qInstallMessageHandler(_Messages())
    try:
        yield
    finally:
        qInstallMessageHandler(before)


class _Messages:
    def __init__(self) -> None:
        self._reason = "it does not say why"
        self._server_gone = False

    def __call__(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        text = text.strip()
        level = logging.DEBUG if text.startswith(_OF_NO_CONSEQUENCE) else _LEVELS.get(kind, logging.WARNING)
        if not QGuiApplication.platformName():
            # Qt tries one platform after another. Only if none is left does it matter what they said.
            if kind is QtMsgType.QtFatalMsg and text.startswith(_NO_PLATFORM):
                _end_without_platform(self._reason)
            if level == logging.WARNING and not text.startswith(_MISLEADING):
                self._reason = text
            level = min(level, logging.DEBUG)
        if text.startswith(_NO_SERVER):
            if self._server_gone:
                return
            self._server_gone = True
        name = context.category
        logging.getLogger("qt" if name in {None, "default"} else name).log(level, "%s", text)


def _end_without_platform(reason: str) -> None:
    complain(
        f"Qt cannot open windows here: {reason}; "
        "--headless runs without a display, and qtshell doctor says what is missing"
    )
    os._exit(1)
