"""Real pages off screen, without the rest of the program: for tests of what stands between a page and the outside."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QByteArray, QEventLoop, QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWidgets import QApplication

from shell.webview.scheme import register_schemes

TIMEOUT = 120_000
"""Milliseconds after which what is waited for has failed."""

# The body of a response that Qt failed is not to be read: that never ends.
_FETCH = """
    const response = await fetch(url, options)
    const bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : []
    return {
        status: response.status, length: bytes.length, first: bytes[0], last: bytes[bytes.length - 1],
        headers: Object.fromEntries(response.headers),
    }
"""


def application() -> QApplication:
    """The process's `QApplication`, made if there is none."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    register_schemes()
    made = QApplication(["tests"])
    made.setQuitOnLastWindowClosed(False)
    return made


class Page(QWebEnginePage):
    """A page that can be loaded, and asked, from a test."""

    answered = Signal(str)

    def __init__(self, profile: QWebEngineProfile) -> None:
        super().__init__(profile)
        self.console: list[str] = []

    def load_and_wait(self, url: str) -> bool:
        """Load a URL; tell whether that went well."""
        return bool(_wait_for(self.loadFinished, lambda: self.load(QUrl(url))))

    def show_and_wait(self, text: str, url: str) -> None:
        """Show a page as if it had come from a URL."""
        _wait_for(self.loadFinished, lambda: self.setHtml(text, QUrl(url)))

    def ask(self, body: str) -> Any:
        """Run the body of an async function in the page; return what it returns, or `error: …` for what it throws."""
        script = f"""(async () => {{ {body} }})().then(
            (value) => console.log("answer " + JSON.stringify(value ?? null)),
            (error) => console.log("answer " + JSON.stringify("error: " + error)))"""
        return json.loads(_wait_for(self.answered, lambda: self.runJavaScript(script)))

    def get(self, url: str, **options: Any) -> dict[str, Any]:
        """Fetch a URL from the page: what came, with its bytes described by their number, the first and the last."""
        answer = self.ask(f"const url = {url!r}, options = {options!r}; {_FETCH}")
        assert isinstance(answer, dict), answer
        return answer

    def javaScriptConsoleMessage(  # noqa: N802  # Qt's name
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        if message.startswith("answer "):
            self.answered.emit(message.removeprefix("answer "))
        else:
            self.console.append(message)


@contextmanager
def a_page(
    handlers: Mapping[bytes, QWebEngineUrlSchemeHandler],
    *,
    on_profile: QWebEngineUrlRequestInterceptor | None = None,
    on_page: QWebEngineUrlRequestInterceptor | None = None,
) -> Iterator[Page]:
    """A page of a profile of its own."""
    application()
    profile = QWebEngineProfile()
    profile.settings().setAttribute(QWebEngineSettings.WebAttribute.PlaybackRequiresUserGesture, False)
    for scheme, handler in handlers.items():
        profile.installUrlSchemeHandler(QByteArray(scheme), handler)
    if on_profile is not None:
        profile.setUrlRequestInterceptor(on_profile)
    page = Page(profile)
    if on_page is not None:
        page.setUrlRequestInterceptor(on_page)
    try:
        yield page
    finally:
        # The page goes before its profile, and the profile before its handlers.
        end(page)
        end(profile)


def end(what: QObject) -> None:
    """Delete an object, and wait until it is gone."""
    _wait_for(what.destroyed, what.deleteLater)


def wait_until(signal: Any, is_so: Any) -> None:
    """Wait for as many emissions of a signal as it takes until something is so."""
    while not is_so():
        _wait_for(signal, lambda: None)


def _wait_for(signal: Any, start: Any) -> Any:
    """Start something and wait for the signal that tells of its end; return the signal's first argument."""
    loop = QEventLoop()
    got: list[Any] = []

    def arrived(*values: Any) -> None:
        got.append(values[0] if values else None)
        loop.quit()

    signal.connect(arrived)
    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(loop.quit)
    timer.start(TIMEOUT)
    start()
    if not got:
        loop.exec()
    if not got:
        raise TimeoutError(f"nothing came within {TIMEOUT} ms")
    try:
        signal.disconnect(arrived)
    except RuntimeError:
        # It went with its sender.
        return got[0]
    return got[0]
