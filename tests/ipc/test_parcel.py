"""What waits in the core until the page fetches it, whole or in parts."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.ipc.parcel import BYTES, JSON, MOST_AT_ONCE, Parcels
from shell.ipc.parts import LARGEST_PART, Parts

DATA = bytes(range(100))


@given(data=st.binary(min_size=1), size=st.integers(1, 10), order=st.randoms(use_true_random=False))
def test_parts_make_the_parcel_in_whatever_order_they_are_asked_for(
    data: bytes, size: int, order: random.Random
) -> None:
    parcels = Parcels()
    number = parcels.park(BYTES, data)
    places = list(range(0, len(data), size))
    order.shuffle(places)
    whole = bytearray(len(data))
    for at in places:
        assert parcels.size == len(data)
        part = parcels.take_part(number, at, min(size, len(data) - at))
        assert part is not None
        assert part.content_type == BYTES
        whole[at : at + len(part.data)] = bytes(part.data)
    assert whole == data
    assert parcels.size == 0
    assert parcels.take(number) is None
    assert parcels.take_part(number, 0, 1) is None


@pytest.mark.parametrize(("at", "size"), [(0, 101), (100, 1), (99, 2), (0, 0), (100, 0), (1 << 60, 1), (0, 1 << 60)])
def test_what_is_no_part_of_a_parcel_is_not_handed_out_and_harms_no_other(at: int, size: int) -> None:
    parcels = Parcels()
    number = parcels.park(BYTES, DATA)
    assert parcels.take_part(number, at, size) is None
    assert parcels.take_part(number + 1, 0, 1) is None
    part = parcels.take_part(number, 0, 100)
    assert part is not None
    assert part.data == DATA


def test_a_parcel_of_which_one_part_is_asked_for_again_and_again_goes_as_well() -> None:
    parcels = Parcels()
    number = parcels.park(BYTES, DATA)
    handed = 0
    while parcels.take_part(number, 0, 30) is not None:
        handed += 30
    assert 100 <= handed < 130
    assert parcels.size == 0


def test_a_parcel_that_was_begun_in_parts_can_still_be_had_whole() -> None:
    parcels = Parcels()
    number = parcels.park(BYTES, DATA)
    assert parcels.take_part(number, 0, 60) is not None
    parcel = parcels.take(number)
    assert parcel is not None
    assert parcel.data == DATA
    assert parcels.size == 0


def test_bytes_and_json_are_announced_with_their_size() -> None:
    parcels = Parcels()
    assert parcels.announce(BYTES, b"abc") == b"1,3"
    assert parcels.announce(JSON, b"[]") == b"2,2,1"


def test_what_was_begun_is_forgotten_with_the_rest() -> None:
    parcels = Parcels()
    number = parcels.park(BYTES, DATA)
    assert parcels.take_part(number, 0, 60) is not None
    parcels.clear()
    assert parcels.take_part(number, 60, 40) is None
    assert parcels.size == 0


def test_what_is_large_is_handed_out_in_parts_alone() -> None:
    parcels = Parcels()
    number = parcels.park(BYTES, bytes(MOST_AT_ONCE + 1))
    assert parcels.take(number) is None
    assert parcels.take_part(number, 0, MOST_AT_ONCE + 1) is None
    assert parcels.take_part(number, 0, MOST_AT_ONCE) is not None
    assert parcels.take_part(number, MOST_AT_ONCE, 1) is not None
    assert parcels.size == 0


@given(data=st.lists(st.binary(max_size=30)), cut=st.integers(0, 100), at=st.integers(0, 50), size=st.integers(0, 50))
def test_parts_are_what_was_written(data: list[bytes], cut: int, at: int, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shell.ipc.parts.LARGEST_PART", 8)
        parts = Parts()
        for one in data:
            parts.write(one)
        whole = b"".join(data)
        assert (bytes(parts), len(parts)) == (whole, len(whole))
        assert parts.part(at, size) == whole[at : at + size]
        cut = min(cut, len(whole))
        parts.truncate(cut)
        parts.write(b"more")
        whole = whole[:cut] + b"more"
        assert (bytes(parts), len(parts)) == (whole, len(whole))
        assert parts.part(at, size) == whole[at : at + size]


def test_a_parcel_of_parts_is_fetched_as_others_are() -> None:
    parts = Parts()
    for _ in range(5):
        parts.write(bytes(1_000_000))
    parcels = Parcels()
    number = parcels.park(JSON, parts)
    sizes = []
    for at in range(0, 5_000_000, LARGEST_PART):
        part = parcels.take_part(number, at, min(LARGEST_PART, 5_000_000 - at))
        assert part is not None
        sizes.append(len(part.data))
    assert sum(sizes) == 5_000_000
    assert parcels.size == 0


def test_a_parcel_that_nobody_will_fetch_is_dropped_however_much_of_it_was_handed_out() -> None:
    parcels = Parcels()
    begun, other = parcels.park(BYTES, DATA), parcels.park(BYTES, DATA)
    assert parcels.take_part(begun, 0, 60) is not None
    parcels.drop(begun)
    assert parcels.take_part(begun, 60, 40) is None
    parcels.drop(begun)
    parcels.drop(other + 1)
    assert parcels.size == len(DATA)
    assert parcels.take(other) is not None
