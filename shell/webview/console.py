"""A page's console, in the log: as much of it as anybody would read."""

import logging
import time

from shell.log_lines import ESCAPED

log = logging.getLogger("shell.console")

_LONGEST = 10_000
"""Characters of a message that are shown."""
_AT_ONCE = 500
"""Messages that are shown in a second."""


class Console:
    """Shows what a page writes to its console.

    Args:
        label: The webview's label.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._since = 0.0
        self._count = 0

    def show(self, level: int, message: str, line: int, source: str) -> None:
        """Show a message, unless very many came before it.

        Args:
            level: How important it is, as `logging` has it.
            message: What it says.
            line: Line of the script that wrote it.
            source: URL of that script.
        """
        now = time.monotonic()
        if now - self._since >= 1:
            if self._count > _AT_ONCE:
                log.warning("[%s] %d messages are left out", self._label, self._count - _AT_ONCE)
            self._since, self._count = now, 0
        self._count += 1
        if self._count > _AT_ONCE:
            return
        if len(message) > _LONGEST:
            message = f"{message[:_LONGEST]}… ({len(message)} characters)"
        # Whoever reads the log: a program may write it as it likes.
        message, source = message.translate(ESCAPED), source[:_LONGEST].translate(ESCAPED)
        log.log(level, "[%s] %s:%d: %s", self._label, source, line, message)
