"""The configuration of a program: `shell.toml`, or what a Tauri v2 project has, read into frozen classes."""

from shell.config.config import Config, config_from, default_config, with_frontend
from shell.config.errors import ConfigError
from shell.config.finding import Platform, current_platform, load
from shell.config.frontend import Frontend, frontend_at
from shell.config.mapping import to_mapping
from shell.config.menu import MenuItemConfig, Predefined
from shell.config.sections import (
    AppConfig,
    AppDirectoryOverrides,
    BuildConfig,
    BundleConfig,
    Hook,
    ShellConfig,
    TrayIconConfig,
    WebPermission,
)
from shell.config.security import AssetProtocol, Csp, FsScope, Pattern, PatternUse, SecurityConfig
from shell.config.unused import unused, unused_of_window
from shell.config.urls import UrlPattern, is_remote
from shell.config.values import Color, is_label
from shell.config.window import (
    BackgroundThrottling,
    LogicalPosition,
    PreventOverflowMargin,
    ScrollBarStyle,
    Theme,
    TitleBarStyle,
    WindowConfig,
    WindowEffect,
    WindowEffects,
    WindowEffectState,
    window_from,
)

__all__ = [
    "AppConfig",
    "AppDirectoryOverrides",
    "AssetProtocol",
    "BackgroundThrottling",
    "BuildConfig",
    "BundleConfig",
    "Color",
    "Config",
    "ConfigError",
    "Csp",
    "Frontend",
    "FsScope",
    "Hook",
    "LogicalPosition",
    "MenuItemConfig",
    "Pattern",
    "PatternUse",
    "Platform",
    "Predefined",
    "PreventOverflowMargin",
    "ScrollBarStyle",
    "SecurityConfig",
    "ShellConfig",
    "Theme",
    "TitleBarStyle",
    "TrayIconConfig",
    "UrlPattern",
    "WebPermission",
    "WindowConfig",
    "WindowEffect",
    "WindowEffectState",
    "WindowEffects",
    "config_from",
    "current_platform",
    "default_config",
    "frontend_at",
    "is_label",
    "is_remote",
    "load",
    "to_mapping",
    "unused",
    "unused_of_window",
    "window_from",
    "with_frontend",
]
