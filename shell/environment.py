"""What has to be settled before Qt starts: the display, Chromium's sandbox and its switches."""

import logging
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from types import NoneType

from shell.given import expect, expect_each, expect_number
from shell.value import frozen

_CLONE_NEWUSER = 0x10000000
_LAST_PORT = 65535
_A_PORT = f"a port from 1 to {_LAST_PORT}"

_WITHOUT_DISPLAY = frozenset({"offscreen", "minimal", "vnc", "linuxfb", "eglfs"})
_GRAPHICS_PROCESSORS = ("renderD", "dxg", "nvidiactl", "mali", "kgsl-3d", "pvr")
"""How Linux's files for graphics processors begin: most drivers', WSL's, Nvidia's, Arm's, Qualcomm's, Imagination's."""

_FLAGS = "QTWEBENGINE_CHROMIUM_FLAGS"
_QUIET = "--log-level=3"
"""Tells Chromium to say on standard error only what it dies of."""

_FEATURES_OFF = "--disable-features="
_FEATURES_ON = "--enable-features="
_NO_SPARE_RENDERER = f"{_FEATURES_OFF}SpareRendererForSitePerProcess"
"""Tells Chromium to start no renderer ahead of need: it takes processor time when the program starts, and 20 MiB."""

_COOKIES_ONE_BY_ONE = f"{_FEATURES_OFF}AsyncSetCookie"
"""Tells Chromium to let a page set its next cookie when the last one is set. One that sets them without end could have
any number on its way otherwise, and what other pages say waits behind them, for minutes."""

_ONE_ZYGOTE = "--no-unsandboxed-zygote"
"""Tells Chromium to keep one process to fork renderers from, and no second one for services, which can do without: it
takes 10 MiB, and time when the program starts."""

_NO_SHADER_CACHE = "--disable-gpu-shader-disk-cache"
"""Tells Chromium to keep no programs for a graphics processor: that cache, empty or not, wakes up every 30 seconds."""

_chromium_log = logging.getLogger("shell.chromium")


class DisplayError(Exception):
    """There is no display to show windows on, and nobody said to do without."""


class SandboxError(Exception):
    """Chromium's sandbox cannot start here, and nobody said to do without."""


class SingleInstanceError(Exception):
    """The first process of this program does not answer a second start, or there is no safe place to meet it."""


@frozen
class Options:
    """How a program is run; what the command line says.

    Attributes:
        headless: Render off screen, without a display.
        no_sandbox: Do without Chromium's sandbox.
        dev_url: Load the frontend from this dev server.
        devtools: Allow developer tools in every window, and open those of the main window.
        remote_debugging_port: Let debuggers connect at this port of this machine; no page counts as hung then.
        audit: A file to which a line of JSON is appended for each decision about what a page asks for.
        audit_arguments: Patterns of the commands whose arguments are written there too, with the secrets that are in
            them: `greet`, `plugin:window|*`, or `*` for all.
        audit_size: Bytes that the file may have; then it is put aside as `FILE.1`, in place of the one before it.

    Raises:
        TypeError: A value has a wrong type.
        ValueError: There are patterns, and no file, or the file may have no bytes, or there is no such port.
    """

    headless: bool = False
    no_sandbox: bool = False
    dev_url: str | None = None
    devtools: bool = False
    remote_debugging_port: int | None = None
    audit: str | Path | None = None
    audit_arguments: Collection[str] = ()
    audit_size: int = 64 * 1024 * 1024

    def __attrs_post_init__(self) -> None:
        for name in ("headless", "no_sandbox", "devtools"):
            expect(getattr(self, name), bool, f"Options: {name}", "True or False")
        expect(self.dev_url, (str, NoneType), "Options: dev_url", "the URL of a dev server")
        expect(self.audit, (str, Path, NoneType), "Options: audit", "a file")
        expect_each(self.audit_arguments, str, "Options: audit_arguments", "a command's name or a pattern")
        expect_number(self.audit_size, "Options: audit_size", "at least 1 byte", least=1, whole=True)
        port = self.remote_debugging_port
        if port is not None:
            expect_number(port, "Options: remote_debugging_port", _A_PORT, least=1, whole=True)
            if port > _LAST_PORT:
                raise ValueError(f"Options: remote_debugging_port: expected {_A_PORT}, got {port}")
        if self.audit_arguments and self.audit is None:
            raise ValueError("Options: audit_arguments: there is no audit to write them to")


def sandbox_problem() -> str | None:
    """Why Chromium's sandbox cannot start for this user on this machine; `None` where it can."""
    if sys.platform != "linux":
        return None
    if os.geteuid() == 0:
        return "Chromium's sandbox does not work for root"
    if not _can_make_namespaces():
        return (
            "this system lets no ordinary program make user namespaces, which Chromium's sandbox needs "
            "(see sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces and, on Ubuntu, "
            "kernel.apparmor_restrict_unprivileged_userns)"
        )
    return None


def _can_make_namespaces() -> bool:
    """Try in a process of its own what the sandbox will do: a user namespace, and a root folder in it."""
    pid = os.fork()
    if pid == 0:
        try:
            os.unshare(_CLONE_NEWUSER)
            os.chroot("/proc/self/fdinfo")
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def display_problem(environment: Mapping[str, str]) -> str | None:
    """Why no window can be shown; `None` where one can."""
    if sys.platform != "linux" or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return None
    if environment.get("QT_QPA_PLATFORM", "").partition(":")[0] in _WITHOUT_DISPLAY:
        return None
    return "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set"


def has_graphics_processor(devices: Path = Path("/dev")) -> bool:
    """Whether there may be a graphics processor that draws windows.

    Args:
        devices: The folder of the devices' files.
    """
    if sys.platform != "linux":
        return True
    found = (file for folder in (devices / "dri", devices) if folder.is_dir() for file in folder.iterdir())
    return any(file.name.startswith(_GRAPHICS_PROCESSORS) for file in found)


def prepare(options: Options, flags: Iterable[str], environment: MutableMapping[str, str]) -> None:
    """Set what Qt and Chromium read when they start, before the `QApplication` is made.

    Args:
        options: How the program is run.
        flags: Switches of Chromium that the boundary needs, quoted as Qt reads them.
        environment: The process's environment, or what it shall be.

    Raises:
        DisplayError: There is no display, and `headless` was not given.
        SandboxError: The sandbox cannot start, and `no_sandbox` was not given.
    """
    problem = None if options.headless else display_problem(environment)
    if problem is not None:
        raise DisplayError(f"{problem}; --headless runs without one")
    if options.headless:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    if options.headless or not has_graphics_processor():
        # Otherwise Qt draws by an OpenGL that is software too: slower, and with three times the memory for a window.
        # Off screen it finds none, and complains.
        draws = environment.setdefault("QT_QUICK_BACKEND", "software")
        if draws == "software":
            # Otherwise it is loaded all the same.
            environment.setdefault("QT_XCB_GL_INTEGRATION", "none")
            flags = (*flags, _NO_SHADER_CACHE)
    if options.no_sandbox:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    elif environment.get("QTWEBENGINE_DISABLE_SANDBOX") != "1":
        problem = sandbox_problem()
        if problem is not None:
            raise SandboxError(f"{problem}; --no-sandbox runs without it, which lets a page that breaks out do harm")
    if options.remote_debugging_port is not None:
        address = f"127.0.0.1:{options.remote_debugging_port}"
        environment["QTWEBENGINE_REMOTE_DEBUGGING"] = address
        # Otherwise Qt lets pages of every browser on this machine connect, and not its debuggers alone.
        flags = (*flags, f"--remote-allow-origins=http://{address}")
    # Most of what Chromium calls an error is none to anybody else: no system bus, no graphics processor.
    quiet = () if _chromium_log.isEnabledFor(logging.DEBUG) else (_QUIET,)
    ours = " ".join((*flags, _NO_SPARE_RENDERER, _COOKIES_ONE_BY_ONE, _ONE_ZYGOTE, *quiet))
    # The last of two counts: the person's.
    environment[_FLAGS] = _with_features_joined(f"{ours} {environment.get(_FLAGS, '')}".rstrip())


def _with_features_joined(switches: str) -> str:
    """Make one of all the switches that turn features off, or on: of several, Chromium heeds the last alone."""
    words = switches.split(" ")
    features = {
        switch: [word.removeprefix(switch) for word in words if word.startswith(switch)]
        for switch in (_FEATURES_OFF, _FEATURES_ON)
    }
    joined = [f"{switch}{','.join(named)}" for switch, named in features.items() if named]
    return " ".join([*joined, *(word for word in words if not word.startswith(tuple(features)))])


@contextmanager
def changed(environment: MutableMapping[str, str], changes: Mapping[str, str]) -> Iterator[None]:
    """Change variables while the block runs. What others change meanwhile stays as they leave it.

    Args:
        environment: The process's environment.
        changes: The new values, by name.
    """
    before = {name: environment.get(name) for name in changes}
    environment.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if environment.get(name) != changes[name]:
                continue
            if value is None:
                del environment[name]
            else:
                environment[name] = value
