import mimetypes
from PySide6.QtCore import QFile, QIODevice, QUrl
from PySide6.QtWebEngineCore import *
WEBVIEW_HEADER = b"Shell-Webview"
def register_schemes():
    for n in (b"tauri", b"asset", b"ipc"):
        s = QWebEngineUrlScheme(n); s.setSyntax(QWebEngineUrlScheme.Syntax.Host)
        F = QWebEngineUrlScheme.Flag
        s.setFlags(F.SecureScheme | F.CorsEnabled | F.FetchApiAllowed)
        QWebEngineUrlScheme.registerScheme(s)
class TauriHandler(QWebEngineUrlSchemeHandler):
    def __init__(self, root, parent): super().__init__(parent); self.root = root
    def requestStarted(self, job):
        p = self.root / (job.requestUrl().path().lstrip("/") or "index.html")
        f = QFile(str(p), job)
        if not f.open(QIODevice.OpenModeFlag.ReadOnly): job.fail(job.Error.UrlNotFound); return
        job.reply((mimetypes.guess_type(str(p))[0] or "text/plain").encode(), f)
class PageInterceptor(QWebEngineUrlRequestInterceptor):
    def __init__(self, label, may, user_agent=None): super().__init__(); self.label = label
    def interceptRequest(self, info):
        if info.requestUrl().scheme() == "ipc": info.setHttpHeader(WEBVIEW_HEADER, self.label.encode())
