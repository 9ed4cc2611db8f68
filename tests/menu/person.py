"""A person at a desktop who works the menus of a running `tests.tray.program` with keyboard and mouse."""

from typing import Any

import attrs

from tests.desktop import Desktop, until
from tests.tray.driver import Program

PAGE = "document.body.innerHTML = '<textarea>some text</textarea>'; document.querySelector('textarea').focus();"
"""What the page of that program does."""

WRITES = (
    "__import__('PySide6.QtGui').QtGui.QInputMethod.queryFocusObject("
    "__import__('PySide6.QtCore').QtCore.Qt.InputMethodQuery.ImEnabled, None)"
)
"""Whether what has the keyboard is written in, as Qt knows."""

MENU = """Menu([
    Submenu("&File", [
        MenuItem("&Open", id="open", accelerator="CmdOrCtrl+O", action=lambda event: tell("chosen", event.id)),
        CheckMenuItem("&Quiet", id="quiet", accelerator="F6",
            action=lambda event: tell("chosen", [event.id, event.item.is_checked()])),
        PredefinedMenuItem("Separator"),
        MenuItem("&Never", id="never", enabled=False, accelerator="F7",
            action=lambda event: tell("chosen", event.id)),
        Submenu("&More", [MenuItem("&Deep", id="deep", action=lambda event: tell("chosen", event.id))], id="more"),
    ], id="file"),
    Submenu("&View", [MenuItem("&Zoom", id="zoom", action=lambda event: tell("chosen", event.id))], id="view"),
])"""
"""A menu of a bar."""


@attrs.frozen
class Person:
    """Somebody at a desktop.

    Attributes:
        desk: The desktop.
        run: The program there, which keeps its menu as `made["menu"]`.
    """

    desk: Desktop
    run: Program

    def show(self, menu: str, how: str = "app.set_menu(made['menu'])", *, over: str = "main") -> None:
        """Let the program show a menu, and begin to work with a window.

        Args:
            menu: An expression of the menu.
            how: What shows it.
            over: The window's label. If not the first, it is made.
        """
        self.run(f"made.update(menu={menu}) and None")
        if over != "main":
            self.run(f"app.create_window({over!r}, url='about:blank') and None")
        self.run(f"({how}) and None")
        self.use(over)

    def use(self, label: str) -> None:
        """Go to a window, and wait until it has the keyboard."""
        window = f"app.windows[{label!r}]"
        self.run(f"{window}.set_focus()")
        until(lambda: self.run(f"{window}.is_focused()"))
        self.run.wait_until_in_place(self.desk, label)
        if label == "main":
            self.wait_for_keyboard()

    def wait_until_away(self, label: str) -> None:
        """Wait until a window has lost the keyboard."""
        until(lambda: not self.run(f"app.windows[{label!r}].is_focused()"))

    def wait_for_keyboard(self) -> None:
        """Wait until keys reach the page, and Qt knows whether they are for a field of it."""
        until(lambda: self.run.page("document.hasFocus()"))
        writes = self.run.page("document.activeElement.matches('textarea')")
        until(lambda: bool(self.run(WRITES)) is writes)

    def press(self, *keys: str) -> None:
        """Press keys one after another, by their names in X."""
        self.desk.run("xdotool", "key", "--delay", "20", *keys)

    def write(self, text: str) -> None:
        """Write a text on the keyboard."""
        self.desk.run("xdotool", "type", "--delay", "20", text)

    def point(self, x: int, y: int) -> None:
        """Move the mouse to a point of the screen."""
        self.desk.run("xdotool", "mousemove", str(x), str(y))

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click on a point of the screen."""
        self.desk.run("xdotool", "mousemove", str(x), str(y), "click", str(button))

    # Menus and what is in them, by the ids on the way to them.

    def open(self, *way: str) -> bool:
        """Whether a menu is open."""
        return bool(self.run(f"{item(*way)}.widget.isVisible()"))

    def wait_for(self, *way: str) -> None:
        """Wait until a menu is open."""
        until(lambda: self.open(*way))

    def wait_until_closed(self, *way: str) -> None:
        """Wait until a menu is open no longer."""
        until(lambda: not self.open(*way))

    def choose(self, *way: str) -> None:
        """Click on an item, and on those on the way to it."""
        for end in range(1, len(way) + 1):
            self.click(*self.place(*way[:end]))
            if end < len(way):
                self.wait_for(*way[:end])

    def choose_in_open(self, *way: str) -> None:
        """Click on an item of a menu that is open."""
        self.click(*self.place(*way))

    def choose_numbered(self, submenu: str, number: int) -> None:
        """Choose an item of a submenu in the bar with the keyboard.

        Args:
            submenu: The submenu's id; its letter is the first.
            number: Which of the items that are not separators, counted from 0.
        """
        self.press(f"alt+{submenu[0]}")
        self.wait_for(submenu)
        self.press(*["Down"] * number, "Return")

    def place(self, *way: str) -> tuple[int, int]:
        """Where an item is on the screen: its middle, in the bar or in the open menu that it is in."""
        above = "app.windows['main'].frame.menuWidget()" if len(way) == 1 else f"{item(*way[:-1])}.widget"
        if len(way) == 1 and self.open():
            above = f"{item()}.widget"
        place = self.run(
            f"(lambda shown, action: shown.mapToGlobal(shown.actionGeometry(action).center()).toTuple())"
            f"({above}, {item(*way)}.qaction)"
        )
        return int(place[0]), int(place[1])

    def value(self) -> Any:
        """What stands in the field of the page."""
        return self.run.page("document.querySelector('textarea').value")

    def wait_for_value(self, value: str) -> None:
        """Wait until a text stands there."""
        until(lambda: bool(self.value() == value))


def item(*way: str) -> str:
    """The expression of an item in the program, by the ids on the way to it."""
    return "made['menu']" + "".join(f".get({name!r})" for name in way)


def predefined(*names: str) -> str:
    """The expression of a menu with one submenu, of predefined items."""
    return f"""Menu([Submenu("&Edit", [PredefinedMenuItem(name) for name in {names}], id="edit")])"""
