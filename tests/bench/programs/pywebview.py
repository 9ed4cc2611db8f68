"""The measuring pages on pywebview, which has one kind of command: methods of an object, in Python."""

import json
import os
import sys
from pathlib import Path

import webview

PAGE = Path(__file__).parents[1] / "pages/pywebview.html"


class Api:
    def version(self):
        return "0.1.0"

    def greet(self, name):
        return f"Hello, {name}!"

    def take(self, value):
        return None

    def report(self, figures):
        print(json.dumps(figures), flush=True)


os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1" if os.geteuid() == 0 else "0")
for query in sys.argv[1:]:
    webview.create_window("bench", url=f"{PAGE}?{query}", js_api=Api(), width=800, height=600)
webview.start(gui="qt")
