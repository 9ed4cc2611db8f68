"""What a person does with the mouse, and waiting for what comes of it."""

import itertools
from collections.abc import Callable

from tests.conformance.stage import MadeWindow, Stage
from tests.desktop import until
from tests.window.pointing import release

REACH = 9
"""Pixels that a hand goes to and fro until what it drags follows."""


def on_top(window: MadeWindow) -> None:
    """Bring a window to where the pointer reaches it."""
    window("setFocus()")
    window.wait_until_active()
    until(lambda: window.desk.window_at(window.middle()) == window.desk.frame_of(window.id))


def is_centred(window: MadeWindow, *, to: int = 0) -> bool:
    """Whether a window with its frame is in the middle of the screen, to so many pixels."""
    x, y, width, height = window.outer()
    return abs(x - (1280 - width) // 2) <= to and abs(y - (800 - height) // 2) <= to


def click(stage: Stage, at: tuple[int, int]) -> None:
    stage.desk.run("xdotool", "mousemove", *map(str, at), "click", "1")


def clicked(stage: Stage, window: MadeWindow) -> bool:
    """Click on the middle of a window, and wait until its page has seen that."""
    window.inside(
        """globalThis.pressed = new Promise((done) => addEventListener("mousedown", () => done(true), { once: true }));
        return 1"""
    )
    click(stage, window.middle())
    pressed: bool = window.inside("pressed")
    return pressed


def drag(window: MadeWindow, start: tuple[int, int], by: tuple[int, int], arrived: Callable[[], bool]) -> None:
    """Press, move as a hand does, in steps, until what follows the pointer has come along, and let go.

    Args:
        window: What follows the pointer, or a corner of it.
        start: Where to press.
        by: How far to go. What follows may stay behind by as many pixels as `REACH`.
        arrived: Whether it has come along.
    """

    def go_to(part: float, shake: int) -> None:
        x, y = (
            start[0] + round(by[0] * part) + shake * sign(by[0]),
            start[1] + round(by[1] * part) + shake * sign(by[1]),
        )
        window.desk.run("xdotool", "mousemove", str(x), str(y))

    step = 0

    def taken_hold_of() -> bool:
        # A window manager does not take hold at once, and of what the pointer did before it knows nothing.
        nonlocal step
        step += 1
        go_to(0, step % (REACH + 1))
        return window.inner() != before

    def moved() -> bool:
        nonlocal step
        step += 1
        part = min(step / 10, 1)
        go_to(part, step % 2)
        return part == 1 and step % 2 == 0 and arrived()

    before = window.inner()
    window.desk.run("xdotool", "mousemove", *map(str, start), "mousedown", "1")
    try:
        until(taken_hold_of)
        step = 0
        until(moved)
    finally:
        release(window.desk)
    # What the window manager did last, the program knows of.
    until(lambda: (*window("innerSize()").values(),) == window.inner()[2:])


def hover(window: MadeWindow) -> None:
    """Move about over a window until its page has seen that."""
    window.inside(
        "globalThis.hovered = false; addEventListener('mousemove', () => { hovered = true; }, { once: true })"
    )
    steps = itertools.cycle((0, 1))

    def seen() -> bool:
        x, y = window.middle()
        window.desk.run("xdotool", "mousemove", str(x + next(steps)), str(y))
        return window.inside("hovered") is True

    until(seen)


def sign(number: int) -> int:
    return (number > 0) - (number < 0)


def drag_corner(window: MadeWindow, by: tuple[int, int], arrived: Callable[[], bool]) -> None:
    """Drag the bottom right corner of the frame, once the frame is around the content."""
    on_top(window)
    until(lambda: window.outer()[2] - window.inner()[2] == 2)
    x, y, width, height = window.outer()
    drag(window, (x + width - 2, y + height - 2), by, arrived)


def offers(function: int, on: bool) -> Callable[[str], bool]:
    """Whether hints say that the window manager is to offer a function of a window, or that it is not."""
    return lambda hints: bool(int(hints.partition("=")[2].split(",")[1], 16) & function) is on


def wait_until_page_says(window: MadeWindow, call: str, value: bool) -> None:
    until(lambda: window(call) is value)
