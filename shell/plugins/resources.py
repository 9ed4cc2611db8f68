"""`plugin:resources|…`: letting go of what a page holds by number."""

from shell.ipc import Session
from shell.plugins.order import in_order
from shell.plugins.plugin import Plugin


def resources_plugin() -> Plugin:
    """The commands of resources."""
    plugin = Plugin("resources")

    @plugin.command
    @in_order
    async def close(session: Session, rid: int) -> None:
        session.resources.close(rid)

    return plugin
