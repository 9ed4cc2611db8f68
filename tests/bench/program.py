"""The programs that are measured, and how one is started, heard and ended."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from tests.desktop import LineReader

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".bench"
PROGRAMS = Path(__file__).parent / "programs"

PATIENCE = 120.0
"""Seconds after which a program that says nothing has hung. Each says something long before, on a slow machine too."""


class ProgramError(Exception):
    """A program failed, or reported a failure."""


class HangError(ProgramError):
    """A program said nothing for too long."""


@attrs.frozen
class Program:
    """One that does the works.

    Attributes:
        name: What works call it by.
        title: What it is called in tables.
        python: The interpreter that runs it.
        needs: The module without which it is not installed.
        command: Its arguments for windows with pages of these queries, and for further settings.
    """

    name: str
    title: str
    python: Path
    needs: str
    command: Callable[[Sequence[str], Mapping[str, int]], list[str]]

    def problem(self) -> str | None:
        """Why it cannot run here; `None` where it can."""
        if not self.python.is_file():
            return "not installed; ./packaging/bench installs it"
        done = subprocess.run([self.python, "-c", f"import {self.needs}"], capture_output=True, text=True, check=False)
        return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it does not start"])[-1]


def _config(queries: Sequence[str]) -> str:
    """Tauri's configuration, which qtshell reads too: the same windows for both."""
    windows = [
        {
            "label": "main" if number == 0 else f"window-{number}",
            "title": "bench",
            "url": f"index.html?{query}",
            "width": 800,
            "height": 600,
        }
        for number, query in enumerate(queries)
    ]
    config = {"productName": "bench", "version": "0.1.0", "identifier": "com.example.bench"}
    return json.dumps({**config, "app": {"windows": windows}})


def _qtshell(queries: Sequence[str], settings: Mapping[str, int]) -> list[str]:
    return [str(PROGRAMS / "qtshell.py"), _config(queries), *([json.dumps(settings)] if settings else [])]


QTSHELL = Program("qtshell", "qtshell", Path(sys.executable), "shell", _qtshell)
FLOOR = Program(
    "floor",
    "bare QWebEngineView",
    Path(sys.executable),
    "PySide6.QtWebEngineWidgets",
    lambda queries, _: [str(PROGRAMS / "floor.py"), *queries],
)
TAURI = Program(
    "tauri",
    "Tauri",
    PEERS / "tauri/bin/python",
    "pytauri_wheel.ext_mod",
    lambda queries, _: [str(PROGRAMS / "tauri/app.py"), _config(queries)],
)
PYWEBVIEW = Program(
    "pywebview",
    "pywebview",
    PEERS / "pywebview/bin/python",
    "webview, PySide6.QtWebEngineWidgets",
    lambda queries, _: [str(PROGRAMS / "pywebview.py"), *queries],
)
ALL = (QTSHELL, TAURI, FLOOR, PYWEBVIEW)


class Running:
    """A program that runs.

    Attributes:
        started: When it was started, in milliseconds since 1970.
        pid: Its process.
    """

    def __init__(self, program: Program, process: "subprocess.Popen[bytes]", errors: Path) -> None:
        assert process.stdout is not None
        self.started = 1000 * time.time()
        self.pid = process.pid
        self._errors = errors
        self._lines = LineReader(process.stdout, program.name)

    def report(self) -> dict[str, Any]:
        """What a page of it reports next.

        Raises:
            ProgramError: It reports a failure, or ends, or says nothing for too long.
        """
        try:
            figures: dict[str, Any] = json.loads(self._lines.next(PATIENCE))
        except (EOFError, TimeoutError, ValueError) as error:
            said = self._errors.read_text(errors="replace")[-2000:].strip()
            kind = HangError if isinstance(error, TimeoutError) else ProgramError
            raise kind(f"{error}\n{said}".strip()) from None
        if "failure" in figures:
            raise ProgramError(figures["failure"])
        return figures

    def close(self) -> None:
        self._lines.close()


@attrs.frozen
class Stage:
    """Where programs run: all on the same desktop.

    Attributes:
        env: Their environment.
    """

    env: Mapping[str, str]

    @contextmanager
    def running(
        self, program: Program, queries: Sequence[str], settings: Mapping[str, int] | None = None
    ) -> Iterator[Running]:
        """Run a program for as long as the block lasts.

        Args:
            program: The program.
            queries: The query of each window's page.
            settings: What else it is told.
        """
        with (
            tempfile.NamedTemporaryFile(prefix="bench-") as errors,
            subprocess.Popen(
                [program.python, *program.command(queries, settings or {})],
                env=dict(self.env),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            ) as process,
        ):
            running = Running(program, process, Path(errors.name))
            try:
                yield running
            finally:
                _end(process)
                running.close()

    def run(self, program: Program, *queries: str, settings: Mapping[str, int] | None = None) -> dict[str, Any]:
        """Run a program to the first report that has figures."""
        with self.running(program, queries, settings) as running:
            while True:
                if figures := running.report():
                    return figures


def _end(process: "subprocess.Popen[bytes]") -> None:
    for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def environment_of(desktop: Mapping[str, str]) -> dict[str, str]:
    """The environment of programs on a desktop: an installed program's, but that it is this checkout that runs."""
    own = {"PYTHONWARNINGS", "VIRTUAL_ENV"}
    return {**{name: value for name, value in desktop.items() if name not in own}, "PYTHONPATH": str(ROOT)}
