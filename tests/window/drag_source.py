"""Another program on the desktop, from which a hand drags what is named on the command line."""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


class Source(QWidget):
    def __init__(self, *dragged: str) -> None:
        super().__init__(None, Qt.WindowType.X11BypassWindowManagerHint)
        self.dragged = dragged

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        data = QMimeData()
        if self.dragged[0].startswith("/"):
            data.setUrls([QUrl.fromLocalFile(path) for path in self.dragged])
        else:
            data.setText(" ".join(self.dragged))
        drag = QDrag(self)
        drag.setMimeData(data)
        print("dragging", flush=True)
        print(drag.exec(Qt.DropAction.CopyAction).name, flush=True)


def main() -> int:
    application = QApplication(sys.argv[:1])
    source = Source(*sys.argv[1:])
    source.setGeometry(900, 100, 100, 100)
    source.show()
    application.sync()
    print("shown", flush=True)
    return application.exec()


if __name__ == "__main__":
    raise SystemExit(main())
