"""What `@tauri-apps/api` sends for windows, in its own form, and what becomes of it."""

from typing import Annotated, Any

import msgspec
from PySide6.QtGui import QIcon

from shell.config import Color, ConfigError, TitleBarStyle, WindowConfig, WindowEffects, window_from
from shell.ipc import RefusedError, Session
from shell.plugins.image_argument import ImageArgument, image_of
from shell.window import (
    CursorIcon,
    LogicalPosition,
    LogicalSize,
    Monitor,
    PhysicalPosition,
    PhysicalSize,
    Position,
    ResizeDirection,
    Size,
    SizeConstraints,
    UserAttentionType,
)
from shell.window.dpi import FARTHEST
from shell.window.icon import icon_from_image
from shell.window.largest import largest_for_pages
from shell.window.launcher import ProgressBarState, ProgressBarStatus

type CountArgument = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""A number on the program's icon: docks are told 64 bits of it."""


class SizeArgument(msgspec.Struct, frozen=True, rename="pascal"):
    """`{"Logical": {…}}` or `{"Physical": {…}}`."""

    logical: LogicalSize | None = None
    physical: PhysicalSize | None = None

    def value(self) -> Size:
        """The size."""
        size = _one_of(self.logical, self.physical, "a size")
        if isinstance(size, LogicalSize):
            return LogicalSize(_within(size.width), _within(size.height))
        return PhysicalSize(_within(size.width), _within(size.height))

    def bounded(self, scale_factor: float) -> LogicalSize:
        """The size in logical pixels, or the largest that pages get."""
        size, most = self.value().to_logical(scale_factor), largest_for_pages(scale_factor)
        return LogicalSize(min(size.width, most.width()), min(size.height, most.height()))


class PositionArgument(msgspec.Struct, frozen=True, rename="pascal"):
    """`{"Logical": {…}}` or `{"Physical": {…}}`."""

    logical: LogicalPosition | None = None
    physical: PhysicalPosition | None = None

    def value(self) -> Position:
        """The position."""
        position = _one_of(self.logical, self.physical, "a position")
        if isinstance(position, LogicalPosition):
            return LogicalPosition(_within(position.x), _within(position.y))
        return PhysicalPosition(_within(position.x), _within(position.y))


class LengthArgument(msgspec.Struct, frozen=True, rename="pascal"):
    """`{"Logical": 1.5}` or `{"Physical": 3}`."""

    logical: float | None = None
    physical: float | None = None

    def value(self, scale_factor: float) -> float:
        """The length in logical pixels."""
        _one_of(self.logical, self.physical, "a length")
        return _within(self.logical if self.logical is not None else (self.physical or 0) / scale_factor)


class ConstraintsArgument(msgspec.Struct, frozen=True, rename="camel"):
    """The bounds of a window's size; each may be missing or null."""

    min_width: LengthArgument | None = None
    min_height: LengthArgument | None = None
    max_width: LengthArgument | None = None
    max_height: LengthArgument | None = None

    def value(self, scale_factor: float) -> SizeConstraints:
        """The bounds in logical pixels. What has to be that large at least gets no larger than pages get."""
        lengths = (self.min_width, self.min_height, self.max_width, self.max_height)
        width, height, *greatest = (None if length is None else length.value(scale_factor) for length in lengths)
        most = largest_for_pages(scale_factor)
        return SizeConstraints(at_most(width, most.width()), at_most(height, most.height()), *greatest)


class AttentionArgument(msgspec.Struct, frozen=True):
    """`{"type": "Critical"}`."""

    type: UserAttentionType


class ProgressArgument(msgspec.Struct, frozen=True):
    """What to change of a progress bar."""

    status: ProgressBarStatus | None = None
    progress: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None

    def value(self) -> ProgressBarState:
        """The change."""
        return ProgressBarState(self.status, self.progress)


async def icon_of(image: ImageArgument, session: Session) -> QIcon:
    """The icon that a page means.

    Raises:
        RefusedError: There is no image in it.
        ResourceError: The page holds no image of this id.
    """
    return icon_from_image(await image_of(image, session))


def cursor_of(name: str) -> CursorIcon:
    """The cursor of a name, in any case; as in Tauri, the default one for a name that is none."""
    return _CURSORS.get(name.lower(), CursorIcon.DEFAULT)


def direction_of(name: str) -> ResizeDirection:
    """The direction of a name, in any case, as in Tauri.

    Raises:
        RefusedError: It is none.
    """
    return _named(ResizeDirection, name, "a direction")


def title_bar_style_of(name: str) -> TitleBarStyle:
    """The style of a name, in any case, as in Tauri.

    Raises:
        RefusedError: It is none.
    """
    return _named(TitleBarStyle, name, "a title bar style")


def color_of(value: Any) -> Color | None:
    """The colour, in any form that Tauri takes, or none.

    Raises:
        RefusedError: It is none of them.
    """
    return _option("backgroundColor", value).background_color


def effects_of(value: Any) -> WindowEffects | None:
    """The effects, or none.

    Raises:
        RefusedError: They are not what Tauri calls effects.
    """
    return _option("windowEffects", value).window_effects


def at_most(length: float | None, most: int) -> float | None:
    """A length, or the most that it may be."""
    return None if length is None else min(length, most)


def monitor_for_page(monitor: Monitor | None) -> dict[str, Any] | None:
    """A monitor as pages know it."""
    if monitor is None:
        return None
    return {
        "name": monitor.name,
        "position": monitor.position,
        "size": monitor.size,
        "workArea": monitor.work_area,
        "scaleFactor": monitor.scale_factor,
    }


_CURSORS = {icon.lower(): icon for icon in CursorIcon}


def _one_of[A, B](logical: A | None, physical: B | None, what: str) -> A | B:
    if physical is None and logical is not None:
        return logical
    if logical is None and physical is not None:
        return physical
    raise RefusedError(f'{what} is given as either {{"Logical": …}} or {{"Physical": …}}')


def _named[T: (ResizeDirection, TitleBarStyle)](kind: type[T], name: str, what: str) -> T:
    for member in kind:
        if member.lower() == name.lower():
            return member
    raise RefusedError(f"{what} is one of {', '.join(kind)}, not {name[:100]!r}")


def _option(name: str, value: Any) -> WindowConfig:
    try:
        return window_from({name: value})
    except ConfigError as error:
        raise RefusedError(str(error)) from None


def _within[N: (int, float)](pixels: N) -> N:
    return min(max(pixels, -FARTHEST), FARTHEST)
