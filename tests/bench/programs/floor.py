"""The floor: bare QWebEngineViews of one profile, a bare QWebChannel with a few slots, and Qt's own qwebchannel.js."""

import os
import sys
from pathlib import Path

import shiboken6
from PySide6.QtCore import QFile, QIODevice, QObject, QUrl, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineScript
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


os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1" if os.geteuid() == 0 else "0")
app = QApplication(sys.argv[:1])
profile = QWebEngineProfile("bench")
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
    url = QUrl.fromLocalFile(str(PAGES / "floor.html"))
    url.setQuery(query)
    page.setUrl(url)
    view.resize(800, 600)
    view.show()
    views.append((view, page))
app.exec()
for view, page in views:
    shiboken6.delete(view)
    shiboken6.delete(page)
