"""The floor: bare QWebEngineViews of one profile, a bare QWebChannel with a few slots, and Qt's own qwebchannel.js.

For bytes there is a URL scheme, which takes a body in one piece and answers in one.
"""

import os
import sys
from pathlib import Path

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject, QUrl, QUrlQuery, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineScript,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

PAGES = Path(__file__).parents[1] / "pages"


class Floor(QObject):
    @Slot(result=str)
    def version(self) -> str:
        return "0.1.0"

    @Slot(str, result=str)
    def greet(self, name: str) -> str:
        return f"Hello, {name}!"

    @Slot(str, result=str)
    def take(self, _: str) -> str:
        return ""

    @Slot(str)
    def report(self, figures: str) -> None:
        print(figures, flush=True)


class Bytes(QWebEngineUrlSchemeHandler):
    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:  # noqa: N802  # Qt's name
        way = job.requestUrl().path()
        if "." in way:
            kind = b"text/html" if way.endswith("html") else b"text/javascript"
            job.reply(QByteArray(kind), QFile(str(PAGES / way.removeprefix("/")), job))
            return
        size = int(QUrlQuery(job.requestUrl()).queryItemValue("size"))
        if way == "/down":
            answer = QByteArray(b"\x07" * size)
        else:
            body = job.requestBody()
            body.open(QIODevice.OpenModeFlag.ReadOnly)
            answer = body.read(size + 1)
            if way == "/up":
                answer = QByteArray(str(answer.size()).encode())
        device = QBuffer(job)
        device.setData(answer)
        device.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(QByteArray(b"application/octet-stream"), device)


carries_bytes = any("work=bytes" in query for query in sys.argv[1:])
if carries_bytes:
    scheme = QWebEngineUrlScheme(QByteArray(b"bytes"))
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(
        QWebEngineUrlScheme.Flag.SecureScheme
        | QWebEngineUrlScheme.Flag.CorsEnabled
        | QWebEngineUrlScheme.Flag.FetchApiAllowed
    )
    QWebEngineUrlScheme.registerScheme(scheme)
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1" if os.geteuid() == 0 else "0")
app = QApplication(sys.argv[:1])
profile = QWebEngineProfile("bench")
if carries_bytes:
    handler = Bytes()
    profile.installUrlSchemeHandler(QByteArray(b"bytes"), handler)
script = QFile(":/qtwebchannel/qwebchannel.js")
script.open(QIODevice.OpenModeFlag.ReadOnly)
injected = QWebEngineScript()
injected.setSourceCode(bytes(script.readAll().data()).decode())
injected.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
injected.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
profile.scripts().insert(injected)
floor = Floor()
views = []
for query in sys.argv[1:]:
    page = QWebEnginePage(profile)
    view = QWebEngineView()
    view.setPage(page)
    channel = QWebChannel(page)
    channel.registerObject("floor", floor)
    page.setWebChannel(channel)
    # A page that is a file may ask for nothing else.
    url = QUrl("bytes://floor/floor.html") if carries_bytes else QUrl.fromLocalFile(str(PAGES / "floor.html"))
    url.setQuery(query)
    page.setUrl(url)
    view.resize(800, 600)
    view.show()
    views.append((view, page))
app.exec()
for view, page in views:
    shiboken6.delete(view)
    shiboken6.delete(page)
