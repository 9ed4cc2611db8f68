"""A native desktop shell for web frontends with a Python core."""

from shell.acl import Caller, Capability, Manifest, Permission, PermissionSet, Scope
from shell.app import App, NotRunningError
from shell.config import Config, ConfigError, WindowConfig
from shell.environment import Options
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
from shell.life import LifeEvent
from shell.plugins.plugin import Plugin
from shell.webview.recovery import Gone, RecoveryPolicy
from shell.webview.webview import JavaScriptError, LoadError, PageGoneError
from shell.window import Window

__all__ = [
    "App",
    "Call",
    "Caller",
    "Capability",
    "Channel",
    "ChannelClosedError",
    "CommandError",
    "Config",
    "ConfigError",
    "Event",
    "GlobalScope",
    "Gone",
    "JavaScriptError",
    "LifeEvent",
    "Limits",
    "LoadError",
    "Manifest",
    "NotRunningError",
    "Options",
    "PageGoneError",
    "Permission",
    "PermissionSet",
    "Plugin",
    "Proceed",
    "RecoveryPolicy",
    "RefusedError",
    "RegistrationError",
    "Request",
    "Scope",
    "Shared",
    "State",
    "Window",
    "WindowConfig",
]
