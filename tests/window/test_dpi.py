import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSize, Qt

from shell.window.constraints import UNLIMITED, SizeConstraints
from shell.window.dpi import LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize, whole_pixels
from shell.window.edges import edges_at
from shell.window.monitor import Area, Monitor, nearest_monitor

scales = st.floats(0.25, 8)
pixels = st.integers(-(2**20), 2**20)
lengths = st.integers(0, 2**20)


@given(lengths, lengths, scales)
def test_a_physical_size_survives_the_way_through_logical_pixels(width: int, height: int, scale: float) -> None:
    size = PhysicalSize(width, height)
    assert size.to_logical(scale).to_physical(scale) == size


@given(pixels, pixels, scales)
def test_a_physical_position_survives_the_way_through_logical_pixels(x: int, y: int, scale: float) -> None:
    position = PhysicalPosition(x, y)
    assert position.to_logical(scale).to_physical(scale) == position


@given(lengths, lengths, scales)
def test_a_logical_size_is_off_by_at_most_half_a_physical_pixel(width: int, height: int, scale: float) -> None:
    back = LogicalSize(width, height).to_physical(scale).to_logical(scale)
    assert abs(back.width - width) * scale <= 0.5 + 1e-6
    assert abs(back.height - height) * scale <= 0.5 + 1e-6


@given(scales)
def test_what_is_of_the_wanted_kind_already_stays_the_same(scale: float) -> None:
    assert PhysicalSize(3, 4).to_physical(scale) == PhysicalSize(3, 4)
    assert LogicalSize(3, 4).to_logical(scale) == LogicalSize(3, 4)
    assert PhysicalPosition(-3, 4).to_physical(scale) == PhysicalPosition(-3, 4)
    assert LogicalPosition(-3, 4).to_logical(scale) == LogicalPosition(-3, 4)


@given(st.sampled_from([0.0, -1.0, math.nan, math.inf, -math.inf]))
def test_a_scale_factor_that_is_none_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale factor"):
        PhysicalSize(1, 1).to_logical(scale)


@given(st.integers(-1000, 1000))
def test_half_pixels_go_away_from_zero(value: int) -> None:
    expected = value + 1 if value >= 0 else value
    assert whole_pixels(value + 0.5) == expected


def _monitor(x: int, y: int, width: int, height: int, scale: float) -> Monitor:
    area = Area(PhysicalPosition(x, y), PhysicalSize(width, height))
    return Monitor("A", area.position, area.size, area, scale)


@given(pixels, pixels, st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0]), pixels, pixels)
def test_points_of_a_monitor_survive_the_way_through_qts_coordinates(
    left: int, top: int, scale: float, x: int, y: int
) -> None:
    monitor = _monitor(left, top, 1920, 1080, scale)
    there = monitor.device_independent(x, y)
    back = monitor.physical(*there)
    assert back == pytest.approx((x, y), abs=1e-3)


@given(pixels, pixels, scales)
def test_the_corner_of_a_monitor_is_the_same_in_both_coordinates(left: int, top: int, scale: float) -> None:
    assert _monitor(left, top, 1920, 1080, scale).physical(left, top) == (left, top)


@given(st.integers(0, 1919), st.integers(0, 1079), st.booleans())
def test_a_position_belongs_to_the_monitor_that_has_it(x: int, y: int, second: bool) -> None:
    monitors = [_monitor(0, 0, 1920, 1080, 1.0), _monitor(1920, 0, 1920, 1080, 2.0)]
    position = PhysicalPosition(x + 1920 * second, y)
    assert nearest_monitor(monitors, position) is monitors[second]


def test_a_position_beside_all_monitors_goes_to_the_closest() -> None:
    monitors = [_monitor(0, 0, 1920, 1080, 1.0), _monitor(1920, 0, 1920, 1080, 2.0)]
    assert nearest_monitor(monitors, PhysicalPosition(-500, 20)) is monitors[0]
    assert nearest_monitor(monitors, PhysicalPosition(9000, 20)) is monitors[1]


bounds = st.none() | st.floats(0, UNLIMITED)


@given(bounds, bounds, bounds, bounds)
def test_the_maximum_is_never_below_the_minimum(
    min_width: float | None, min_height: float | None, max_width: float | None, max_height: float | None
) -> None:
    constraints = SizeConstraints(min_width, min_height, max_width, max_height)
    for least, most in zip(constraints.minimum(), constraints.maximum(), strict=True):
        assert 0 <= least <= most <= UNLIMITED


def test_lifting_one_bound_leaves_the_other() -> None:
    both = SizeConstraints().with_min(LogicalSize(10, 20)).with_max(LogicalSize(30, 40))
    assert both.with_min(None) == SizeConstraints(max_width=30, max_height=40)
    assert both.with_max(None) == SizeConstraints(min_width=10, min_height=20)


@given(st.floats(-10, 410), st.floats(-10, 310))
def test_a_point_is_near_at_most_one_edge_of_each_direction(x: float, y: float) -> None:
    edges = edges_at(QPointF(x, y), QSize(400, 300))
    assert bool(edges & Qt.Edge.LeftEdge) == (x < 5)
    assert bool(edges & Qt.Edge.RightEdge) == (x >= 395)
    assert bool(edges & Qt.Edge.TopEdge) == (y < 5)
    assert bool(edges & Qt.Edge.BottomEdge) == (y >= 295)
