"""The desktop's settings, as a settings daemon keeps them (XSETTINGS): how large a pixel is, said again at each line in.

The daemon owns the selection `_XSETTINGS_S0`, and the settings are a property of its window. A line is the number of
dots per inch.
"""

import ctypes
import struct
import sys
from ctypes import c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p

_REPLACE = 0
_NORMAL = 96


class Settings:
    """What the daemon says."""

    def __init__(self) -> None:
        self._x11 = x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype, x11.XOpenDisplay.argtypes = c_void_p, (c_char_p,)
        x11.XDefaultRootWindow.restype, x11.XDefaultRootWindow.argtypes = c_ulong, (c_void_p,)
        x11.XCreateSimpleWindow.restype = c_ulong
        x11.XCreateSimpleWindow.argtypes = (
            *(c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_uint),
            *(c_ulong, c_ulong),
        )
        x11.XInternAtom.restype, x11.XInternAtom.argtypes = c_ulong, (c_void_p, c_char_p, c_int)
        x11.XSetSelectionOwner.argtypes = (c_void_p, c_ulong, c_ulong, c_ulong)
        x11.XChangeProperty.argtypes = (c_void_p, c_ulong, c_ulong, c_ulong, c_int, c_int, c_char_p, c_int)
        x11.XSync.argtypes = (c_void_p, c_int)
        self._display = x11.XOpenDisplay(None)
        root = x11.XDefaultRootWindow(self._display)
        self._window = x11.XCreateSimpleWindow(self._display, root, 0, 0, 1, 1, 0, 0, 0)
        self._serial = c_long(0)
        self.say(_NORMAL)
        x11.XSetSelectionOwner(self._display, self._atom(b"_XSETTINGS_S0"), self._window, 0)
        x11.XSync(self._display, 0)

    def say(self, dpi: int) -> None:
        """Change the setting."""
        self._serial.value += 1
        name = b"Xft/DPI"
        padding = b"\0" * (-len(name) % 4)
        # Little-endian; one setting, an integer (0), in 1024ths of a dot per inch.
        data = struct.pack("<BxxxII", 0, self._serial.value, 1)
        data += struct.pack("<BxH", 0, len(name)) + name + padding
        data += struct.pack("<Ii", self._serial.value, dpi * 1024)
        kind = self._atom(b"_XSETTINGS_SETTINGS")
        self._x11.XChangeProperty(self._display, self._window, kind, kind, 8, _REPLACE, data, len(data))
        self._x11.XSync(self._display, 0)

    def _atom(self, name: bytes) -> int:
        atom: int = self._x11.XInternAtom(self._display, name, 0)
        return atom


def main() -> int:
    settings = Settings()
    print("ready", flush=True)
    for line in sys.stdin:
        settings.say(int(line))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
