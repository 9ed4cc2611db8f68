"""What a program finds of Python, of Qt, of a display and of a sandbox."""

import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shell.cli.doctor.finding import Finding, State
from shell.environment import display_problem, sandbox_problem

_PYTHON = (3, 12)
_QT = (6, 12)
_PACKAGE = "PySide6-WebEngine"
_INSTALL = "pip install 'PySide6-WebEngine>=6.12'"
_PATIENCE = 60.0
"""Seconds that a program of ours may take before it counts as hung."""

_PROBE = """
import json, sys
from PySide6.QtGui import QFontDatabase, QGuiApplication
application = QGuiApplication(sys.argv[:1])
screens = [(s.size().width(), s.size().height(), s.devicePixelRatio()) for s in application.screens()]
print(json.dumps([application.platformName(), screens, len(QFontDatabase.families())]))
"""
_PREFIX = re.compile(r"(qtshell|qt\.[\w.]+): ")
_PAGE = "<!doctype html><title>doctor</title><p>Hello"


def python() -> Finding:
    """Look at the interpreter."""
    found = f"{platform.python_implementation()} {platform.python_version()}, {sys.executable}"
    if sys.version_info < _PYTHON:
        wanted = ".".join(map(str, _PYTHON))
        return Finding("Python", State.BROKEN, found, f"PySide6 crashes on it; use Python {wanted} or newer")
    return Finding("Python", State.FINE, found)


def qt() -> Finding:
    """Look at Qt: whether it is there, can be loaded, and is new enough."""
    if importlib.util.find_spec("PySide6") is None:
        return Finding("Qt", State.BROKEN, "PySide6 is not installed", "install it:", _INSTALL)
    try:
        from PySide6.QtCore import QLibraryInfo  # noqa: PLC0415
        from PySide6.QtWebEngineCore import (  # noqa: PLC0415
            qWebEngineChromiumSecurityPatchVersion,
            qWebEngineChromiumVersion,
        )
        from PySide6.QtWebEngineWidgets import QWebEngineView  # noqa: F401, PLC0415
    except ImportError as error:
        advice = "see libraries below" if ".so" in str(error) else "install it:"
        command = "" if ".so" in str(error) else _INSTALL
        return Finding("Qt", State.BROKEN, f"{_PACKAGE} {_version()} cannot be loaded: {error}", advice, command)
    version = QLibraryInfo.version()
    # The stubs say bytes; it is text.
    chromium: Any = qWebEngineChromiumVersion()
    patches: Any = qWebEngineChromiumSecurityPatchVersion()
    found = f"{version.toString()}, Chromium {chromium}, patched to {patches}"
    if (version.majorVersion(), version.minorVersion()) < _QT:
        return Finding("Qt", State.BROKEN, found, "older versions crash when pages send bytes; update:", _INSTALL)
    return Finding("Qt", State.FINE, found)


def display(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Open Qt on the display, or off screen where there is none, and look around; fonts are seen there too."""
    problem = display_problem(environment)
    if problem is not None:
        yield Finding("display", State.LACKING, problem, "programs run with --headless, where nobody sees them")
    where = {"QT_QPA_PLATFORM": "offscreen"} if problem is not None else {}
    probe = _run_python("-P", "-c", _PROBE, environment={**environment, **where})
    if probe is None or probe.returncode != 0:
        said = "it does not answer" if probe is None else _first_line(probe.stderr)
        yield Finding(
            "display", State.BROKEN, f"Qt cannot use it: {said}", "--headless runs without one; see libraries above"
        )
        return
    name, screens, fonts = json.loads(probe.stdout)
    if problem is None:
        sizes = (f"{width} × {height}, scale {scale:g}" for width, height, scale in screens)
        yield Finding("display", State.FINE, "; ".join([name, *sizes]))
    if fonts:
        yield Finding("fonts", State.FINE, f"{fonts} families")
    else:
        yield Finding("fonts", State.LACKING, "none, so that no text can be seen", "install one, such as DejaVu")


def sandbox() -> Finding:
    """Look whether Chromium's sandbox can start."""
    problem = sandbox_problem()
    if problem is None:
        return Finding("sandbox", State.FINE, "Chromium can start it")
    return Finding("sandbox", State.LACKING, problem, f"{_sandbox_advice()}; --no-sandbox runs without it")


def _sandbox_advice() -> str:
    if os.geteuid() == 0:
        return "start programs as an ordinary user"
    for setting, bad, advice in (
        ("kernel/unprivileged_userns_clone", "0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sudo sysctl user.max_user_namespaces=10000"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "give this Python an AppArmor profile with userns"),
    ):
        file = Path("/proc/sys", setting)
        if file.is_file() and file.read_text(encoding="ascii").strip() == bad:
            return advice
    return "let this container make user namespaces"


def page() -> Finding:
    """Run a program of one page, as `qtshell run` would, off screen."""
    begun = time.monotonic()
    options = ["--headless", "--log-level", "error", *(["--no-sandbox"] if sandbox_problem() else ())]
    with tempfile.TemporaryDirectory(prefix="qtshell-doctor-") as folder:
        Path(folder, "index.html").write_text(_PAGE, encoding="utf-8")
        picture = str(Path(folder, "page.png"))
        # Whatever lies in the current folder under the name of one of our modules is not meant.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = ["-P", "-m", "shell.cli", "run", folder, "--screenshot", picture, *options]
        done = _run_python(*command, environment=environment)
    if done is None:
        return Finding("a page", State.BROKEN, f"was not rendered within {_PATIENCE:g} s")
    if done.returncode != 0:
        return Finding("a page", State.BROKEN, f"could not be rendered: {_first_line(done.stderr) or done.returncode}")
    return Finding("a page", State.FINE, f"was rendered off screen, {time.monotonic() - begun:.1f} s from start to end")


def _run_python(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str] | None:
    """Run this Python, and give up on it when it hangs."""
    command = [sys.executable, *arguments]
    # Where the locale has another encoding, Qt says so before all else.
    environment = {**environment, "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, encoding="utf-8", timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return None


def _version() -> str:
    try:
        return importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _first_line(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return _PREFIX.sub("", line)
