"""The floor: a bare QWebEngineView, a bare QWebChannel with one slot, and Qt's own qwebchannel.js."""

import json
import os
import sys
import time

import shiboken6
from PySide6.QtCore import QFile, QIODevice, QObject, QTimer, QUrl, Slot
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineScript
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

from tests.bench.memory import proportional_set

WORK = sys.argv[1]
STARTED = float(sys.argv[2])

PAGE = """<!doctype html><title>bench</title><script>
addEventListener("load", () => new QWebChannel(qt.webChannelTransport, async ({ objects: { echo } }) => {
  const call = () => new Promise((done) => echo.greet("World", done));
  await call();
  echo.first();
  const report = {};
  if (%(work)s === "sequential") {
    for (let i = 0; i < 500; i++) await call();
    const start = performance.now();
    for (let i = 0; i < 3000; i++) await call();
    report.milliseconds = (performance.now() - start) / 3000;
  }
  echo.done(JSON.stringify(report));
}));
</script>"""


class Echo(QObject):
    @Slot(str, result=str)
    def greet(self, name: str) -> str:
        return f"Hello, {name}!"

    @Slot()
    def first(self) -> None:
        report["start"] = time.time() - STARTED

    @Slot(str)
    def done(self, measured: str) -> None:
        report.update(json.loads(measured))
        QTimer.singleShot(2000 if WORK == "memory" else 0, finish)


def finish() -> None:
    report["memory"] = proportional_set(os.getpid())
    print(json.dumps(report), flush=True)
    app.quit()


report: dict[str, float] = {}
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1" if os.geteuid() == 0 else "0")
app = QApplication(sys.argv[:1])
profile = QWebEngineProfile()
page = QWebEnginePage(profile)
view = QWebEngineView()
view.setPage(page)
script = QFile(":/qtwebchannel/qwebchannel.js")
script.open(QIODevice.OpenModeFlag.ReadOnly)
injected = QWebEngineScript()
injected.setSourceCode(bytes(script.readAll().data()).decode())
injected.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
injected.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
page.scripts().insert(injected)
channel = QWebChannel()
echo = Echo()
channel.registerObject("echo", echo)
page.setWebChannel(channel)
page.setHtml(PAGE % {"work": json.dumps(WORK)}, QUrl("http://localhost/"))
view.resize(800, 600)
view.show()
app.exec()
view.deleteLater()
shiboken6.delete(page)
