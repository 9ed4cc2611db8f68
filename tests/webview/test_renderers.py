"""The end of a program's renderers, and of what they have asked for by then."""

import asyncio
from collections.abc import Callable

import pytest

from shell.webview import renderers
from shell.webview.renderers import end_renderers


def test_it_is_waited_for_requests_that_are_on_their_way_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderers, "renderers_of", lambda _: ())
    arriving = [2, 1, 0, 0, 3]
    heard = 5
    echoes = 0

    def echo(then: Callable[[], None]) -> None:
        nonlocal heard, echoes
        echoes += 1
        heard += arriving.pop(0) if arriving else 0
        asyncio.get_running_loop().call_soon(then)

    asyncio.run(end_renderers(float("inf"), lambda: heard, echo))
    assert heard == 11
    assert echoes == 8, "three after the last that something came before"


def test_an_echo_that_does_not_come_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderers, "renderers_of", lambda _: ())
    asked: list[Callable[[], None]] = []
    asyncio.run(end_renderers(0.0, lambda: 0, asked.append))
    assert len(asked) == 1
