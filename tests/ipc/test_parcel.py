"""What waits in the core until the page fetches it, whole or in parts."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.ipc.parcel import BYTES, JSON, Parcels

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
        whole[at : at + len(part.data)] = part.data
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


def test_bytes_are_announced_with_their_size_and_json_is_not() -> None:
    parcels = Parcels()
    assert parcels.announce(BYTES, b"abc") == b"1,3"
    assert parcels.announce(JSON, b"[]") == b"2"


def test_what_was_begun_is_forgotten_with_the_rest() -> None:
    parcels = Parcels()
    number = parcels.park(BYTES, DATA)
    assert parcels.take_part(number, 0, 60) is not None
    parcels.clear()
    assert parcels.take_part(number, 60, 40) is None
    assert parcels.size == 0
