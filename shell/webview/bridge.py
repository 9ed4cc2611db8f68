"""The QWebChannel end of the bridge: one object for each page, which the page's transport alone can reach."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript

from shell.bundled import bundled
from shell.ipc.wire import POSTS_AT_ONCE
from shell.value import frozen

if TYPE_CHECKING:
    from shell.config.isolation import IsolationScript

_World = QWebEngineScript.ScriptWorldId


@frozen
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

    def __init__(self, receive: Callable[[str], str], channel: QWebChannel) -> None:
        super().__init__(channel)
        self._channel = channel
        self._receive = receive

    def event(self, event: QEvent) -> bool:
        """Live as long as the page: QWebChannel lets a page call every slot, `deleteLater` too, and crashes after."""
        return event.type() == QEvent.Type.DeferredDelete or super().event(event)

    def hang_up(self, page: QWebEnginePage, *, isolated: bool) -> None:
        """Take the page its channel, and give it another: what it has sent, and nobody has read, is thrown away.

        Both at once: Qt (6.12, ContentBrowserClientQt) crashes where a page has none and a document of it begins, as
        that of a navigation under way. Not while the channel is being read.
        """
        page.setWebChannel(None)  # type: ignore[arg-type]  # PySide 6.12.0 takes it
        page.setWebChannel(self._channel, own_world(isolated))

    @Slot(str, result=str)
    def post(self, text: str) -> str:
        """Take a post of the page; the answer saves the page a message of its own."""
        return self._receive(text)


def connect(
    page: QWebEnginePage,
    receive: Callable[[str], str],
    boot: Boot,
    isolation: "Sequence[IsolationScript] | None" = None,
) -> Bridge:
    """Give a page its bridge: the object, the channel, and the scripts that run before any of the page's own.

    With an isolation application what lets the page speak to the core is in an isolated world, and the application's
    scripts with it. Worlds have no JavaScript objects in common, and Chromium keeps it so.

    Args:
        page: The page.
        receive: Takes what the page posts and answers at once; never raises.
        boot: What the scripts are told.
        isolation: The scripts of the isolation application; None where there is none.
    """
    channel = QWebChannel(page)
    bridge = Bridge(receive, channel)
    channel.registerObject("bridge", bridge)
    page.setWebChannel(channel, own_world(isolation is not None))
    meta = bridge.metaObject()
    # By its index Qt finds the method at once, and by its name among all that there are.
    told: dict[str, Any] = attrs.asdict(boot) | {
        "postsAtOnce": POSTS_AT_ONCE,
        "method": meta.indexOfMethod("post(QString)"),
        "signal": meta.indexOfSignal("deliver(QString)"),
    }
    if isolation is not None:
        inject(page, "isolation", _joined("isolation", "core", told), world=own_world(True))
        for script in isolation:
            inject(page, f"isolation/{script.name}", script.source, world=own_world(True))
    inject(page, "bridge", _joined("page", "core" if isolation is None else "crossing", told))
    return bridge


def own_world(isolated: bool) -> _World:
    """The world that the bridge's end to the core is in, and where the core's own scripts in a page run.

    Args:
        isolated: Whether the program has an isolation application.
    """
    return _World.ApplicationWorld if isolated else _World.MainWorld


def _joined(end: str, other: str, told: Mapping[str, Any]) -> str:
    """A script that joins two of the functions that the bridge is made of."""
    connect = f"(page) => {_part(other)}(boot, page)"
    return f"((boot) => {_part(end)}(boot, {_part('values')}(), {connect}))({json.dumps(told)})"


def _part(name: str) -> str:
    source = bundled("bridge", f"{name}.js").read_text(encoding="utf-8")
    return f"({source[source.index('\n(') :].strip().removesuffix(';')})"


def inject(
    page: QWebEnginePage, name: str, source: str, *, sub_frames: bool = False, world: _World = _World.MainWorld
) -> None:
    """Run a script in a page at the beginning of every document, after those that were injected before it.

    Args:
        page: The page.
        name: What the script is called where errors are shown.
        source: JavaScript.
        sub_frames: Whether it runs in sub-frames as well.
        world: The world that it runs in.
    """
    script = QWebEngineScript()
    script.setName(name)
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(world)
    script.setRunsOnSubFrames(sub_frames)
    script.setSourceCode(f"{source}\n//# sourceURL=qtshell:{name}")
    page.scripts().insert(script)
