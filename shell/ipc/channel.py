"""Channels: ordered messages from a command to the page that called it, as long as both are there."""

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shell.ipc import wire
from shell.ipc.errors import ChannelClosedError
from shell.ipc.parcel import BYTES, BYTES_TYPES, JSON, Data

if TYPE_CHECKING:
    from shell.ipc.session import Session

PREFIX = "__CHANNEL__:"
"""How `@tauri-apps/api` writes a `Channel` as an argument: this and the number of its callback."""


class Channel[T]:
    """Sends values to the page, in order. A command receives one for a parameter annotated `Channel[T]`.

    The channel ends when the core closes it or drops its last reference, and when the page goes. The page is told
    of the first two, after the last message, and lets go of its callback.
    """

    def __init__(self, session: "Session", callback: int) -> None:
        self._line = _Line(session, callback)
        self._finalizer = weakref.finalize(self, self._line.end)
        # At interpreter exit there is no page left to tell.
        self._finalizer.atexit = False

    @property
    def id(self) -> int:
        """What the page calls it by: the number that `PluginListener` of `@tauri-apps/api` ends it with."""
        return self._line.callback

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more: closed from here, or the page has gone."""
        return not self._finalizer.alive or not self._line.session.alive

    def send(self, value: T) -> None:
        """Send a value; from any thread. Bytes arrive as an `ArrayBuffer`.

        In a thread other than the loop's this waits while the page is far behind. On the loop it never waits: a
        coroutine that produces much awaits `drain` now and then.

        Raises:
            ChannelClosedError: The channel is closed, or its page has gone.
            EncodeError: The value has no form in JSON.
            RefusedError: On the loop: the page is so far behind that it gets no more.
        """
        if isinstance(value, BYTES_TYPES):
            self._send(BYTES, bytes(value))
        else:
            self._send(JSON, wire.encoded(value, in_loop=self._line.session.thread.is_current))

    def send_encoded(self, value: bytes) -> None:
        """As `send`, for a value that is JSON already."""
        self._send(JSON, value)

    def _send(self, content_type: str, data: Data) -> None:
        line = self._line
        if self.closed or not line.session.from_anywhere(len(data), line.send, content_type, data):
            raise ChannelClosedError("the channel is closed, or its page has gone")

    async def drain(self) -> None:
        """Wait until the page has taken most of what was sent, or has gone."""
        await self._line.session.outbox.drained()

    def close(self) -> None:
        """End the channel; what was sent still arrives. Closing again does nothing."""
        self._finalizer()

    def __repr__(self) -> str:
        return f"<Channel {self._line.callback}{' closed' if self.closed else ''}>"


class _Line:
    """The channel's end of the wire, which outlives the `Channel` by one message."""

    __slots__ = ("callback", "ended", "index", "session")

    def __init__(self, session: "Session", callback: int) -> None:
        self.session = session
        self.callback = callback
        self.index = 0
        self.ended = False

    def send(self, content_type: str, data: Data) -> None:
        session = self.session
        if self.ended or not session.alive:
            return
        index = self.take_index()
        if content_type == JSON and len(data) <= session.limits.park_above:
            session.send(b"[%d,%d,%d,%b]" % (wire.Kind.CHANNEL, self.callback, index, bytes(data)))
        else:
            parcel = session.parcels.announce(content_type, data)
            session.send(b"[%d,%d,%d,%b]" % (wire.Kind.CHANNEL_PARKED, self.callback, index, parcel))

    def take_index(self) -> int:
        index, self.index = self.index, self.index + 1
        return index

    def end(self) -> None:
        # The last reference may go in any thread, and in the middle of anything: nothing may happen here and now.
        if self.session.alive:
            self.session.thread.soon(self._send_end)

    def _send_end(self) -> None:
        self.ended = True
        self.session.send(b"[%d,%d,%d]" % (wire.Kind.CHANNEL_END, self.callback, self.index))


def send_to_each(session: "Session", channels: Sequence[Channel[Any]], value: bytes) -> None:
    """Send a value that is JSON already to channels of one document, and once. On the loop's thread.

    Raises:
        ChannelClosedError, RefusedError: As `Channel.send`.
    """
    if len(channels) == 1 or len(value) > session.limits.park_above:
        for channel in channels:
            channel.send_encoded(value)
        return
    if not session.alive:
        raise ChannelClosedError("the page of the channels has gone")
    session.refuse_overflow()
    places = b",".join(b"%d,%d" % (channel.id, channel._line.take_index()) for channel in channels)
    session.send(b"[%d,%b,%b]" % (wire.Kind.CHANNELS, value, places))


def callback_of(value: Any) -> int | None:
    """The callback's number in a channel argument as a page writes it; `None` if it is not one."""
    if isinstance(value, str) and value.startswith(PREFIX):
        number = value[len(PREFIX) :]
        if number.isascii() and number.isdecimal() and len(number) <= 10:
            return int(number)
    return None
