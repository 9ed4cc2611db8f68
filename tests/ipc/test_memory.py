"""What a core has done leaves nothing behind: calls, documents, listeners, channels, events, refusals."""

import asyncio
import contextlib
import gc
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from shell.audit import Audit
from shell.ipc import Channel, CommandError, Session
from tests.ipc.page import Core, Rejected, turns

SLACK = 80_000
"""Bytes that may be left in caches and free lists, however many rounds there are: what a round leaves comes to more."""


async def growth(once: Callable[[], Awaitable[object]], rounds: int) -> int:
    """How many bytes are left after doing something so often, when it has been done a few times already."""
    for _ in range(20):
        await once()
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(rounds):
            await once()
        await turns()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before


def add_quick_and_waits(core: Core) -> None:
    """Commands that give a number back: one at once, and one after a turn of the loop."""

    @core.command
    async def quick(n: int) -> int:
        return n

    @core.command
    async def waits(n: int) -> int:
        await asyncio.sleep(0)
        return n


async def test_calls_leave_nothing(core: Core) -> None:
    add_quick_and_waits(core)

    @core.command
    async def fails() -> None:
        raise CommandError("no")

    @core.command
    async def data() -> bytes:
        return b"x" * 1000

    @core.command
    async def stream(channel: Channel[int]) -> None:
        for n in range(5):
            channel.send(n)

    page = core.page()
    sent = 0

    async def once() -> None:
        nonlocal sent
        sent += 1
        channel = page.channel()
        with page.together():
            answers: list[asyncio.Future[Any]] = [page.invoke("quick", {"n": n}) for n in range(50)]
            answers += [page.invoke("waits", {"n": n}) for n in range(5)]
            answers += [page.invoke("fails"), page.invoke("data"), page.invoke(f"unknown-{sent}")]
            answers.append(page.invoke("stream", {"channel": channel.argument}))
        await asyncio.gather(*answers, return_exceptions=True)
        await page.until(lambda: channel.ended)
        page.link.receive(f"malformed {sent}")
        page.calls.clear()
        page.answers.clear()
        page.channels.clear()
        page.deliveries.clear()

    assert await growth(once, 200) < SLACK


async def test_documents_leave_nothing(core: Core) -> None:
    core.shared.add("count", 0)
    kept: list[Channel[int]] = []

    @core.command
    async def forever(channel: Channel[int]) -> None:
        kept.append(channel)
        await asyncio.get_running_loop().create_future()

    @core.command
    async def hold(session: Session) -> int:
        return session.resources.add(object())

    @core.command
    async def data() -> bytes:
        return b"x" * 1000

    page = core.page()
    page.fetches = False
    loads = 0

    async def once() -> None:
        nonlocal loads
        loads += 1
        with page.together():
            page.invoke("forever", {"channel": page.channel().argument})
            page.invoke("hold")
            page.invoke("data")
            page.listen(f"event-{loads}", [])
            page.invoke("plugin:shared|follow", {"name": "count", "onChange": page.channel().argument})
        core.events.emit(f"event-{loads}")
        page.load()
        kept.clear()
        await turns()

    assert await growth(once, 500) < SLACK
    assert core.router.sessions == (page.session,)


async def test_listeners_that_come_and_go_leave_nothing(core: Core) -> None:
    page = core.page()
    number = 0

    async def once() -> None:
        nonlocal number
        number += 1
        name = f"event-{number}"
        listener = await page.listen(name, [])
        core.events.listen(name, lambda _: None, once=True)
        core.events.emit(name)
        await page.invoke("plugin:event|unlisten", {"event": name, "eventId": listener})
        page.listeners.clear()
        page.handlers.clear()
        page.calls.clear()
        page.answers.clear()
        page.deliveries.clear()

    assert await growth(once, 1000) < SLACK


async def test_followers_that_come_and_go_leave_nothing(core: Core) -> None:
    count = core.shared.add("count", 0)
    page = core.page()

    async def once() -> None:
        channel = page.channel()
        rid = await page.invoke("plugin:shared|follow", {"name": "count", "onChange": channel.argument})
        count.value += 1
        await page.invoke("plugin:resources|close", {"rid": rid})
        await page.until(lambda: channel.ended)
        page.channels.clear()
        page.calls.clear()
        page.answers.clear()
        page.deliveries.clear()

    assert await growth(once, 500) < SLACK


async def test_refused_names_leave_nothing(core: Core) -> None:
    page = core.page(url="https://example.com/", local=False)
    number = 0

    async def once() -> None:
        nonlocal number
        number += 1
        for name in (f"unknown-{number}", f"plugin:unknown-{number}|x", f"plugin:event|{number}", "plugin:event|emit"):
            try:
                await page.invoke(name, {"event": f"tick-{number}"})
            except Rejected:
                continue
        page.calls.clear()
        page.answers.clear()
        page.deliveries.clear()

    assert await growth(once, 500) < SLACK


async def test_an_audit_log_keeps_nothing_of_calls(core: Core, tmp_path: Path) -> None:
    core.audit = audit = Audit.open(tmp_path / "audit.jsonl", size=1 << 30, soon=core.loop.call_soon)

    add_quick_and_waits(core)

    page = core.page()

    async def once() -> None:
        for n in range(10):
            await page.invoke("quick", {"n": n})
            await page.invoke("waits", {"n": n})
            with contextlib.suppress(Rejected):
                await page.invoke("missing")
        page.load()
        page.link.receive("nonsense")
        # What waits to be written is let go when it is.
        audit.flush()

    assert await growth(once, 100) < SLACK
