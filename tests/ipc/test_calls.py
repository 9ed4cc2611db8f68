"""A call of a page, and all that it can be answered with."""

import asyncio
import datetime as dt
import functools
import logging
import multiprocessing
import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest

from shell.acl import Permission, Scope
from shell.ipc import Command, CommandError, Commands, EncodeError, Limits, RefusedError, RegistrationError
from shell.ipc.router import _text_of
from shell.ipc.wire import Kind
from shell.plugins.plugin import Plugin
from tests.ipc.elsewhere import fail_elsewhere, no_pickle, pid_and_square
from tests.ipc.page import Core, Rejected, kinds, turns


def test_a_command_that_never_waits_is_answered_in_the_same_turn(core: Core) -> None:
    @core.command
    async def greet(name: str) -> str:
        return f"Hello, {name}!"

    async def same_turn() -> None:
        assert core.page().invoke("greet", {"name": "World"}).result() == "Hello, World!"

    core.loop.run_until_complete(same_turn())


async def test_who_keeps_the_loop_is_named_alone_after_it_was_named_beside_others(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("guilty", "harmless"):

        @core.command(name=name)
        async def command() -> None: ...

    core.router.long_steps.least = -1.0
    page = core.page()
    for _ in range(2):
        with page.together():
            page.invoke("harmless")
            page.invoke("guilty")
        page.invoke("guilty")
    told = [record.getMessage().partition(" kept")[0] for record in caplog.records]
    assert told == ["command harmless or guilty", "command guilty"]


async def test_calls_of_one_turn_are_answered_by_one_delivery(core: Core) -> None:
    # However long the machine takes over them.
    core.limits = Limits(slice_time=60)

    @core.command
    async def double(n: int) -> int:
        return 2 * n

    page = core.page()
    with page.together():
        answers = [page.invoke("double", {"n": n}) for n in range(100)]
    assert [answer.result() for answer in answers] == [2 * n for n in range(100)]
    assert len(page.deliveries) == 1


async def test_replies_of_one_turn_go_in_one_delivery(core: Core) -> None:
    gate = asyncio.Event()

    @core.command
    async def wait(n: int) -> int:
        await gate.wait()
        return n

    page = core.page()
    with page.together():
        answers = [page.invoke("wait", {"n": n}) for n in range(50)]
    assert page.deliveries == []
    gate.set()
    assert await asyncio.gather(*answers) == list(range(50))
    assert len(page.deliveries) == 1


async def test_a_call_that_waits_does_not_hold_up_the_next(core: Core) -> None:
    gate = asyncio.Event()

    @core.command
    async def slow() -> str:
        await gate.wait()
        return "slow"

    @core.command
    async def quick() -> str:
        return "quick"

    page = core.page()
    with page.together():
        first, second = page.invoke("slow"), page.invoke("quick")
    assert second.result() == "quick"
    assert not first.done()
    gate.set()
    assert await first == "slow"


async def test_calls_begin_in_the_order_in_which_they_were_made(core: Core) -> None:
    begun: list[int] = []

    @core.command
    async def note(n: int) -> None:
        begun.append(n)

    page = core.page()
    with page.together():
        for n in range(2000):
            page.invoke("note", {"n": n})
    await page.until(lambda: len(begun) == 2000)
    assert begun == list(range(2000))


async def test_an_unknown_command_says_how_to_provide_it(core: Core) -> None:
    page = core.page()
    with pytest.raises(Rejected, match=r"command greet not found; in Python, @app\.command on `async def greet"):
        await page.invoke("greet")
    with pytest.raises(Rejected, match=r"no plugin `notes` with a command `list` is installed"):
        await page.invoke("plugin:notes|list")
    with pytest.raises(Rejected, match=r"command 'say hello' not found"):
        await page.invoke("say hello")


@pytest.mark.parametrize(
    "name", ["x" * 100_000, "plugin:" + "x" * 100_000 + "|y", "plugin:x|" + "y" * 100_000, "\0" * 9999]
)
async def test_a_long_name_is_cut_in_the_error(core: Core, name: str) -> None:
    with pytest.raises(Rejected) as caught:
        await core.page().invoke(name)
    assert len(caught.value.payload) < 1000


async def test_a_denied_command_names_the_permission_that_would_allow_it(core: Core) -> None:
    plugin = Plugin("notes", default=["allow-read"])

    @plugin.command
    async def read() -> str:
        return "text"

    @plugin.command
    async def write() -> None: ...

    core.plugin(plugin)
    page = core.page()
    assert await page.invoke("plugin:notes|read") == "text"
    with pytest.raises(Rejected, match=r"notes:allow-write"):
        await page.invoke("plugin:notes|write")


async def test_a_capability_added_while_running_counts_for_the_next_call(core: Core) -> None:
    plugin = Plugin("notes", default=["allow-read"])

    @plugin.command
    async def read() -> None: ...

    @plugin.command
    async def write() -> str:
        return "written"

    core.plugin(plugin)
    page = core.page()
    with pytest.raises(Rejected):
        await page.invoke("plugin:notes|write")
    core.authority.add_capability({"identifier": "more", "windows": ["main"], "permissions": ["notes:allow-write"]})
    assert await page.invoke("plugin:notes|write") == "written"


async def test_a_remote_page_may_not_call_the_apps_commands(core: Core) -> None:
    @core.command
    async def greet() -> None: ...

    page = core.page(url="https://example.com/", local=False)
    with pytest.raises(Rejected, match="greet"):
        await page.invoke("greet")


# What commands raise.


async def test_an_exception_rejects_with_its_message_and_is_logged_with_its_traceback(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    @core.command
    async def fail() -> None:
        raise KeyError("no such note")

    @core.command
    async def fail_silently() -> None:
        raise TimeoutError

    with pytest.raises(Rejected, match=r"^KeyError: 'no such note'$"):
        await core.page().invoke("fail")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "command fail failed for webview main" in record.message
    assert "raise KeyError" in caplog.text
    with pytest.raises(Rejected, match=r"^TimeoutError$"):
        await core.page().invoke("fail_silently")


async def test_a_command_error_rejects_with_its_payload(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    @core.command
    async def fail() -> None:
        raise CommandError({"kind": "range", "start": -1})

    with pytest.raises(Rejected) as caught:
        await core.page().invoke("fail")
    assert caught.value.payload == {"kind": "range", "start": -1}
    assert not caplog.records


async def test_a_payload_that_is_no_json_still_rejects(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    @core.command
    async def fail() -> None:
        raise CommandError(object())

    with pytest.raises(Rejected, match=r"command `fail` failed.*type object cannot be sent as JSON"):
        await core.page().invoke("fail")
    assert "command fail rejects with" in caplog.text


async def test_an_exception_whose_text_is_no_unicode_still_rejects(core: Core) -> None:
    @core.command
    async def fail() -> None:
        raise FileNotFoundError(os.fsdecode(b"/tmp/\xff"))

    with pytest.raises(Rejected, match=r"^/tmp/\\udcff$"):
        await core.page().invoke("fail")


def about_a_file(name: str) -> OSError:
    return OSError(36, "File name too long", name)


@pytest.mark.parametrize("error", [KeyError, ValueError, about_a_file])
async def test_of_what_a_long_error_says_a_page_gets_the_beginning(
    core: Core, error: Callable[[str], Exception]
) -> None:
    raised = error("\x7f" * 100_000)

    @core.command
    async def fail() -> None:
        raise raised

    with pytest.raises(Rejected) as caught:
        await core.page().invoke("fail")
    text = str(caught.value)
    assert len(text) == 32 * 1024 + 1
    assert text.endswith("…")
    assert text.removeprefix("KeyError: ")[:30_000] == str(raised)[:30_000]


@pytest.mark.parametrize("error", [KeyError, ValueError, about_a_file])
def test_of_what_a_long_error_says_no_more_is_written_than_a_page_gets(error: Callable[[str], Exception]) -> None:
    raised = error("\x7f" * 4_000_000)
    tracemalloc.start()
    try:
        _text_of(raised)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 4_000_000


async def test_a_refusal_rejects_with_its_text_and_is_no_failure(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    @core.command
    async def refuse() -> None:
        raise RefusedError("not today")

    with pytest.raises(Rejected, match=r"^not today$"):
        await core.page().invoke("refuse")
    assert not caplog.records


@pytest.mark.parametrize(
    "error", [SystemExit(3), KeyboardInterrupt(), BaseExceptionGroup("two", [SystemExit(), ValueError()])]
)
async def test_what_would_end_the_process_ends_the_call_alone(core: Core, error: BaseException) -> None:
    @core.command
    async def leave() -> None:
        raise error

    @core.command
    async def leave_later() -> None:
        await asyncio.sleep(0)
        raise error

    page = core.page()
    with pytest.raises(Rejected, match=type(error).__name__):
        await page.invoke("leave")
    with pytest.raises(Rejected, match=type(error).__name__):
        await page.invoke("leave_later")


class UnfinishedError(CommandError):
    def __init__(self) -> None:
        """Leave it without a payload."""


class FailingError(CommandError):
    @property
    def payload(self) -> Any:
        raise LookupError

    @payload.setter
    def payload(self, _: Any) -> None: ...


class MuteError(RefusedError):
    def __str__(self) -> str:
        raise LookupError


class MuteOfJsonError(EncodeError):
    def __str__(self) -> str:
        raise LookupError


class Nowhere(dt.tzinfo):
    """What nobody finished: its offset is not known."""


NOWHERE = Nowhere()  # type: ignore[abstract]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UnfinishedError(), "UnfinishedError"),
        (FailingError("x"), "x"),
        (MuteError(), "MuteError"),
        (MuteOfJsonError(), "command `leave`: MuteOfJsonError"),
        (CommandError(dt.datetime(2026, 1, 1, tzinfo=NOWHERE)), "command `leave` failed, and how cannot be told: "),
    ],
)
async def test_an_error_that_fails_when_it_is_told_ends_the_call_all_the_same(
    core: Core, error: Exception, told: str
) -> None:
    @core.command
    async def leave() -> None:
        raise error

    page = core.page()
    answer = page.invoke("leave")
    await turns()
    assert answer.done()
    with pytest.raises(Rejected) as rejected:
        await answer
    assert rejected.value.payload.startswith(told)


async def test_a_command_that_cancels_itself_is_answered(core: Core) -> None:
    @core.command
    async def give_up() -> None:
        raise asyncio.CancelledError

    @core.command
    async def give_up_later() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    page = core.page()
    for command in ("give_up", "give_up_later"):
        with pytest.raises(Rejected, match=f"command `{command}` was cancelled"):
            await page.invoke(command)
    assert not page.session.tasks
    assert page.session.pending_calls == 0


# What commands return.


@pytest.mark.parametrize(
    ("result", "what"),
    [
        (object(), "type object"),
        ({"a": [1, {"b": object()}]}, "type object"),
        ({(1, 2): 3}, "a dict with keys of type tuple"),
        ([{"a": {None: 3}}], "a dict with keys of type NoneType"),
        ({object(): 3}, "type object"),
        (1 + 2j, "type complex"),
        ("half of a pair: \ud83d", "half of a surrogate pair"),
        pytest.param(10**5000, "type int", id="huge"),
    ],
)
async def test_a_result_that_is_no_json_names_command_and_type(
    core: Core, caplog: pytest.LogCaptureFixture, result: Any, what: str
) -> None:
    @core.command
    async def get() -> Any:
        return result

    with pytest.raises(Rejected, match=f"command `get`: .*{what}.* cannot be sent as JSON"):
        await core.page().invoke("get")
    assert "command get failed" in caplog.text


async def test_a_result_that_is_to_be_awaited_says_that_an_await_is_missing(core: Core) -> None:
    notes = asyncio.sleep(0)

    @core.command
    async def get() -> Any:
        return {"notes": notes}

    @core.command
    async def get_future() -> Any:
        return asyncio.get_running_loop().create_future()

    for command, kind in (("get", "coroutine"), ("get_future", "Future")):
        with pytest.raises(Rejected, match=f"`{command}`: a value of type {kind} .* JSON: an `await` is missing"):
            await core.page().invoke(command)
    notes.close()


async def test_a_result_that_contains_itself_is_refused(core: Core) -> None:
    @core.command
    async def get() -> Any:
        loop: list[Any] = []
        loop.append(loop)
        return loop

    with pytest.raises(Rejected, match="contains itself, or is nested too deep"):
        await core.page().invoke("get")


async def test_numbers_arrive_as_json_has_them(core: Core) -> None:
    @core.command
    async def numbers() -> list[float]:
        return [float("nan"), float("inf"), -0.0, 1e300, 2**53 + 1, 2**70]

    assert await core.page().invoke("numbers") == [None, None, -0.0, 1e300, 2**53 + 1, 2**70]


async def test_large_json_waits_to_be_fetched(core: Core) -> None:
    @core.command
    async def get() -> list[int]:
        return list(range(100_000))

    page = core.page()
    assert await page.invoke("get") == list(range(100_000))
    assert kinds(page.deliveries[0]) == [Kind.RESOLVE_PARKED]
    assert page.session.parcels.size == 0


# Where plain functions run.


async def test_a_plain_function_runs_in_a_thread(core: Core) -> None:
    @core.command
    def where() -> int:
        return threading.get_ident()

    assert await core.page().invoke("where") != threading.get_ident()


async def test_a_plain_function_that_raises_rejects(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    @core.command
    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(Rejected, match="disk full"):
        await core.page().invoke("fail")
    assert 'raise OSError("disk full")' in caplog.text


async def test_a_function_runs_on_the_executor_that_it_names(core: Core) -> None:
    with ThreadPoolExecutor(1, thread_name_prefix="own") as executor:

        @core.command(executor=executor)
        def where() -> str:
            return threading.current_thread().name

        assert (await core.page().invoke("where")).startswith("own")


async def test_an_executor_that_has_shut_down_rejects(core: Core) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()

    @core.command(executor=executor)
    def never() -> None: ...

    with pytest.raises(Rejected, match="cannot schedule new futures after shutdown"):
        await core.page().invoke("never")


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    # A process that has threads, as one with Qt does, must not fork.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


async def test_a_function_runs_in_a_process_pool(core: Core, pool: ProcessPoolExecutor) -> None:
    core.command(executor=pool)(pid_and_square)
    pid, square = await core.page().invoke("pid_and_square", {"n": 12})
    assert (pid != os.getpid(), square) == (True, 144)


async def test_what_a_process_pool_cannot_send_back_rejects(core: Core, pool: ProcessPoolExecutor) -> None:
    core.command(executor=pool)(no_pickle)
    core.command(executor=pool)(fail_elsewhere)
    page = core.page()
    with pytest.raises(Rejected, match="cannot pickle"):
        await page.invoke("no_pickle")
    with pytest.raises(Rejected, match="elsewhere"):
        await page.invoke("fail_elsewhere")


async def test_a_coroutine_cannot_have_an_executor(core: Core) -> None:
    async def greet() -> None: ...

    with pytest.raises(RegistrationError, match="`greet`: a coroutine runs on the loop"):
        core.command(executor=core.executor)(greet)


async def test_what_is_called_like_a_coroutine_function_is_a_command(core: Core) -> None:
    class Counter:
        count = 0

        async def __call__(self, by: int) -> int:
            self.count += by
            return self.count

    async def add(counter: Counter, by: int) -> int:
        return await counter(by)

    core.command(name="count")(Counter())
    core.command(name="add")(functools.partial(add, Counter()))
    page = core.page()
    assert [await page.invoke("count", {"by": n}) for n in (1, 2)] == [1, 3]
    assert [await page.invoke("add", {"by": n}) for n in (1, 2)] == [1, 3]


# Registration.


async def test_a_name_is_given_once(core: Core) -> None:
    @core.command
    async def greet() -> None: ...

    with pytest.raises(
        RegistrationError, match=r"command `greet` is registered twice: by .*greet .*test_calls\.py:\d+"
    ):
        core.command(name="greet")(pid_and_square)


@pytest.mark.parametrize("name", ["", " "])
def test_a_command_has_a_name(name: str) -> None:
    with pytest.raises(RegistrationError, match="needs a name"):
        Commands().add(Command(name, pid_and_square))
    with pytest.raises(RegistrationError, match="needs a name"):
        Commands().register(functools.partial(pid_and_square, 1))


async def test_a_plugins_command_with_a_wrong_signature_rejects_and_says_so(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    plugin = Plugin("notes", default=["allow-add"])

    @plugin.command
    async def add(*notes: str) -> None: ...

    core.plugin(plugin)
    page = core.page()
    with pytest.raises(Rejected, match=r"`plugin:notes\|add`: \*notes has no names that a page could fill"):
        await page.invoke("plugin:notes|add")
    assert "*notes" in caplog.text


async def test_the_same_plugin_serves_two_programs_in_turn(core: Core) -> None:
    plugin = Plugin("notes", default=["allow-who"])
    other = Core(core.loop)

    class Who:
        def __init__(self, name: str) -> None:
            self.name = name

    async def who(who: Who) -> str:
        return who.name

    plugin.command(who)
    try:
        for number, program in enumerate((core, other)):
            name = str(number)
            program.injectors[Who] = functools.partial(lambda who, _: who, Who(name))
            program.plugin(plugin)
            assert await program.page().invoke("plugin:notes|who") == name
    finally:
        other.close()


async def test_an_open_command_may_be_called_by_any_page(core: Core) -> None:
    async def about_me() -> str:
        return "you"

    core.commands.add(Command("plugin:__shell__|about_me", about_me, open=True))
    page = core.page(url="https://example.com/", local=False)
    assert await page.invoke("plugin:__shell__|about_me") == "you"


async def test_a_command_gets_the_scopes_that_allow_it(core: Core) -> None:
    from shell.ipc import GlobalScope  # noqa: PLC0415  # used as an annotation here alone

    plugin = Plugin(
        "fs",
        permissions=[
            Permission("scope-home", scope=Scope(({"path": "$HOME"},))),
        ],
    )

    @plugin.command
    async def read(scope: Scope, whole: GlobalScope) -> list[Any]:
        return [scope.allow, scope.deny, whole.allow]

    core.plugin(
        plugin,
        {"identifier": "fs:allow-read", "allow": [{"path": "/a"}], "deny": [{"path": "/b"}]},
        "fs:scope-home",
    )
    assert await core.page().invoke("plugin:fs|read") == [[{"path": "/a"}], [{"path": "/b"}], [{"path": "$HOME"}]]
    await turns()
