"""What shows notifications: a desktop's service, the system's own way, or windows of ours."""

from typing import Protocol

from shell.notification.notification import Dismissal, Notification
from shell.notification.picture import Picture
from shell.value import frozen


class Listener(Protocol):
    """Told what becomes of one notification."""

    def clicked(self) -> None:
        """The person pressed the notification itself."""

    def acted(self, action: str) -> None:
        """The person pressed one of its buttons."""

    def gone(self, why: Dismissal) -> None:
        """It is no longer shown. Told once, and nothing after it."""


@frozen
class Request:
    """One notification to be shown.

    Attributes:
        notification: What is shown.
        picture: Its picture.
        listener: Told what becomes of it.
        replaces: Number of the one that it takes the place of, from the same presenter; 0 for none. Nobody is told
            that that one is gone.
    """

    notification: Notification
    picture: Picture
    listener: Listener
    replaces: int = 0


class Presenter(Protocol):
    """Shows notifications."""

    async def capabilities(self) -> frozenset[str]:
        """What it can do, by the names of the Desktop Notifications Specification: `actions`, `body-markup`, ….

        Raises:
            UnavailableError: There is nobody to ask.
        """

    async def show(self, request: Request) -> int:
        """Show a notification; returns its number.

        Raises:
            UnavailableError: There is nobody who would.
        """

    def close(self, number: int) -> None:
        """Take a notification away. Its listener is told when it is gone; nothing happens if it is already."""

    def end(self) -> None:
        """Tell nobody of anything any more."""
