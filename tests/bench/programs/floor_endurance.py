"""The floor of endurance: reloads of a bare QWebEngineView, and ends of its renderer, each answered by a bare scheme."""

import itertools
import json
import os
import signal
from collections.abc import Callable, Iterator

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QTimer, QUrl
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

from tests.bench.processes import made_by_this

RELOADS, KILLED = 1000, 200
ROUNDS = (0.1, 0.1, 1.0)
"""How much of all that is done each time, as in qtshell's."""


class Handler(QWebEngineUrlSchemeHandler):
    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802  # Qt's name
        device = QBuffer(job)
        device.setData(QByteArray(b"<!doctype html><title>bench</title><p>bench</p>"))
        device.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(b"text/html", device)


def reload() -> None:
    page.triggerAction(QWebEnginePage.WebAction.Reload)


def kill() -> None:
    os.kill(page.renderProcessPid(), signal.SIGKILL)


def work() -> Iterator[Callable[[], None]]:
    """What has the page loaded anew, each time it is there."""
    works = {"reloads": (reload, RELOADS), "killed": (kill, KILLED)}
    rounds = []
    for part in ROUNDS:
        figures = {}
        for name, (cause, times) in works.items():
            yield from itertools.repeat(cause, int(times * part))
            figures[name] = made_by_this()
        rounds.append(figures)
    *_, before, after = rounds
    report = {name: 100 * (after[name] / before[name] - 1) for name in works}
    print(json.dumps({**report, "rounds": rounds}), flush=True)


def loaded(good: bool) -> None:
    if not good:
        return
    if next(count) % 50 == 0:
        # A sign of life.
        print("{}", flush=True)
    cause = next(causes, None)
    if cause is None:
        app.quit()
    else:
        cause()


def again() -> None:
    # As long as qtshell is told to wait: asked for sooner, Chromium can lose a load without a word.
    QTimer.singleShot(20, reload)


count = itertools.count(1)
causes = work()
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1" if os.geteuid() == 0 else "0")
scheme = QWebEngineUrlScheme(b"tauri")
scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme)
QWebEngineUrlScheme.registerScheme(scheme)
app = QApplication(["bench"])
profile = QWebEngineProfile("bench")
handler = Handler()
profile.installUrlSchemeHandler(b"tauri", handler)
page = QWebEnginePage(profile)
view = QWebEngineView()
view.setPage(page)
page.loadFinished.connect(loaded)
page.renderProcessTerminated.connect(lambda *_: again())
page.setUrl(QUrl("tauri://localhost/"))
view.resize(800, 600)
view.show()
app.exec()
shiboken6.delete(view)
shiboken6.delete(page)
