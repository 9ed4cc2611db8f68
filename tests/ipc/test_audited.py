"""What the audit log tells of calls, whatever becomes of them."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shell.audit import Audit, writer
from shell.ipc import Call, CommandError, RefusedError, audited
from tests.desktop import PATIENCE
from tests.ipc.page import Core, Page, Rejected, turns


class Log:
    """The audit log of a core."""

    def __init__(self, core: Core, path: Path) -> None:
        self._path = path
        self.audit = core.audit = Audit.open(path, size=1 << 30, soon=core.loop.call_soon)

    def told(self, kind: str = "call") -> list[dict[str, Any]]:
        """The log's lines of a kind, as far as they are handed over."""
        self.audit._lines._writer.flush()
        return [line for line in map(json.loads, self._path.read_text().splitlines()) if line["kind"] == kind]

    async def outcomes(self) -> dict[str, str]:
        """How the calls of each command ended."""
        await turns()
        return {line["command"]: line["outcome"] for line in self.told()}


@pytest.fixture
def log(core: Core, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """The audit log of the core; however slow the machine is, it is waited for."""
    monkeypatch.setattr(writer, "_PATIENCE", PATIENCE)
    log = Log(core, tmp_path / "audit.jsonl")
    yield log
    log.audit.end()


async def ended(page: Page, *commands: str) -> None:
    for command in commands:
        with contextlib.suppress(Rejected):
            await page.invoke(command)


async def test_every_end_of_a_call_is_told(core: Core, log: Log) -> None:
    @core.command
    async def answers() -> str:
        return "secret"

    @core.command
    async def rejects() -> None:
        raise CommandError("secret")

    @core.command
    async def refuses() -> None:
        raise RefusedError("secret")

    @core.command
    async def fails() -> None:
        raise ValueError("secret")

    @core.command
    async def has_no_form() -> object:
        return object()

    @core.command
    async def cancels_itself() -> None:
        raise asyncio.CancelledError("secret")

    @core.command
    async def wants(number: int) -> None: ...

    @core.command
    def plain() -> None: ...

    page = core.page()
    await ended(
        page, "answers", "rejects", "refuses", "fails", "has_no_form", "cancels_itself", "wants", "plain", "missing"
    )
    assert await log.outcomes() == {
        "answers": "answered",
        "rejects": "rejected",
        "refuses": "refused",
        "fails": "failed",
        "has_no_form": "failed",
        "cancels_itself": "cancelled",
        "wants": "refused",
        "plain": "answered",
        "missing": "refused",
    }
    lines = log.told()
    assert [line["command"] for line in lines if not line["allowed"]] == ["missing"]
    assert all(line["ms"] >= 0 and line["size"] == 2 for line in lines)
    assert "secret" not in str(log.told())


async def test_the_permission_that_allows_or_would_is_named(core: Core, log: Log) -> None:
    core.capabilities.append({"identifier": "some", "windows": ["main"], "permissions": ["allow-greet"]})

    @core.command
    async def greet() -> None: ...

    main, other = core.page(), core.page("other")
    await ended(main, "greet")
    await ended(other, "greet")
    await turns()
    allowed, denied = log.told()
    assert allowed["by"] == [{"capability": "some", "permission": "allow-greet"}]
    assert "why" not in allowed
    assert "by" not in denied
    assert denied["caller"]["window"] == "other"
    assert 'not allowed on window "other"' in denied["why"]
    assert "Permissions associated with this command: allow-greet" in denied["why"]


async def test_a_refusal_shows_no_secret_of_a_remote_pages_url(core: Core, log: Log) -> None:
    @core.command
    async def greet() -> None: ...

    page = core.page(url="https://ada:pw@example.com/a?token=secret", local=False)
    await ended(page, "greet")
    await turns()
    (line,) = log.told()
    assert "URL: https://example.com/a." in line["why"]
    assert line["caller"]["page"] == "https://example.com/a"
    assert "secret" not in str(log.told())


async def test_a_call_whose_page_went_away_is_cancelled(core: Core, log: Log) -> None:
    @core.command
    async def waits() -> None:
        await asyncio.Event().wait()

    page = core.page()
    page.invoke("waits")
    page.leave()
    assert await log.outcomes() == {"waits": "cancelled"}


async def test_a_call_whose_page_goes_while_it_waits_for_an_import_is_cancelled_and_not_refused(
    core: Core, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = threading.Event()
    monkeypatch.setattr("shell.ipc.importing._import", lambda _: imported.wait(PATIENCE))
    page = core.page()
    core.commands.add_later("plugin:late|", list, ("late",))
    page.invoke("plugin:late|one")
    page.leave()
    imported.set()
    assert await log.outcomes() == {"plugin:late|one": "cancelled"}
    (line,) = log.told()
    assert line["why"] == "command `plugin:late|one` was cancelled"


async def test_a_call_that_takes_long_is_told_before_it_ends(
    core: Core, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audited, "_LONG", 0.0)
    go = asyncio.Event()

    @core.command
    async def waits() -> None:
        await go.wait()

    page = core.page()
    first, second = page.invoke("waits"), page.invoke("waits")
    while len(log.told()) < 2:
        await turns()
    assert [line["outcome"] for line in log.told()] == ["under way"] * 2
    go.set()
    await asyncio.gather(first, second)
    await turns()
    lines = log.told()
    assert [line["outcome"] for line in lines] == ["under way", "under way", "answered", "answered"]
    assert [line["time"] for line in lines[:2]] == [line["time"] for line in lines[2:]]


async def test_no_more_calls_that_take_long_are_told_of_in_a_turn_than_fit_into_a_slice(
    core: Core, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audited, "_LONG", 0.0)
    core.limit(slice_time=0.0)
    told: list[str | None] = []
    monkeypatch.setattr(log.audit, "call", lambda call: told.append(call.outcome))

    @core.command
    async def waits() -> None:
        await asyncio.Event().wait()

    page = core.page()
    for _ in range(20):
        page.invoke("waits")
    in_one_turn = []
    while len(told) < 20:
        before = len(told)
        await asyncio.sleep(0)
        in_one_turn.append(len(told) - before)
    assert told == ["under way"] * 20
    assert max(in_one_turn) == 1


async def test_a_call_that_is_answered_at_once_is_handed_over_before_its_page_has_the_answer(
    core: Core, log: Log
) -> None:
    @core.command
    async def greet() -> None: ...

    page = core.page()
    answer = page.link.receive(f'["{page.document}",0]\n[1,"greet",{{}}]\n[2,"missing",{{}}]\nnonsense')
    assert answer
    assert [line["command"] for line in log.told()] == ["greet", "missing"]
    assert len(log.told("message")) == 1


async def test_what_the_end_of_the_program_leaves_behind_is_told(core: Core, log: Log) -> None:
    @core.command(detached=True)
    async def waits() -> None:
        await asyncio.Event().wait()

    core.page().invoke("waits")
    core.router.close()
    assert await log.outcomes() == {"waits": "left behind"}


async def test_a_command_that_a_filter_names_is_decided_and_told_of_too(core: Core, log: Log) -> None:
    core.capabilities.append({"identifier": "some", "windows": ["*"], "permissions": ["allow-greet", "deny-hidden"]})

    @core.command
    async def greet() -> None: ...

    @core.command
    async def hidden() -> None: ...

    @core.filters.add
    async def other(call: Call, proceed: Any) -> Any:
        return await proceed(call.replace(command=call.args["other"]) if "other" in call.args else call)

    page = core.page()
    await page.invoke("greet")
    await page.invoke("greet", {"other": "greet"})
    with pytest.raises(Rejected):
        await page.invoke("greet", {"other": "hidden"})
    await turns()
    lines = [[line["command"], line.get("instead_of"), line["allowed"], line.get("outcome")] for line in log.told()]
    assert lines == [
        ["greet", None, True, "answered"],
        ["greet", None, True, "answered"],
        ["hidden", "greet", False, None],
        ["greet", None, True, "refused"],
    ]


async def test_calls_beyond_the_limit_are_told_of(core: Core, log: Log) -> None:
    core.limit(pending_calls=1)

    @core.command
    async def waits() -> None:
        await asyncio.Event().wait()

    page = core.page()
    page.invoke("waits")
    await ended(page, "waits")
    await turns()
    (line,) = log.told()
    assert not line["allowed"]
    assert line["why"] == "too many calls at once: 1 are under way (App's limits.pending_calls)"
    page.leave()


async def test_calls_by_ipc_say_so(core: Core, log: Log) -> None:
    @core.command
    async def up(body: bytes) -> int:
        return len(body)

    page = core.page()
    await page.fetch("up", b"12345")
    await turns()
    (line,) = log.told()
    assert [line["road"], line["size"]] == ["ipc", 5]


async def test_messages_that_are_dropped_are_told_of(core: Core, log: Log) -> None:
    page = core.page()
    page.link.receive("nonsense")
    page.link.receive('["somebody-else",0]\n[1,"greet",{}]')
    page.calls[2] = refused = core.loop.create_future()
    page.post("{}", '[2,"greet","*",null,true]')
    with pytest.raises(Rejected):
        await refused
    await turns()
    lines = log.told("message")
    assert [line["webview"] for line in lines] == ["main"] * 4
    assert [line["why"].partition(":")[0] for line in lines] == [
        "it is malformed",
        "it is of a document that is not there, or not any more",
        "it is malformed",
        "invalid call of greet",
    ]
    assert log.told() == []


async def test_a_thousand_calls_at_once_are_a_thousand_whole_lines(core: Core, log: Log) -> None:
    @core.command
    async def greet(number: int) -> int:
        return number

    page = core.page()
    with page.together():
        calls = [page.invoke("greet", {"number": number}) for number in range(1000)]
    await asyncio.gather(*calls)
    await turns()
    assert len(log.told()) == 1000


@pytest.mark.parametrize("kept", [True, False])
async def test_the_slice_of_a_page_is_looked_at_after_each_call_that_is_told_of(
    core: Core, request: pytest.FixtureRequest, kept: bool
) -> None:
    if kept:
        request.getfixturevalue("log")
    core.limit(slice_time=0.0)
    begun = []

    @core.command
    async def greet(number: int) -> None:
        begun.append(number)

    page = core.page()
    with page.together():
        calls = [page.invoke("greet", {"number": number}) for number in range(20)]
    assert len(begun) == (1 if kept else 4)
    await asyncio.gather(*calls)
