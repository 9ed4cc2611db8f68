"""The QWebChannel end of the bridge: one object for each page, which the page's transport alone can reach."""

import json
from collections.abc import Callable
from typing import Any

import attrs
from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

from shell.bundled import bundled


@attrs.frozen
class Boot:
    """What the page's half of the bridge is told before anything else.

    Attributes:
        window: Label of the window.
        webview: Label of the webview.
        origins: Origins of the app's own pages.
        separator: What stands between the parts of a path on this system.
        delimiter: What stands between paths in a list.
        freezePrototype: Whether to freeze `Object.prototype`, as Tauri's setting of that name asks.
    """

    window: str
    webview: str
    origins: tuple[str, ...]
    separator: str
    delimiter: str
    freezePrototype: bool  # noqa: N815  # as JavaScript reads it


class Bridge(QObject):
    """The one object that a page sees through QWebChannel. It has one method, one signal and no properties."""

    deliver = Signal(str)

    def __init__(self, receive: Callable[[str], str], parent: QObject) -> None:
        super().__init__(parent)
        self._receive = receive

    def event(self, event: QEvent) -> bool:
        """Live as long as the page: QWebChannel lets a page call every slot, `deleteLater` too, and crashes after."""
        return event.type() == QEvent.Type.DeferredDelete or super().event(event)

    @Slot(str, result=str)
    def post(self, text: str) -> str:
        """Take a post of the page; the answer saves the page a message of its own."""
        return self._receive(text)


def connect(page: QWebEnginePage, receive: Callable[[str], str], boot: Boot) -> Bridge:
    """Give a page its bridge: the object, the channel, and the script that runs before any of the page's own.

    Args:
        page: The page.
        receive: Takes what the page posts and answers at once; never raises.
        boot: What the script is told.
    """
    channel = QWebChannel(page)
    bridge = Bridge(receive, channel)
    channel.registerObject("bridge", bridge)
    page.setWebChannel(channel, QWebEngineScript.ScriptWorldId.MainWorld)
    told: dict[str, Any] = attrs.asdict(boot) | {"signal": bridge.metaObject().indexOfSignal("deliver(QString)")}
    connected = f"(page) => {_part('core')}(boot, page)"
    inject(page, "bridge", f"((boot) => {_part('page')}(boot, {connected}))({json.dumps(told)})")
    return bridge


def _part(name: str) -> str:
    """One of the functions that the bridge is made of, as an expression."""
    source = bundled("bridge", f"{name}.js").read_text(encoding="utf-8")
    return f"({source[source.index('(boot') :].rstrip().removesuffix(';')})"


def inject(page: QWebEnginePage, name: str, source: str, *, sub_frames: bool = False) -> None:
    """Run a script in a page at the beginning of every document, after those that were injected before it.

    Args:
        page: The page.
        name: What the script is called where errors are shown.
        source: JavaScript.
        sub_frames: Whether it runs in sub-frames as well.
    """
    script = QWebEngineScript()
    script.setName(name)
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
    script.setRunsOnSubFrames(sub_frames)
    script.setSourceCode(f"{source}\n//# sourceURL=qtshell:{name}")
    page.scripts().insert(script)
