"""The plugins that every program has. Each is loaded when a page first calls one of its commands."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shell.bundled import bundled
from shell.ipc import Commands

# Each is imported where it is made: a program starts without what its pages may never ask for.
# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from shell.app import App
    from shell.core import Core
    from shell.ipc import Session
    from shell.plugins.plugin import Plugin

_LARGE = frozenset(
    {
        *("event|emit", "event|emit_to", "image|new", "image|from_bytes"),
        *("notification|notify", "notification|page_show"),
        *("menu|new", "menu|append", "menu|prepend", "menu|insert", "menu|set_icon"),
        *("tray|new", "tray|set_icon", "tray|set_icon_with_as_template", "window|set_icon", "window|set_overlay_icon"),
    }
)
"""Commands that pages may give much; each has bounds of its own."""


def add_own_plugins(commands: Commands, app: "App", core: "Core") -> None:
    """Register the commands of the plugins that every program has.

    Args:
        commands: Where they are registered.
        app: What the program is made of.
        core: Its core, which need not run yet.
    """

    def event() -> "Plugin":
        from shell.plugins.event import event_plugin

        return event_plugin(app.events, app.limits.whole)

    def resources() -> "Plugin":
        from shell.plugins.resources import resources_plugin

        return resources_plugin()

    def shared() -> "Plugin":
        from shell.plugins.shared import shared_plugin

        return shared_plugin(app.shared)

    def path() -> "Plugin":
        from shell.plugins.path import path_plugin

        return path_plugin(core.paths)

    def app_() -> "Plugin":
        from shell.plugins.app import AppInfo, app_plugin

        info = AppInfo(core.title, app.config.version or "0.0.0", app.config.identifier)
        return app_plugin(info, icon=lambda: core.icon, request_exit=core.exit.request_for_page)

    def window() -> "Plugin":
        from shell.plugins.window import window_plugin

        return window_plugin(app.windows, lambda: core.windows)

    def webview() -> "Plugin":
        from shell.plugins.webview import webview_plugin

        return webview_plugin(app.windows, lambda: core.windows, lambda: core.webviews)

    def menu() -> "Plugin":
        from shell.plugins.menu import menu_plugin

        def opener(session: "Session", url: str) -> "Callable[[str], object] | None":
            webview = core.webviews.get(session.caller.webview)
            if webview is None or not (url == app.config.bundle.homepage or webview.page.may_open_outside(url)):
                return None
            page, document = webview.page, session.caller.url
            # The menu may outlive both.
            return lambda address: page.open_outside(address, document)

        return menu_plugin(lambda: core.menus, app.windows, title=core.title, opener=opener)

    def image() -> "Plugin":
        from shell.plugins.image import image_plugin

        return image_plugin()

    def tray() -> "Plugin":
        from shell.plugins.tray import tray_plugin

        return tray_plugin(lambda: core.trays)

    def notification() -> "Plugin":
        from shell.plugins.notification import notification_plugin

        return notification_plugin(lambda: core.notifications, core.title)

    def add(name: str, make: "Callable[[], Plugin]", *imports: str) -> None:
        commands.add_later(f"plugin:{name}|", lambda: _bounded(make()), imports)

    for make in (event, resources, shared, path, image):
        add(make.__name__, make)
    add("app", app_)
    # These take 10 to 40 ms.
    add("window", window, "shell.plugins.window")
    add("webview", webview, "shell.plugins.webview")
    add("menu", menu, "shell.plugins.menu", "shell.menu.about", "shell.menu.default")
    add("tray", tray, "shell.plugins.tray", "shell.menu.about")
    add("notification", notification, "shell.plugins.notification", "shell.notification.notifier")


def _bounded(plugin: "Plugin") -> Commands:
    for command in plugin.commands:
        command.small = command.name.removeprefix("plugin:") not in _LARGE
    return plugin.commands


def own_init_scripts(*, global_api: bool) -> tuple[str, ...]:
    """The scripts of these plugins that run at the beginning of every document, before any script of the page.

    Args:
        global_api: Whether pages find the interface to them as `window.__TAURI__`.
    """
    drag_region = bundled("bridge", "drag-region.js").read_text(encoding="utf-8")
    return (drag_region, _global_api()) if global_api else (drag_region,)


def _global_api() -> str:
    core, *others = map(_function_in, ("core", "menus", "windows", "mocks"))
    # The page that stands in for one that keeps stopping has no bridge.
    return f"""if (window.__TAURI_INTERNALS__) {{
        const tauri = {{}};
        const tools = ({core})(tauri);
        for (const part of [{", ".join(others)}]) part(tauri, tools);
        window.__TAURI__ = tauri;
    }}"""


def _function_in(name: str) -> str:
    source = bundled("bridge", "global", f"{name}.js").read_text(encoding="utf-8")
    return source[source.index("(tauri") :].rstrip().removesuffix(";")
