"""Bodies that come in pieces."""

import asyncio
import base64
import hashlib
import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.ipc import Limits, RefusedError
from shell.ipc.parts import LARGEST_PART
from shell.ipc.upload import LARGEST_BODY, MOST_EARLY, MOST_GIVEN_UP, MOST_UNDER_WAY, Uploads
from shell.ipc.wire import DROP, PIECE
from tests.ipc.page import Core, Page, Rejected

LIMIT = 1000
POSTED_PIECE = 65_536
"""Bytes of a piece that the bridge sends by a post; what has no more is no upload."""


@given(
    pieces=st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=MOST_EARLY),
    order=st.randoms(use_true_random=False),
)
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
    with pytest.raises(RefusedError, match="upload 2: too many at once"):
        uploads.add(2, 0, b"x")
    uploads.take(1, 2 * LIMIT)
    uploads.add(3, 0, b"x")


def test_pieces_that_wait_for_those_before_them_count_for_more_than_they_hold() -> None:
    uploads = Uploads(LIMIT)
    for at in range(1, MOST_EARLY + 1):
        uploads.add(1, at, b"x")
    with pytest.raises(RefusedError, match="too many at once"):
        uploads.add(2, 0, b"x")


def test_an_upload_has_no_more_pieces_that_wait_than_a_bridge_makes() -> None:
    uploads = Uploads(LIMIT)
    for at in range(1, MOST_EARLY + 1):
        uploads.add(1, at, b"x")
    with pytest.raises(RefusedError, match=f"{MOST_EARLY} pieces wait for what is in front of them"):
        uploads.add(1, MOST_EARLY + 1, b"x")
    assert uploads.size == 0
    with pytest.raises(RefusedError, match=f"no place at 1 for {LARGEST_PART + 1} bytes"):
        uploads.add(2, 1, bytes(LARGEST_PART + 1))


def test_no_more_pieces_wait_than_are_put_in_their_place_in_some_milliseconds() -> None:
    assert MOST_EARLY * LARGEST_PART <= 16 * 2**20


def test_uploads_that_have_but_begun_count_for_more_than_they_hold() -> None:
    uploads = Uploads(100_000)
    begun = 0
    while uploads.size <= 100_000:
        uploads.add(begun, 0, b"x")
        begun += 1
    assert begun < 1000
    with pytest.raises(RefusedError, match="too many at once"):
        uploads.add(begun, 0, b"x")


def test_so_many_uploads_are_under_way_at_a_time_and_each_of_them_goes_on() -> None:
    uploads = Uploads(1 << 30)
    for number in range(MOST_UNDER_WAY):
        uploads.add(number, 0, b"x")
    with pytest.raises(RefusedError, match=f"too many at once: {MOST_UNDER_WAY} others are under way"):
        uploads.add(MOST_UNDER_WAY, 0, b"x")
    assert len(uploads) == MOST_UNDER_WAY
    uploads.add(0, 1, b"y")
    assert uploads.take(0, 2) == b"xy"
    uploads.add(MOST_UNDER_WAY + 1, 0, b"x")


def test_what_a_bridge_sends_by_posts_has_too_many_bytes_before_it_is_too_many() -> None:
    assert Limits().pending_size <= MOST_UNDER_WAY * POSTED_PIECE


def test_no_piece_that_was_on_its_way_begins_an_upload_anew_that_was_given_up() -> None:
    uploads = Uploads(LIMIT)
    uploads.add(1, 0, b"bo")
    uploads.drop(1)
    uploads.drop(1)
    uploads.add(2, 0, b"bo")
    with pytest.raises(RefusedError, match="no place at 0"):
        uploads.add(2, 0, b"x")
    uploads.add(3, 0, b"bo")
    with pytest.raises(RefusedError, match="upload 3 has 2 bytes of 4"):
        uploads.take(3, 4)
    for number in (1, 2, 3):
        with pytest.raises(RefusedError, match=f"upload {number} has been given up"):
            uploads.add(number, 2, b"dy")
    assert uploads.size == 0
    # Those that were given up long ago are not known any more.
    for number in range(10, 10 + 2 * MOST_GIVEN_UP):
        uploads.drop(number)
    uploads.add(1, 0, b"x")
    with pytest.raises(RefusedError, match="given up"):
        uploads.add(number, 0, b"x")


async def test_the_end_of_a_document_lets_go_of_what_came_for_it(core: Core) -> None:
    page = core.page()
    uploads = page.session.uploads
    uploads.add(1, 0, b"body")
    page.load()
    assert uploads.size == 0


async def test_a_page_drops_an_upload_of_its_own(core: Core) -> None:
    page, other = core.page(), core.page("other")
    uploads = page.session.uploads
    uploads.add(1, 0, b"body")
    await other.invoke(DROP, {"upload": 1})
    assert uploads.size > 0
    await page.invoke(DROP, {"upload": 1})
    assert uploads.size == 0


def post_body(page: Page, number: int, body: bytes, piece: int) -> None:
    """Send a body in pieces, as a page does that may not fetch."""
    for at in range(0, len(body), piece):
        text = base64.b64encode(body[at : at + piece]).decode()
        page.invoke(PIECE, {"upload": number, "at": at, "bytes": text})


async def test_a_body_may_come_by_posts_in_pieces(core: Core) -> None:
    @core.command
    async def take(body: bytes, word: str = "") -> str:
        return hashlib.sha256(body).hexdigest()

    @core.command
    async def count(words: list[str]) -> int:
        return len(words)

    page = core.page()
    body = random.Random(1).randbytes(300_000)
    post_body(page, 5, body, POSTED_PIECE)
    last = page.invoke(PIECE, {"upload": 6, "at": 0, "bytes": ""})
    with pytest.raises(Rejected, match="there is no place at 0 for 0 bytes"):
        await last
    page.calls[900] = core.loop.create_future()
    page.post('[900,"take",5,{"x":"y"},true,300000]')
    assert await page.calls[900] == hashlib.sha256(body).hexdigest()
    assert page.session.uploads.size == 0
    post_body(page, 7, msgspec.json.encode({"words": ["wörd"] * 100_000}), 10_000)
    page.calls[901] = core.loop.create_future()
    page.post(f'[901,"count",7,null,false,{100_000 * 8 + 11}]')
    assert await page.calls[901] == 100_000


async def test_a_body_whose_call_is_turned_away_unread_goes_with_it(core: Core) -> None:
    core.limit(slice_time=0, pending_size=10_000)

    @core.command
    async def take(body: bytes) -> int:
        return len(body)

    page = core.page()
    post_body(page, 5, b"body", 4)
    with page.together():
        waiting = [page.invoke("take", base64.b64encode(b"x" * 1000).decode(), raw=True) for _ in range(20)]
    assert page.session.uploads.size > 0
    for number, upload in ((900, "5"), (901, '"x"')):
        page.calls[number] = core.loop.create_future()
        page.post(f'[{number},"take",{upload},null,true,4]')
        with pytest.raises(Rejected, match="too many calls at once"):
            await page.calls[number]
    assert page.session.uploads.size == 0
    assert await asyncio.gather(*waiting) == [1000] * 20


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('[900,"take",5,null,true,4]', "there is no upload 5 of this document"),
        ('[900,"take","x",null,true,4]', "invalid call of take: Expected `int`, got `str`"),
        ('[900,"take",{},null,true,4]', "invalid call of take: Expected `int`, got `object`"),
        ('[900,"take",5,null,true,-4]', "the call could not be read: Expected `int` >= 0"),
        ('[900,"plugin:__shell__|piece",{"upload":1,"at":-1,"bytes":"AAAA"}]', "Expected `int` >= 0"),
        ('[900,"plugin:__shell__|piece",{"upload":1,"at":0,"bytes":"*"}]', "Invalid base64"),
        ('[900,"plugin:__shell__|piece",{"upload":1,"at":1152921504606846976,"bytes":"AAAA"}]', "there is no place"),
        ('[900,"plugin:__shell__|piece",null]', "Expected `object`, got `null`"),
    ],
)
async def test_what_is_no_piece_of_a_body_is_refused(core: Core, line: str, problem: str) -> None:
    @core.command
    async def take(body: bytes) -> int:
        return len(body)

    page = core.page()
    page.calls[900] = core.loop.create_future()
    page.post(line)
    with pytest.raises(Rejected) as refused:
        await page.calls[900]
    assert problem in refused.value.payload
