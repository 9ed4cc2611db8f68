"""The other sections of a configuration: `app`, `build`, `bundle`, and `plugins.qtshell`, which is our own."""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import attrs

from shell.config.errors import JsonPath
from shell.config.menu import MenuItemConfig, read_items
from shell.config.readers import Reader, by_kind, list_of, map_of, path
from shell.config.record import KEY, record
from shell.config.security import SecurityConfig
from shell.config.urls import HostPattern, UrlPattern, WebUrl, link_pattern
from shell.config.values import FilePath
from shell.config.window import WindowConfig, read_windows
from shell.value import frozen


@frozen(kw_only=True)
class TrayIconConfig:
    """An icon in the system's tray that is there from the start.

    Attributes:
        id: Its name in the program; None: `main`.
        icon_path: Its picture, relative to the configuration.
        icon_as_template: Whether macOS colours it as it does its own.
        menu_on_left_click: The older name of `show_menu_on_left_click`.
        show_menu_on_left_click: Whether a left click opens its menu.
        title: Text beside it, where the system shows one.
        tooltip: Text that is shown when the pointer rests on it.
    """

    icon_path: FilePath
    id: str | None = None
    icon_as_template: bool = False
    menu_on_left_click: bool = True
    show_menu_on_left_click: bool = True
    title: str | None = None
    tooltip: str | None = None


@frozen(kw_only=True)
class AppDirectoryOverrides:
    """Where the app keeps its files; None leaves a folder where the system has it."""

    config: FilePath | None = None
    data: FilePath | None = None
    local_data: FilePath | None = None
    cache: FilePath | None = None
    log: FilePath | None = None


_folders: Reader[str | AppDirectoryOverrides] = by_kind(
    "a path or an object of paths", {str: path, dict: record(AppDirectoryOverrides)}
)


@frozen(kw_only=True)
class AppConfig:
    """The program itself.

    Attributes:
        windows: Its windows.
        security: What its pages may do.
        tray_icon: Its icon in the tray.
        with_global_tauri: Whether pages find Tauri's API as `window.__TAURI__`.
        macos_private_api: Not used.
        enable_gtk_app_id: Whether the identifier is the application id that the desktop sees.
        app_directories_override: Where it keeps its files: one folder for all, or several.
    """

    windows: Annotated[tuple[WindowConfig, ...], read_windows] = ()
    security: SecurityConfig = attrs.field(factory=SecurityConfig)
    tray_icon: TrayIconConfig | None = None
    macos_private_api: bool = attrs.field(default=False, metadata={KEY: "macOSPrivateApi"})
    with_global_tauri: bool = False
    enable_gtk_app_id: bool = attrs.field(default=False, metadata={KEY: "enableGTKAppId"})
    app_directories_override: Annotated[str | AppDirectoryOverrides, _folders] | None = None


@frozen
class Hook:
    """A shell command of the frontend's tools.

    Attributes:
        script: The command.
        cwd: The folder that it runs in; None: the project's.
        wait: Whether Tauri waits for its end.
    """

    script: str
    cwd: FilePath | None = None
    wait: bool = False


def _script(value: str, _at: JsonPath) -> Hook:
    return Hook(value)


_hook: Reader[Hook] = by_kind("a command", {str: _script, dict: record(Hook)})
_dist: Reader[str | tuple[str, ...]] = by_kind("a folder, a URL or a list of files", {str: path, list: list_of(path)})
_resources: Reader[tuple[str, ...] | dict[str, str]] = by_kind(
    "a list of paths or an object from path to path", {list: list_of(path), dict: map_of(path)}
)


@frozen(kw_only=True)
class BuildConfig:
    """Where the frontend comes from.

    Attributes:
        frontend_dist: Its folder, or its files, relative to the configuration; or its address.
        dev_url: Address of the dev server that has it while it is written.
        before_dev_command: The command that starts that server.
        before_build_command: The command that makes `frontend_dist`.
        before_bundle_command: Not used.
    """

    dev_url: WebUrl | None = None
    frontend_dist: Annotated[str | tuple[str, ...], _dist] | None = None
    before_dev_command: Annotated[Hook, _hook] | None = None
    before_build_command: Annotated[Hook, _hook] | None = None
    before_bundle_command: Annotated[Hook, _hook] | None = None


@frozen(kw_only=True)
class BundleConfig:
    """What is said of the program where it is installed; Tauri's other keys of this section are passed over.

    Attributes:
        active: Whether Tauri makes installers.
        icon: Pictures of the program in several sizes and forms, relative to the configuration.
        resources: Files that travel with the program, or from which path to which.
        publisher: Who publishes it.
        homepage: Address of its page on the web.
        copyright: Whose it is.
        license: Its licence, by its SPDX name.
        category: What sort of program it is.
        short_description: What it is, in a line.
        long_description: What it is, at length.
    """

    active: bool = False
    icon: tuple[FilePath, ...] = ()
    resources: Annotated[tuple[str, ...] | Mapping[str, str], _resources] | None = None
    publisher: str | None = None
    homepage: str | None = None
    copyright: str | None = None
    license: str | None = None
    category: str | None = None
    short_description: str | None = None
    long_description: str | None = None


class WebPermission(enum.StrEnum):
    """Something of the machine that pages ask a browser's user for."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    GEOLOCATION = "geolocation"
    NOTIFICATIONS = "notifications"
    CLIPBOARD_READ = "clipboard-read"
    SCREEN_CAPTURE = "screen-capture"
    POINTER_LOCK = "pointer-lock"
    LOCAL_FONTS = "local-fonts"


_EVERY_LINK = tuple(link_pattern(link, ()) for link in ("http://*", "https://*", "mailto:", "tel:"))


def _every_link(value: bool, _at: JsonPath) -> tuple[UrlPattern, ...]:
    return _EVERY_LINK if value else ()


_links: Reader[tuple[UrlPattern, ...]] = by_kind(
    "true, false or a list of links", {bool: _every_link, list: list_of(link_pattern)}
)


@frozen(kw_only=True)
class ShellConfig:
    """What qtshell alone knows: `plugins.qtshell`, where Tauri's schema leaves room, so that one file serves both.

    Attributes:
        network: Hosts that pages may reach, beside those that their policy names.
        open_links: Links that pages may have opened by the person's browser or mail program. True in the
            configuration stands for all of http, https, mailto and tel.
        downloads: Whether pages may save files to the downloads folder.
        web_permissions: What pages may have of the machine by the web's own interfaces.
        popups: Whether `window.open` opens windows.
        menu: What is in the menu bar of every window that has none of its own; None: there is none. An item that is
            chosen is told to pages as the event `menu`, with its `id`.
        tray_menu: What is in the menu of the tray icon that `app.trayIcon` names, likewise.
        dark_tray_icon: The picture of the tray icon on dark desktops, relative to the configuration.
        stay_in_tray: Whether the program runs on when its last window closes while it has an icon in the tray.
        single_instance: Whether a second start hands what it was given to the first process, and ends.
    """

    network: tuple[HostPattern, ...] = ()
    open_links: Annotated[tuple[UrlPattern, ...], _links] = ()
    downloads: bool = False
    web_permissions: tuple[WebPermission, ...] = ()
    popups: bool = False
    menu: Annotated[tuple[MenuItemConfig, ...], read_items] | None = None
    tray_menu: Annotated[tuple[MenuItemConfig, ...], read_items] | None = None
    dark_tray_icon: FilePath | None = None
    stay_in_tray: bool = False
    single_instance: bool = False


def plugins(value: Any, at: JsonPath) -> Mapping[str, Any]:
    """Read what is said of each plugin; each plugin checks its own."""
    return MappingProxyType(map_of(lambda item, _at: item)(value, at))


Plugins = Annotated[Mapping[str, Any], plugins]
