"""Where it was measured, and with which versions."""

import contextlib
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.bench.program import Program

_QT = (
    "from PySide6 import __version__ as qt; from PySide6.QtWebEngineCore import qWebEngineChromiumVersion as chromium\n"
    "print(f'Qt {qt} (Chromium {chromium()})')"
)
_ASK = {
    "qtshell": _QT,
    "tauri": (
        "import pytauri_wheel.ext_mod, re, ctypes; from importlib.metadata import version; from pathlib import Path\n"
        "data = Path(pytauri_wheel.ext_mod.__file__).read_bytes()\n"
        "tauri = re.search(rb'/tauri-([0-9]+[.][0-9]+[.][0-9]+)/', data)\n"
        "kit = ctypes.CDLL('libwebkit2gtk-4.1.so.0')\n"
        "parts = [getattr(kit, f'webkit_get_{p}_version')() for p in ('major', 'minor', 'micro')]\n"
        "print(f\"Tauri {tauri[1].decode() if tauri else '?'} (pytauri-wheel {version('pytauri-wheel')}, \"\n"
        "      f\"WebKitGTK {'.'.join(map(str, parts))})\")"
    ),
    "pywebview": "from importlib.metadata import version; print('pywebview', version('pywebview'))",
}


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def _processor() -> str:
    with contextlib.suppress(OSError):
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        if found is not None:
            return found[1]
    return platform.machine()


def describe(programs: Iterable[Program]) -> str:
    """One line on the machine, one on the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, {_system()}, Linux {platform.release()}, "
        "an X server without a screen, rendering in software"
    )
    versions = [f"CPython {platform.python_version()}"]
    for program in programs:
        if program.name in _ASK:
            asked = subprocess.run(
                [program.python, "-c", _ASK[program.name]], capture_output=True, text=True, check=False
            )
            versions.append(asked.stdout.strip().splitlines()[-1] if asked.stdout.strip() else program.title)
    return f"{machine}\n{', '.join(versions)}"
