"""How a part of the desktop says no to a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from shell.ipc import RefusedError


@contextmanager
def refusing(*kinds: type[Exception]) -> Iterator[None]:
    """Reject the page's promise with the text of an error of these kinds; any other is a fault of ours, and logged.

    Args:
        kinds: What the part raises where it cannot do as it is asked.
    """
    try:
        yield
    except kinds as error:
        raise RefusedError(str(error)) from None
