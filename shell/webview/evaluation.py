"""Scripts that the core runs in a page, and what they come to."""

import asyncio
import json
from typing import Any

from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

ANSWERED_WITHIN = 60.0
"""Seconds that a page has to answer a script of the core where nothing else is said."""

_World = QWebEngineScript.ScriptWorldId


class JavaScriptError(Exception):
    """A script given to `eval` failed; the text is the error as the page wrote it."""


class PageGoneError(Exception):
    """The page went away before it answered."""


class Evaluations:
    """The scripts that run in one page for the core. The page tells of their outcome by a call of its bridge.

    Args:
        page: The page.
        label: Its webview's label.
        own_world: Where scripts of the program's own run: past the isolation application, where there is one.
    """

    def __init__(self, page: QWebEnginePage, label: str, own_world: _World) -> None:
        self._page = page
        self._label = label
        self._own_world = own_world
        self._running: dict[int, asyncio.Future[Any]] = {}
        self._checks: set[asyncio.Future[str]] = set()
        self._last = 0
        self._gone: PageGoneError | None = None

    async def run(self, script: str, *, within: float | None, own: bool = False) -> Any:
        """Run JavaScript in the page, with all that the page itself may do.

        Args:
            script: An expression, or the body of an async function. A promise is awaited.
            within: Seconds that the page has to answer; `None` for as long as it lives.
            own: Whether the script is the program's own, and needs no more of the page than its DOM.

        Returns:
            The value, as JSON carries it.

        Raises:
            JavaScriptError: The script could not be parsed, or threw, or its value has no form in JSON.
            PageGoneError: The page went away first.
            TimeoutError: The time is up. Whatever the script does, it goes on doing.
        """
        try:
            # A page can keep even its own promises from ever being told of.
            async with asyncio.timeout(within):
                return await self._run(script, self._own_world if own else _World.MainWorld)
        except TimeoutError:
            raise TimeoutError(f"webview {self._label}: the page did not answer within {within:g} s") from None

    async def _run(self, script: str, world: _World) -> Any:
        gone = self._gone
        form = await self._form_of(script)
        if self._gone is not None and self._gone is not gone:
            # Since the brackets were found: what is run now would be run in the page that comes after.
            raise PageGoneError(*self._gone.args)
        self._last += 1
        number = self._last
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._running[number] = future
        try:
            self._page.runJavaScript(_EVALUATE % (number, form[0], script, form[1]), world)
            return await future
        finally:
            self._running.pop(number, None)

    async def _form_of(self, script: str) -> str:
        """The brackets that make the script an arrow function's body. Found where the page's policy has no say."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._checks.add(answer)
        source = json.dumps(script)

        def take(result: str) -> None:
            if not answer.done():
                answer.set_result(result)

        self._page.runJavaScript(_CHECK % source, _World.UserWorld, take)
        try:
            result = await answer
        finally:
            self._checks.discard(answer)
        if result not in {"()", "{}"}:
            raise JavaScriptError(result)
        return result

    def ended(self, number: int, value: Any, error: str | None) -> None:
        """Take the outcome of a script, as the page tells it."""
        future = self._running.get(number)
        if future is None or future.done():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(JavaScriptError(error))

    def fail(self, error: PageGoneError) -> None:
        """The page has gone: none of them will end."""
        self._gone = error
        for future in (*self._running.values(), *self._checks):
            if not future.done():
                future.set_exception(error)


_CHECK = """((script) => {
  const { constructor } = async () => {};
  try {
    constructor(`return (\\n${script}\\n)`);
    return "()";
  } catch {}
  try {
    constructor(script);
    return "{}";
  } catch (error) {
    try {
      // Where the script is cut short, the error is of the bracket that stands behind it. Nothing of this runs, and
      // what it declares, which is there before that, is this function's own.
      (() => eval(`throw 0;\\n${script}`))();
    } catch (end) {
      if (String(end) === "SyntaxError: Unexpected end of input") return String(end);
    }
    return String(error);
  }
})(%s)"""

_EVALUATE = """((run) => {
  const number = %d;
  const tell = (outcome) => window.__TAURI_INTERNALS__.invoke("plugin:__shell__|evaluated", { number, ...outcome });
  // Not with `then`, which the page may have replaced.
  (async () => {
    try {
      await tell({ value: await run() });
    } catch (error) {
      tell({ error: String(error) });
    }
  })();
  return number;
})(async () => %s
%s
%s)"""
