"""The sample that shows the names users type, run as a user runs it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parent / "sample" / "app.py"


def test_the_sample_runs_as_it_stands() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    command = [sys.executable, "-m", "shell.cli", "run", str(SAMPLE), "--headless"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        assert program.stdout is not None
        lines = []
        for line in program.stdout:
            lines.append(line.rstrip())
            if line == "all is well\n":
                program.send_signal(signal.SIGTERM)
    told = "\n".join(lines)
    for expected in (
        "Hello, World!",
        "ada opened main 1 times",
        "[3,2,1]",
        '{"kind":"range","start":-1}',
        "null",
        '{"windows":["main","settings"]}',
        "focus name",
    ):
        assert any(line.endswith(expected) for line in lines), f"{expected!r} is not in:\n{told}"
    assert program.returncode == 128 + signal.SIGTERM
