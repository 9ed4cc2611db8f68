"""Calls, channels, listeners, hangs and navigations in any order: a dead document hears nothing, a live one all."""

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shell.ipc import Channel, ChannelClosedError, CommandError
from tests.ipc.page import Core, FakeChannel, turns


class LifeOfAPage(RuleBasedStateMachine):
    """A page that does what pages do, and what it should have heard."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.core = Core(self.runner.get_loop())
        self.failures: list[dict[str, Any]] = []
        self.core.loop.set_exception_handler(lambda _, context: self.failures.append(context))
        self.core.limit(park_above=40, slice_time=0, delivery_size=100, window_size=500, window_count=4, high_water=500)
        self.gates: list[asyncio.Event] = []
        self.kept: list[tuple[Channel[int], str, FakeChannel]] = []
        self.sent = 0
        self._register()
        self.page = self.within(lambda: self.core.page())
        self.begin()

    def _register(self) -> None:
        core = self.core

        @core.command
        async def quick(text: str) -> str:
            return text

        @core.command
        async def slow() -> str:
            self.gates.append(gate := asyncio.Event())
            await gate.wait()
            return "slow"

        @core.command
        async def fail(later: bool) -> None:
            if later:
                await asyncio.sleep(0)
            raise CommandError({"later": later})

        @core.command
        async def data(size: int) -> bytes:
            return bytes(size)

        @core.command
        async def stream(channel: Channel[int], count: int) -> None:
            for n in range(count):
                channel.send(n)
                await channel.drain()
                await asyncio.sleep(0)

        @core.command
        async def keep(channel: Channel[int], number: int) -> None:
            self.kept.append((channel, self.page.document, self.page.channels[number]))

    def within[R](self, function: Callable[[], R]) -> R:
        """Do something in a turn of the loop."""

        async def run() -> R:
            return function()

        return self.runner.run(run())

    def begin(self) -> None:
        """What a new document should hear: nothing yet."""
        self.calls: dict[int, Any] = {}
        self.streams: list[tuple[FakeChannel, int]] = []
        self.to_hear: list[tuple[list[Any], list[Any]]] = []
        self.listeners: list[tuple[asyncio.Future[int], list[Any], list[Any]]] = []
        self.sendings: dict[int, list[int]] = {}

    @rule(texts=st.lists(st.text(max_size=80), max_size=30))
    def call(self, texts: list[str]) -> None:
        with_answers = self.within(lambda: self._post(texts))
        for text, answer in with_answers:
            self.calls[id(answer)] = (answer, text)

    def _post(self, texts: list[str]) -> list[tuple[str, asyncio.Future[Any]]]:
        with self.page.together():
            return [(text, self.page.invoke("quick", {"text": text})) for text in texts]

    @rule()
    def call_what_takes_long(self) -> None:
        answer = self.within(lambda: self.page.invoke("slow"))
        self.calls[id(answer)] = (answer, "slow")

    @rule(later=st.booleans())
    def call_what_fails(self, later: bool) -> None:
        answer = self.within(lambda: self.page.invoke("fail", {"later": later}))
        self.calls[id(answer)] = (answer, {"later": later})

    @rule(size=st.integers(0, 300))
    def call_for_bytes(self, size: int) -> None:
        answer = self.within(lambda: self.page.invoke("data", {"size": size}))
        self.calls[id(answer)] = (answer, bytes(size))

    @rule(count=st.integers(0, 40))
    def call_for_a_stream(self, count: int) -> None:
        channel = self.page.channel()
        arguments = {"channel": channel.argument, "count": count}
        answer = self.within(lambda: self.page.invoke("stream", arguments))
        self.calls[id(answer)] = (answer, None)
        self.streams.append((channel, count))

    @rule()
    def give_a_channel_away(self) -> None:
        channel = self.page.channel()
        arguments = {"channel": channel.argument, "number": channel.number}
        answer = self.within(lambda: self.page.invoke("keep", arguments))
        self.calls[id(answer)] = (answer, None)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        channel, document, end = data.draw(st.sampled_from(self.kept))
        self.sent += 1
        alive = document == self.page.document and not channel.closed
        try:
            self.within(lambda: channel.send(self.sent))
        except ChannelClosedError:
            assert not alive
        else:
            assert alive
            self.sendings.setdefault(id(end), []).append(self.sent)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        channel, _, _ = data.draw(st.sampled_from(self.kept))
        self.within(channel.close)

    @rule()
    def listen(self) -> None:
        heard: list[Any] = []
        answer = self.within(lambda: self.page.listen("tick", heard))
        expected: list[Any] = []
        self.calls[id(answer)] = (answer, None)
        self.listeners.append((answer, heard, expected))

    @rule(payload=st.text(max_size=100))
    def emit(self, payload: str) -> None:
        # A post may still wait its turn, and the listener that it asks for with it.
        self.settle_inbox()
        self.within(lambda: self.core.events.emit("tick", payload))
        for _, _, expected in self.listeners:
            expected.append(payload)

    def settle_inbox(self) -> None:
        while self.page.link.session is not None and self.page.link._inbox._waiting:
            self.runner.run(turns(1))

    @precondition(lambda self: self.gates)
    @rule()
    def open_a_gate(self) -> None:
        self.within(self.gates.pop().set)

    @rule(count=st.integers(1, 5))
    def let_the_loop_turn(self, count: int) -> None:
        self.runner.run(turns(count))

    @rule()
    def hang(self) -> None:
        self.page.frozen = True

    @rule()
    def go_on(self) -> None:
        self.within(self.page.thaw)

    @rule()
    def navigate(self) -> None:
        self.within(self.page.load)
        self.page.frozen = False
        self.begin()

    @rule()
    def crash_and_come_back(self) -> None:
        self.within(self.page.leave)
        self.runner.run(turns())
        self.navigate()

    @invariant()
    def no_dead_document_hears_anything(self) -> None:
        assert self.page.foreign == []

    @invariant()
    def no_call_is_answered_twice(self) -> None:
        assert all(count == 1 for count in self.page.answers.values())

    @invariant()
    def nothing_fails_unseen(self) -> None:
        assert self.failures == []

    def teardown(self) -> None:
        try:
            self.within(self.page.thaw)
            self.runner.run(self._quieten())
            self._check()
            self._check_end()
        finally:
            self.core.close()
            self.runner.close()

    def _check_end(self) -> None:
        session = self.page.session
        assert (session.tasks, session.pending_calls, session.pending_size) == ({}, 0, 0)
        self.kept.clear()
        self.within(self.page.load)
        assert self.core.router.sessions == (self.page.session,)

    async def _quieten(self) -> None:
        page = self.page
        # Every call has its answer within so many turns, or never.
        for _ in range(1000):
            while self.gates:
                self.gates.pop().set()
            await asyncio.sleep(0)
            if all(answer.done() for answer, _ in self.calls.values()):
                break
        await page.until(lambda: all(channel.ended for channel, _ in self.streams))
        await page.until(lambda: all(len(heard) >= len(expected) for _, heard, expected in self.listeners))
        await page.until(
            lambda: all(len(end.messages) >= len(self.sendings.get(id(end), ())) for _, _, end in self.kept)
        )

    def _check(self) -> None:
        for answer, expected in self.calls.values():
            error = answer.exception()
            if isinstance(expected, dict):
                assert error is not None
                assert error.payload == expected
            else:
                assert error is None
                assert expected is None or answer.result() == expected
        for channel, count in self.streams:
            assert channel.messages == list(range(count))
        for _, heard, expected in self.listeners:
            assert heard == expected
        for _, document, end in self.kept:
            if document == self.page.document:
                assert end.messages == self.sendings.get(id(end), [])


LifeOfAPage.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLifeOfAPage = LifeOfAPage.TestCase
