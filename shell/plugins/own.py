"""The plugins of a program: those that every program has, its own, and those that are installed."""

from typing import TYPE_CHECKING

from shell.config import WindowConfig
from shell.plugins.event import event_plugin
from shell.plugins.plugin import Plugin, installed_plugins
from shell.plugins.resources import resources_plugin
from shell.plugins.shared import shared_plugin
from shell.plugins.window import window_plugin
from shell.window import Window

if TYPE_CHECKING:
    from shell.app import App


def plugins_of(app: "App") -> tuple[Plugin, ...]:
    """Gather the plugins of a program, in the order in which they begin.

    Raises:
        RegistrationError: An installed one is no plugin.
    """

    def open_window(config: WindowConfig, *, parent: Window | None = None) -> Window:
        return app.core.create_window(config, parent=parent)

    every = (
        event_plugin(app.events),
        resources_plugin(),
        shared_plugin(app.shared),
        window_plugin(app.windows, open_window),
    )
    return (*every, *app.plugins, *installed_plugins())
