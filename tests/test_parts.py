"""Large bytes on their way down to a real page, which fetches them in parts."""

import asyncio
import hashlib
from typing import Any

import pytest

from shell import App, Channel
from tests.conftest import Runner, next_load

PART = 2 * 2**20
BLOCK = bytes(range(251)) * 4177
DIGEST = """
const digest = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
"""


def data_of(size: int) -> bytes:
    return (BLOCK * (size // len(BLOCK) + 1))[:size]


def program(shell: Runner, **options: Any) -> App:
    app = shell.app(**options)

    @app.command
    async def data(size: int) -> bytes:
        return data_of(size)

    @app.command
    async def send(sizes: list[int], channel: Channel[bytes]) -> None:
        for size in sizes:
            channel.send(data_of(size))

    return app


def waiting(app: App) -> int:
    session = app.windows["main"].webview.session
    assert session is not None
    return session.parcels.size


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 4 * PART, 5 * PART + 12345])
def test_bytes_of_every_size_arrive_whole(shell: Runner, size: int) -> None:
    async def scenario(app: App) -> None:
        script = f"""{DIGEST}
        const bytes = await shell.invoke("data", {{ size: {size} }});
        return [bytes instanceof ArrayBuffer, bytes.byteLength, await digest(bytes)];"""
        arrived = await app.windows["main"].eval(script)
        assert arrived == [True, size, hashlib.sha256(data_of(size)).hexdigest()]
        assert waiting(app) == 0

    shell.run(program(shell), scenario)


def test_large_and_small_messages_of_a_channel_arrive_in_order(shell: Runner) -> None:
    sizes = [3 * PART, 10, PART + 1, 5 * PART, 0, PART]

    async def scenario(app: App) -> None:
        script = f"""
        const sizes = [];
        await new Promise((done) => {{
          const channel = new shell.Channel((bytes) => sizes.push(bytes.byteLength) === {len(sizes)} && done());
          void shell.invoke("send", {{ sizes: {sizes}, channel }});
        }});
        return sizes;"""
        assert await app.windows["main"].eval(script) == sizes
        assert waiting(app) == 0

    shell.run(program(shell), scenario)


def test_where_the_policy_blocks_ipc_large_bytes_arrive_as_text(shell: Runner) -> None:
    policy = {"app": {"security": {"csp": "default-src 'self'; connect-src 'self'"}}}
    size = 3 * PART + 1

    async def scenario(app: App) -> None:
        script = f"{DIGEST} return digest(await shell.invoke('data', {{ size: {size} }}));"
        assert await app.windows["main"].eval(script) == hashlib.sha256(data_of(size)).hexdigest()
        assert waiting(app) == 0

    shell.run(program(shell, config=policy), scenario)


def test_parts_that_a_page_did_not_fetch_go_with_its_document(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        session = window.webview.session
        assert session is not None
        session.parcels.park("application/octet-stream", data_of(4 * PART))
        assert session.parcels.take_part(1, 0, PART) is not None
        again = asyncio.ensure_future(next_load(window))
        window.webview.reload()
        await again
        assert session.parcels.size == 0

    shell.run(program(shell), scenario)


POLICIES: list[dict[str, Any]] = [{}, {"app": {"security": {"csp": "default-src 'self'; connect-src 'self'"}}}]


@pytest.mark.parametrize("config", POLICIES, ids=["by ipc", "by posts"])
def test_large_json_arrives_by_every_road(shell: Runner, config: dict[str, Any]) -> None:
    app = shell.app(config=config)
    sizes = [1, 100_000, 1_000_000, 3_000_000]

    @app.command
    async def echo(text: str) -> list[str]:
        return [text, "é"]

    @app.command
    async def text(size: int) -> list[str]:
        return ["😀" * (size // 4), "é"]

    @app.command
    def send(sizes: list[int], channel: Channel[list[str]]) -> None:
        for size in sizes:
            channel.send(["é" * (size // 2)])

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        for size in sizes:
            script = f"""
            const [text, end] = await shell.invoke("text", {{ size: {size} }});
            return [text === "😀".repeat({size // 4}), end];"""
            assert await window.eval(script) == [True, "é"]
            # Arguments as large take another road than small ones, and so does their answer.
            script = f"""
            const [text, end] = await shell.invoke("echo", {{ text: "x".repeat({size}) }});
            return [text === "x".repeat({size}), end];"""
            assert await window.eval(script) == [True, "é"]
        script = f"""
        const lengths = [];
        await new Promise((done) => {{
          const channel = new shell.Channel(([text]) => lengths.push(text.length) === {len(sizes)} && done());
          void shell.invoke("send", {{ sizes: {sizes}, channel }});
        }});
        return lengths;"""
        assert await window.eval(script) == [size // 2 for size in sizes]
        assert waiting(app) == 0

    shell.run(app, scenario)
