"""When Python looks through all that there is for garbage: not while pages have it hold much."""

import gc
from collections.abc import Callable, Mapping

_MUCH = 30_000
"""Objects that are looked through within some milliseconds."""
_LAST = 2
"""The last generation, which is all."""
_BETWEEN = 1
"""So often the first generation is looked through before the second is, into which a large call brings some 20,000."""
_NEVER = 1 << 30


class Garbage:
    """Puts off looking through everything, which takes 20 to 300 ms for each million objects, until pages hold less.

    What is young is looked through as ever, so only what went in a circle after a while waits. Python does all this in
    whichever thread makes an object.

    Args:
        held: Tells about how many objects are there because of pages.
    """

    def __init__(self, held: Callable[[], int]) -> None:
        self._held = held
        self._before: tuple[int, int, int] | None = None
        self._ours = (0, 0, 0)

    def watch(self) -> None:
        """Begin."""
        gc.callbacks.append(self._look)

    def end(self) -> None:
        """Leave it to Python again."""
        gc.callbacks.remove(self._look)
        self._let_be()

    def _look(self, phase: str, info: Mapping[str, int]) -> None:
        if phase != "stop" or info["generation"] == _LAST:
            return
        if self._held() <= _MUCH:
            self._let_be()
        elif self._before is None:
            self._before = gc.get_threshold()
            self._ours = (self._before[0], _BETWEEN, _NEVER)
            gc.set_threshold(*self._ours)

    def _let_be(self) -> None:
        before, self._before = self._before, None
        # Somebody else may have set others meanwhile.
        if before is not None and gc.get_threshold() == self._ours:
            gc.set_threshold(*before)
