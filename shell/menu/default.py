import sys

from shell.config import Predefined
from shell.menu.item import Item
from shell.menu.menu import Menu
from shell.menu.predefined import PredefinedMenuItem
from shell.menu.submenu import Submenu

WINDOW_SUBMENU_ID = "__tauri_window_menu__"
HELP_SUBMENU_ID = "__tauri_help_menu__"


def default_menu(title: str) -> Menu:
    """The menu that Tauri gives programs that make none (crate tauri, `Menu::default`).

    Args:
        title: What people call the program.
    """
    kind = Predefined
    edit = _submenu("Edit", kind.UNDO, kind.REDO, kind.SEPARATOR, kind.CUT, kind.COPY, kind.PASTE, kind.SELECT_ALL)
    if sys.platform == "darwin":
        about = (kind.ABOUT, kind.SEPARATOR, kind.SERVICES, kind.SEPARATOR, kind.HIDE, kind.HIDE_OTHERS)
        return Menu(
            [
                _submenu(title, *about, kind.SEPARATOR, kind.QUIT),
                _submenu("File", kind.CLOSE_WINDOW),
                edit,
                _submenu("View", kind.FULLSCREEN),
                _window(kind.MINIMIZE, kind.MAXIMIZE, kind.SEPARATOR, kind.CLOSE_WINDOW),
                _help(),
            ]
        )
    window = _window(kind.MINIMIZE, kind.MAXIMIZE, kind.CLOSE_WINDOW)
    if sys.platform == "win32":
        return Menu([_submenu("File", kind.CLOSE_WINDOW, kind.QUIT), edit, window, _help(kind.ABOUT)])
    return Menu([edit, window, _help(kind.ABOUT)])


def _submenu(text: str, *items: Predefined) -> Submenu:
    return Submenu(text, _made(items))


def _window(*items: Predefined) -> Submenu:
    return Submenu("Window", _made(items), id=WINDOW_SUBMENU_ID)


def _help(*items: Predefined) -> Submenu:
    return Submenu("Help", _made(items), id=HELP_SUBMENU_ID)


def _made(items: tuple[Predefined, ...]) -> list[Item]:
    return [PredefinedMenuItem(item) for item in items]
