"""When a program ends, and with which exit code."""

import asyncio
import logging

from shell.background import Background
from shell.life import RESTART_EXIT_CODE, Life, LifeEvent

log = logging.getLogger(__name__)


class Exit:
    """Decides that a program ends: the first who may say so does, and with which code.

    Args:
        life: Whose handlers of `exit-requested` may prevent it, and any of whose handlers may raise `SystemExit`.

    Attributes:
        code: Done once it is decided; the exit code, or the `SystemExit` that was raised. It is there once `begin` was
            called.
        restarting: Whether the program is to be started again when it has ended.
    """

    def __init__(self, life: Life) -> None:
        self._life = life
        life.left = self.raised
        self._background = Background()
        self.code: asyncio.Future[int]
        self.restarting = False
        self._page_waits = False

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """The program runs, on this loop."""
        self.code = loop.create_future()

    def request(self, code: int | None) -> None:
        """End the program unless somebody prevents it.

        Args:
            code: The exit code; `None` where nobody asks for it, and only the last window has gone. It is 0 then.
        """
        self._background.run(self._ask(code))

    def request_for_page(self, code: int) -> None:
        """As `request`. Nothing happens while nobody has decided what a page asked for before."""
        if not self._page_waits:
            self._page_waits = True
            self._background.run(self._ask_for_page(code))

    async def _ask_for_page(self, code: int) -> None:
        try:
            await self._ask(code)
        finally:
            self._page_waits = False

    async def _ask(self, code: int | None) -> None:
        if self.code.done():
            return
        event = await self._life.tell(LifeEvent("exit-requested", payload=code))
        if not event.prevented and not self.code.done():
            self.now(code or 0)

    def restart(self) -> None:
        """End the program, to be started again. Handlers of `exit-requested` hear of it, and cannot prevent it."""
        self._background.run(self._restart())

    async def _restart(self) -> None:
        if self.code.done():
            return
        await self._life.tell(LifeEvent("exit-requested", payload=RESTART_EXIT_CODE))
        if not self.code.done():
            self.now(0)
            self.restarting = True

    def now(self, code: int) -> None:
        """End the program; nobody is asked. One that was about to start again does not."""
        self.restarting = False
        if not self.code.done():
            self.code.set_result(code)

    def told_to_quit(self, code: int) -> None:
        """End the program, for Qt's loop was told to quit."""
        if code:
            log.error("Qt has ended the program, with exit code %d", code)
        self.now(code)

    def raised(self, left: SystemExit) -> None:
        """End the program with what its own code raised."""
        if not self.code.done():
            self.code.set_exception(left)
