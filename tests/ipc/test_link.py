"""The core's end of the wire: whom it hears, and who nobody is any more."""

import asyncio
import threading
from typing import Any

import attrs
import pytest

from shell.ipc import Call, Command
from shell.ipc.filter import Proceed
from tests.desktop import PATIENCE
from tests.ipc.page import Core, Rejected, turns


async def test_nobody_hears_the_page_of_a_webview_that_is_closed(core: Core) -> None:
    called: list[str] = []

    @core.command
    async def note(text: str) -> None:
        called.append(text)

    page = core.page()
    await page.invoke("note", {"text": "open"})
    page.link.close()
    # It lives on for as long as something is printed, and may load itself again.
    page.load()
    page.invoke("note", {"text": "closed"})
    page.link.start_over()
    page.load()
    page.invoke("note", {"text": "closed"})
    await turns()
    assert called == ["open"]
    assert page.link.session is None
    assert core.router.sessions == ()
    assert page.heard_nothing


async def test_a_document_that_was_left_is_not_taken_for_the_next_one(core: Core) -> None:
    page = core.page()
    session = page.session
    # The next one is there, and has not said hello, when the webview is given to another window.
    page.url, page.local = "https://example.com/", False
    page.link.identify_again()
    assert not session.alive
    assert session.caller.origin == "tauri://localhost"
    assert page.link.session is None


async def test_a_page_that_is_given_up_has_no_session(core: Core) -> None:
    page = core.page()
    session = page.session
    session._give_up()
    assert core.given_up == ["main"]
    assert page.link.session is None
    page.link.identify_again()
    assert core.router.sessions == ()


async def test_a_command_that_cannot_be_read_rejects_and_others_of_the_post_are_answered(core: Core) -> None:
    async def odd(value: "asyncio.nosuch") -> None:  # type: ignore[name-defined]
        raise AssertionError(value)

    @core.command
    async def fine() -> str:
        return "fine"

    page = core.page()
    core.commands.add(Command("plugin:event|odd", odd, open=True))
    with page.together():
        refused, answered = page.invoke("plugin:event|odd"), page.invoke("fine")
    with pytest.raises(Rejected, match=r"`plugin:event.odd`: the type of a parameter cannot be read: AttributeError"):
        await refused
    assert await answered == "fine"


class _PanicError(BaseException):
    """As extensions in other languages raise, that an `except Exception` is not to take."""


class _SpeechlessError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("it says nothing")


@pytest.mark.parametrize("error", [_PanicError, _SpeechlessError, KeyboardInterrupt, SystemExit, GeneratorExit])
async def test_whatever_a_command_raises_rejects(core: Core, error: type[BaseException]) -> None:
    @core.command
    async def fails() -> None:
        raise error

    @core.command
    def fails_in_thread() -> None:
        raise error

    page = core.page()
    for command in ("fails", "fails_in_thread"):
        with pytest.raises(Rejected, match=error.__name__):
            await page.invoke(command)


class _Imports:
    """Commands whose modules take long to import."""

    def __init__(self, core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = threading.Event()
        self.called: list[str] = []

        async def first() -> str:
            self.called.append("first")
            return "first"

        async def second() -> str:
            self.called.append("second")
            return "second"

        # They need no capability, so that nothing but the import keeps anybody.
        commands = [Command(f"plugin:late|{one.__name__}", one, open=True) for one in (first, second)]
        assert core.router
        core.commands.add_later("plugin:late|", lambda: commands, ("late",))
        monkeypatch.setattr("shell.ipc.importing._import", lambda modules: self.gate.wait(PATIENCE))


async def test_a_call_that_waits_for_an_import_is_answered_when_its_page_goes(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = _Imports(core, monkeypatch)
    page = core.page()
    calls = [page.fetch("plugin:late|first", b"{}", raw=False), page.fetch("plugin:late|second", b"{}", raw=False)]
    # In the same turn.
    page.leave()
    late.gate.set()
    for call in calls:
        with pytest.raises(Rejected, match="was cancelled"):
            await call
    assert late.called == []


async def test_no_command_of_the_app_waits_for_what_plugins_import(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[str] = []

    @core.command(detached=True)
    async def save() -> None:
        saved.append("saved")

    late = _Imports(core, monkeypatch)
    page = core.page()
    waits = page.invoke("plugin:late|first")
    page.invoke("save")
    assert (saved, late.called) == (["saved"], [])
    late.gate.set()
    assert await waits == "first"


async def test_what_is_asked_of_plugins_goes_on_in_order_once_they_are_imported(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = _Imports(core, monkeypatch)
    page = core.page()
    calls: list[asyncio.Future[Any]] = [page.invoke(f"plugin:late|{name}") for name in ("first", "second", "first")]
    await turns()
    assert late.called == []
    late.gate.set()
    await asyncio.gather(*calls)
    assert late.called == ["first", "second", "first"]


async def test_all_that_wait_for_an_import_go_on_as_soon_as_it_is_there(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = _Imports(core, monkeypatch)
    page = core.page()
    calls: list[asyncio.Future[Any]] = [page.invoke("plugin:late|first") for _ in range(500)]
    late.gate.set()
    await calls[0]
    await turns()
    assert len(late.called) == 500
    await asyncio.gather(*calls)


async def test_calls_that_come_while_those_that_waited_begin_stay_behind_them(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each has a turn of its own.
    core.limit(slice_time=0)
    late = _Imports(core, monkeypatch)
    numbers: list[int] = []

    async def note(number: int) -> None:
        numbers.append(number)

    core.commands.add_later("plugin:noted|", lambda: [Command("plugin:noted|note", note, open=True)], ("noted",))
    page = core.page()
    calls = [page.invoke("plugin:noted|note", {"number": number}) for number in range(100)]
    late.gate.set()
    await calls[0]
    most = len(calls) - len(numbers)
    while not calls[-1].done():
        calls.append(page.invoke("plugin:noted|note", {"number": len(calls)}))
        assert len(calls) - len(numbers) <= most
        await turns(1)
    assert numbers == list(range(len(calls)))


async def test_no_call_that_waited_is_decided_on_as_that_of_the_window_that_the_page_was_given_to(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = asyncio.Event()

    @core.filters.add
    async def wait(call: Call, proceed: Proceed) -> Any:
        if call.command == "slow":
            await go_on.wait()
        return await proceed(call)

    @core.command
    async def slow() -> None:
        raise AssertionError

    late = _Imports(core, monkeypatch)
    page = core.page()
    waits, filtered = page.invoke("plugin:late|first"), page.invoke("slow")
    core.router.recast(page.session, attrs.evolve(page.session.caller, window="other"))
    behind = page.invoke("plugin:late|second")
    late.gate.set()
    go_on.set()
    for call in (waits, filtered):
        with pytest.raises(Rejected, match="the page that called has been given to the window other since"):
            await call
    assert await behind == "second"
    assert late.called == ["second"]


async def test_commands_that_cannot_be_imported_reject_and_those_behind_them_go_on(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = _Imports(core, monkeypatch)
    late.gate.set()
    core.commands.add_later("plugin:broken|", list, ("broken",))

    def fail(modules: tuple[str, ...]) -> None:
        if modules == ("broken",):
            raise ImportError("no library")

    monkeypatch.setattr("shell.ipc.importing._import", fail)
    page = core.page()
    calls = [page.invoke(f"plugin:{name}") for name in ("broken|one", "late|first", "broken|two", "late|second")]
    assert await calls[3] == "second"
    for refused in (calls[0], calls[2]):
        with pytest.raises(Rejected, match="no library"):
            await refused
    assert late.called == ["first", "second"]
    assert (page.session.tasks, page.session.pending_calls) == ({}, 0)


async def test_no_call_goes_past_those_that_wait_for_an_import(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    late = _Imports(core, monkeypatch)

    async def other() -> None:
        late.called.append("other")

    core.commands.add_later("plugin:later|", lambda: [Command("plugin:later|other", other, open=True)], ("later",))
    page, another = core.page(), core.page("another")
    late.gate.set()
    await page.invoke("plugin:late|first")
    await another.invoke("plugin:late|first")
    late.gate.clear()
    late.called.clear()
    calls = [page.invoke("plugin:later|other"), page.invoke("plugin:late|first")]
    # What another page asks for has nothing to do with that.
    assert await another.invoke("plugin:late|first") == "first"
    assert late.called == ["first"]
    late.gate.set()
    await asyncio.gather(*calls)
    assert late.called == ["first", "other", "first"]


async def test_commands_that_cannot_be_loaded_reject(core: Core) -> None:
    @core.command
    async def fine() -> str:
        return "fine"

    def fail() -> list[Command]:
        raise OSError("\udcff" + "x" * 1_000_000)

    page = core.page()
    core.commands.add_later("plugin:broken|", fail)
    with page.together():
        refused, answered = page.invoke("plugin:broken|command"), page.invoke("fine")
    with pytest.raises(Rejected, match=r"\\udcffxxx"):
        await refused
    assert await answered == "fine"


async def test_nothing_is_counted_for_a_webview_that_is_closed(core: Core) -> None:
    core.limit(console=1)
    page = core.page()
    assert not page.link.count("console")
    page.link.close()
    assert page.link.count("console", 1000)
    assert core.given_up == []
