"""A program that runs as an ordinary user, and prints what its renderer is held by, as JSON.

`python -m tests.attack.sandboxed FOLDER`, with a folder that is that user's own. Root becomes nobody.
"""

import ctypes
import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path

import shell
from shell import App, Options

_NOBODY = 65534
_PR_SET_DUMPABLE = 4


def become_nobody() -> None:
    """Stop being root, with all loaded that only root may read."""
    for module in pkgutil.walk_packages(shell.__path__, "shell."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    # A process that changed its user may not look at itself in /proc otherwise, nor may Chromium's sandbox.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    sys.path[:] = [folder for folder in sys.path if folder and os.access(folder, os.R_OK)]


def held(pid: int) -> dict[str, object]:
    """What a process is held by."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    apart = {
        name: Path(f"/proc/{pid}/ns/{name}").readlink() != Path(f"/proc/self/ns/{name}").readlink()
        for name in ("user", "pid", "net")
    }
    return {"seccomp": int(status["Seccomp"]), "capabilities": int(status["CapEff"], 16), "uid": os.getuid(), **apart}


def main(folder: str) -> None:
    """Run the program."""
    os.environ.update(HOME=folder, XDG_RUNTIME_DIR=folder, TMPDIR=folder)
    frontend = Path(folder, "web")
    frontend.mkdir()
    (frontend / "index.html").write_text("<!doctype html>")
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
        os.chdir(folder)
        become_nobody()
    app = App("com.example.sandboxed", frontend=frontend)

    @app.setup
    async def look(app: App) -> None:
        window = app.windows["main"]
        await window.loaded()
        print(json.dumps(held(window.renderer_pid)))
        app.exit()

    raise SystemExit(app.run(Options(headless=True)))


if __name__ == "__main__":
    main(sys.argv[1])
