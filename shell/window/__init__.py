"""Windows of the desktop: what a program sees and sets of them, by Tauri's names."""

from shell.config.window import Theme
from shell.window.constraints import SizeConstraints
from shell.window.cursor import CursorIcon
from shell.window.dpi import LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize, Position, Size
from shell.window.errors import NotSupportedError, WindowClosedError, WindowError
from shell.window.events import WindowEvent
from shell.window.monitor import Area, Monitor, available_monitors, cursor_position, monitor_from_point, primary_monitor
from shell.window.pointer import ResizeDirection
from shell.window.stacking import UserAttentionType
from shell.window.theme import current_theme, set_theme, themes_available, wanted_platform_theme
from shell.window.window import Window, WindowHooks

__all__ = [
    "Area",
    "CursorIcon",
    "LogicalPosition",
    "LogicalSize",
    "Monitor",
    "NotSupportedError",
    "PhysicalPosition",
    "PhysicalSize",
    "Position",
    "ResizeDirection",
    "Size",
    "SizeConstraints",
    "Theme",
    "UserAttentionType",
    "Window",
    "WindowClosedError",
    "WindowError",
    "WindowEvent",
    "WindowHooks",
    "available_monitors",
    "current_theme",
    "cursor_position",
    "monitor_from_point",
    "primary_monitor",
    "set_theme",
    "themes_available",
    "wanted_platform_theme",
]
