"""Sizes and positions, physical and logical, as Tauri's ``dpi`` crate has them.

A physical pixel is one of the screen; a logical pixel is ``scale_factor`` of them, so that things have about
the same size on every monitor. Positions are those of the whole desktop unless a function says otherwise.
"""

import math

from shell.value import frozen

FARTHEST = 2**24
"""Pixels from the origin that are told apart: Qt counts with 32 bits, and no desktop is that large."""


def _scale(scale_factor: float) -> float:
    if not (math.isfinite(scale_factor) and scale_factor > 0):
        raise ValueError(f"a scale factor is a finite number above 0, not {scale_factor!r}")
    return scale_factor


def whole_pixels(value: float) -> int:
    """Return the nearest whole number of pixels, a half away from zero, and none that Qt cannot count."""
    # As Rust's f64::round does it; Python's own rounding would move every other half pixel.
    return int(math.copysign(math.floor(min(abs(value), FARTHEST) + 0.5), value))


@frozen
class PhysicalSize:
    """A size in physical pixels.

    Attributes:
        width: From left to right, in physical pixels.
        height: From top to bottom, in physical pixels.
    """

    width: int
    height: int

    def to_physical(self, scale_factor: float) -> "PhysicalSize":
        """Return the size itself; ``scale_factor`` is only checked."""
        _scale(scale_factor)
        return self

    def to_logical(self, scale_factor: float) -> "LogicalSize":
        """Return the same size in logical pixels of a monitor with ``scale_factor``."""
        scale = _scale(scale_factor)
        return LogicalSize(self.width / scale, self.height / scale)


@frozen
class LogicalSize:
    """A size in logical pixels.

    Attributes:
        width: From left to right, in logical pixels.
        height: From top to bottom, in logical pixels.
    """

    width: float
    height: float

    def to_physical(self, scale_factor: float) -> PhysicalSize:
        """Return the same size in physical pixels, each side to the nearest whole one."""
        scale = _scale(scale_factor)
        return PhysicalSize(whole_pixels(self.width * scale), whole_pixels(self.height * scale))

    def to_logical(self, scale_factor: float) -> "LogicalSize":
        """Return the size itself; ``scale_factor`` is only checked."""
        _scale(scale_factor)
        return self


@frozen
class PhysicalPosition:
    """A position in physical pixels.

    Attributes:
        x: From the left edge, in physical pixels. May be negative.
        y: From the top edge, in physical pixels. May be negative.
    """

    x: int
    y: int

    def to_physical(self, scale_factor: float) -> "PhysicalPosition":
        """Return the position itself; ``scale_factor`` is only checked."""
        _scale(scale_factor)
        return self

    def to_logical(self, scale_factor: float) -> "LogicalPosition":
        """Return the same position in logical pixels of a monitor with ``scale_factor``."""
        scale = _scale(scale_factor)
        return LogicalPosition(self.x / scale, self.y / scale)


@frozen
class LogicalPosition:
    """A position in logical pixels.

    Attributes:
        x: From the left edge, in logical pixels. May be negative.
        y: From the top edge, in logical pixels. May be negative.
    """

    x: float
    y: float

    def to_physical(self, scale_factor: float) -> PhysicalPosition:
        """Return the same position in physical pixels, to the nearest whole ones."""
        scale = _scale(scale_factor)
        return PhysicalPosition(whole_pixels(self.x * scale), whole_pixels(self.y * scale))

    def to_logical(self, scale_factor: float) -> "LogicalPosition":
        """Return the position itself; ``scale_factor`` is only checked."""
        _scale(scale_factor)
        return self


type Size = PhysicalSize | LogicalSize
type Position = PhysicalPosition | LogicalPosition
