"""Sees to it that no page makes more than the core takes, as long as anything happens in the program."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractEventDispatcher, QObject, QTimer

if TYPE_CHECKING:
    from shell.webview.backpressure import Backpressure
    from shell.webview.guards import Guards

log = logging.getLogger(__name__)

_FIRST = 0.1
"""Seconds from the first document of all to the first look: it is what a program begins with, and waits for."""
_EVERY = 0.01
"""Seconds between two looks."""
_EVERY_ALARMED = 0.1
"""The same at rest, where the core has grown too much of late."""
_WATCH = 0.02
"""Seconds between two looks at who computes, while an echo is waited for; half as long until somebody is held."""
_WATCH_IN_DIALOG = 0.2
"""The same while a dialog is open, which may be for hours."""
_STIRS = 0.1
"""Seconds of a processor within one, after which something happens in a program at rest."""


class Flow(QObject):
    """Looks at the core's queue some times a second, and at rest not at all.

    A page can begin to flood while the program is at rest, without a word to the bridge. It is noticed by what the core
    has to do then.

    Args:
        make: Makes what looks, when it is first looked.
        wake: Called when something happens in a program at rest.
    """

    def __init__(self, make: "Callable[[], Guards]", wake: Callable[[], None]) -> None:
        super().__init__()
        self._make = make
        self._wake = wake
        self._guards: Guards | None = None
        self._watcher: _Watcher | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        self._since = self._spent = 0.0
        self._rests = False
        self._listens = False
        self._ended = False
        self._told = False

    @property
    def busy(self) -> bool:
        """Whether somebody may be held."""
        return self._guards is not None and self._guards.busy

    @property
    def rests(self) -> bool:
        """Whether it looks again only when something happens."""
        return self._rests

    def start(self) -> None:
        """Look from now on."""
        if self._ended:
            return
        self._rests = False
        self._listen(False)
        if not self._timer.isActive():
            self._timer.start(int(_FIRST * 1000) if self._guards is None else 0)

    def rest(self) -> None:
        """Look when something happens again; who is held now is looked after first."""
        if self._ended:
            return
        self._rests = True
        if self._guards is None or not self._guards.busy:
            self._timer.stop()
            self._look_again_at_rest()
            self._listen(True)

    def stop(self) -> None:
        """Look no more, and let all go on that are held. Stopping again does nothing."""
        self._ended = True
        self._listen(False)
        self._timer.stop()
        if self._watcher is not None:
            self._watcher.stop()
        if self._guards is not None:
            self._guards.stop()

    def holds(self, renderer: int) -> bool:
        """Whether a renderer is held back at this moment."""
        return self._guards is not None and self._guards.processes.is_held(renderer)

    def look_for_workers(self) -> None:
        """End renderers that have more workers than they may."""
        if not self._ended:
            self._made().backpressure.look_for_threads()

    def _made(self) -> "Guards":
        if self._guards is None:
            self._guards = self._make()
        return self._guards

    def _look(self) -> None:
        guards = self._made()
        try:
            guards.memory.look()
            guards.backpressure.look()
            if guards.backpressure.waits:
                # What called this is Qt, and that was called by the function that is seen here.
                self._watch(guards.backpressure, sys._getframe(1).f_code)
        finally:
            if self._rests and not guards.busy:
                self.rest()
            else:
                self._timer.start(int(_EVERY * 1000))

    def _watch(self, backpressure: "Backpressure", qt: CodeType) -> None:
        if self._watcher is None:
            watcher = _Watcher(backpressure)
            try:
                watcher.start()
            except RuntimeError:
                # The next look tries again.
                if not self._told:
                    self._told = True
                    log.exception("nobody can be held who makes more than the core takes")
                return
            self._watcher = watcher
        self._watcher.go(qt)

    def _listen(self, listens: bool) -> None:
        if self._listens == listens:
            return
        self._listens = listens
        self._since, self._spent = time.monotonic(), time.thread_time()
        turns = QAbstractEventDispatcher.instance().awake
        if listens:
            turns.connect(self._turned)
        else:
            turns.disconnect(self._turned)

    def _turned(self) -> None:
        if self._guards is not None:
            # Chromium's other threads may work for a page that has nothing to say to this one.
            self._guards.memory.look()
            if self._guards.busy:
                self._wake()
                return
        now = time.monotonic()
        if now - self._since >= 1.0:
            self._since, self._spent = now, time.thread_time()
            self._look_again_at_rest()
        elif time.thread_time() - self._spent >= _STIRS:
            self._wake()

    def _look_again_at_rest(self) -> None:
        if self._guards is not None and self._guards.memory.alarmed and not self._timer.isActive():
            self._timer.start(int(_EVERY_ALARMED * 1000))


class _Watcher(threading.Thread):
    """Watches who computes, as long as an echo is waited for."""

    def __init__(self, backpressure: "Backpressure") -> None:
        super().__init__(name="backpressure", daemon=True)
        self._backpressure = backpressure
        self._core = threading.get_ident()
        self._qt: CodeType | None = None
        self._goes = threading.Event()
        self._ends = threading.Event()

    def go(self, qt: CodeType) -> None:
        """Watch until the echo is there.

        Args:
            qt: What the core's thread runs while Qt has it.
        """
        self._qt = qt
        self._goes.set()

    def stop(self) -> None:
        """End, and wait for that."""
        self._ends.set()
        self._goes.set()
        self.join()

    def run(self) -> None:
        while self._goes.wait() and not self._ends.is_set():
            self._goes.clear()
            try:
                self._watch()
            except Exception:
                log.exception("who makes more than the core takes could not be seen")
                self._backpressure.release()

    def _watch(self) -> None:
        while self._backpressure.waits:
            if self._ends.wait(self._pause()):
                return
            self._backpressure.watch(lambda: sys._current_frames()[self._core].f_code is self._qt)

    def _pause(self) -> float:
        if self._backpressure.in_dialog:
            return _WATCH_IN_DIALOG
        return _WATCH if self._backpressure.holds else _WATCH / 2
