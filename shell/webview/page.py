"""The adapter of `QWebEnginePage`: where a page's wishes meet the boundary."""

import collections
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineDesktopMediaRequest,
    QWebEngineFileSystemAccessRequest,
    QWebEngineFullScreenRequest,
    QWebEngineNavigationRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineRegisterProtocolHandlerRequest,
)
from PySide6.QtWebEngineWidgets import QWebEngineView

from shell.ipc.tally import Tally
from shell.value import frozen
from shell.webview.console import Console
from shell.webview.dialogs import ask, ask_line, tell
from shell.webview.navigation import Navigation, Verdict
from shell.webview.urls import written

if TYPE_CHECKING:
    from shell.audit import Audit
    from shell.audit.audit import Kind

log = logging.getLogger(__name__)

_OPENED_AT_ONCE = 5
_OPENED_TIME = 10.0
"""Seconds in which a page may open so many links in other programs."""
_DIALOGS_IN_A_ROW = 10
_BETWEEN_DIALOGS = 1.0
"""Seconds that a page must leave a person after a dialog, or the next one is in a row with it."""

_MOST_TYPES = 100
"""Types of files among which a person chooses; with 300,000 the dialog keeps the core for 0.3 s."""
_LONGEST_TYPE = 255
"""Characters of one: 127 on each side of the slash. No file's name is longer, either."""

_CALLED = {"navigation": "navigation", "window": "a new window", "link": "a link"}
_NOT_REMOTE = "it is no page of the app's own, and no capability has it among its remote.urls"
_NOT_OF_HOST = "it is not listed under plugins.qtshell.network"
_NOT_IN_FRAME = "a frame shows nothing of asset:, as a page in it could read all that the asset scope allows"
_NOT_LISTED = "plugins.qtshell.webPermissions does not list it"
_NOT_OURS = "only the app's own pages get it"
_HAS_FRAMES = "Qt does not tell which of its frames asks"
_FOR_LONG = f"{_HAS_FRAMES}, and asks no more until this webview has shown a page of another site"
_CLOSED = "its webview is closed"

_LONGEST_SHOWN = 1000
"""Characters of a text of a page that the log shows."""
_WARNINGS = 100
"""What a page is refused in ten seconds and the log tells of."""

_LEVELS = {
    QWebEnginePage.JavaScriptConsoleMessageLevel.InfoMessageLevel: logging.INFO,
    QWebEnginePage.JavaScriptConsoleMessageLevel.WarningMessageLevel: logging.WARNING,
    QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel: logging.ERROR,
}

PERMISSIONS: dict[QWebEnginePermission.PermissionType, tuple[str, ...]] = {
    QWebEnginePermission.PermissionType.MediaAudioCapture: ("microphone",),
    QWebEnginePermission.PermissionType.MediaVideoCapture: ("camera",),
    QWebEnginePermission.PermissionType.MediaAudioVideoCapture: ("camera", "microphone"),
    QWebEnginePermission.PermissionType.DesktopVideoCapture: ("screen-capture",),
    QWebEnginePermission.PermissionType.DesktopAudioVideoCapture: ("screen-capture", "microphone"),
    QWebEnginePermission.PermissionType.MouseLock: ("pointer-lock",),
    QWebEnginePermission.PermissionType.Notifications: ("notifications",),
    QWebEnginePermission.PermissionType.Geolocation: ("geolocation",),
    QWebEnginePermission.PermissionType.ClipboardReadWrite: ("clipboard-read",),
    QWebEnginePermission.PermissionType.LocalFontsAccess: ("local-fonts",),
}
"""What the configuration calls the powers that a page may ask for; all of a row are needed."""


@frozen
class PageRules:
    """What one page may do beyond rendering.

    Attributes:
        navigation: Where it may go.
        permissions: Names of the web permissions that its own origins get, as in `PERMISSIONS`.
        why_no_popup: Why `window.open` makes no window of the app at this moment; empty where it does.
        dialogs: Whether `alert` and its like are shown; without a display they are answered at once.
        open_outside: Opens a URL in the person's browser.
        ask_to_notify: Decides whether a frame of an origin may show notifications, and tells Chromium when it has.
        audit: The audit log, if one is kept.
    """

    navigation: Navigation
    permissions: frozenset[str]
    why_no_popup: Callable[[], str]
    dialogs: bool
    open_outside: Callable[[str], object]
    ask_to_notify: Callable[[str, Callable[[bool], None]], None]
    audit: "Audit | None" = None


def _as_chromium_writes(url: str) -> QUrl:
    target = QUrl(url)
    if target.host() and not target.path():
        target.setPath("/")
    return target


class Page(QWebEnginePage):
    """A page of one webview.

    Attributes:
        label: The webview's label.
        closed: Whether its webview is closed: it gets nothing of what it asks for then, though it may live on a while.
        writes_too_much: Counts lines of its console; returns whether they are too many.
    """

    close_requested = Signal()
    popup_requested = Signal(str)
    fullscreen_requested = Signal(bool)
    dialog_ended = Signal()
    """The page is in no dialog any more."""

    def __init__(self, label: str, profile: QWebEngineProfile, rules: PageRules) -> None:
        super().__init__(profile)
        self.label = label
        self.closed = False
        self.writes_too_much: Callable[[int], bool] = lambda _: False
        self._rules = rules
        self._warnings = Tally(_WARNINGS)
        self._opened_outside: collections.deque[float] = collections.deque(maxlen=_OPENED_AT_ONCE)
        self._dialogs = 0
        self._dialogs_in_a_row = 0
        self._dialog_ended = 0.0
        self._console = Console(label)
        self._core_url: str | None = None
        self._core_html = False
        self._pointer: QWebEnginePermission | None = None
        self.windowCloseRequested.connect(self._ask_to_close)
        self.navigationRequested.connect(self._navigate)
        self.newWindowRequested.connect(self._open_window)
        self.permissionRequested.connect(self._ask_permission)
        self.fullScreenRequested.connect(self._ask_fullscreen)
        self.desktopMediaRequested.connect(self._ask_screen)
        self.fileSystemAccessRequested.connect(self._ask_files)
        self.registerProtocolHandlerRequested.connect(self._ask_protocol)

    @property
    def in_dialog(self) -> bool:
        """Whether an `alert`, `confirm`, `prompt` or file dialog is open."""
        return self._dialogs > 0

    def go(self, url: str) -> None:
        """Load a URL on the core's own behalf, which no rule forbids."""
        target = _as_chromium_writes(url)
        self._core_url = written(target)
        self.setUrl(target)

    def is_place_here(self, url: str) -> bool:
        """Whether a URL is that of a place in the document that is shown: to go there is no load."""
        target = _as_chromium_writes(url)
        here = written(self.mainFrame().url())
        return target.hasFragment() and written(target).partition("#")[0] == here.partition("#")[0]

    def show_html(self, text: str, url: str) -> None:
        """Show a page of the core's own in the place of the one at `url`."""
        self._core_html = True
        self.setHtml(text, QUrl(url))

    def keep_back(self, url: str) -> None:
        """Tell that a URL stays behind where a person drags it out of the page, unless it is one of the app's own."""
        if self._rules.navigation.origins.holds(url):
            return
        why = "neither plugins.qtshell.network nor plugins.qtshell.openLinks lists it"
        self._tell("link", url, allowed=False, why=why)
        self._warn("%s stays behind where it is dragged out of the page: %s", url[:200], why)

    def may_open_outside(self, url: str) -> bool:
        """Whether links to a URL open in the person's browser."""
        return self._rules.navigation.may_open(written(_as_chromium_writes(url)))

    def open_outside(self, url: str, page: str) -> None:
        """Open a link in the person's browser that stands in a dialog of the page; it may have gone meanwhile.

        Args:
            url: Where it leads.
            page: URL of the document that the dialog is of.
        """
        self._open_outside(written(_as_chromium_writes(url)), page)

    def _navigate(self, request: QWebEngineNavigationRequest) -> None:
        # Unless it is allowed below: Qt accepts what nobody has said anything about.
        request.reject()
        url = written(request.url())
        if self.closed:
            self._tell("navigation", url, allowed=False, why=_CLOSED)
            return
        why = _NOT_REMOTE
        if not request.isMainFrame():
            self._take_pointer_back()
            verdict = self._rules.navigation.sub_frame(url)
            why = _NOT_IN_FRAME if url.startswith("asset:") else _NOT_OF_HOST
        elif self._is_core_navigation(url, request):
            verdict = Verdict.GO
        else:
            by_link = request.navigationType() == request.NavigationType.LinkClickedNavigation
            verdict = self._rules.navigation.main_frame(url, by_link=by_link)
        self._carry_out(verdict, url, "navigation", why, accept=request.accept, refuse=request.reject)

    def _is_core_navigation(self, url: str, request: QWebEngineNavigationRequest) -> bool:
        if self._core_html and url.startswith("data:text/html"):
            # This is how `setHtml` shows itself. A page cannot navigate to `data:` in the main frame at all.
            self._core_html = False
            return True
        if url == self._core_url:
            self._core_url = None
            return True
        return request.navigationType() == request.NavigationType.ReloadNavigation

    def _ask_to_close(self) -> None:
        if not self.closed:
            self.close_requested.emit()

    def _open_window(self, request: QWebEngineNewWindowRequest) -> None:
        if self.closed:
            self._tell("window", written(request.requestedUrl()), allowed=False, why=_CLOSED)
            return
        url = written(request.requestedUrl())
        verdict, why = self._rules.navigation.new_window(url), "plugins.qtshell.openLinks does not list it"
        if not request.isUserInitiated():
            verdict, why = Verdict.REFUSE, "no person asked for it"
        elif verdict is Verdict.GO and (why_not := self._rules.why_no_popup()):
            verdict, why = Verdict.REFUSE, why_not
        self._carry_out(verdict, url, "window", why, accept=lambda: self.popup_requested.emit(url), refuse=lambda: None)

    def _carry_out(
        self,
        verdict: Verdict,
        url: str,
        kind: "Kind",
        why: str,
        *,
        accept: Callable[[], None],
        refuse: Callable[[], None],
    ) -> None:
        if verdict is Verdict.GO:
            if kind == "window":
                self._tell(kind, url, allowed=True)
            accept()
            return
        refuse()
        if verdict is Verdict.OPEN_OUTSIDE:
            self._open_outside(url)
        else:
            self._refuse(kind, url, why)

    def _open_outside(self, url: str, page: str = "") -> None:
        if self._may_open_another():
            self._tell("link", url, allowed=True, page=page)
            self._rules.open_outside(url)
            return
        why = f"a page opens {_OPENED_AT_ONCE} links in other programs in {_OPENED_TIME:g} seconds, no more"
        self._refuse("link", url, why, page)

    def _refuse(self, kind: "Kind", url: str, why: str, page: str = "") -> None:
        self._tell(kind, url, allowed=False, why=why, page=page)
        self._warn("%s to %s was refused: %s", _CALLED[kind], url[:200], why)

    def _tell(
        self, kind: "Kind", target: str = "", *, allowed: bool, what: str = "", why: str = "", page: str = ""
    ) -> None:
        if (audit := self._rules.audit) is not None:
            page = page or written(self.mainFrame().url())
            audit.wish(kind, page=page, allowed=allowed, webview=self.label, target=target, what=what, why=why)

    def _may_open_another(self) -> bool:
        # Qt does not tell the click of a person from that of a script. No person opens so many.
        opened, now = self._opened_outside, time.monotonic()
        if len(opened) == opened.maxlen and now - opened[0] < _OPENED_TIME:
            return False
        opened.append(now)
        return True

    def _ask_permission(self, permission: QWebEnginePermission) -> None:
        names = PERMISSIONS.get(permission.permissionType(), ())
        if self.closed:
            permission.deny()
            what = permission.permissionType().name
            self._tell("permission", what=what, page=written(permission.origin()), allowed=False, why=_CLOSED)
            return
        origin = written(permission.origin())
        if permission.permissionType() is QWebEnginePermission.PermissionType.Notifications:
            # Not from the configuration alone: a person may be asked, which takes as long as it takes.
            self._rules.ask_to_notify(origin, lambda granted: self._answer_to_notify(permission, granted))
            return
        what = " and ".join(names) or permission.permissionType().name
        listed = names and self._rules.permissions.issuperset(names)
        # Of the pointer Qt (6.12.0) tells the origin of the frame that has the focus, whichever asks, and takes the
        # answer for what all frames of the page ask later. Which of them is sandboxed their URLs do not tell.
        of_any_frame = permission.permissionType() is QWebEnginePermission.PermissionType.MouseLock
        has_frames = of_any_frame and bool(self.mainFrame().children())
        if listed and self._rules.navigation.origins.holds(origin) and not has_frames:
            permission.grant()
            self._pointer = permission if of_any_frame else self._pointer
            self._tell("permission", what=what, page=origin, allowed=True)
            return
        permission.deny()
        why = _NOT_LISTED if not listed else _FOR_LONG if has_frames else _NOT_OURS
        self._tell("permission", what=what, page=origin, allowed=False, why=why)
        self._warn("%s asked for %s: %s", origin, what, why)

    def _take_pointer_back(self) -> None:
        """Have what was granted of the pointer hold for no frame, before one can ask in the page's name."""
        if (granted := self._pointer) is None:
            return
        self._pointer = None
        granted.deny()
        origin = written(granted.origin())
        # Other documents of that origin have it still; with a page of another it is gone.
        if written(self.mainFrame().url()).startswith(origin):
            why = f"frames of the page may not lock the pointer: {_HAS_FRAMES}"
            self._tell("permission", what="pointer-lock", page=origin, allowed=False, why=why)
            self._warn("%s", why)

    def _answer_to_notify(self, permission: QWebEnginePermission, granted: bool) -> None:
        granted = granted and not self.closed
        origin = written(permission.origin())
        if granted:
            permission.grant()
        else:
            permission.deny()
        self._tell("permission", what="notifications", page=origin, allowed=granted)

    def _ask_fullscreen(self, request: QWebEngineFullScreenRequest) -> None:
        origin = written(request.origin())
        may = not self.closed and (not request.toggleOn() or self._rules.navigation.origins.holds(origin))
        why = "" if may else _CLOSED if self.closed else _NOT_OURS
        self._tell("permission", what="fullscreen", page=origin, allowed=may, why=why)
        if may:
            request.accept()
            self.fullscreen_requested.emit(request.toggleOn())
        else:
            request.reject()
            self._warn("%s asked for the full screen: %s", origin, why)

    def _ask_screen(self, request: QWebEngineDesktopMediaRequest) -> None:
        here = written(self.mainFrame().url())
        listed = "screen-capture" in self._rules.permissions
        may = listed and self._rules.navigation.origins.holds(here) and not self.closed
        why = "" if may else _CLOSED if self.closed else _NOT_OURS if listed else _NOT_LISTED
        self._tell("permission", what="screen-capture", allowed=may, why=why)
        if may:
            request.selectScreen(request.screensModel().index(0))
        else:
            request.cancel()
            self._warn("%s asked for screen-capture: %s", here, why)

    def _ask_files(self, request: QWebEngineFileSystemAccessRequest) -> None:
        self._warn("the page asked for access to files, which only commands give")
        self._tell("permission", what="access to files", allowed=False, why="only commands give it")
        request.reject()

    def _ask_protocol(self, request: QWebEngineRegisterProtocolHandlerRequest) -> None:
        self._tell("permission", what=f"links of {request.scheme()}:", allowed=False, why="no page gets it")
        request.reject()

    def _warn(self, message: str, *args: object) -> None:
        if not self._warnings.add():
            log.warning(f"webview %s: {message}", self.label, *args)
        elif self._warnings.count == _WARNINGS + 1:
            log.warning("webview %s: what else it is refused in the next seconds is left out", self.label)

    # What Qt calls, by its names.

    def javaScriptConsoleMessage(  # noqa: N802
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Send a page's console to the log."""
        if not self.writes_too_much(1 + len(message) // 1024):
            self._console.show(_LEVELS.get(level, logging.INFO), message, line, source)

    def javaScriptAlert(self, origin: QUrl | str, message: str) -> None:  # noqa: N802
        """Show an alert."""
        if self._may_show("alert", message):
            with self._dialog():
                tell(QWebEngineView.forPage(self), written(self.url()), message)

    def javaScriptConfirm(self, origin: QUrl | str, message: str) -> bool:  # noqa: N802
        """Ask for a yes or no."""
        if not self._may_show("confirm", message):
            return False
        with self._dialog():
            return ask(QWebEngineView.forPage(self), written(self.url()), message)

    def javaScriptPrompt(self, origin: QUrl | str, message: str, default: str) -> tuple[bool, str]:  # noqa: N802
        """Ask for a line of text."""
        if not self._may_show("prompt", message):
            return False, ""
        with self._dialog():
            return ask_line(QWebEngineView.forPage(self), written(self.url()), message, default)

    def chooseFiles(  # noqa: N802
        self, mode: QWebEnginePage.FileSelectionMode, old: Sequence[str], types: Sequence[str]
    ) -> list[str]:
        """Let the person choose files for an input of the page."""
        types = [one for one in types[:_MOST_TYPES] if len(one) <= _LONGEST_TYPE]
        if not self._may_show("file dialog", ", ".join(types)):
            return []
        with self._dialog():
            return super().chooseFiles(mode, old, types)

    def _may_show(self, kind: str, message: str) -> bool:
        if self.closed:
            return False
        if not self._rules.dialogs:
            self._warn("%s without a display: %s", kind, message[:_LONGEST_SHOWN])
            return False
        # One that a person has answered is followed at once only by a page that lets nobody go on.
        in_a_row = self._dialogs_in_a_row if time.monotonic() - self._dialog_ended < _BETWEEN_DIALOGS else 0
        self._dialogs_in_a_row = in_a_row + 1
        if in_a_row >= _DIALOGS_IN_A_ROW:
            self._dialog_ended = time.monotonic()
            if in_a_row == _DIALOGS_IN_A_ROW:
                log.warning("webview %s: %s, after %d others in a row: not shown", self.label, kind, in_a_row)
            return False
        return True

    @contextmanager
    def _dialog(self) -> Iterator[None]:
        # While one for files is open, a script of the page may open another over it.
        self._dialogs += 1
        try:
            yield
        finally:
            self._dialogs -= 1
            self._dialog_ended = time.monotonic()
            if not self.in_dialog:
                self.dialog_ended.emit()
