"""Menus of the desktop: bars of windows, menus at the mouse and in a tray, by Tauri's names."""

from shell.config import Predefined
from shell.menu.about import AboutMetadata
from shell.menu.accelerator import Accelerator, Modifier, parse_accelerator
from shell.menu.check import CheckMenuItem
from shell.menu.container import Container
from shell.menu.errors import AcceleratorError, MenuError
from shell.menu.event import MenuEvent, MenuHandler
from shell.menu.icon import IconMenuItem
from shell.menu.item import Host, Item
from shell.menu.menu import Menu
from shell.menu.menus import Menus
from shell.menu.normal import MenuItem
from shell.menu.predefined import PredefinedMenuItem
from shell.menu.submenu import Submenu

__all__ = [
    "AboutMetadata",
    "Accelerator",
    "AcceleratorError",
    "CheckMenuItem",
    "Container",
    "Host",
    "IconMenuItem",
    "Item",
    "Menu",
    "MenuError",
    "MenuEvent",
    "MenuHandler",
    "MenuItem",
    "Menus",
    "Modifier",
    "Predefined",
    "PredefinedMenuItem",
    "Submenu",
    "parse_accelerator",
]
