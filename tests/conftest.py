"""What all tests share: a way to run a real program, with real pages in real renderers, and to look into it."""

import asyncio
import faulthandler
import os
import signal
from collections.abc import Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from hypothesis import HealthCheck, settings
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from shell import App, Options, Window
from shell.environment import prepare
from shell.helpers import helpers_of
from shell.webview.network import CHROMIUM_FLAGS
from tests.desktop import Desktop, desktop, missing_programs

# Chromium reads its switches once for all programs of this process, whichever page comes first, and some tests have
# pages without a program. Servers of tests are on this machine.
_SWITCHES = {"QTWEBENGINE_CHROMIUM_FLAGS": '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"'}
prepare(Options(headless=True, no_sandbox=True), CHROMIUM_FLAGS, _SWITCHES)
os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = _SWITCHES["QTWEBENGINE_CHROMIUM_FLAGS"]

# Ignored by who started the tests, nohup or a shell's "&" for instance, they would be by the programs that they shall end.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, and nothing of what it shows.
settings.register_profile("shell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shell")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Have reports be Unicode, whatever programs logged: they go from one process of the tests to another."""
    report = yield
    report.sections = [(title, _as_unicode(text)) for title, text in report.sections]
    if _as_unicode(report.longreprtext) != report.longreprtext:
        report.longrepr = _as_unicode(report.longreprtext)
    return report


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> None:
    """See hangs further: pytest does not once a test has failed, and to end what it began may hang as well."""
    stderr = node.config.stash.get(fault_handler_stderr_fd_key, None)
    seconds = float(node.config.getini("faulthandler_timeout"))
    if isinstance(node, pytest.Item) and stderr is not None and seconds > 0 and not node.config.getoption("usepdb"):
        faulthandler.dump_traceback_later(seconds, exit=True, file=stderr)


def _as_unicode(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


type Scenario = Callable[[App], Awaitable[None]]

SCENARIO_TIME = 300.0
"""Seconds after which a scenario has hung."""


class Runner:
    """Runs programs, one after another, off screen, in this process."""

    options = Options(headless=True, no_sandbox=True)
    helpers: ClassVar[set[int]] = set()
    """Chromium's helpers in this process, which stay from one program to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, **files: str) -> Path:
        """Write pages into the frontend's folder; `index="…"` is `index.html`. Returns the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, text in {"index": "<!doctype html><title>page</title>", **files}.items():
            path = self.folder / (name if "." in name else f"{name}.html")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self.folder

    def app(self, identifier: str = "com.example.test", **options: Any) -> App:
        """An app of the folder's pages."""
        return App(identifier, frontend=self.folder, **options)

    def run(self, app: App, scenario: Scenario) -> int:
        """Run an app, and a scenario in it once its windows are there; it ends with the scenario."""
        if self.helpers and all(map(_has_ended, self.helpers)):
            # What kills a test run with `timeout` tells all of its processes, and the program that runs ends well.
            pytest.exit("Chromium's helpers were ended, by a signal to all processes perhaps: no page can be shown")
        failures: list[BaseException] = []

        async def play(running: App) -> None:
            try:
                await asyncio.wait_for(scenario(running), SCENARIO_TIME)
            except BaseException as error:
                failures.append(error)
            running.exit(0)

        def begin(running: App) -> None:
            tasks.append(asyncio.get_running_loop().create_task(play(running)))

        tasks: list[asyncio.Task[None]] = []
        app.setup(begin)
        code = app.run_or_raise(self.options)
        self.helpers.update(helpers_of(os.getpid()))
        if failures:
            raise failures[0]
        return code


def _has_ended(child: int) -> bool:
    try:
        return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


@pytest.fixture
def shell(tmp_path: Path) -> Runner:
    """Runs programs whose frontend is in a folder of the test's own."""
    folder = tmp_path / "web"
    runner = Runner(folder)
    runner.write()
    return runner


@pytest.fixture(scope="session")
def desk() -> Iterator[Desktop]:
    """A desktop for all tests that need one, started with the first of them."""
    missing = missing_programs()
    if missing:
        pytest.fail(f"these tests need programs that are not installed: {', '.join(missing)}", pytrace=False)
    with desktop() as running:
        yield running


class _OtherPrograms(QObject):
    """What opens URLs that the program does not show."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Open one."""
        self.opened.append(url.toString())


@pytest.fixture
def opened_outside() -> Iterator[list[str]]:
    """What was opened in another program, by us or by Qt itself."""
    others = _OtherPrograms()
    schemes = ("http", "https", "mailto", "tel", "sms", "ssh", "vscode", "steam", "ftp", "intent", "file")
    for scheme in schemes:
        QDesktopServices.setUrlHandler(scheme, others, "open")  # type: ignore[arg-type]  # PySide 6.12.0 takes text alone
    yield others.opened
    for scheme in schemes:
        QDesktopServices.unsetUrlHandler(scheme)


async def next_load(window: Window) -> None:
    """The end of the next load."""
    loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    window.webview.loaded_changed.connect(lambda _: None if loaded.done() else loaded.set_result(None))
    await loaded
