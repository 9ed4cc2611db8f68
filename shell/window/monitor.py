"""Monitors, and the two ways in which a point of the desktop is written.

Tauri's positions are physical pixels of the whole desktop. Qt's are "device-independent": each screen keeps its
physical top-left corner, and only the distances inside a screen are divided by its scale factor
(``QHighDpi``; doc.qt.io, "High DPI"). With one screen at 0,0 that is a plain division.
"""

from collections.abc import Iterable, Sequence

import attrs
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QCursor, QGuiApplication, QScreen

from shell.value import frozen
from shell.window.dpi import PhysicalPosition, PhysicalSize, whole_pixels


@frozen
class Area:
    """A rectangle of the desktop, in physical pixels.

    Attributes:
        position: Its top-left corner.
        size: Its width and height.
    """

    position: PhysicalPosition
    size: PhysicalSize

    def contains(self, x: float, y: float) -> bool:
        """Say whether a point of the desktop, in physical pixels, lies inside."""
        return (
            self.position.x <= x < self.position.x + self.size.width
            and self.position.y <= y < self.position.y + self.size.height
        )

    def distance(self, x: float, y: float) -> float:
        """Return how far a point lies outside, in physical pixels; 0 inside."""
        right, bottom = self.position.x + self.size.width - 1, self.position.y + self.size.height - 1
        return max(self.position.x - x, x - right, 0) + max(self.position.y - y, y - bottom, 0)


@frozen
class Monitor:
    """A monitor as Tauri describes it.

    Attributes:
        name: What the system calls it, for instance ``HDMI-1``; ``None`` where it has no name.
        position: Its top-left corner on the desktop.
        size: Its resolution.
        work_area: The part that no panel or dock takes.
        scale_factor: How many physical pixels a logical one is.
    """

    name: str | None
    position: PhysicalPosition
    size: PhysicalSize
    work_area: Area
    scale_factor: float

    @property
    def area(self) -> Area:
        """The whole of it as a rectangle of the desktop."""
        return Area(self.position, self.size)

    def physical(self, x: float, y: float) -> tuple[float, float]:
        """Return the physical pixels of a point that Qt writes as x, y on this monitor."""
        left, top = self.position.x, self.position.y
        return left + (x - left) * self.scale_factor, top + (y - top) * self.scale_factor

    def device_independent(self, x: float, y: float) -> tuple[float, float]:
        """Return what Qt writes for a point of this monitor given in physical pixels."""
        left, top = self.position.x, self.position.y
        return left + (x - left) / self.scale_factor, top + (y - top) / self.scale_factor

    def position_of(self, point: QPoint | QPointF) -> PhysicalPosition:
        """Return the physical pixel of a point that Qt has on this monitor."""
        x, y = self.physical(point.x(), point.y())
        return PhysicalPosition(whole_pixels(x), whole_pixels(y))

    def point_at(self, position: PhysicalPosition) -> QPoint:
        """Return Qt's nearest whole point for a physical pixel of this monitor."""
        x, y = self.device_independent(position.x, position.y)
        return QPoint(whole_pixels(x), whole_pixels(y))


def nearest_monitor(monitors: Iterable[Monitor], position: PhysicalPosition) -> Monitor:
    """Return the monitor that has a position, or else the one it lies closest to."""
    return min(monitors, key=lambda monitor: monitor.area.distance(position.x, position.y))


def monitor_of(screen: QScreen) -> Monitor:
    """Describe a screen of Qt's."""
    scale = screen.devicePixelRatio()
    whole = screen.geometry()
    origin = PhysicalPosition(whole.x(), whole.y())
    bare = Monitor(screen.name() or None, origin, _size(whole, scale), Area(origin, _size(whole, scale)), scale)
    work = screen.availableGeometry()
    return attrs.evolve(bare, work_area=Area(bare.position_of(work.topLeft()), _size(work, scale)))


def available_monitors() -> Sequence[Monitor]:
    """Return every monitor that the desktop has, the primary one first."""
    return [monitor_of(screen) for screen in QGuiApplication.screens()]


def primary_monitor() -> Monitor | None:
    """Return the primary monitor, or ``None`` where there is no monitor."""
    screen = QGuiApplication.primaryScreen()
    return monitor_of(screen) if screen is not None else None


def monitor_from_point(x: float, y: float) -> Monitor | None:
    """Return the monitor that contains a point of the desktop, given in physical pixels, or ``None``."""
    return next((monitor for monitor in available_monitors() if monitor.area.contains(x, y)), None)


def cursor_position() -> tuple[float, float]:
    """Return where the mouse cursor is on the desktop, in physical pixels."""
    point = QCursor.pos()
    screen = QGuiApplication.screenAt(point) or QGuiApplication.primaryScreen()
    return monitor_of(screen).physical(point.x(), point.y())


def _size(rectangle: QRect, scale: float) -> PhysicalSize:
    return PhysicalSize(whole_pixels(rectangle.width() * scale), whole_pixels(rectangle.height() * scale))
