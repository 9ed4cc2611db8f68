"""The measuring pages on Tauri: commands in Rust are Tauri's own, these are in Python."""

import os

os.environ["_PYTAURI_DIST"] = "pytauri-wheel"  # read when pytauri is first imported

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
from anyio.from_thread import start_blocking_portal
from pydantic import BaseModel
from pytauri import Commands
from pytauri.ipc import JavaScriptChannelId
from pytauri.webview import WebviewWindow
from pytauri_wheel.lib import builder_factory, context_factory

commands = Commands()


class Person(BaseModel):
    name: str


class Report(BaseModel):
    figures: dict[str, Any]


class Size(BaseModel):
    size: int


class Rows(BaseModel):
    rows: list[dict[str, int | float | bool | str]]


class Count(BaseModel):
    count: int


class Stream(BaseModel):
    count: int
    size: int
    channel: JavaScriptChannelId


class Duration(BaseModel):
    seconds: float


@commands.command()
async def greet(body: Person) -> str:
    return f"Hello, {body.name}!"


@commands.command()
async def report(body: Report) -> None:
    print(json.dumps(body.figures), flush=True)


@commands.command()
async def up(body: bytes) -> int:
    return len(body)


@commands.command()
async def down(body: Size) -> bytes:
    return b"\x07" * body.size


@commands.command()
async def echo(body: bytes) -> bytes:
    return body


@commands.command()
async def rows_up(body: Rows) -> int:
    return len(body.rows)


@commands.command()
async def rows_down(body: Count) -> list[dict[str, int | float | bool | str]]:
    return [
        {"id": n, "name": f"person number {n}", "mail": f"person.{n}@example.com", "score": n / 8, "active": True}
        for n in range(1000, 1000 + body.count)
    ]


@commands.command()
async def stream(body: Stream, webview_window: WebviewWindow) -> None:
    channel = body.channel.channel_on(webview_window.as_ref_webview())
    if body.size:
        message = "x" * body.size
        for _ in range(body.count):
            channel.send(json.dumps(message))
    else:
        for number in range(body.count):
            channel.send(json.dumps(number))


def busy(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))


@commands.command()
async def compute(body: Duration) -> None:
    await anyio.to_thread.run_sync(partial(busy, body.seconds))


with start_blocking_portal("asyncio") as portal:
    app = builder_factory().build(
        context=context_factory(Path(__file__).parent.absolute(), tauri_config=sys.argv[1]),
        invoke_handler=commands.generate_handler(portal),
    )
    raise SystemExit(app.run_return())
