"""What Qt's icons need of Python."""

import subprocess
import sys

from tests.real_program import TIME, environment

WAITING = """
from PySide6.QtCore import QObject, Qt, QThread, Slot
from PySide6.QtGui import QAction, QGuiApplication

from shell.tray.native import _at_large

class There(QObject):
    @Slot()
    def hear(self):
        print("heard")

app = QGuiApplication([])
thread, there, action = QThread(), There(), QAction()
there.moveToThread(thread)
action.triggered.connect(there.hear, Qt.ConnectionType.BlockingQueuedConnection)
thread.start()
_at_large(action, "trigger")
thread.quit()
thread.wait()
"""


def test_a_slot_may_wait_for_a_thread_that_needs_python() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WAITING], env=environment(), capture_output=True, text=True, timeout=TIME, check=True
    )
    assert done.stdout == "heard\n"
