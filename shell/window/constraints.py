import attrs

from shell.value import frozen
from shell.window.dpi import LogicalSize

UNLIMITED = 16_777_215  # QWIDGETSIZE_MAX: what Qt takes for "no maximum"


@frozen
class SizeConstraints:
    """How small and how large a window's inside may be, each side by itself.

    Attributes:
        min_width: In logical pixels, or ``None`` for no bound. So are the others.
        min_height: The least height.
        max_width: The greatest width.
        max_height: The greatest height.
    """

    min_width: float | None = None
    min_height: float | None = None
    max_width: float | None = None
    max_height: float | None = None

    def with_min(self, size: LogicalSize | None) -> "SizeConstraints":
        """Return the same bounds with another minimum, or with none."""
        width, height = (size.width, size.height) if size else (None, None)
        return attrs.evolve(self, min_width=width, min_height=height)

    def with_max(self, size: LogicalSize | None) -> "SizeConstraints":
        """Return the same bounds with another maximum, or with none."""
        width, height = (size.width, size.height) if size else (None, None)
        return attrs.evolve(self, max_width=width, max_height=height)

    def minimum(self) -> tuple[int, int]:
        """Return the least width and height as Qt takes them: whole, 0 for no bound."""
        return _bound(self.min_width, 0), _bound(self.min_height, 0)

    def maximum(self) -> tuple[int, int]:
        """Return the greatest width and height as Qt takes them; never below the minimum, which wins."""
        least_width, least_height = self.minimum()
        return (
            max(least_width, _bound(self.max_width, UNLIMITED)),
            max(least_height, _bound(self.max_height, UNLIMITED)),
        )


def _bound(value: float | None, otherwise: int) -> int:
    return otherwise if value is None else min(max(round(value), 0), UNLIMITED)
