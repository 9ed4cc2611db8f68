"""What keeps pages from taking more of the core than it has, loaded when a program has started. On Linux."""

from shell.value import frozen
from shell.webview.backpressure import Backpressure
from shell.webview.memory import MemoryGuard
from shell.webview.processes import Processes


@frozen
class Guards:
    """Those that hold renderers.

    Attributes:
        processes: The renderers.
        backpressure: Sees to what pages make.
        memory: Sees to what the core keeps for them.
    """

    processes: Processes
    backpressure: Backpressure
    memory: MemoryGuard

    @property
    def busy(self) -> bool:
        """Whether somebody may be held."""
        return self.backpressure.waits or self.memory.weighs

    def stop(self) -> None:
        """Let all go on that are held, and look at them no more."""
        self.backpressure.release()
        self.memory.release()
        self.processes.close()
