"""Rounds to all pages of a program: often while something happens in one of them, and rarely while nothing does."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QWindow
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView
from shiboken6 import isValid

from shell.webview.flow import Flow
from shell.webview.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shell.ipc import Session
    from shell.webview.guards import Guards
    from shell.webview.silence import Echo, Silence

_Type = QEvent.Type
_STOPPED = 1.0
"""Seconds, and as many as there are between two rounds, by which one is late where this process has not run: it was
stopped, or its machine was, and the pages with it."""
_INPUT = frozenset({_Type.KeyPress, _Type.MouseButtonPress, _Type.MouseMove, _Type.TouchBegin, _Type.Wheel})


class Rounds(QObject):
    """Looks at each page's signs of life, all with one timer.

    As long as nothing happens in any page, the program is at rest: it is looked at rarely, and woken by the next
    message to or from a page, and by the next input of a person.

    Args:
        every: Seconds between two rounds.
        at_rest_every: Seconds between two rounds at rest.
        echo: Says when all has been heard that pages had sent to the core before.
        guards: Makes what keeps pages from taking more of the core than it has; None where nothing does.

    Attributes:
        at_rest: Whether the program is at rest.
    """

    def __init__(
        self,
        every: float,
        at_rest_every: float,
        echo: "Echo",
        guards: "Callable[[], Guards] | None",
    ) -> None:
        super().__init__()
        self._echo = echo
        self._silence: Silence | None = None
        self.at_rest = False
        self._every = every
        self._at_rest_every = at_rest_every
        self._pages: dict[Pulse, QWebEnginePage] = {}
        self._watched: list[tuple[QWindow, Pulse]] = []
        self._ended = False
        self._flow = None if guards is None else Flow(guards, self._wake)
        self._timer = QTimer(self, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._go)
        self._since = 0.0

    def add(self, pulse: Pulse, page: QWebEnginePage) -> None:
        """Look after a page from now on."""
        self._pages[pulse] = page
        pulse.link.on_session.append(self._begin)
        self._wake()

    def remove(self, pulse: Pulse) -> None:
        """Look after a page no more."""
        if self._pages.pop(pulse, None) is not None:
            pulse.link.on_stir = None
            pulse.link.on_session.remove(self._begin)
            self._wake()
        if not self._pages:
            self._timer.stop()
            if self._flow is not None:
                self._flow.rest()

    def holds(self, renderer: int) -> bool:
        """Whether a renderer is held back at this moment, and can answer nothing."""
        return self._flow is not None and self._flow.holds(renderer)

    def stop(self) -> None:
        """Look no more at anything: all pages have ended. Stopping again does nothing."""
        self._ended = True
        self._timer.stop()
        if self._flow is not None:
            self._flow.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """See that somebody uses a window again."""
        if self.at_rest and event.type() in _INPUT:
            for window, pulse in self._watched:
                if window == watched:
                    pulse.doubt()
            self._wake()
        return False

    def _go(self) -> None:
        now = time.monotonic()
        pulses = list(self._pages)
        every = self._timer.interval() / 1000
        late, self._since = now - self._since - every, now
        if late > max(every, _STOPPED):
            for pulse in pulses:
                pulse.postpone(late)
        stirs = [pulse.look(now) for pulse in pulses]
        if any(pulse.owes(now) for pulse in pulses):
            self._judge(pulses, now)
        if self._flow is not None:
            if not self.at_rest:
                self._flow.start()
            self._flow.look_for_workers()
        # Who is held does not look as if they did anything.
        if any(stirs) or (self._flow is not None and self._flow.busy):
            self._wake()
        else:
            self._rest()

    def _begin(self, _: "Session") -> None:
        if self._flow is not None:
            self._flow.start()

    def _judge(self, pulses: "Iterable[Pulse]", now: float) -> None:
        if self._silence is None:
            # Loaded where a page does not answer, as in most programs all do.
            from shell.webview.silence import Silence  # noqa: PLC0415

            self._silence = Silence(self._echo)
        self._silence.look(pulses, now)

    def _rest(self) -> None:
        if self.at_rest:
            return
        self.at_rest = True
        self._timer.stop()
        if self._pages:
            self._start(self._at_rest_every)
        if self._flow is not None:
            self._flow.rest()
        for pulse, page in self._pages.items():
            pulse.link.on_stir = self._wake
            view = QWebEngineView.forPage(page)
            window = None if view is None else view.window().windowHandle()
            if window is not None:
                window.installEventFilter(self)
                self._watched.append((window, pulse))

    def _wake(self) -> None:
        if self._ended:
            return
        if self.at_rest or not self._timer.isActive():
            self.at_rest = False
            self._unwatch()
            self._start(self._every)
            if self._flow is not None and self._flow.rests:
                self._flow.start()

    def _start(self, every: float) -> None:
        self._since = time.monotonic()
        self._timer.start(int(every * 1000))

    def _unwatch(self) -> None:
        for pulse in self._pages:
            pulse.link.on_stir = None
        for window, _ in self._watched:
            if isValid(window):
                window.removeEventFilter(self)
        self._watched.clear()
