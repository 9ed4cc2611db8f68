"""`plugin:event|…`: events, as the `event` module of `@tauri-apps/api` calls for them."""

import msgspec

from shell.ipc import Events, EventTarget, RefusedError, Session
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
    async def emit(session: Session, event: str, payload: msgspec.Raw = _NULL) -> None:
        events.emit_encoded(event, _for_many(payload, session))

    @plugin.command
    async def emit_to(session: Session, target: EventTarget, event: str, payload: msgspec.Raw = _NULL) -> None:
        events.emit_encoded(event, _for_many(payload, session), target.address())

    return plugin


_NULL = msgspec.Raw(b"null")


def _for_many(payload: msgspec.Raw, session: Session) -> msgspec.Raw:
    """The payload, if it is small enough to be delivered to whoever listens, as it is and to each at once."""
    if len(payload) > session.limits.whole:
        raise RefusedError(
            f"the payload of an event may have {session.limits.whole} bytes, and this one has {len(payload)} "
            "(App's limits.whole); a command or a channel takes more"
        )
    return payload
