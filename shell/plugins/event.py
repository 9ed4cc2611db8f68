"""`plugin:event|…`: events, as the `event` module of `@tauri-apps/api` calls for them."""

import msgspec

from shell.ipc import Events, EventTarget, Session
from shell.plugins.plugin import Plugin


def event_plugin(events: Events) -> Plugin:
    """The commands of events.

    Args:
        events: Who listens to what.
    """
    plugin = Plugin("event")

    @plugin.command
    async def listen(session: Session, event: str, target: EventTarget, handler: int) -> int:
        return events.listen_in_page(session, event, target.listener(), handler)

    @plugin.command
    async def unlisten(session: Session, event: str, event_id: int) -> None:
        events.unlisten_in_page(session, event, event_id)

    @plugin.command
    async def emit(event: str, payload: msgspec.Raw = _NULL) -> None:
        events.emit_encoded(event, payload)

    @plugin.command
    async def emit_to(target: EventTarget, event: str, payload: msgspec.Raw = _NULL) -> None:
        events.emit_encoded(event, payload, target.address())

    return plugin


_NULL = msgspec.Raw(b"null")
