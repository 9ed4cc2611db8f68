"""The order in which a page asks holds, though the picture of one call is read in a thread while the next ones come."""

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate

from shell.ipc import Session


def in_order[**P, R](
    command: Callable[Concatenate[Session, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[Session, P], Coroutine[Any, Any, R]]:
    """Let a command wait until those have ended that its document asked for before; a decorator.

    Args:
        command: It. All that are in order with it have the same decorator.
    """

    @functools.wraps(command)
    async def wait(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
        # Nobody waits where nothing is under way: it is answered in the same turn.
        async with session.order:
            return await command(session, *args, **kwargs)

    return wait
