"""A private desktop for tests: an X server without a screen, a bus, a window manager, and more where asked.

Everything is waited for by the event that says it is there (a line on a pipe, a property of the root window,
a name on the bus), and ends in the reverse of the order in which it started.
"""

import os
import re
import selectors
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import attrs

PROGRAMS = ("setpriv", "Xvfb", "dbus-daemon", "openbox", "xprop", "xwininfo", "xdotool", "wmctrl", "import", "gdbus")
_SPY_BLIND = 0.2  # seconds after which what was missed is looked up
_PAUSES = 0.001, 0.02  # seconds between two looks at what tells nobody that it changes: the first, and the longest
PATIENCE = 120.0  # seconds after which what is waited for has failed; generous, for machines may be slow and busy


def missing_programs(*extra: str) -> list[str]:
    """Return which programs of a desktop are not installed."""
    return [name for name in (*PROGRAMS, *extra) if shutil.which(name) is None]


class LineReader:
    """Lines of a process's output, with a bound on how long to wait for the next."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self._pending = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(stream, selectors.EVENT_READ)

    def next(self, timeout: float = PATIENCE) -> str:
        """Return the next line without its end, or raise where none comes in ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        while b"\n" not in self._pending:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError(f"{self._name} said nothing for {timeout:g} s (pending: {self._pending!r})")
            chunk = os.read(self._stream.fileno(), 65536)
            if not chunk:
                raise EOFError(f"{self._name} ended (pending: {self._pending!r})")
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return line.decode(errors="replace")

    def close(self) -> None:
        self._selector.close()
        self._stream.close()


def until(condition: Callable[[], bool], timeout: float = PATIENCE) -> None:
    """Ask again and again until a condition holds: for what a window manager does without telling anybody."""
    deadline = time.monotonic() + timeout
    pause, longest = _PAUSES
    while not condition():
        assert time.monotonic() < deadline, "the condition never came to hold"
        time.sleep(pause)
        pause = min(2 * pause, longest)


def windows_in(value: str) -> list[int]:
    """Return the windows that a property names, as `xprop` prints it."""
    return [int(window, 16) for window in re.findall("0x[0-9a-f]+", value)]


class WindowGoneError(RuntimeError):
    """A window that was asked about, or one of those that were looked through, is there no longer."""


@attrs.frozen
class Desktop:
    """A running desktop.

    Attributes:
        env: The environment in which a program finds it: DISPLAY, the session bus, private XDG folders.
        home: The home folder of that environment, empty at the start.
    """

    env: Mapping[str, str]
    home: Path

    def run(self, *argv: str, timeout: float = PATIENCE) -> str:
        """Run a program on this desktop to its end and return what it printed."""
        done = subprocess.run(
            argv, env=dict(self.env), capture_output=True, encoding="utf-8", timeout=timeout, check=False
        )
        if done.returncode:
            error = (
                WindowGoneError if re.search("No such window|Bad ?Window|BadDrawable", done.stderr) else RuntimeError
            )
            raise error(f"{' '.join(argv)} ended with {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def wait_for_property(
        self, window: int | None, name: str, accept: Callable[[str], bool], timeout: float = PATIENCE
    ) -> str:
        """Wait until a property of a window (``None``: the root window) reads as ``accept`` wants it.

        Args:
            window: The window's X identifier.
            name: The property, for instance ``_NET_WM_STATE``. It is printed on one line.
            accept: Told what ``xprop`` prints of the property, at first and after each change.
            timeout: How many seconds are too many.
        """
        which = ("-root",) if window is None else ("-id", str(window))
        deadline = time.monotonic() + timeout
        with process("xprop", *which, "-spy", name, env=self.env) as spy:
            while True:
                try:
                    seen = spy.next(_SPY_BLIND).removeprefix(name)
                except TimeoutError:
                    # xprop reads the property before it begins to listen: a change in between tells nobody.
                    seen = self.run("xprop", *which, name).removeprefix(name)
                except EOFError as error:
                    raise AssertionError(f"the window went while its {name} was waited for") from error
                if accept(seen):
                    return seen
                assert time.monotonic() < deadline, f"{name} stayed {seen!r}"

    def wait_until_active(self, window: int) -> None:
        """Wait until the window manager has given a window the keyboard."""
        self.wait_for_property(None, "_NET_ACTIVE_WINDOW", lambda value: window in windows_in(value))

    def wait_for_name(self, name: str) -> None:
        """Wait until somebody has a name on the bus."""
        self.run("gdbus", "wait", "--session", "--timeout", f"{PATIENCE:.0f}", name)

    def has_name(self, name: str) -> bool:
        """Return whether somebody has a name on the bus."""
        bus = ("--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus")
        answer = self.run("gdbus", "call", "--session", *bus, "--method", "org.freedesktop.DBus.NameHasOwner", name)
        return answer.startswith("(true")

    def property(self, window: int, name: str) -> str:
        """Return what ``xprop`` prints of a window's property now."""
        return self.run("xprop", "-id", str(window), name).removeprefix(name).strip()

    def outer_geometry(self, window: int) -> tuple[int, int, int, int]:
        """Return x, y, width and height of a window with the window manager's frame on the root window, in pixels."""
        while True:
            frame = self.frame_of(window)
            try:
                return self.geometry(frame)
            except WindowGoneError:
                if frame == window:
                    raise

    def frame_of(self, window: int) -> int:
        """Return the window manager's frame around a window: its topmost ancestor below the root."""
        current = window
        while True:
            try:
                tree = self._describe(current, "-tree")
            except WindowGoneError:
                if current == window:
                    raise
                # The window manager has just taken the frame away, and may make another one.
                current = window
                continue
            parent = re.search(r"Parent window id: (0x[0-9a-f]+)", tree)
            root = re.search(r"Root window id: (0x[0-9a-f]+)", tree)
            if parent is None or root is None:
                raise RuntimeError(f"xwininfo does not say the parent of {current:#x}: {tree}")
            if parent[1] == root[1]:
                return current
            current = int(parent[1], 16)

    def geometry(self, window: int) -> tuple[int, int, int, int]:
        """Return x, y, width and height of a window on the root window, in pixels."""
        info = self._describe(window)
        wanted = (
            r"Absolute upper-left X: +(-?\d+)",
            r"Absolute upper-left Y: +(-?\d+)",
            r"Width: (\d+)",
            r"Height: (\d+)",
        )
        x, y, width, height = (int(found[1]) for found in (re.search(w, info) for w in wanted) if found)
        return x, y, width, height

    def is_viewable(self, window: int) -> bool:
        """Return whether a window and all that it is in is on the screen."""
        return "Map State: IsViewable" in self._describe(window)

    def _describe(self, window: int, *options: str) -> str:
        while True:
            try:
                return self.run("xwininfo", "-id", str(window), *options)
            except WindowGoneError as error:
                # Otherwise it was the window manager's frame around it that went while it was looked at.
                if f"{window:#x}" in str(error):
                    raise

    def window_at(self, point: tuple[int, int]) -> int:
        """Move the mouse to a point and return the window manager's frame that is under it there."""
        place = self.run("xdotool", "mousemove", str(point[0]), str(point[1]), "getmouselocation")
        return int(place.rpartition("window:")[2])

    def wait_until_unlisted(self, window: int) -> None:
        """Wait until the window manager has a window no longer."""
        self.wait_for_property(None, "_NET_CLIENT_LIST", lambda value: window not in windows_in(value))

    def wait_until_empty(self) -> None:
        """Wait until no window is left of programs that have ended."""
        self.wait_for_property(None, "_NET_CLIENT_LIST", lambda value: not windows_in(value))

    def window_named(self, title: str, *, seen: bool = True) -> int:
        """Wait until there is a window of a title, and return it.

        Args:
            title: The whole title.
            seen: Whether only one will do that is on the screen.
        """
        only = ("--onlyvisible",) if seen else ()
        while True:
            try:
                found = self.run("xdotool", "search", "--sync", *only, "--name", f"^{re.escape(title)}$")
            except WindowGoneError:
                continue
            return int(found.split()[-1])

    def close_window(self, window: int) -> None:
        """Ask a window to close, as its close button does, once the window manager has it."""
        self.wait_for_property(None, "_NET_CLIENT_LIST", lambda value: window in windows_in(value))
        self.run("wmctrl", "-i", "-c", str(window))

    def close_titled(self, title: str) -> None:
        """Ask a window to close once the window manager has one of this title."""
        found: list[str] = []

        def listed() -> bool:
            try:
                lines = self.run("wmctrl", "-l").splitlines()
            except WindowGoneError:
                return False
            found.extend(line.split()[0] for line in lines if line.endswith(f" {title}"))
            return bool(found)

        until(listed)
        self.close_window(int(found[0], 16))

    def screenshot(self, path: Path) -> Path:
        """Save a picture of the whole screen."""
        self.run("import", "-window", "root", str(path))
        return path


@contextmanager
def process(*argv: str, env: Mapping[str, str], pass_fds: tuple[int, ...] = ()) -> Iterator[LineReader]:
    """Run a process for as long as the block lasts, and give the lines that it prints."""
    with subprocess.Popen(
        # Where the tests are killed, nothing that they started stays behind.
        ["setpriv", "--pdeathsig", "TERM", *argv],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=pass_fds,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        lines = LineReader(running.stdout, argv[0])
        try:
            yield lines
        finally:
            running.terminate()
            try:
                running.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                running.kill()
            lines.close()


@contextmanager
def desktop(
    *,
    size: tuple[int, int] = (1280, 800),
    window_manager: bool = True,
    panel: bool = False,
    notifications: bool = False,
) -> Iterator[Desktop]:
    """Start a desktop of one's own and end it with the block.

    Args:
        size: The screen's width and height in pixels.
        window_manager: Whether openbox manages the windows.
        panel: Whether xfce4-panel is there with its tray (StatusNotifierItem).
        notifications: Whether dunst shows notifications.
    """
    with ExitStack() as stack:
        # What the bus has started ends after it, and may write until then.
        folder = tempfile.TemporaryDirectory(prefix="desktop-", ignore_cleanup_errors=True)
        home = Path(stack.enter_context(folder))
        env = _environment(home)
        width, height = size
        display = stack.enter_context(
            process("Xvfb", "-displayfd", "1", "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", env=env)
        )
        env["DISPLAY"] = f":{display.next()}"
        bus = stack.enter_context(
            process("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", env=env)
        )
        env["DBUS_SESSION_BUS_ADDRESS"] = bus.next()
        running = Desktop(env=env, home=home)
        if window_manager:
            manager = stack.enter_context(process("openbox", "--sm-disable", "--startup", "echo started", env=env))
            manager.next()
        if panel:
            stack.enter_context(process("xfce4-panel", "--disable-wm-check", env=env))
            running.wait_for_name("org.kde.StatusNotifierWatcher")
        if notifications:
            stack.enter_context(process("dunst", env=env))
            running.wait_for_name("org.freedesktop.Notifications")
        yield running


def _environment(home: Path) -> dict[str, str]:
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    kept = ("PATH", "TZ", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONWARNINGS", "VIRTUAL_ENV")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        # Programs speak English here, and titles keep their letters.
        "LC_ALL": "C.UTF-8",
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_SESSION_TYPE": "x11",
        "NO_AT_BRIDGE": "1",
        "QT_QPA_PLATFORM": "xcb",
    }
