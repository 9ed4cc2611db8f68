"""How large a window or a webview may be.

Chromium and Qt keep several pictures of all of it, and the core waits while Qt makes and fills them: where software
draws, some 4 ms for each million pixels.
"""

import math
from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize

from shell.window.dpi import PhysicalSize
from shell.window.monitor import Monitor, available_monitors

_LARGEST = PhysicalSize(8192, 8192)
"""What takes a gigabyte. 32767 pixels each way end the process."""
_LARGEST_FOR_PAGES = PhysicalSize(1920, 1200)
"""What the core waits some 10 ms for. Screens that are smaller, or none, keep no page from having as much."""


def largest_size(scale_factor: float) -> QSize:
    """Return the most logical pixels that a window or a webview gets each way, whoever asks.

    Args:
        scale_factor: How many physical pixels a logical one is there.
    """
    return _largest(_LARGEST, scale_factor)


def largest_for_pages(scale_factor: float) -> QSize:
    """Return the most logical pixels that it gets each way where a page asks: what all monitors have together, or more.

    Args:
        scale_factor: How many physical pixels a logical one is there.
    """
    return _largest(_LARGEST_FOR_PAGES, scale_factor)


def size_of_all(monitors: Iterable[Monitor]) -> PhysicalSize:
    """Return the size of the rectangle around monitors."""
    around = QRect()
    for monitor in monitors:
        around |= QRect(monitor.position.x, monitor.position.y, monitor.size.width, monitor.size.height)
    return PhysicalSize(around.width(), around.height())


def _largest(otherwise: PhysicalSize, scale_factor: float) -> QSize:
    desktop = size_of_all(available_monitors())
    return QSize(
        math.ceil(max(desktop.width, otherwise.width) / scale_factor),
        math.ceil(max(desktop.height, otherwise.height) / scale_factor),
    )
