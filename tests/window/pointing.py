"""The hand on the mouse: clicks and drags with the X server's own pointer."""

import ctypes
import itertools
from collections.abc import Callable
from ctypes import c_char_p, c_int, c_uint, c_ulong, c_void_p

from tests.desktop import Desktop, until
from tests.window.driver import DrivenWindow

_ASYNC = 1
_GRABBED = 0


def press(desk: Desktop, at: tuple[int, int]) -> None:
    desk.run("xdotool", "mousemove", str(at[0]), str(at[1]), "mousedown", "1")


def move_until(desk: Desktop, start: tuple[int, int], end: tuple[int, int], arrived: Callable[[], bool]) -> None:
    """Move as a hand does, in steps, until what follows the pointer has come along; at the end, back and forth.

    A window manager does not take hold of the pointer at once: of the first steps it may see none.
    """
    _go(desk, start, end)
    places = itertools.cycle((end, (end[0] - 1, end[1])))

    def moved() -> bool:
        x, y = next(places)
        desk.run("xdotool", "mousemove", str(x), str(y))
        return arrived()

    until(moved)


def _go(desk: Desktop, start: tuple[int, int], end: tuple[int, int], *how: str) -> None:
    steps = [(start[0] + (end[0] - start[0]) * n // 8, start[1] + (end[1] - start[1]) * n // 8) for n in range(1, 9)]
    desk.run("xdotool", *(part for x, y in steps for part in ("mousemove", *how, str(x), str(y))))


def hover_until(desk: Desktop, at: tuple[int, int], noticed: Callable[[], bool]) -> None:
    """Move about at a point, as a hand does that is never still, until what is there has noticed.

    As long as a window manager holds the pointer, nobody else sees it move.
    """
    move_until(desk, at, at, noticed)


def drag(desk: Desktop, start: tuple[int, int], end: tuple[int, int], arrived: Callable[[], bool]) -> None:
    """Press, move until what follows the pointer has come along, and let go."""
    press(desk, start)
    move_until(desk, start, end, arrived)
    release(desk)


def drag_in_vain(desk: Desktop, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press what does not follow the pointer, move in steps and let go."""
    press(desk, start)
    _go(desk, start, end, "--sync")
    release(desk)


def release(desk: Desktop) -> None:
    """Let go of the button, and wait until whatever followed the pointer has let go of that.

    Until then a window manager takes what the pointer does next for a part of the drag.
    """
    desk.run("xdotool", "mouseup", "1")
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype, x11.XOpenDisplay.argtypes = c_void_p, (c_char_p,)
    x11.XDefaultRootWindow.restype, x11.XDefaultRootWindow.argtypes = c_ulong, (c_void_p,)
    x11.XGrabPointer.argtypes = (c_void_p, c_ulong, c_int, c_uint, c_int, c_int, c_ulong, c_ulong, c_ulong)
    x11.XCloseDisplay.argtypes = (c_void_p,)
    display = x11.XOpenDisplay(desk.env["DISPLAY"].encode())
    root = x11.XDefaultRootWindow(display)
    # What one has, no other can have. It is given back as the connection ends.
    until(lambda: x11.XGrabPointer(display, root, 0, 0, _ASYNC, _ASYNC, 0, 0, 0) == _GRABBED)
    x11.XCloseDisplay(display)


def click(desk: Desktop, at: tuple[int, int]) -> None:
    desk.run("xdotool", "mousemove", str(at[0]), str(at[1]), "click", "1")


def bottom_right_corner(window: DrivenWindow) -> tuple[int, int]:
    """Return where the hand takes hold to resize a window, once the frame is around it."""
    until(lambda: window.outer()[2] - window.inner()[2] == 2)
    x, y, width, height = window.outer()
    return x + width - 2, y + height - 2


def middle(window: DrivenWindow) -> tuple[int, int]:
    """Return the middle of a window's content."""
    x, y, width, height = window.inner()
    return x + width // 2, y + height // 2
