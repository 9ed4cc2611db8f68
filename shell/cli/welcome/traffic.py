"""How many calls each window makes, for the picture in the main window."""

import asyncio
import collections
from typing import Any, Final

from shell import App, Call, Proceed

_EVERY: Final = 0.05
"""Seconds."""


class Traffic:
    """Tells the main window how many calls each window made, for its picture. A filter that changes nothing."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._calls: collections.Counter[str] = collections.Counter()

    def count(self, call: Call, proceed: Proceed) -> Any:
        """Count a call and let it go on. The page sees events itself."""
        if not call.command.startswith("plugin:event|"):
            if not self._calls:
                asyncio.get_running_loop().call_later(_EVERY, self._tell)
            self._calls[call.caller.window] += 1
        return proceed(call)

    def _tell(self) -> None:
        self._app.emit_to("main", "traffic", self._calls)
        self._calls.clear()
