"""Renderers that are held while it is looked for whom the core grows."""

from collections.abc import Callable, Collection

from shell.webview.processes import Release


class Holding:
    """Holds renderers, those of one moment and nobody else.

    Args:
        stop: Stops a renderer; None where that cannot be done.
    """

    def __init__(self, stop: Callable[[int], Release | None]) -> None:
        self._stop = stop
        self._held: dict[int, Release] = {}

    @property
    def pids(self) -> Collection[int]:
        """Who is held."""
        return self._held.keys()

    def hold(self, pids: Collection[int]) -> None:
        """Hold these, and nobody else."""
        for pid in self._held.keys() - set(pids):
            self._held.pop(pid)()
        for pid in set(pids) - self._held.keys():
            release = self._stop(pid)
            if release is not None:
                self._held[pid] = release

    def let_go(self) -> None:
        """Let all go on."""
        while self._held:
            self._held.popitem()[1]()
