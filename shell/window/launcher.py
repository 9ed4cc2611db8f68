"""The program's place in a dock or taskbar: a progress bar and a number on its icon.

Docks on Linux listen to the ``com.canonical.Unity.LauncherEntry`` signal on the session bus (Ubuntu's and Dash to
Dock, KDE Plasma, Plank); where nobody listens nothing happens. It names the desktop file of the program, so there is
one entry for all windows, as in Tauri.
"""

import enum
import zlib

import attrs
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QGuiApplication

from shell.value import frozen


class ProgressBarStatus(enum.StrEnum):
    """What a progress bar shows. Linux has only "a bar" and "no bar": all but ``NONE`` are the same there."""

    NONE = "none"
    NORMAL = "normal"
    INDETERMINATE = "indeterminate"
    PAUSED = "paused"
    ERROR = "error"


@frozen
class ProgressBarState:
    """What to change of a progress bar; ``None`` leaves that part as it is.

    Attributes:
        status: Whether and how it is shown.
        progress: How much is done, from 0 to 100.
    """

    status: ProgressBarStatus | None = None
    progress: float | None = attrs.field(default=None)

    @progress.validator
    def _check(self, attribute: "attrs.Attribute[float | None]", value: float | None) -> None:
        if value is not None and not 0 <= value <= 100:
            raise ValueError(f"progress is a number from 0 to 100, not {value!r}")


def set_progress_bar(state: ProgressBarState) -> None:
    """Show the state on the program's entry in the dock."""
    changes: dict[str, object] = {}
    if state.status is not None:
        changes["progress-visible"] = state.status is not ProgressBarStatus.NONE
    if state.progress is not None:
        changes["progress"] = state.progress / 100
    if changes:
        _update(changes)


def set_badge_count(count: int | None) -> None:
    """Show a number on the program's entry in the dock, or none with ``None`` or 0.

    Raises:
        ValueError: It has more than the 64 bits that docks are told.
    """
    if count is not None and not -(2**63) <= count < 2**63:
        raise ValueError(f"a badge's count: expected a number of 64 bits, got {count}")
    application = QGuiApplication.instance()
    if not isinstance(application, QGuiApplication):
        return
    # WORKAROUND: Qt makes the path of its message from the program's name as it is, and a name with a dot or a dash in
    # it makes a path that D-Bus refuses (6.12). The message itself cannot be made here: its count has 64 bits, which
    # PySide gives no number that needs fewer.
    name = application.applicationName()
    application.setApplicationName(_path().rpartition("/")[2])
    try:
        application.setBadgeNumber(count or 0)
    finally:
        application.setApplicationName(name)


def _entry() -> str:
    return f"application://{QGuiApplication.desktopFileName()}.desktop"


def _path() -> str:
    return f"/com/canonical/unity/launcherentry/{zlib.crc32(_entry().encode())}"


def _update(changes: dict[str, object]) -> None:
    name, path = _entry(), _path()
    signal = QDBusMessage.createSignal(path, "com.canonical.Unity.LauncherEntry", "Update")
    signal.setArguments([name, changes])
    QDBusConnection.sessionBus().send(signal)
