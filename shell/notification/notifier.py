"""The notifications of a program: who shows them, and who is told what becomes of them."""

import asyncio
import importlib
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon

from shell.background import Background
from shell.ipc.thread import loop_only
from shell.notification.errors import IconError, UnavailableError
from shell.notification.notification import Dismissal, Notification
from shell.notification.picture import Picture, picture_of
from shell.notification.presenter import Presenter, Request
from shell.notification.shown import Handlers, ShownNotification
from shell.threads import apart

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

log = logging.getLogger(__name__)

_DRAWN_AT_ONCE = 2
"""Pictures: those of pages, and those of the program."""


@loop_only
class Notifier:
    """Shows notifications, through the desktop where it has a service for them, and otherwise in windows of its own.

    Args:
        name: The program's name, as people know it.
        entry: Its desktop file, without the suffix.
        icon: The program's icon.
        window: A window of the program that is on the screen, if there is one.
    """

    def __init__(
        self, *, name: str, entry: str, icon: Callable[[], QIcon], window: "Callable[[], QWidget | None]"
    ) -> None:
        self._name = name
        self._entry = entry
        self._icon = icon
        self._of_desktop: Presenter | None = None
        self._window = window
        self._toasts: Presenter | None = None
        # Of many that want one of these at once, one loads it.
        self._loading = asyncio.Lock()
        self._background = Background()
        self._warned = False
        # Those of pages keep the program's own from nothing.
        self._drawing = {trusted: asyncio.Semaphore(_DRAWN_AT_ONCE) for trusted in (True, False)}

    async def capabilities(self) -> frozenset[str]:
        """What this desktop's service can do, by the names of the Desktop Notifications Specification.

        Raises:
            UnavailableError: There is none.
        """
        return await (await self._desktop()).capabilities()

    async def notify(
        self,
        notification: Notification,
        handlers: Handlers | None = None,
        *,
        instead_of: ShownNotification | None = None,
        trusted: bool = False,
    ) -> ShownNotification:
        """Show a notification.

        Args:
            notification: What is shown.
            handlers: Told what becomes of it.
            instead_of: One that is shown, whose place it takes.
            trusted: Whether the program itself shows it, and no page: then its icon may be a drawing. One of a
                page that is no picture is left out.

        Raises:
            NotificationError: Its icon is no picture.
        """
        picture = await self._draw(notification, trusted)
        shown = ShownNotification(self, notification, handlers or Handlers())
        place = instead_of.place if instead_of is not None and instead_of.dismissal is None else None

        async def show(presenter: Presenter) -> None:
            replaces = place[1] if place is not None and place[0] is presenter else 0
            shown.place = presenter, await presenter.show(Request(notification, picture, shown, replaces))

        try:
            await show(await self._desktop())
        except UnavailableError as error:
            shown.problem = str(error)
            if not self._warned:
                self._warned = True
                log.warning("notifications are shown by the program itself: %s", error)
            await show(await self._own_windows())
        if instead_of is not None:
            instead_of.gone(Dismissal.REPLACED)
            if place is not None and shown.place is not None and place[0] is not shown.place[0]:
                place[0].close(place[1])
        return shown

    def tell(self, handler: Callable[..., object], *args: object) -> None:
        """Call a handler, which may be a coroutine function; what it raises is logged."""
        self._background.call(handler, *args, log=log, name="a handler of a notification")

    def end(self) -> None:
        """Tell nobody of anything any more. What the desktop shows, it keeps."""
        if self._of_desktop is not None:
            self._of_desktop.end()
        if self._toasts is not None:
            self._toasts.end()

    async def _draw(self, notification: Notification, trusted: bool) -> Picture:
        icon = self._icon()
        if notification.icon is None:
            return picture_of(None, icon)
        # A page's, perhaps, and one that takes long; while Qt reads it others run. It counts until it is read: a page
        # that goes no longer waits for it, which ends no thread.
        await self._drawing[trusted].acquire()
        reading = asyncio.ensure_future(apart(picture_of, notification.icon, icon, trusted=trusted))

        def done(reading: asyncio.Future[Picture]) -> None:
            self._drawing[trusted].release()
            if not reading.cancelled():
                # What is wrong with it is told to who waits, if anybody does.
                reading.exception()

        reading.add_done_callback(done)
        try:
            return await asyncio.shield(reading)
        except IconError as error:
            if trusted:
                raise
            # As browsers do. And no page is told what there is on this machine, nor what is no picture there.
            log.warning("a notification has the program's icon: %s", error)
            return picture_of(None, icon)

    async def _own_windows(self) -> Presenter:
        async with self._loading:
            if self._toasts is None:
                # Only where the desktop shows none, and it takes as long as a turn of the loop may.
                await apart(importlib.import_module, "shell.notification.toasts")
                from shell.notification.toasts import Toasts  # noqa: PLC0415

                self._toasts = Toasts(self._window)
        return self._toasts

    async def _desktop(self) -> Presenter:
        # Each is imported where it is used: the other systems have no D-Bus.
        if self._of_desktop is not None:
            return self._of_desktop
        if sys.platform in {"win32", "darwin"}:
            from shell.notification.tray_message import TrayMessages  # noqa: PLC0415

            self._of_desktop = TrayMessages(self._name, self._icon)
            return self._of_desktop
        async with self._loading:
            if self._of_desktop is None:
                # It takes 30 ms, for which the loop would not go on.
                await apart(importlib.import_module, "shell.notification.freedesktop")
                from shell.notification.freedesktop import Freedesktop, Program  # noqa: PLC0415

                self._of_desktop = Freedesktop(Program(self._name, self._entry))
        return self._of_desktop
