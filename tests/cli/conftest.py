"""The real command, in a process of its own, and pages for it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from tests.real_program import said

ROOT = Path(__file__).parents[2]
PAGE = "<!doctype html><title>A page</title><body style='background: teal'>"
HANGS = 300
"""Seconds after which a command has hung."""


def environment(**more: str) -> dict[str, str]:
    """An environment without display, bus or person, in which the checkout can be imported from anywhere."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **more}


@attrs.frozen
class Outcome:
    """How a command ended, and what it said."""

    code: int
    output: str
    errors: str


@attrs.frozen
class Command:
    """`qtshell`, in a folder of its own."""

    folder: Path

    def __call__(self, *arguments: str, env: Mapping[str, str] | None = None) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "shell.cli", *arguments],
            cwd=self.folder,
            env=env or environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=HANGS,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, said(done.stderr))

    def write(self, **files: str) -> None:
        """Write files into the folder; `web__index_html` is `web/index.html`."""
        for name, text in files.items():
            stem, _, suffix = name.replace("__", "/").rpartition("_")
            path = self.folder / f"{stem}.{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


@pytest.fixture
def qtshell(tmp_path: Path) -> Command:
    command = Command(tmp_path)
    command.write(web__index_html=PAGE)
    return command


@pytest.fixture
def imports() -> Iterator[None]:
    """Forgets what a test imported."""
    path, modules = sys.path.copy(), sys.modules.copy()
    yield
    sys.path[:] = path
    for name in sys.modules.keys() - modules.keys():
        if not name.startswith(("shell", "PySide6")):
            del sys.modules[name]
