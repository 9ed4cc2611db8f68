"""The floor of endurance: a thousand navigations of a bare QWebEngineView, each answered by a bare scheme handler."""

import itertools
import json
import os

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QUrl
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

from tests.bench.memory import private

WARM_UP, NAVIGATIONS = 50, 1000


class Handler(QWebEngineUrlSchemeHandler):
    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802  # Qt's name
        device = QBuffer(job)
        device.setData(QByteArray(b"<!doctype html><title>bench</title>"))
        device.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(b"text/html", device)


def loaded(_: bool) -> None:
    done = next(count)
    if done == WARM_UP:
        report["before"] = private(os.getpid())
    if done == WARM_UP + NAVIGATIONS:
        report["navigations"] = private(os.getpid())
        print(json.dumps(report), flush=True)
        app.quit()
        return
    page.setUrl(QUrl(f"tauri://localhost/?{done}"))


count = itertools.count(1)
report: dict[str, float] = {}
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1" if os.geteuid() == 0 else "0")
scheme = QWebEngineUrlScheme(b"tauri")
scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme)
QWebEngineUrlScheme.registerScheme(scheme)
app = QApplication(["bench"])
profile = QWebEngineProfile()
handler = Handler()
profile.installUrlSchemeHandler(b"tauri", handler)
page = QWebEnginePage(profile)
view = QWebEngineView()
view.setPage(page)
page.loadFinished.connect(loaded)
page.setUrl(QUrl("tauri://localhost/"))
view.show()
app.exec()
shiboken6.delete(page)
