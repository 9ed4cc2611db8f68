"""The system's libraries that Qt's own want, and the packages that have them."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from shell.bundled import bundled
from shell.cli.doctor.finding import Finding, State

_ENGINE = ("lib/libQt6WebEngineCore.so.6", "plugins/platforms/libqoffscreen.so")
_PLATFORMS = {"X11": "plugins/platforms/libqxcb.so", "Wayland": "plugins/platforms/libqwayland.so"}
_RENAMED_SINCE = "1.22.5"
"""The dpkg whose Debian and Ubuntu gave libraries with 64-bit time another name."""


def libraries(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look for the libraries that Qt loads when a program starts.

    Args:
        environment: Says which of X11 and Wayland is there.
    """
    qt = qt_folder()
    if qt is None or sys.platform != "linux" or shutil.which("ldd") is None:
        return
    missing = missing_libraries(qt / name for name in _ENGINE)
    in_use = {"X11": bool(environment.get("DISPLAY")), "Wayland": bool(environment.get("WAYLAND_DISPLAY"))}
    lacking = {name: found for name, file in _PLATFORMS.items() if (found := missing_libraries([qt / file]) - missing)}
    if not missing and not lacking:
        yield Finding("libraries", State.FINE, "all that Qt wants is installed")
        return
    advice, command = _how_to_install()
    if missing:
        yield Finding("libraries", State.BROKEN, f"Qt WebEngine lacks {_listed(missing)}", advice, command)
    for name, found in lacking.items():
        # One of the two is enough, so it matters only if the other one is not in use.
        needed = in_use[name] and not any(on for other, on in in_use.items() if other != name and other not in lacking)
        state = State.BROKEN if needed else State.LACKING
        yield Finding("libraries", state, f"windows on {name} lack {_listed(found)}", advice, command)


def qt_folder() -> Path | None:
    """Where PySide6 has Qt, found without loading it; `None` where it is not installed."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "Qt"
    return folder if folder.is_dir() else None


def missing_libraries(files: Iterable[Path]) -> set[str]:
    """The libraries that files want, themselves or through others, and that are nowhere; `ldd` tells."""
    there = [str(file) for file in files if file.is_file()]
    if not there:
        return set()
    # ldd's exit code is 1 as soon as it cannot look into one of them.
    told = subprocess.run(["ldd", *there], capture_output=True, text=True, check=False).stdout  # noqa: S603, S607
    return {line.split()[0] for line in told.splitlines() if line.endswith("=> not found")}


def missing_packages() -> list[str] | None:
    """The Debian packages that programs want and that are not installed; `None` where there is no Debian.

    They are those that `packaging/setup` installs.
    """
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return None
    version = _told_by("dpkg-query", "--show", "--showformat=${Version}", "dpkg")
    older = subprocess.run(["dpkg", "--compare-versions", version, "lt", _RENAMED_SINCE], check=False)  # noqa: S603, S607
    suffix = "" if older.returncode == 0 else "t64"
    lines = bundled("apt", "run.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line.replace("{t64}", suffix) for line in lines if line and not line.startswith("#")]
    told = _told_by("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}\n", *wanted)
    installed = {line.removeprefix("installed ") for line in told.splitlines() if line.startswith("installed ")}
    return [name for name in wanted if name not in installed]


def _told_by(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603


def _how_to_install() -> tuple[str, str]:
    packages = missing_packages()
    if packages:
        return "install them:", f"sudo apt-get install --no-install-recommends {' '.join(packages)}"
    return "install the packages that have them", ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
