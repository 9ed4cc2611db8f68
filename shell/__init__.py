"""A native desktop shell for web frontends with a Python core."""

import importlib
from typing import TYPE_CHECKING, Any

from shell.importing import undisturbed

if TYPE_CHECKING:
    from shell.acl import Caller, Capability, Manifest, Permission, PermissionSet, Scope
    from shell.app import App
    from shell.config import Config, ConfigError, WindowConfig
    from shell.environment import Options
    from shell.handle import NotRunningError
    from shell.image import ImageError
    from shell.ipc import (
        Call,
        Channel,
        ChannelClosedError,
        CommandError,
        Event,
        GlobalScope,
        Limits,
        RefusedError,
        RegistrationError,
        Request,
        Shared,
        State,
    )
    from shell.ipc.filter import Proceed
    from shell.life import RESTART_EXIT_CODE, LifeEvent
    from shell.menu import (
        AboutMetadata,
        AcceleratorError,
        CheckMenuItem,
        IconMenuItem,
        Menu,
        MenuError,
        MenuEvent,
        MenuItem,
        PredefinedMenuItem,
        Submenu,
    )
    from shell.notification.errors import NotificationError, TooManyNotificationsError
    from shell.notification.notification import Action, Dismissal, Notification, Urgency
    from shell.notification.shown import ShownNotification
    from shell.plugins.plugin import Plugin
    from shell.single_instance import SecondStart
    from shell.tray import MouseButton, MouseButtonState, TrayError, TrayIcon, TrayIconEvent, TrayIconEventType
    from shell.webview.evaluation import JavaScriptError, PageGoneError
    from shell.webview.loads import LoadError
    from shell.webview.recovery import Gone, RecoveryPolicy
    from shell.window import LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize, Window

__all__ = [
    "RESTART_EXIT_CODE",
    "AboutMetadata",
    "AcceleratorError",
    "Action",
    "App",
    "Call",
    "Caller",
    "Capability",
    "Channel",
    "ChannelClosedError",
    "CheckMenuItem",
    "CommandError",
    "Config",
    "ConfigError",
    "Dismissal",
    "Event",
    "GlobalScope",
    "Gone",
    "IconMenuItem",
    "ImageError",
    "JavaScriptError",
    "LifeEvent",
    "Limits",
    "LoadError",
    "LogicalPosition",
    "LogicalSize",
    "Manifest",
    "Menu",
    "MenuError",
    "MenuEvent",
    "MenuItem",
    "MouseButton",
    "MouseButtonState",
    "NotRunningError",
    "Notification",
    "NotificationError",
    "Options",
    "PageGoneError",
    "Permission",
    "PermissionSet",
    "PhysicalPosition",
    "PhysicalSize",
    "Plugin",
    "PredefinedMenuItem",
    "Proceed",
    "RecoveryPolicy",
    "RefusedError",
    "RegistrationError",
    "Request",
    "Scope",
    "SecondStart",
    "Shared",
    "ShownNotification",
    "State",
    "Submenu",
    "TooManyNotificationsError",
    "TrayError",
    "TrayIcon",
    "TrayIconEvent",
    "TrayIconEventType",
    "Urgency",
    "Window",
    "WindowConfig",
]

# Names are found when they are first used: the rooms that need no Qt can be imported without it, and errors in a
# configuration be told before it.
_MODULES = {
    "shell.acl": ("Caller", "Capability", "Manifest", "Permission", "PermissionSet", "Scope"),
    "shell.app": ("App",),
    "shell.config": ("Config", "ConfigError", "WindowConfig"),
    "shell.environment": ("Options",),
    "shell.handle": ("NotRunningError",),
    "shell.image": ("ImageError",),
    "shell.ipc": (
        "Call",
        "Channel",
        "ChannelClosedError",
        "CommandError",
        "Event",
        "GlobalScope",
        "Limits",
        "RefusedError",
        "RegistrationError",
        "Request",
        "Shared",
        "State",
    ),
    "shell.ipc.filter": ("Proceed",),
    "shell.life": ("RESTART_EXIT_CODE", "LifeEvent"),
    "shell.menu": (
        "AboutMetadata",
        "AcceleratorError",
        "CheckMenuItem",
        "IconMenuItem",
        "Menu",
        "MenuError",
        "MenuEvent",
        "MenuItem",
        "PredefinedMenuItem",
        "Submenu",
    ),
    "shell.notification.errors": ("NotificationError", "TooManyNotificationsError"),
    "shell.notification.notification": ("Action", "Dismissal", "Notification", "Urgency"),
    "shell.notification.shown": ("ShownNotification",),
    "shell.plugins.plugin": ("Plugin",),
    "shell.single_instance": ("SecondStart",),
    "shell.tray": (
        "MouseButton",
        "MouseButtonState",
        "TrayError",
        "TrayIcon",
        "TrayIconEvent",
        "TrayIconEventType",
    ),
    "shell.webview.evaluation": ("JavaScriptError", "PageGoneError"),
    "shell.webview.recovery": ("Gone", "RecoveryPolicy"),
    "shell.webview.loads": ("LoadError",),
    "shell.window": ("LogicalPosition", "LogicalSize", "PhysicalPosition", "PhysicalSize", "Window"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with undisturbed():
        value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return value
