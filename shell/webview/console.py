"""A page's console, in the log: as much of it as anybody would read."""

import logging
import time

from shell.log_lines import escaped

log = logging.getLogger("shell.console")

_LONGEST = 10_000
"""Characters of a message that are shown."""
_AT_ONCE = 500
"""Messages that are shown in a second; of long ones fewer."""
_SHORT = 200
"""Characters of one that counts as one."""


class Console:
    """Shows what a page writes to its console.

    Args:
        label: The webview's label.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._since = 0.0
        self._count = self._left_out = 0

    def show(self, level: int, message: str, line: int, source: str) -> None:
        """Show a message, unless very many came before it.

        Args:
            level: How important it is, as `logging` has it.
            message: What it says.
            line: Line of the script that wrote it.
            source: URL of that script.
        """
        if not log.isEnabledFor(level):
            return
        now = time.monotonic()
        if now - self._since >= 1:
            if self._left_out:
                log.warning("[%s] %d messages are left out", self._label, self._left_out)
            self._since, self._count, self._left_out = now, 0, 0
        if self._count >= _AT_ONCE:
            self._left_out += 1
            return
        whole, message, source = len(message), message[:_LONGEST], source[:_LONGEST]
        self._count += 1 + (len(message) + len(source)) // _SHORT
        # Whoever reads the log: a program may write it as it likes.
        message = escaped(message)
        if whole > _LONGEST:
            message += f"… ({whole} characters)"
        log.log(level, "[%s] %s:%d: %s", self._label, escaped(source), line, message)
