"""Bytes: up as a raw body or inside JSON, down as parcels that wait in the core."""

import asyncio
import base64
from typing import Any

import pytest

from shell.ipc import CommandError, Request
from shell.ipc.parcel import BYTES, LARGEST_POSTED
from shell.ipc.wire import DROP, PARCEL, Kind
from tests.ipc.page import Core, Page, Rejected, kinds, turns

DATA = bytes(range(256)) * 100


@pytest.fixture
def page(core: Core) -> Page:
    """A page that may call some commands that take bytes."""

    @core.command
    async def echo(body: bytes) -> bytes:
        return body

    @core.command
    async def kind_of(body: bytearray | None = None, size: int = 5) -> list[Any]:
        return [type(body).__name__, body and len(body), size]

    @core.command
    async def view(body: memoryview) -> list[Any]:
        return [type(body).__name__, len(body)]

    @core.command
    async def second(name: str, body: bytes) -> str:
        return name + body.decode()

    @core.command
    async def request(request: Request) -> list[Any]:
        return [request.body.decode(), request.raw, dict(request.headers)]

    @core.command
    async def plain(name: str) -> str:
        return name

    return core.page()


async def test_raw_bytes_go_to_the_parameter_that_takes_them_and_come_back(page: Page) -> None:
    assert await page.fetch("echo", DATA) == DATA


async def test_raw_bytes_get_the_parameters_type(page: Page) -> None:
    assert await page.fetch("kind_of", b"abc") == ["bytearray", 3, 5]
    assert await page.fetch("view", b"abc") == ["memoryview", 3]


async def test_bytes_that_are_returned_wait_to_be_fetched(page: Page) -> None:
    assert await page.invoke("echo", base64.b64encode(DATA).decode(), raw=True) == DATA
    assert kinds(page.deliveries[0]) == [Kind.RESOLVE_PARKED]
    assert page.session.parcels.size == 0


@pytest.mark.parametrize("value", ["AAEC", [0, 1, 2]])
async def test_bytes_inside_json_are_base64_or_an_array_of_numbers(page: Page, value: Any) -> None:
    assert await page.invoke("echo", {"body": value}) == b"\0\1\2"
    assert await page.invoke("kind_of", {"body": value}) == ["bytearray", 3, 5]


@pytest.mark.parametrize("value", ["no base64!", [256], [-1], [1.5], 5, {"0": 1}])
async def test_what_is_neither_is_refused(page: Page, value: Any) -> None:
    with pytest.raises(Rejected, match=r"^invalid args `body` for command `echo`: "):
        await page.invoke("echo", {"body": value})


async def test_bytes_may_be_missing_where_they_have_a_default(page: Page) -> None:
    assert await page.invoke("kind_of", {"size": 7}) == ["NoneType", None, 7]


async def test_a_raw_body_leaves_the_other_parameters_to_their_defaults(page: Page) -> None:
    with pytest.raises(Rejected, match=r"command `second`: with a raw body.*'name'"):
        await page.fetch("second", b"abc")
    assert await page.invoke("second", {"name": "n", "body": "AAAA"}) == "n\0\0\0"


async def test_a_command_that_takes_no_bytes_says_so(page: Page) -> None:
    with pytest.raises(Rejected, match="command `plain` takes no raw bytes"):
        await page.fetch("plain", b"abc")


async def test_the_request_is_there_as_it_came(page: Page) -> None:
    assert await page.fetch("request", b"abc") == ["abc", True, {}]
    assert await page.invoke("request", {"a": 1}, headers={"x-name": "v"}) == ['{"a":1}', False, {"x-name": "v"}]
    assert await page.invoke("request", "YWJj", headers={"x-name": "v"}, raw=True) == ["abc", True, {"x-name": "v"}]


async def test_large_arguments_may_come_by_ipc_too(page: Page) -> None:
    assert await page.fetch("plain", b'{"name":"n"}', raw=False) == "n"
    with pytest.raises(Rejected, match="invalid args for command `plain`"):
        await page.fetch("plain", b"\xff\xfe", raw=False)


async def test_a_raw_body_that_is_no_base64_is_refused(page: Page) -> None:
    for body in ("?", "A", 5, None):
        with pytest.raises(Rejected, match="invalid call of echo"):
            await page.invoke("echo", body, raw=True)


async def test_a_page_that_may_not_fetch_asks_for_its_parcels(page: Page) -> None:
    page.fetches = False
    page.invoke("echo", {"body": "AAEC"})
    ((_, _, number, _),) = page.deliveries[-1]
    assert await page.fetch_as_text(number) == "AAEC"
    with pytest.raises(Rejected, match=f"there is no parcel {number}"):
        await page.fetch_as_text(number)


async def test_large_json_is_asked_for_likewise(core: Core) -> None:
    @core.command
    async def get() -> list[str]:
        return ["é" * 300_000]

    page = core.page()
    page.fetches = False
    page.invoke("get")
    await page.until(lambda: bool(page.deliveries))
    ((_, _, number, size, is_json),) = page.deliveries[-1]
    assert is_json == 1
    with pytest.raises(Rejected, match=f"there is no parcel {number}"):
        await page.fetch_as_text(number)
    parts = [
        await page.invoke(PARCEL, {"number": number, "at": at, "size": min(LARGEST_POSTED, size - at)})
        for at in range(0, size, LARGEST_POSTED)
    ]
    assert b"".join(map(base64.b64decode, parts)).decode() == f'["{"é" * 300_000}"]'
    assert page.session.parcels.size == 0
    for at, wrong in ((0, 1), (0, LARGEST_POSTED + 1), (size, 1), (0, 0), (0, -1)):
        with pytest.raises(Rejected, match=f"there is no parcel {number}"):
            await page.invoke(PARCEL, {"number": number, "at": at, "size": wrong})


@pytest.mark.parametrize("number", ["1", None, 1.5, {}])
async def test_a_parcels_number_is_a_number(page: Page, number: Any) -> None:
    with pytest.raises(Rejected, match=r"invalid call of plugin:__shell__\|parcel"):
        await page.fetch_as_text(number)


async def test_a_parcel_belongs_to_its_document_alone(core: Core, page: Page) -> None:
    other = core.page("other")
    page.fetches = False
    page.invoke("echo", {"body": "AAEC"})
    ((_, _, number, _),) = page.deliveries[-1]
    with pytest.raises(Rejected, match="there is no parcel"):
        await other.fetch_as_text(number)
    assert await page.fetch_as_text(number) == "AAEC"


async def test_a_parcel_that_a_page_drops_keeps_nobody_waiting_for_it(core: Core, page: Page) -> None:
    other = core.page("other")
    number = page.session.parcels.park(BYTES, bytes(2 * core.limits.window_size))
    drained = asyncio.ensure_future(page.session.outbox.drained())
    await other.invoke(DROP, {"parcel": number})
    await turns()
    assert not drained.done()
    await page.invoke(DROP, {"parcel": number})
    await drained
    assert page.session.outbox.backlog < core.limits.window_size
    with pytest.raises(Rejected, match="there is no parcel"):
        await page.fetch_as_text(number)
    with pytest.raises(Rejected, match=r"invalid call of plugin:__shell__\|drop"):
        await page.invoke(DROP, {"parcel": "1"})


async def test_bytes_inside_a_result_are_base64(core: Core) -> None:
    @core.command
    async def get() -> dict[str, bytes]:
        return {"data": b"\0\1\2"}

    assert await core.page().invoke("get") == {"data": "AAEC"}


async def test_a_command_error_may_hold_bytes_too(core: Core) -> None:
    @core.command
    async def fail() -> None:
        raise CommandError(b"\0\1\2")

    with pytest.raises(Rejected) as caught:
        await core.page().invoke("fail")
    assert caught.value.payload == "AAEC"
