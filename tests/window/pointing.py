"""The hand on the mouse: clicks and drags with the X server's own pointer."""

from tests.desktop import Desktop
from tests.window.driver import DrivenWindow


def press_and_move(desk: Desktop, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press the left button and move in steps as a hand does; the button stays down."""
    steps = [(start[0] + (end[0] - start[0]) * n // 8, start[1] + (end[1] - start[1]) * n // 8) for n in range(9)]
    moves = [part for x, y in steps[1:] for part in ("mousemove", "--sync", str(x), str(y))]
    desk.run("xdotool", "mousemove", str(start[0]), str(start[1]), "mousedown", "1", *moves)


def drag(desk: Desktop, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press, move and let go."""
    press_and_move(desk, start, end)
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
