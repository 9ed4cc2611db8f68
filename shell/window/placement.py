from typing import cast

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QMenuBar

from shell.config.window import PreventOverflowMargin
from shell.given import expect
from shell.ipc.thread import loop_only
from shell.window.constraints import UNLIMITED, SizeConstraints
from shell.window.dpi import (
    LogicalPosition,
    LogicalSize,
    PhysicalPosition,
    PhysicalSize,
    Position,
    Size,
    whole_pixels,
)
from shell.window.frame import Frame
from shell.window.largest import largest_size
from shell.window.monitor import Monitor, available_monitors, monitor_of, nearest_monitor
from shell.window.native import NativeWindow

_FILLS_THE_SCREEN = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen


@loop_only
class Placement(NativeWindow):
    """Where a window is and how large.

    "Inner" is the content, below the menu bar where there is one; "outer" is with that, and with the title bar and
    borders that the window manager draws. Getters answer in
    physical pixels, setters take either kind. A window manager may change what it is asked for, and does so later:
    the ``tauri://move`` and ``tauri://resize`` events say what became of it. On Wayland a program neither learns nor
    chooses where its windows are.
    """

    def __init__(self, label: str, frame: Frame) -> None:
        super().__init__(label, frame)
        self._constraints = SizeConstraints()
        self._resizable = True
        self._fixed_size = frame.size()
        self._unbounded = False
        self._bar_height = 0
        self._place: QPoint | None = None
        frame.scale_changed.connect(self._fit_scale)
        frame.state_changed.connect(self._fit_state)
        frame.resized.connect(self._end_unbounded)

    def scale_factor(self) -> float:
        """Return how many physical pixels a logical one is, on the monitor where the window is."""
        return self.frame.devicePixelRatioF()

    def inner_position(self) -> PhysicalPosition:
        """Return the top-left corner of the content, on the desktop."""
        return self._monitor().position_of(self.frame.geometry().topLeft() + QPoint(0, self._bar_height))

    def outer_position(self) -> PhysicalPosition:
        """Return the top-left corner of the whole window, on the desktop."""
        return self._monitor().position_of(self._handle.framePosition())

    def inner_size(self) -> PhysicalSize:
        """Return the size of the content."""
        return self._physical(self.frame.size() - QSize(0, self._bar_height))

    def outer_size(self) -> PhysicalSize:
        """Return the size of the whole window."""
        margins = self._handle.frameMargins()
        return self._physical(self.frame.size().grownBy(margins))

    def set_size(self, size: Size) -> None:
        """Give the content another size, within its constraints. A window that fills the screen goes on doing so."""
        logical = self._logical(size, "set_size")
        content = QSize(whole_pixels(logical.width), whole_pixels(logical.height))
        wanted = content.boundedTo(largest_size(self.scale_factor())) + QSize(0, self._bar_height)
        if not self._resizable:
            self._fixed_size = wanted
            self._apply_constraints()
        if not self._fills_the_screen():
            self.frame.resize(wanted)

    def set_min_size(self, size: Size | None) -> None:
        """Bound how small the content may be, or lift the bound with ``None``."""
        bound = None if size is None else self._logical(size, "set_min_size")
        self.set_size_constraints(self._constraints.with_min(bound))

    def set_max_size(self, size: Size | None) -> None:
        """Bound how large the content may be, or lift the bound with ``None``."""
        bound = None if size is None else self._logical(size, "set_max_size")
        self.set_size_constraints(self._constraints.with_max(bound))

    def _logical(self, size: Size, asked: str) -> LogicalSize:
        expect(size, (LogicalSize, PhysicalSize), asked, "a LogicalSize or a PhysicalSize")
        return size.to_logical(self.scale_factor())

    def set_size_constraints(self, constraints: SizeConstraints) -> None:
        """Bound each side by itself; replaces all earlier bounds. A window outside them is resized."""
        self._constraints = constraints
        self._apply_constraints()

    def is_resizable(self) -> bool:
        """Say whether the person may resize the window."""
        return self._resizable

    def set_resizable(self, resizable: bool) -> None:
        """Say whether the person may resize the window. ``set_size`` works either way."""
        expect(resizable, bool, "set_resizable", "True or False")
        if resizable != self._resizable:
            self._resizable = resizable
            self._fixed_size = self.frame.size()
            self._apply_constraints()

    def set_menu_bar(self, bar: QMenuBar | None) -> None:
        """Put a menu bar above the content, in place of the one that is there, or take that away.

        The content keeps its size and the window gets another, unless it fills the screen.
        """
        # PySide's stubs do not know that it may be none.
        self.frame.setMenuBar(cast("QMenuBar", bar))
        if bar is not None and not bar.isNativeMenuBar():
            # Qt would do it by itself, but not before the next turn of the loop.
            bar.show()
        self.fit_menu_bar()

    def fit_menu_bar(self) -> None:
        """Give the menu bar the height that it wants by now."""
        bar = self.frame.menuWidget()
        # A native menu bar, as that of macOS, is elsewhere; the one in the window stays hidden.
        height = 0 if bar is None or bar.isHidden() else bar.sizeHint().height()
        change, self._bar_height = QSize(0, height - self._bar_height), height
        if not change.height():
            return
        self._fixed_size += change
        self._apply_constraints()
        if self._fills_the_screen():
            self.frame.resized.emit()
        else:
            self.frame.resize(self.frame.size() + change)

    def set_position(self, position: Position) -> None:
        """Move the outer top-left corner to a place on the desktop."""
        expect(position, (LogicalPosition, PhysicalPosition), "set_position", "a LogicalPosition or a PhysicalPosition")
        physical = position.to_physical(self.scale_factor())
        point = nearest_monitor(available_monitors(), physical).point_at(physical)
        if not self._on_screen:
            # So that the widget keeps to it when it is shown.
            self.frame.move(point)
            self._place = point
        # QWidget.move alone reckons with the frame as Qt last heard of it, and before the window is shown with none.
        self._handle.setFramePosition(point)

    def center(self) -> None:
        """Move the window to the middle of its monitor's work area.

        One that is to fill the screen when it is shown is there when it no longer does.
        """
        area = self._monitor().work_area
        outer = self._physical(self._size_to_place().grownBy(self._handle.frameMargins()))
        self.set_position(
            PhysicalPosition(
                area.position.x + (area.size.width - outer.width) // 2,
                area.position.y + (area.size.height - outer.height) // 2,
            )
        )

    def _size_to_place(self) -> QSize:
        return self.frame.size()

    def current_monitor(self) -> Monitor | None:
        """Return the monitor that the window is on, or ``None`` where there is no monitor."""
        screen = self.frame.screen()
        return monitor_of(screen) if screen is not None else None

    def _take_place(self) -> None:
        """Put a window that is about to be shown where it was asked to be while it was hidden."""
        place, self._place = self._place, None
        if place is not None and not self._fills_the_screen():
            # A native window that gets a size forgets that its place is that of the outer corner; and it gets one when
            # it is shown, unless it has the widget's already.
            self.frame.move(place)
            self._handle.resize(self.frame.size())
            self._handle.setFramePosition(place)

    def _correct_place(self) -> None:
        if self._manager is not None and not self.closed:
            self._manager.repeat_geometry(self.window_id)

    def _prevent_overflow(self, margin: PreventOverflowMargin) -> None:
        """Make the window small enough for its monitor's work area less the margin, frame and all."""
        area, outer, inner = self._monitor().work_area.size, self.outer_size(), self.inner_size()
        fitting = PhysicalSize(
            min(inner.width, max(1, area.width - margin.width - (outer.width - inner.width))),
            min(inner.height, max(1, area.height - margin.height - (outer.height - inner.height))),
        )
        if fitting != inner:
            self.set_size(fitting)

    def _monitor(self) -> Monitor:
        return monitor_of(self.frame.screen())

    def _physical(self, size: QSize) -> PhysicalSize:
        scale = self.scale_factor()
        return PhysicalSize(whole_pixels(size.width() * scale), whole_pixels(size.height() * scale))

    def _apply_constraints(self) -> None:
        if not self._unbounded:
            self._bound(*self._bounds())

    def _bounds(self) -> tuple[QSize, QSize]:
        if not self._resizable:
            return self._fixed_size, self._fixed_size
        bar, unlimited = QSize(0, self._bar_height), QSize(UNLIMITED, UNLIMITED)
        least, most = QSize(*self._constraints.minimum()), QSize(*self._constraints.maximum())
        return least.boundedTo(largest_size(self.scale_factor())) + bar, (most + bar).boundedTo(unlimited)

    def _bound(self, least: QSize, most: QSize) -> None:
        self.frame.setMinimumSize(least)
        self.frame.setMaximumSize(most)

    def _fit_scale(self) -> None:
        """Bring the widget and the native window together after pixels have got another size.

        Where the desktop's scale changes while a window is shown, Qt's xcb platform leaves the native window with the
        pixels that it had and tells the widget nothing (6.12).
        """
        if not self._on_screen or self._handle.size() == self.frame.size():
            return
        if self._fills_the_screen():
            state = self.frame.windowState()
            self.frame.resize(self._handle.size())
            # QWidget takes a widget that is given a size for one that is no longer maximized.
            self.frame.setWindowState(state)
        else:
            self._handle.resize(self.frame.size())

    def _fit_state(self) -> None:
        """Lift the bounds of a window that fills the screen: window managers do not maximize what may not grow."""
        if self._fills_the_screen():
            self._unbounded = True
            self._bound(QSize(*SizeConstraints().minimum()), QSize(*SizeConstraints().maximum()))
        elif self._unbounded:
            # The window manager is about to give the window its old size. Bounds that do not fit the present one would
            # make Qt resize the window first, at the place where it is now.
            size = self.frame.size()
            least, most = self._bounds()
            if not self._on_screen or size == size.expandedTo(least).boundedTo(most):
                self._end_unbounded()

    def _end_unbounded(self) -> None:
        if self._unbounded and not self._fills_the_screen():
            self._unbounded = False
            self._apply_constraints()

    def _fills_the_screen(self) -> bool:
        return bool(self.frame.windowState() & _FILLS_THE_SCREEN)
