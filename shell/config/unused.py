"""What a configuration asks for in vain: keys that are accepted, and have no effect where a person would expect one.

Keys that only concern installers, phones or the windows of other systems are passed over without a word.
"""

from collections.abc import Collection, Iterator

from shell.config.config import OWN_PLUGIN, Config
from shell.config.errors import unbroken
from shell.config.window import WindowConfig


def unused(config: Config, plugins: Collection[str]) -> Iterator[str]:
    """Say what has no effect, a line each; of single windows `unused_of_window` does.

    Args:
        config: The configuration.
        plugins: The names of the plugins that there are.
    """
    if config.shell.tray_menu is not None and config.app.tray_icon is None:
        yield "plugins.qtshell.trayMenu: there is no app.trayIcon that could open it"
    for name in config.plugins:
        if name != OWN_PLUGIN and name not in plugins:
            yield f"plugins.{unbroken(name)}: there is no plugin of this name"


def unused_of_window(window: WindowConfig) -> Iterator[str]:
    """Say what has no effect of what is said of a window, a line each."""
    if window.proxy_url is not None:
        # A proxy resolves names itself, and with them goes what Chromium is told to hold pages to: that there are no
        # hosts but the listed ones.
        yield "proxyUrl is not used: through a proxy, pages could reach hosts that the configuration does not list"
    if window.content_protected:
        yield "contentProtected is not used: nothing here keeps other programs from taking the window's picture"
