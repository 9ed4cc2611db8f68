"""What a program can hear of its own life, and what of it it can prevent."""

import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Literal, get_args

import attrs

from shell.given import expect, expect_function
from shell.ipc import RegistrationError

log = logging.getLogger(__name__)

RESTART_EXIT_CODE = 2**31 - 1
"""What `exit-requested` says of a restart, as in Tauri."""

type LifeEventName = Literal[
    "ready", "window-created", "window-destroyed", "close-requested", "renderer-gone", "exit-requested", "second-start"
]


@attrs.define
class LifeEvent:
    """Something that happens to the program.

    Attributes:
        name: What: `ready` (setup is done), `window-created`, `window-destroyed`, `close-requested`,
            `renderer-gone`, `exit-requested` or `second-start`.
        label: The window that it is about; empty where it is about the whole program.
        payload: More about it: a `Gone` for `renderer-gone`, a `SecondStart` for `second-start`; for `exit-requested`
            the exit code that somebody asked for, or, as in Tauri, `None` where only the last window has gone, and
            `RESTART_EXIT_CODE` where the program starts again, which cannot be prevented.
        prevented: Whether a handler said that it must not happen.
    """

    name: str
    label: str = ""
    payload: Any = None
    prevented: bool = False

    def prevent(self) -> None:
        """Do not let it happen: the window stays open, the program goes on, or no window comes to the front.

        Only requests can be prevented, and what follows a second start.
        """
        self.prevented = True


type LifeHandler = Callable[[LifeEvent], object] | Callable[[LifeEvent], Awaitable[object]]


class Life:
    """The handlers of a program's life.

    Attributes:
        left: Called with the `SystemExit` that one raises: raised on, it would end the process in the middle of a call
            of Qt's.
    """

    left: Callable[[SystemExit], None]

    def __init__(self) -> None:
        self._handlers: dict[str, list[LifeHandler]] = {}

    def on(self, name: str) -> Callable[[LifeHandler], LifeHandler]:
        """Call a function with the `LifeEvent` whenever this happens; a decorator.

        Raises:
            RegistrationError: Nothing of this name ever happens.
        """
        expect(name, str, "App.on", 'the name of what happens, as in @app.on("ready")')
        names = get_args(LifeEventName.__value__)
        if name not in names:
            raise RegistrationError(f"nothing called {name!r} happens to an app; there are {', '.join(names)}")

        def add(handler: LifeHandler) -> LifeHandler:
            expect_function(handler, f'App.on("{name}")', "event")
            self._handlers.setdefault(name, []).append(handler)
            return handler

        return add

    async def tell(self, event: LifeEvent) -> LifeEvent:
        """Call the handlers one after another; what one raises is logged, and `SystemExit` ends the program."""
        for handler in self._handlers.get(event.name, ()):
            try:
                result = handler(event)
                if inspect.isawaitable(result):
                    await result
            except SystemExit as left:
                self.left(left)
            except Exception:
                log.exception("a handler of %s failed", event.name)
        return event
