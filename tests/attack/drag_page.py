"""A program with two windows of things to drag, which does what it is told: `python -m tests.attack.drag_page FOLDER X`.

A line in is JSON: a number, whose script it is (a window's label, or `core` for an expression of Python), and the
script. A line out is JSON: what happened, where, and what it was; for a script `answer`, its number and its value.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QDrag, QImage

from shell import App, Options

PAGE = """<!doctype html><title>TITLE</title>
<style>body { margin: 0; overflow: hidden } body > * { display: block; width: 400px; height: 60px; margin: 0 }</style>
<div id="own" draggable="true" style="background: #ccc">what a page chooses itself</div>
<img src="picture.png" alt="../../harm.desktop" title="../../harm.desktop">
<a href="page.html">a link of the app</a>
<a href="file:///etc/passwd">a link to a file</a>
<a href="https://listed.example/page">a link to a site</a>
<script>
const tell = (what, value) => shell.invoke("told", { what, value, label: "TITLE" });
let data = {};
document.ondragstart = ({ target, dataTransfer }) => {
  if (target === own) for (const [kind, text] of Object.entries(data)) dataTransfer.setData(kind, text);
  dataTransfer.effectAllowed = "all";
  tell("started", [...dataTransfer.types]);
};
document.ondragend = ({ dataTransfer }) => { tell("ended", dataTransfer.dropEffect); };
document.ondragenter = (event) => { event.preventDefault(); };
document.ondragover = (event) => { event.preventDefault(); tell("over"); };
document.ondrop = async (event) => {
  event.preventDefault();
  const { items, files } = event.dataTransfer;
  const handles = [...items].filter(({ kind }) => kind === "file").map((item) => item.getAsFileSystemHandle());
  const texts = [...items].filter(({ kind }) => kind === "string").map((item) => [item.type, event.dataTransfer.getData(item.type)]);
  const read = await Promise.all([...files].map((file) => file.text().catch(String)));
  tell("dropped", { texts: Object.fromEntries(texts), read, handles: (await Promise.allSettled(handles)).length });
};
onmousemove = ({ clientX, clientY }) => { tell("hover", [clientX, clientY]); };
</script>"""


def say(*what: object) -> None:
    """Write a line."""
    print(json.dumps(what), flush=True)


def main(folder: str, x: int) -> None:
    """Run the program."""
    for name in ("one", "two"):
        Path(folder, f"{name}.html").write_text(PAGE.replace("TITLE", name))
    Path(folder, "index.html").touch()
    picture = QImage(16, 16, QImage.Format.Format_RGB32)
    picture.fill("red")
    picture.save(str(Path(folder, "picture.png")))
    shape = {"x": x, "width": 400, "height": 380, "decorations": False, "alwaysOnTop": True}
    windows = [
        {"label": name, "title": name, "url": f"{name}.html", "y": y, **shape}
        for name, y in (("one", 20), ("two", 410))
    ]
    qtshell = {"openLinks": ["https://listed.example/*"], "menu": [{"text": "Menu", "items": [{"text": "Item"}]}]}
    config = {"identifier": "com.example.dragged", "app": {"windows": windows}, "plugins": {"qtshell": qtshell}}
    app = App(config=config, frontend=folder)

    @app.command
    async def told(what: str, label: str, value: Any = None) -> None:
        say(what, label, value)

    def place(label: str) -> list[int]:
        """Where a window's page begins on the screen."""
        point = app.windows[label].webview.widget.mapToGlobal(QPoint(0, 0))
        return [point.x(), point.y()]

    def dragging() -> bool:
        return any(window.webview.widget.findChildren(QDrag) for window in app.windows.values())

    async def do(number: int, who: str, script: str) -> None:
        try:
            if who == "core":
                value = eval(script, {"app": app, "place": place, "dragging": dragging, "os": os, "signal": signal})
            else:
                value = await app.windows[who].eval(script)
        except Exception as error:
            value = repr(error)
        say("answer", number, value)

    @app.setup
    async def begin(app: App) -> None:
        loop = asyncio.get_running_loop()
        tasks = set()

        def start(line: str) -> None:
            tasks.add(loop.create_task(do(*json.loads(line))))

        def read() -> None:
            for line in sys.stdin:
                loop.call_soon_threadsafe(start, line)
            loop.call_soon_threadsafe(app.exit)

        for window in app.windows.values():
            await window.loaded()
        threading.Thread(target=read, daemon=True).start()
        say("shown", "", None)

    app.run_or_raise(Options(no_sandbox=True))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
