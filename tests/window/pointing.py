"""The hand on the mouse: clicks and drags with the X server's own pointer."""

import itertools
from collections.abc import Callable

from tests.desktop import Desktop
from tests.window.driver import DrivenWindow, Driver


def press(desk: Desktop, at: tuple[int, int]) -> None:
    desk.run("xdotool", "mousemove", str(at[0]), str(at[1]), "mousedown", "1")


def move_until(program: Driver, start: tuple[int, int], end: tuple[int, int], arrived: Callable[[], bool]) -> None:
    """Move as a hand does, in steps, until what follows the pointer has come along; at the end, back and forth.

    A window manager does not take hold of the pointer at once: of the first steps it may see none.
    """
    for step in itertools.count(1):
        part = min(step / 20, 1) if step % 2 else min((step - 1) / 20, 1)
        x, y = (round(a + (b - a) * part) for a, b in zip(start, end, strict=True))
        program.desk.run("xdotool", "mousemove", str(x - step % 2), str(y))
        if part == 1 and arrived():
            return
        assert step < 200, "nothing followed the pointer"


def drag(desk: Desktop, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press, move in steps and let go."""
    press(desk, start)
    steps = [(start[0] + (end[0] - start[0]) * n // 8, start[1] + (end[1] - start[1]) * n // 8) for n in range(1, 9)]
    desk.run("xdotool", *(part for x, y in steps for part in ("mousemove", "--sync", str(x), str(y))))
    release(desk)


def release(desk: Desktop) -> None:
    desk.run("xdotool", "mouseup", "1")


def click(desk: Desktop, at: tuple[int, int]) -> None:
    desk.run("xdotool", "mousemove", str(at[0]), str(at[1]), "click", "1")


def bottom_right_corner(window: DrivenWindow) -> tuple[int, int]:
    """Return where the hand takes hold to resize a window."""
    x, y, width, height = window.outer()
    return x + width - 2, y + height - 2


def middle(window: DrivenWindow) -> tuple[int, int]:
    """Return the middle of a window's content."""
    x, y, width, height = window.inner()
    return x + width // 2, y + height // 2
