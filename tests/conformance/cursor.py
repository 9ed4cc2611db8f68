"""The mouse cursor as it is on the screen, which no screenshot has in it."""

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_short, c_ulong, c_ushort, c_void_p
from types import TracebackType
from typing import Self

from tests.desktop import Desktop


class _Image(Structure):
    _fields_ = (
        *(("x", c_short), ("y", c_short), ("width", c_ushort), ("height", c_ushort)),
        *(("xhot", c_ushort), ("yhot", c_ushort), ("serial", c_ulong), ("pixels", POINTER(c_ulong))),
    )


class Cursor:
    """The cursor (XFixes)."""

    def __init__(self, desk: Desktop) -> None:
        self._x11 = ctypes.CDLL("libX11.so.6")
        self._x11.XOpenDisplay.restype, self._x11.XOpenDisplay.argtypes = c_void_p, (c_char_p,)
        self._x11.XCloseDisplay.argtypes = (c_void_p,)
        self._x11.XFree.argtypes = (c_void_p,)
        self._fixes = ctypes.CDLL("libXfixes.so.3")
        self._fixes.XFixesGetCursorImage.restype = POINTER(_Image)
        self._fixes.XFixesGetCursorImage.argtypes = (c_void_p,)
        self._display = self._x11.XOpenDisplay(desk.env["DISPLAY"].encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._x11.XCloseDisplay(self._display)

    def picture(self) -> tuple[int, ...]:
        """Its pixels, row by row."""
        image = self._fixes.XFixesGetCursorImage(self._display)
        it = image.contents
        pixels = tuple(it.pixels[number] & 0xFFFFFFFF for number in range(it.width * it.height))
        self._x11.XFree(image)
        return pixels
