"""What can go wrong between a page and the core, and what the page is told."""

from typing import Any


class CommandError(Exception):
    """Raised by a command to reject the page's promise with a value of its own.

    Args:
        payload: Anything that can be sent as JSON; the promise rejects with it.
    """

    def __init__(self, payload: Any) -> None:
        super().__init__(payload)
        self.payload = payload


class RefusedError(Exception):
    """A call that was not carried out; its text is what the page's promise rejects with."""


class EncodeError(RefusedError):
    """A value that has no form in JSON."""


class RegistrationError(Exception):
    """A command, a state or a name was registered that cannot be, or twice."""


class ChannelClosedError(Exception):
    """A message was sent on a channel whose page or whose core side has ended."""


class ResourceError(Exception):
    """A resource id that this page does not own, or of another kind than asked for."""
