"""Shared state: one value in the core that windows and Python code follow."""

import collections
import logging
import threading
from collections.abc import Callable

from shell.ipc.channel import Channel, send_to_each
from shell.ipc.errors import ChannelClosedError, RefusedError, RegistrationError
from shell.ipc.session import Session
from shell.ipc.thread import LoopThread
from shell.ipc.wire import encode_value, encoded

log = logging.getLogger(__name__)

_MOST = 256
"""How many times one document may follow a value: of a change that is large each has a parcel."""


class Shared[T]:
    """A value in the core. Every follower gets the value that there is, then each change, in order.

    Read and set it from any thread. A page follows it with `window.shell.follow(name, handler)`.

    Attributes:
        name: What pages call it.
    """

    def __init__(self, name: str, value: T, thread: LoopThread) -> None:
        self.name = name
        self._value = value
        self._published = (value, encode_value(value))
        self._thread = thread
        self._lock = threading.RLock()
        self._unpublished: collections.deque[tuple[T, bytes]] = collections.deque()
        self._publishing = False
        self._pages: dict[Session, dict[Following[T], None]] = {}
        self._handlers: list[Callable[[T], object]] = []

    @property
    def value(self) -> T:
        """The value as it is now."""
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        self.update(lambda _: value)

    def update(self, change: Callable[[T], T]) -> T:
        """Set the value to `change(value)`, with no other change in between; returns the new value.

        Args:
            change: Makes the new value from the old, and leaves the old as it is.

        Raises:
            EncodeError: The new value has no form in JSON. The old one stays.
        """
        with self._lock:
            value = change(self._value)
            self._unpublished.append((value, bytes(encoded(value, in_loop=self._thread.is_current))))
            self._value = value
        self._thread.run(self._publish)
        return value

    def follow(self, handler: Callable[[T], object]) -> Callable[[], None]:
        """Call `handler` with the value now and at each change. Call this on the loop's thread; so is the handler.

        Returns:
            A function that ends it.
        """
        self._handlers.append(handler)
        self._call(handler, self._published[0])

        def unfollow() -> None:
            if handler in self._handlers:
                self._handlers.remove(handler)

        return unfollow

    def attach(self, session: Session, channel: Channel[T]) -> "Following[T]":
        """Send the value now and each change to a page's channel until that closes. Call this on the loop's thread.

        Args:
            session: The page's document.
            channel: The channel.

        Returns:
            What ends it, and with it the channel.

        Raises:
            RefusedError: The document follows the value too many times already.
        """
        if len(self._pages.get(session, ())) >= _MOST:
            raise RefusedError(
                f'this page follows the shared value "{self.name}" {_MOST} times already, and has ended none of them'
            )
        following = Following(self, session, channel)
        channel.send_encoded(self._published[1])
        self._pages.setdefault(session, {})[following] = None
        return following

    def detach(self, session: Session, following: "Following[T]") -> None:
        """Send no more changes to what `attach` returned. One that gets none already stays so."""
        own = self._pages.get(session, {})
        own.pop(following, None)
        if not own:
            self._pages.pop(session, None)

    def _publish(self) -> None:
        if self._publishing:
            # A follower made this change. The others hear of the one before first.
            return
        self._publishing = True
        try:
            # Changes made by other threads before this one are still in the queue, so that all hear them in order.
            while self._unpublished:
                self._published = value, encoded = self._unpublished.popleft()
                for session, own in list(self._pages.items()):
                    self._tell(session, list(own), encoded)
                for handler in list(self._handlers):
                    self._call(handler, value)
        finally:
            self._publishing = False

    def _tell(self, session: Session, own: "list[Following[T]]", encoded: bytes) -> None:
        """Tell a page of a change, or notice that it has gone or is too far behind."""
        try:
            send_to_each(session, [following.channel for following in own], encoded)
        except ChannelClosedError:
            pass
        except RefusedError as refused:
            log.error("a page no longer follows the shared value %s: %s", self.name, refused)  # noqa: TRY400
        else:
            return
        for following in own:
            following.close()

    def _call(self, handler: Callable[[T], object], value: T) -> None:
        try:
            handler(value)
        except Exception:
            log.exception("a follower of the shared value %s failed", self.name)


class Following[T]:
    """A page that follows a shared value; a resource of that page.

    Attributes:
        channel: Where the page gets it.
    """

    def __init__(self, shared: Shared[T], session: Session, channel: Channel[T]) -> None:
        self._shared = shared
        self._session = session
        self.channel = channel

    def close(self) -> None:
        """End it, and the channel."""
        self._shared.detach(self._session, self)
        self.channel.close()


class SharedValues:
    """The shared values of an application, by name."""

    def __init__(self, thread: LoopThread) -> None:
        self._thread = thread
        self._values: dict[str, Shared[object]] = {}

    def add[T](self, name: str, value: T) -> Shared[T]:
        """Begin to share a value.

        Raises:
            RegistrationError: The name is taken.
            EncodeError: The value has no form in JSON.
        """
        if name in self._values:
            raise RegistrationError(f"the shared value {name!r} is there already")
        shared = Shared(name, value, self._thread)
        self._values[name] = shared  # type: ignore[assignment]  # a Shared of anything is kept as one of object
        return shared

    def get(self, name: str) -> Shared[object]:
        """The shared value of this name.

        Raises:
            RefusedError: There is none.
        """
        try:
            return self._values[name]
        except KeyError:
            raise RefusedError(
                f'there is no shared value "{name[:100]}"; in Python, app.share("{name[:100]}", …) makes it'
            ) from None
