"""A notification that is shown: what can still be done with it, and who hears of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from shell.ipc.thread import loop_only
from shell.notification.notification import Dismissal, Notification
from shell.notification.presenter import Presenter
from shell.value import frozen

if TYPE_CHECKING:
    from shell.notification.notifier import Notifier

type OnClick = Callable[[], object] | Callable[[], Awaitable[object]]
type OnAction = Callable[[str], object] | Callable[[str], Awaitable[object]]
type OnClose = Callable[[Dismissal], object] | Callable[[Dismissal], Awaitable[object]]


@frozen
class Handlers:
    """Who is told what becomes of a notification; each may be a coroutine function.

    Attributes:
        click: Called when the person presses the notification itself.
        action: Called with the id of the button that the person presses.
        close: Called once with why it is no longer shown.
    """

    click: OnClick | None = None
    action: OnAction | None = None
    close: OnClose | None = None


@loop_only
class ShownNotification:
    """A notification on its way through the desktop. Made by `App.notify`.

    Attributes:
        notification: What is shown.
        problem: Why the program shows it in a window of its own, where the desktop does not; None where it does.
        dismissal: Why it is no longer shown; None while it is.
    """

    def __init__(self, notifier: "Notifier", notification: Notification, handlers: Handlers) -> None:
        self._notifier = notifier
        self._handlers = handlers
        self._answered = False
        self._waiting: list[asyncio.Future[Dismissal]] = []
        self.notification = notification
        self.problem: str | None = None
        self.dismissal: Dismissal | None = None
        self.place: tuple[Presenter, int] | None = None

    def close(self) -> None:
        """Take it away. Nothing happens where it is gone already."""
        if self.dismissal is None and self.place is not None:
            presenter, number = self.place
            presenter.close(number)

    async def replace(self, notification: Notification) -> "ShownNotification":
        """Show another one in its place, with the same handlers. They are not told that this one is gone.

        Returns:
            The one that is shown now; where this one is gone already, in a place of its own.

        Raises:
            NotificationError: Its icon is no picture.
        """
        handlers, self._handlers = self._handlers, Handlers()
        try:
            return await self._notifier.notify(notification, handlers, instead_of=self, trusted=True)
        except BaseException:
            self._handlers = handlers
            raise

    async def closed(self) -> Dismissal:
        """Wait until it is no longer shown; returns why. Some desktops keep notifications for days."""
        if self.dismissal is None:
            future: asyncio.Future[Dismissal] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            return await future
        return self.dismissal

    # What its presenter tells.

    def clicked(self) -> None:
        """See `Listener`."""
        self._answered = True
        if self._handlers.click is not None and self.dismissal is None:
            self._notifier.tell(self._handlers.click)

    def acted(self, action: str) -> None:
        """See `Listener`."""
        self._answered = True
        if self._handlers.action is not None and self.dismissal is None:
            self._notifier.tell(self._handlers.action, action)

    def gone(self, why: Dismissal) -> None:
        """See `Listener`."""
        if self.dismissal is not None:
            return
        # A handler may have shown another one in its place, or closed it.
        self.dismissal = why = Dismissal.DISMISSED if self._answered else why
        handler, self._handlers = self._handlers.close, Handlers()
        if handler is not None:
            self._notifier.tell(handler, why)
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(why)
