"""Bodies that come in pieces."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.ipc import RefusedError
from shell.ipc.upload import LARGEST_BODY, Uploads
from tests.ipc.page import Core

LIMIT = 1000


@given(pieces=st.lists(st.binary(min_size=1, max_size=20), min_size=1), order=st.randoms(use_true_random=False))
def test_pieces_make_the_body_in_whatever_order_they_come(pieces: list[bytes], order: random.Random) -> None:
    placed = [(sum(map(len, pieces[:number])), piece) for number, piece in enumerate(pieces)]
    order.shuffle(placed)
    uploads = Uploads(LIMIT)
    for at, piece in placed:
        uploads.add(1, at, piece)
    body = b"".join(pieces)
    assert len(body) < uploads.size < len(body) + 1000
    assert uploads.take(1, len(body)) == body
    assert uploads.size == 0


def test_uploads_do_not_mix() -> None:
    uploads = Uploads(LIMIT)
    for at, (first, second) in enumerate(zip(b"one", b"two", strict=True)):
        uploads.add(1, at, bytes([first]))
        uploads.add(2, at, bytes([second]))
    assert (uploads.take(2, 3), uploads.take(1, 3)) == (b"two", b"one")


def test_a_body_is_had_once_and_only_whole() -> None:
    uploads = Uploads(LIMIT)
    uploads.add(1, 0, b"body")
    assert uploads.take(1, 4) == b"body"
    with pytest.raises(RefusedError, match="there is no upload 1"):
        uploads.take(1, 4)
    uploads.add(2, 0, b"bo")
    uploads.add(2, 3, b"y")
    with pytest.raises(RefusedError, match="upload 2 has 2 bytes of 4"):
        uploads.take(2, 4)
    assert uploads.size == 0


@pytest.mark.parametrize(("at", "piece"), [(0, b"x"), (1, b"x"), (4, b"x"), (2, b""), (LARGEST_BODY, b"x")])
def test_a_piece_without_a_place_takes_its_upload_with_it(at: int, piece: bytes) -> None:
    uploads = Uploads(LIMIT)
    uploads.add(1, 0, b"bo")
    uploads.add(1, 4, b"!")
    with pytest.raises(RefusedError, match=f"no place at {at}"):
        uploads.add(1, at, piece)
    assert uploads.size == 0


def test_one_body_may_be_larger_than_others_leave_room_for() -> None:
    uploads = Uploads(LIMIT)
    uploads.add(1, 0, bytes(LIMIT))
    uploads.add(1, LIMIT, bytes(LIMIT))
    with pytest.raises(RefusedError, match="too many uploads"):
        uploads.add(2, 0, b"x")
    uploads.take(1, 2 * LIMIT)
    uploads.add(2, 0, b"x")


def test_pieces_that_wait_for_those_before_them_count_for_more_than_they_hold() -> None:
    uploads = Uploads(LIMIT)
    for at in range(1, 100):
        uploads.add(1, at, b"x")
    with pytest.raises(RefusedError, match="too many uploads"):
        uploads.add(2, 0, b"x")


def test_uploads_that_have_but_begun_count_for_more_than_they_hold() -> None:
    uploads = Uploads(100_000)
    begun = 0
    while uploads.size <= 100_000:
        uploads.add(begun, 0, b"x")
        begun += 1
    assert begun < 1000
    with pytest.raises(RefusedError, match="too many uploads"):
        uploads.add(begun, 0, b"x")


async def test_the_end_of_a_document_lets_go_of_what_came_for_it(core: Core) -> None:
    page = core.page()
    uploads = page.session.uploads
    uploads.add(1, 0, b"body")
    page.load()
    assert uploads.size == 0
