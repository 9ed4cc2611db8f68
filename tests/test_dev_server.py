"""A dev server that is not there yet, or no more: its page is waited for."""

import asyncio
import socket
from typing import Any

import attrs
import pytest

from shell import App, ConfigError
from shell.config import Frontend
from shell.webview.dev_server import DevServer
from tests.conftest import Runner, next_load
from tests.web_server import site

PAGES = {"/": "<!doctype html><title>first</title>", "/two": "<!doctype html><title>second</title>"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def developed(port: int, **build: Any) -> App:
    """A program whose pages come from a dev server."""
    return App("com.example.dev", config={"build": {"devUrl": f"http://127.0.0.1:{port}/", **build}})


async def missed(app: App) -> str:
    """The text of the page that is shown once the dev server has been missed."""
    webview = app.windows["main"].webview
    while webview.page.mainFrame().url().scheme() != "data":
        await next_load(app.windows["main"])
    assert webview.misses_dev_server
    text: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    webview.page.runJavaScript("document.body.innerText", 0, text.set_result)
    return await text


def test_a_page_says_which_server_is_missing_and_what_starts_it(shell: Runner) -> None:
    port = free_port()

    async def scenario(app: App) -> None:
        text = await missed(app)
        assert "Waiting for the dev server" in text
        assert f"http://127.0.0.1:{port}/" in text
        assert "npm run dev <fast>" in text
        assert "starts it, in ui" in text
        assert "ERR_CONNECTION_REFUSED" in text

    hook = {"script": "npm run dev <fast>", "cwd": "ui"}
    shell.run(developed(port, beforeDevCommand=hook), scenario)


def test_no_command_is_named_where_the_configuration_names_none(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        assert "starts it" not in await missed(app)

    shell.run(developed(free_port()), scenario)


def test_a_server_is_looked_for_no_more_when_the_program_has_ended(shell: Runner) -> None:
    servers: list[DevServer] = []

    async def scenario(app: App) -> None:
        await missed(app)
        server = app.core.webviews.dev_server
        assert server is not None
        assert server.looks
        servers.append(server)

    shell.run(developed(free_port()), scenario)
    assert [server.looks for server in servers] == [False]


def test_the_page_is_loaded_as_soon_as_the_server_is_there(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await missed(app)
        loaded = asyncio.ensure_future(window.loaded())
        with caplog.at_level("INFO"), site(PAGES, port=port):
            await loaded
            assert await window.eval("[document.title, history.length]") == ["first", 1]
        assert not window.webview.misses_dev_server

    shell.run(developed(port, beforeDevCommand="npm run dev"), scenario)
    assert [record.getMessage() for record in caplog.records if record.name.endswith("dev_server")] == [
        f"no page comes from the dev server at http://127.0.0.1:{port}/ (ERR_CONNECTION_REFUSED); "
        "npm run dev starts it; it is tried until one does",
        f"pages come from the dev server at http://127.0.0.1:{port}/",
    ]


def test_a_server_that_goes_away_is_missed_when_the_page_is_loaded_again(shell: Runner) -> None:
    port = free_port()

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        for _ in range(2):
            with site(PAGES, port=port) as served:
                await window.loaded()
                window.webview.load(f"{served.origin}/two")
                await window.loaded()
                assert await window.eval("document.title") == "second"
            window.webview.reload()
            assert "No page comes from" in await missed(app)
        with site(PAGES, port=port):
            await window.loaded()
            assert await window.eval("[document.title, location.pathname]") == ["second", "/two"]

    shell.run(developed(port), scenario)


def test_every_window_waits_and_each_gets_its_page(shell: Runner) -> None:
    port = free_port()

    async def scenario(app: App) -> None:
        other = app.create_window("other", url="two")
        await missed(app)
        loaded = asyncio.gather(app.windows["main"].loaded(), other.loaded())
        with site(PAGES, port=port):
            await loaded
            assert await other.eval("document.title") == "second"
            assert await app.windows["main"].eval("document.title") == "first"

    shell.run(developed(port), scenario)


def test_something_that_listens_and_says_nothing_is_no_server(shell: Runner) -> None:
    hung_up: list[asyncio.StreamWriter] = []

    async def scenario(app: App) -> None:
        twice = asyncio.Event()

        async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            hung_up.append(writer)
            writer.close()
            if len(hung_up) > 4:
                twice.set()

        server = await asyncio.start_server(hang_up, "127.0.0.1", port)
        app.windows["main"].webview.load(f"http://127.0.0.1:{port}/")
        await missed(app)
        await twice.wait()
        server.close()
        with site(PAGES, port=port):
            await app.windows["main"].loaded()
            assert await app.windows["main"].eval("document.title") == "first"

    port = free_port()
    shell.run(developed(port), scenario)


def test_reloading_looks_for_the_server_at_once(shell: Runner) -> None:
    port = free_port()

    async def scenario(app: App) -> None:
        window = app.windows["main"]
        await missed(app)
        with site(PAGES, port=port):
            window.webview.reload()
            await window.loaded()
            assert await window.eval("document.title") == "first"

    shell.run(developed(port), scenario)


def test_what_chromium_loads_nothing_from_is_said_likewise(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(app: App) -> None:
        assert "ERR_UNSAFE_PORT" in await missed(app)

    shell.run(developed(9), scenario)
    assert "http://127.0.0.1:9/ (ERR_UNSAFE_PORT)" in caplog.text


def test_an_answer_that_is_an_error_is_said_with_its_status(shell: Runner, caplog: pytest.LogCaptureFixture) -> None:
    problem = "its answer has the HTTP status 404"
    with site() as server:

        async def scenario(app: App) -> None:
            assert problem in await missed(app)

        shell.run(App("com.example.dev", config={"build": {"devUrl": f"{server.origin}/sub/"}}), scenario)
        assert f"{server.origin}/sub/ ({problem})" in caplog.text


@pytest.mark.parametrize("keys", [{}, {"config": {"identifier": "com.example.dev"}}], ids=["alone", "configured"])
@pytest.mark.parametrize("built", [True, False])
def test_a_dev_server_that_a_start_names_stands_in_for_the_frontend(
    shell: Runner, built: bool, keys: dict[str, Any]
) -> None:
    with site(PAGES) as server:
        app = App("com.example.dev", frontend=shell.folder if built else "not-built", **keys)

        async def scenario(app: App) -> None:
            assert await app.windows["main"].eval("document.title") == "first"
            assert app.config.frontend == Frontend(url=server.origin, dev=True)
            assert app.config.identifier == "com.example.dev"

        shell.options = attrs.evolve(shell.options, dev_url=server.origin)
        shell.run(app, scenario)
        shell.options = attrs.evolve(shell.options, dev_url=server.origin.removeprefix("http://"))
        with pytest.raises(ConfigError, match=r'^--dev-url: expected a URL such as "http://localhost:1420", got "127'):
            shell.run(app, scenario)


@pytest.mark.parametrize("host", ["127.1", "0x7f.0.0.1", "127.0.0.1"])
def test_a_dev_server_is_the_apps_own_however_its_address_is_written(shell: Runner, host: str) -> None:
    with site(PAGES) as server:
        _, _, port = server.origin.rpartition(":")
        app = App("com.example.dev", frontend=f"http://{host}:{port}")

        @app.command
        async def greet(name: str) -> str:
            return f"Hello, {name}!"

        async def scenario(app: App) -> None:
            main = app.windows["main"]
            assert await main.eval("document.title") == "first"
            assert await main.eval("shell.invoke('greet', { name: 'Ada' })") == "Hello, Ada!"
            loaded = asyncio.ensure_future(next_load(main))
            await main.eval("void setTimeout(() => { location = '/two' })")
            await loaded
            assert await main.eval("fetch('/').then((answer) => answer.status)") == 200

        shell.run(app, scenario)


def test_a_dev_server_with_a_name_beyond_ascii_is_looked_for_as_chromium_writes_it(shell: Runner) -> None:
    async def scenario(app: App) -> None:
        # Blocked, it would not be missed.
        assert "ERR_NAME_NOT_RESOLVED" in await missed(app)

    shell.run(App("com.example.dev", frontend="http://bücher.example:1420"), scenario)
