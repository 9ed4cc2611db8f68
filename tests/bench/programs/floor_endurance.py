"""The floor of endurance: reloads of a bare QWebEngineView, and ends of its renderer, each answered by a bare scheme."""

import itertools
import json
import os
import signal

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

from tests.bench.processes import private

WARM_UP, RELOADS, KILLED = 100, 1000, 200


class Handler(QWebEngineUrlSchemeHandler):
    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802  # Qt's name
        device = QBuffer(job)
        device.setData(QByteArray(b"<!doctype html><title>bench</title><p>bench</p>"))
        device.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(b"text/html", device)


def loaded(good: bool) -> None:
    if not good:
        return
    done = next(count)
    if done == WARM_UP:
        figures["before"] = private(os.getpid())
    if done == WARM_UP + RELOADS:
        figures["reloads"] = private(os.getpid())
    if done == WARM_UP + RELOADS + KILLED:
        figures["killed"] = private(os.getpid())
        before = figures.pop("before")
        print(json.dumps({key: 100 * (value / before - 1) for key, value in figures.items()}), flush=True)
        app.quit()
    elif done >= WARM_UP + RELOADS:
        os.kill(page.renderProcessPid(), signal.SIGKILL)
    else:
        page.triggerAction(QWebEnginePage.WebAction.Reload)


def again() -> None:
    # As long as qtshell is told to wait: asked for sooner, Chromium can lose a load without a word.
    QTimer.singleShot(20, lambda: page.triggerAction(QWebEnginePage.WebAction.Reload))


count = itertools.count(1)
figures: dict[str, float] = {}
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
