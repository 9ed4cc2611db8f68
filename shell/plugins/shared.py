"""`plugin:shared|…`: pages follow values that the core shares."""

from shell.ipc import Channel, Session, SharedValues
from shell.plugins.plugin import Plugin


def shared_plugin(values: SharedValues) -> Plugin:
    """The command of shared values.

    Args:
        values: The values, by name.
    """
    plugin = Plugin("shared", default=["allow-follow"])

    @plugin.command
    async def follow(session: Session, name: str, on_change: Channel[object]) -> int:
        return session.resources.add(values.get(name).attach(session, on_change))

    return plugin
