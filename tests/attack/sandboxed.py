"""A program that runs as an ordinary user, and prints what each of its renderers is held by, as JSON.

`python -m tests.attack.sandboxed FOLDER`, with a folder that is that user's own. Root becomes nobody.
"""

import asyncio
import ctypes
import importlib
import json
import os
import pkgutil
import signal
import sys
import time
import urllib.request
from pathlib import Path

import shell
from shell import App, Options
from shell.webview.processes import Processes
from shell.webview.renderers import renderers_of
from tests.web_server import site

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
    return {
        "seccomp": int(status["Seccomp"]),
        "capabilities": int(status["CapEff"], 16),
        "uid": os.getuid(),
        "stopped": stops(pid),
        **apart,
    }


def stops(pid: int) -> bool:
    """Whether a renderer that is held back stops."""
    release = Processes(lambda: (pid,)).hold(pid)
    if release is None:
        return False
    try:
        # A signal is heeded when a thread of it has its turn; what never comes would be seen as a test that hangs.
        while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            time.sleep(0.001)
    finally:
        release()
    return True


def main(folder: str) -> None:
    """Run the program."""
    os.environ.update(HOME=folder, XDG_RUNTIME_DIR=folder, TMPDIR=folder)
    frontend = Path(folder, "web")
    frontend.mkdir()
    (frontend / "index.html").write_text("<!doctype html>")
    (frontend / "worker.js").write_text("onconnect = ({ ports: [port] }) => port.postMessage(0)")
    with site({"/": "<!doctype html>"}) as remote:
        # With it the server has loaded what it needs.
        urllib.request.urlopen(remote.origin).read()
        if os.geteuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
            os.chdir(folder)
            become_nobody()
        run(frontend, remote.origin)


def run(frontend: Path, remote: str) -> None:
    """Run a program with windows of its own and a remote one, of which one crashes, and a worker."""
    config = {"identifier": "com.example.sandboxed", "plugins": {"qtshell": {"network": [remote]}}}
    app = App(config=config, frontend=frontend)
    gone = asyncio.Event()
    app.on("renderer-gone")(lambda _: gone.set())

    @app.setup
    async def look(app: App) -> None:
        windows = [app.windows["main"], app.create_window("second"), app.create_window("remote", url=f"{remote}/")]
        for window in windows:
            await window.loaded()
        os.kill(windows[0].renderer_pid, signal.SIGKILL)
        await gone.wait()
        await windows[0].loaded()
        await windows[0].eval(
            """const worker = new SharedWorker("worker.js");
            return new Promise((done) => (worker.port.onmessage = () => done()));"""
        )
        pids = {window.renderer_pid for window in windows}
        # Those of workers too, of which Qt tells nobody.
        print(
            json.dumps({"windows": len(pids), "renderers": [held(pid) for pid in {*pids, *renderers_of(os.getpid())}]})
        )
        app.exit()

    code = app.run(Options(headless=True))
    if code:
        raise SystemExit(code)


if __name__ == "__main__":
    main(sys.argv[1])
