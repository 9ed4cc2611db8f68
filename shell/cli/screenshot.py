"""`--screenshot FILE`: a picture of the program's window, and what was seen in it."""

import asyncio
import logging
from pathlib import Path

from PySide6.QtGui import QImage, QImageWriter

from shell import JavaScriptError, PageGoneError
from shell.app import App
from shell.cli.failure import NOT_POSSIBLE, UntoldError, tell
from shell.complaint import complain
from shell.config.errors import unbroken
from shell.life import LifeEvent
from shell.value import frozen
from shell.window import Window

_QUALITY = 95
"""Of 100. Text in pictures needs more than the 75 that are usual for photographs."""
_LOADED_WITHIN = 30.0
"""Seconds that the page has to load."""
_SETTLED_WITHIN = 5.0
"""Seconds after which a page without an answer is taken as it is."""
_QUIET = 250
"""Milliseconds without a change after which a page has settled."""
_MOVING = 2000
"""Milliseconds after which a page that never stops changing is taken as it is."""

_SETTLED = f"""
document.fonts.ready.then(() => new Promise((done) => {{
  let timer = 0;
  const changed = () => {{
    clearTimeout(timer);
    timer = setTimeout(done, {_QUIET});
  }};
  new MutationObserver(changed).observe(document, {{
    subtree: true, childList: true, attributes: true, characterData: true,
  }});
  new PerformanceObserver(changed).observe({{ entryTypes: ["resource"] }});
  setTimeout(done, {_MOVING});
  changed();
}})).then(() => document.title)
"""


class ScreenshotError(Exception):
    """No picture could be taken; the text says why."""


class _SeenUntoldError(Exception):
    """Nobody can be told what was seen; the text says why."""


@frozen
class Seen:
    """What was seen when the picture was taken.

    Attributes:
        window: The window's label.
        others: Labels of the program's other windows.
        title: The window's title.
        page_title: The page's.
        url: The page's URL.
        size: The window's width and height in pixels.
        renderer: Process id of the renderer.
        errors: How many errors were in the console by then, of all windows.
        picture: Where the picture is.
    """

    window: str
    others: tuple[str, ...]
    title: str
    page_title: str
    url: str
    size: tuple[int, int]
    renderer: int
    errors: int
    picture: Path

    def __str__(self) -> str:
        others = f" (others: {', '.join(self.others)})" if self.others else ""
        width, height = self.size
        rows = {
            "window": f"{self.window}{others}",
            "title": self.title,
            "page": f"{self.page_title} – {self.url}" if self.page_title else self.url,
            "size": f"{width} × {height}",
            "renderer": f"process {self.renderer}",
            "console": f"{self.errors or 'no'} error{'' if self.errors == 1 else 's'}",
            "picture": str(self.picture.resolve()),
        }
        return "\n".join(f"{name:<10}{text}" for name, text in rows.items())


class _ErrorCount(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


def take_screenshot(app: App, path: Path) -> None:
    """Have a program save a picture of its window once its page has settled, say what was seen, and end.

    Args:
        app: The program, before it runs.
        path: Where the picture goes: as its ending says, or as PNG where it has none.
    """
    # Another process of the program has another picture.
    app.single_instance = False
    errors = _ErrorCount()
    logging.getLogger("shell.console").addHandler(errors)
    tasks: list[asyncio.Task[None]] = []

    @app.on("ready")
    def begin(_: LifeEvent) -> None:
        tasks.append(asyncio.get_running_loop().create_task(_take(app, path, errors)))


async def _take(app: App, path: Path, errors: _ErrorCount) -> None:
    # Whatever comes: nobody waits for this, and the program would run on.
    try:
        _tell(await _see(app, path, errors))
    except Exception as error:
        app.core.exit.now(NOT_POSSIBLE)
        complain(str(error) if isinstance(error, _SeenUntoldError) else f"no screenshot: {str(error) or repr(error)}")
    else:
        app.core.exit.now(0)


async def _see(app: App, path: Path, errors: _ErrorCount) -> Seen:
    window, page_title = await _settled_window(app)
    _save(path, await window.screenshot())
    webview = app.core.webviews.get(window.label)
    size = window.inner_size()
    return Seen(
        window=window.label,
        others=tuple(label for label in app.windows if label != window.label),
        title=unbroken(window.title()),
        page_title=unbroken(page_title),
        url=webview.url if webview else "",
        size=(size.width, size.height),
        renderer=window.renderer_pid,
        errors=errors.count,
        picture=path,
    )


def _tell(seen: Seen) -> None:
    try:
        tell(str(seen))
    except (UntoldError, BrokenPipeError) as error:
        reason = error.reason if isinstance(error, UntoldError) else error.strerror
        raise _SeenUntoldError(f"what was seen cannot be told: {reason}") from None


def _save(path: Path, picture: bytes) -> None:
    if path.suffix.lower() in {"", ".png"}:
        path.write_bytes(picture)
        return
    writer = QImageWriter(str(path))
    writer.setQuality(_QUALITY)
    if not writer.write(QImage.fromData(picture)):
        raise ScreenshotError(f"{path}: {writer.errorString()}")


async def _settled_window(app: App) -> tuple[Window, str]:
    """The window that a person would look at first, and its page's title, once nothing changes in it any more."""
    window = app.windows.get("main") or next(iter(app.windows.values()), None)
    if window is None:
        raise ScreenshotError("the program has no window")
    title = await _settled(window)
    if not window.is_visible():
        shown = next((other for other in app.windows.values() if other.is_visible()), None)
        if shown is None:
            raise ScreenshotError(f"the window {window.label} is hidden")
        window, title = shown, await _settled(shown)
    return window, title


async def _settled(window: Window) -> str:
    await _loaded(window)
    try:
        return str(await asyncio.wait_for(window.webview.eval(_SETTLED, own=True), _SETTLED_WITHIN))
    except (TimeoutError, JavaScriptError, PageGoneError):
        # It runs no scripts, or is busy: it has a picture all the same.
        return ""


async def _loaded(window: Window) -> None:
    loading = asyncio.ensure_future(window.loaded())
    missed = asyncio.get_running_loop().create_future()

    def look() -> None:
        if window.webview.misses_dev_server and not missed.done():
            missed.set_result(None)

    connection = window.webview.loaded_changed.connect(look)
    look()
    try:
        done, _ = await asyncio.wait((loading, missed), timeout=_LOADED_WITHIN, return_when=asyncio.FIRST_COMPLETED)
    finally:
        window.webview.loaded_changed.disconnect(connection)
        if not loading.done():
            loading.cancel()
    if loading in done:
        await loading
    elif missed in done:
        # A person would wait for it; whoever wants a picture wants that of the page.
        raise ScreenshotError(f"webview {window.label}: no page comes from the dev server")
    else:
        raise ScreenshotError(f"the page of {window.label} has not loaded within {_LOADED_WITHIN:g} s")
