"""`plugin:event|…`: events, as the `event` module of `@tauri-apps/api` calls for them."""

import asyncio

import msgspec

from shell.ipc import Address, Events, EventTarget, RefusedError, Session
from shell.ipc.address import EVERYONE
from shell.plugins.plugin import Plugin


def event_plugin(events: Events, most: int) -> Plugin:
    """The commands of events.

    Args:
        events: Who listens to what.
        most: Bytes of JSON that the payload of an event may have that somebody hears.
    """
    plugin = Plugin("event")
    under_way: set[asyncio.Future[None]] = set()

    @plugin.command
    async def listen(session: Session, event: str, target: EventTarget, handler: int) -> int:
        return events.listen_in_page(session, event, target.listener(), handler)

    @plugin.command
    async def unlisten(session: Session, event: str, event_id: int) -> None:
        events.unlisten_in_page(session, event, event_id)

    @plugin.command
    async def emit(session: Session, event: str, payload: msgspec.Raw = _NULL) -> None:
        if session.emitting or len(payload) > _LARGE:
            await send_large(session, event, payload, EVERYONE)
        else:
            send(session, event, payload, EVERYONE)

    @plugin.command
    async def emit_to(session: Session, target: EventTarget, event: str, payload: msgspec.Raw = _NULL) -> None:
        if session.emitting or len(payload) > _LARGE:
            await send_large(session, event, payload, target.address())
        else:
            send(session, event, payload, target.address())

    def send(session: Session, event: str, payload: msgspec.Raw, address: Address) -> None:
        check_size(event, payload, address)
        emitter = session.caller.webview
        events.refuse_overflow(event, address, emitter, session.limits)
        events.emit_encoded(event, payload, address, emitter)

    async def send_large(session: Session, event: str, payload: msgspec.Raw, address: Address) -> None:
        emitter = session.caller.webview

        async def tell() -> None:
            try:
                # What the page emits after it, likewise: each listener hears all in order.
                async with session.telling:
                    check_size(event, payload, address)
                    events.refuse_overflow(event, address, emitter, session.limits)
                    await events.emit_in_turns(event, payload, address, emitter)
            finally:
                session.emitting -= 1

        session.emitting += 1
        # What was emitted is told, though the page goes meanwhile.
        telling = asyncio.ensure_future(tell())
        under_way.add(telling)
        telling.add_done_callback(under_way.discard)
        await asyncio.shield(telling)

    def check_size(event: str, payload: msgspec.Raw, address: Address) -> None:
        # It is delivered to whoever listens as it is, and to each at once.
        if len(payload) > most and events.is_heard(event, address):
            raise RefusedError(
                f"the payload of an event that somebody hears may have {most} bytes, and this one has {len(payload)} "
                "(App's limits.whole); a command or a channel takes more"
            )

    return plugin


_LARGE = 16 * 1024
"""Bytes of JSON of a payload that is read in the turn in which it comes, for all who listen in the core."""
_NULL = msgspec.Raw(b"null")
