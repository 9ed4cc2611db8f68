"""The processes that have a part in what the person sees."""

import asyncio
import os
import platform

from PySide6.QtCore import qVersion
from PySide6.QtWebEngineCore import qWebEngineChromiumVersion

from shell import App
from shell.cli.memory import proportional_memory
from shell.value import frozen


@frozen
class Core:
    """This process.

    Attributes:
        pid: Its id.
        memory: What it takes, in MiB; `None` where the system does not tell.
        python: Version of Python.
        qt: Version of Qt.
        chromium: Version of the Chromium in Qt WebEngine.
    """

    pid: int
    memory: float | None
    python: str
    qt: str
    chromium: str


@frozen
class Renderer:
    """The process of one window's page.

    Attributes:
        label: The window's label.
        title: Its title.
        pid: The process's id; 0 while there is none.
        memory: What it takes, in MiB; `None` where the system does not tell.
    """

    label: str
    title: str
    pid: int
    memory: float | None


@frozen
class Processes:
    """All processes that have a part in what the person sees."""

    core: Core
    renderers: list[Renderer]


async def processes(app: App) -> Processes:
    """All processes, and what they take."""
    windows = [(window.label, window.title(), window.renderer_pid) for window in app.windows.values()]
    pids = [os.getpid(), *(pid for _, _, pid in windows)]
    # The kernel counts pages for some milliseconds; Qt's windows are for this thread alone.
    memory, *memories = await asyncio.to_thread(lambda: [proportional_memory(pid) for pid in pids])
    return Processes(
        Core(os.getpid(), memory, platform.python_version(), qVersion(), str(qWebEngineChromiumVersion())),
        [Renderer(label, title, pid, size) for (label, title, pid), size in zip(windows, memories, strict=True)],
    )
