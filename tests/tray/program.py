"""A program with a tray that a test drives from outside: an expression a line in, an answer or an event a line out.

`python -m tests.tray.program FOLDER '{"config": …, "app": …}'`: the page has the package as `api`. With
`{"welcome": true}` it is the welcome app, with `{"waits": true}` it begins with the first line. Expressions are
Python's, may await, and have `app`, `page("an expression of JavaScript")`, `tell("an event", payload)`, `made`, a
mapping that is kept, and all that `shell` has. In `made`, `prevent` names a request that is refused, and `last` is an
event that the program's end waits for.
"""

import ast
import asyncio
import inspect
import json
import sys
import threading
from pathlib import Path
from typing import Any

import attrs

import shell
from shell import App, LifeEvent, Options, Plugin, TrayIconEvent
from shell.cli.welcome import welcome
from tests.npm import api_page
from tests.plugins.conftest import EVERYTHING


def say(**answer: Any) -> None:
    print(json.dumps(answer, default=str), flush=True)


def tell(event: str, payload: Any = None) -> None:
    say(event=event, payload=payload)


def told(event: TrayIconEvent) -> None:
    tell("tray", event.to_mapping())


def made_for_tests(folder: Path, options: dict[str, Any]) -> App:
    """A program whose page has the package."""
    if not (folder / "index.html").exists():
        (folder / "index.html").write_text(api_page(folder, "document.body.textContent = 'a page'"), encoding="utf-8")
    config = {
        "identifier": "com.example.tray",
        "productName": "Tray",
        "build": {"frontendDist": str(folder)},
        **options.get("config", {}),
    }
    return App(config=config, capabilities=[EVERYTHING], **options.get("app", {}))


def main(folder: Path, options: dict[str, Any]) -> int:
    app = welcome() if options.get("welcome") else made_for_tests(folder, options)
    made: dict[str, Any] = {}
    ending = Plugin("ending")
    app.plugin(ending)
    released = asyncio.Event()
    released.set()

    async def page(script: str, label: str = "main") -> Any:
        return await app.windows[label].eval(script)

    names = {**{name: getattr(shell, name) for name in shell.__all__}, "app": app, "page": page, "tell": tell}
    names |= {"made": made, "told": told}

    async def answer(expression: str) -> None:
        try:
            code = compile(expression, "the test", "eval", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            value = eval(code, names)
            say(value=await value if inspect.isawaitable(value) else value)
        except Exception as error:
            say(error=f"{type(error).__name__}: {error}")

    if options.get("waits"):
        ending.setup(lambda app: asyncio.to_thread(sys.stdin.readline))

    @ending.teardown
    async def end(app: App) -> None:
        tell("ending")
        await made.get("last", released).wait()

    for name in ("exit-requested", "second-start", "window-destroyed"):

        @app.on(name)
        def happened(event: LifeEvent, name: str = name) -> None:
            if name == made.get("prevent"):
                event.prevent()
            tell(name, attrs.asdict(event.payload) if attrs.has(type(event.payload)) else event.payload)

    @app.setup
    async def begin(app: App) -> None:
        if app.windows:
            await app.windows["main"].loaded()
        loop = asyncio.get_running_loop()

        def read() -> None:
            for line in sys.stdin:
                asyncio.run_coroutine_threadsafe(answer(json.loads(line)), loop)
            app.thread.run(app.core.exit.now, 0)

        threading.Thread(target=read, daemon=True).start()
        say(value="ready")

    return app.run(Options(no_sandbox=True, headless=options.get("headless", False)))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), json.loads(sys.argv[2])))
