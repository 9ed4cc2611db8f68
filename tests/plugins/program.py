"""A program on a desktop, with the package in its page: an expression of JavaScript a line in, an answer a line out."""

import asyncio
import json
import sys
import threading
from pathlib import Path

from shell import App, JavaScriptError, Options
from tests.npm import api_page
from tests.plugins.conftest import EVERYTHING


def main(folder: Path) -> int:
    (folder / "index.html").write_text(api_page(folder, "document.body.textContent = 'a page'"), encoding="utf-8")
    app = App("com.example.desktop", frontend=folder, capabilities=[EVERYTHING])

    async def answer(expression: str) -> None:
        try:
            say(value=await app.windows["main"].eval(expression))
        except JavaScriptError as error:
            say(error=str(error))

    @app.setup
    async def begin(app: App) -> None:
        await app.windows["main"].loaded()
        loop = asyncio.get_running_loop()

        def read() -> None:
            for line in sys.stdin:
                asyncio.run_coroutine_threadsafe(answer(json.loads(line)), loop)
            app.exit(0)

        threading.Thread(target=read, daemon=True).start()
        say(value="ready")

    return app.run(Options(no_sandbox=True))


def say(**answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
