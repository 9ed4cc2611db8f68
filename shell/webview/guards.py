"""What keeps pages from taking more of the core than it has, loaded when a program has started. On Linux."""

from shell.value import frozen
from shell.webview.backpressure import Backpressure
from shell.webview.holds import Holds
from shell.webview.memory import MemoryGuard


@frozen
class Guards:
    """Those that hold renderers.

    Attributes:
        holds: Whom they hold.
        backpressure: Sees to what pages make.
        memory: Sees to what the core keeps for them.
    """

    holds: Holds
    backpressure: Backpressure
    memory: MemoryGuard

    @property
    def busy(self) -> bool:
        """Whether somebody may be held."""
        return self.backpressure.waits or self.memory.weighs

    def release(self) -> None:
        """Let all go on that are held."""
        self.backpressure.release()
        self.memory.release()
