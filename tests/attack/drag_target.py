"""Another program on the desktop, that says in JSON what is dragged over it, and what is let go there."""

import json
import sys

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

PLACE = (1000, 200)
"""A point of it on the screen."""


class Target(QWidget):
    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.X11BypassWindowManagerHint)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  # Qt's name
        event.acceptProposedAction()
        say("over", event.mimeData())

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  # Qt's name
        event.acceptProposedAction()
        say("dropped", event.mimeData())


def say(what: str, data: QMimeData) -> None:
    offered = {name: bytes(data.data(name).data()).decode("latin-1") for name in data.formats()}
    print(json.dumps([what, offered]), flush=True)


def main() -> int:
    """Run it."""
    application = QApplication(sys.argv[:1])
    target = Target()
    target.setGeometry(PLACE[0] - 100, PLACE[1] - 100, 200, 200)
    target.show()
    application.sync()
    print("shown", flush=True)
    return application.exec()


if __name__ == "__main__":
    raise SystemExit(main())
