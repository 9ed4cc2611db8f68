"""A renderer whose machine code was taken over is still held by Chromium's sandbox."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import shell


def test_every_renderer_of_an_ordinary_user_is_in_a_sandbox() -> None:
    # A folder that another user may enter, which pytest's are not.
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("QTWEBENGINE")}
        ended = subprocess.run(
            [sys.executable, "-m", "tests.attack.sandboxed", folder],
            cwd=Path(shell.__file__).parent.parent,
            capture_output=True,
            check=False,
            text=True,
            timeout=300,
            env=environment,
        )
        if "user namespaces" in ended.stderr:
            pytest.skip("this system lets no ordinary program make user namespaces")
        assert ended.returncode == 0, ended.stderr
        found = json.loads(ended.stdout)
        assert found["windows"] == 3
        assert len(found["renderers"]) >= 3
        for renderer in found["renderers"]:
            assert renderer.pop("uid") != 0
            # A filter on system calls, no capability, namespaces of its own; and it stops when it is held back.
            assert renderer == {
                "seccomp": 2,
                "capabilities": 0,
                "user": True,
                "pid": True,
                "net": True,
                "stopped": True,
            }
