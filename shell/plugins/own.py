"""The plugins of a program: those that every program has, its own, and those that are installed."""

from typing import TYPE_CHECKING

from shell.plugins.app import app_plugin
from shell.plugins.event import event_plugin
from shell.plugins.path import path_plugin
from shell.plugins.plugin import Plugin, installed_plugins
from shell.plugins.resources import resources_plugin
from shell.plugins.shared import shared_plugin
from shell.plugins.webview import webview_plugin
from shell.plugins.window import window_plugin

if TYPE_CHECKING:
    from shell.app import App
    from shell.core import Core


def plugins_of(app: "App", core: "Core") -> tuple[Plugin, ...]:
    """Gather the plugins of a program, in the order in which they begin.

    Args:
        app: What the program is made of.
        core: Its core, which need not run yet.

    Raises:
        RegistrationError: An installed one is no plugin.
    """
    every = (
        event_plugin(app.events),
        resources_plugin(),
        shared_plugin(app.shared),
        path_plugin(core.paths),
        app_plugin(core.info, icon=lambda: core.icon, request_exit=core.request_exit),
        window_plugin(app.windows, core.create_window),
        webview_plugin(core.webviews, app.windows, create_window=core.create_window, close_webview=core.close_webview),
    )
    return (*every, *app.plugins, *installed_plugins())
