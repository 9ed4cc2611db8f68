"""Commands that keep the loop for long, named in the log: nothing else says why all windows stand still."""

import logging
from collections.abc import Sequence

from shell.ipc.command import Commands

log = logging.getLogger(__name__)


class LongSteps:
    """Names each command that keeps the loop for long, once.

    Args:
        commands: All that there are.

    Attributes:
        least: Seconds that are long.
    """

    least: float = 0.5

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._told: set[frozenset[str]] = set()

    def note(self, names: Sequence[str], took: float) -> None:
        """Hear how many seconds the loop was kept by calls of these commands, or by some of them."""
        if took > self.least:
            self.tell(names, took)

    def tell(self, names: Sequence[str], took: float) -> None:
        """Name them, if they have not been named: they, or some of them, kept the loop for so many seconds."""
        # Others run in threads. What every program has is ours, and may have to wait for Qt.
        found = [self._commands.get(name) for name in dict.fromkeys(names) if not self._commands.is_late(name)]
        slow = [command.name for command in found if command and command.is_coroutine and command.filtered]
        # It need not be all that were begun together: whoever is found by itself, or among fewer, is told once more.
        if slow and not any(known.issubset(slow) for known in self._told):
            self._told.add(frozenset(slow))
            log.warning(
                "command %s kept the loop, and with it all windows, for %.1f s, by itself or in a filter; "
                "what computes or waits so long belongs in a plain function, which runs in a thread",
                " or ".join(slow),
                took,
            )
