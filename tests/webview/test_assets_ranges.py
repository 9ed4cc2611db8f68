"""The parts of files that requests ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.webview.ranges import ByteRange, RangeError, requested_range


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        (None, 0, 1000),
        ("bytes=0-", 0, 1000),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=990-", 990, 1000),
        ("bytes=990-5000", 990, 1000),
        ("bytes=-10", 990, 1000),
        ("bytes=-5000", 0, 1000),
        ("Bytes=10-19", 10, 20),
        (" bytes= 10-19 ", 10, 20),
        ("bytes=10 - 19", 10, 20),
        ("bytes=,10-19, ", 10, 20),
        (f"bytes=10-{2**63 - 1}", 10, 1000),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str | None, start: int, stop: int) -> None:
    assert requested_range(header, 1000) == ByteRange(start, stop)


@pytest.mark.parametrize("header", ["bytes=0-9,20-29", "bytes=0-, 5-9", "bytes=5000-,6000-", "bytes=0-1,5-2"])
def test_several_ranges_are_answered_with_the_whole(header: str) -> None:
    assert requested_range(header, 1000) == ByteRange(0, 1000)


@pytest.mark.parametrize(
    "header", ["lines=0-9", "lines=5000-", "x-bytes=0-9", "seconds=a:b", "nonsense", "0-9", "", "="]
)
def test_a_unit_other_than_bytes_is_ignored(header: str) -> None:
    assert requested_range(header, 1000) == ByteRange(0, 1000)


@pytest.mark.parametrize("header", ["bytes=9-5", "bytes=5000-0", "bytes=99999999999999999999-", f"bytes=0-{2**63}"])
def test_a_range_that_ends_before_it_starts_or_counts_too_far_is_ignored(header: str) -> None:
    assert requested_range(header, 1000) == ByteRange(0, 1000)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=5-9", "bytes=-5", "nonsense"])
def test_an_empty_file_is_always_whole(header: str) -> None:
    assert requested_range(header, 0) == ByteRange(0, 0)


@pytest.mark.parametrize(
    "header",
    [
        "bytes=1000-",
        "bytes=1000-2000",
        "bytes=999999999999999999-",
        "bytes=-0",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=3--1",
        "bytes=,",
        "bytes=0-1,x",
        "bytes=٣-٤",
    ],
)
def test_a_range_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(RangeError):
        requested_range(header, 1000)


@pytest.mark.parametrize("ranges", ["1-2," * 100, "," * 300 + "0-9", "0-9" + " " * 300])
def test_a_range_that_is_longer_than_any_is_refused_unread(ranges: str) -> None:
    with pytest.raises(RangeError, match="may have 256"):
        requested_range(f"bytes={ranges}", 1000)
    assert requested_range(f"lines={ranges}", 1000) == ByteRange(0, 1000)


@given(st.text(alphabet="bytes=-,0123456789 \t", max_size=30), st.integers(0, 2**40))
def test_whatever_is_asked_for_lies_in_the_file(header: str, size: int) -> None:
    try:
        part = requested_range(header, size)
    except RangeError:
        return
    assert 0 <= part.start <= part.stop <= size
    assert part.start < part.stop or size == 0


@given(
    st.text(st.characters(exclude_characters="=")).filter(lambda unit: unit.strip(" \t").lower() != "bytes"),
    st.text(),
    st.integers(0, 2**40),
)
def test_what_is_not_counted_in_bytes_is_never_refused(unit: str, ranges: str, size: int) -> None:
    assert requested_range(f"{unit}={ranges}", size) == ByteRange(0, size)


@given(st.integers(0, 2**64), st.integers(0, 2**64), st.integers(1, 2**40))
def test_two_numbers_are_a_part_or_the_whole_or_lie_behind_the_end(first: int, last: int, size: int) -> None:
    asked = f"bytes={first}-{last}"
    if last < first or last >= 2**63:
        assert requested_range(asked, size) == ByteRange(0, size)
    elif first < size:
        assert requested_range(asked, size) == ByteRange(first, min(last + 1, size))
    else:
        with pytest.raises(RangeError, match="behind the end"):
            requested_range(asked, size)
