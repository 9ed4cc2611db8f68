"""What the screen shows from one moment to the next: one pixel of it, looked at every few milliseconds."""

import ctypes
import time
from collections.abc import Iterator
from ctypes import c_char_p, c_int, c_uint, c_ulong, c_void_p
from types import TracebackType
from typing import Self

from tests.desktop import PATIENCE, Desktop

_ALL_PLANES = 0xFFFFFFFF
_Z_PIXMAP = 2


class Pixel:
    """One pixel of the screen."""

    def __init__(self, desk: Desktop, x: int, y: int) -> None:
        self._at = x, y
        self._x11 = x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype, x11.XOpenDisplay.argtypes = c_void_p, (c_char_p,)
        x11.XCloseDisplay.argtypes = (c_void_p,)
        x11.XDefaultRootWindow.restype, x11.XDefaultRootWindow.argtypes = c_ulong, (c_void_p,)
        x11.XGetImage.restype = c_void_p
        x11.XGetImage.argtypes = (c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int)
        x11.XGetPixel.restype, x11.XGetPixel.argtypes = c_ulong, (c_void_p, c_int, c_int)
        x11.XDestroyImage.argtypes = (c_void_p,)
        self._display = x11.XOpenDisplay(desk.env["DISPLAY"].encode())
        self._root = x11.XDefaultRootWindow(self._display)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._x11.XCloseDisplay(self._display)

    def colour(self) -> str:
        """The colour that it has now, as ``#rrggbb``."""
        x, y = self._at
        image = self._x11.XGetImage(self._display, self._root, x, y, 1, 1, _ALL_PLANES, _Z_PIXMAP)
        value = self._x11.XGetPixel(image, 0, 0) & 0xFFFFFF
        self._x11.XDestroyImage(image)
        return f"#{value:06x}"

    def changes(self) -> Iterator[str]:
        """Each colour that it takes on from now, the present one first."""
        last = ""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            now = self.colour()
            if now != last:
                last = now
                yield now
            # How often to look; nobody is waited for.
            time.sleep(0.002)
        raise TimeoutError(f"the pixel stayed {last}")
