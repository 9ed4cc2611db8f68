"""What happens when a renderer dies or stops answering: its window gets a new one, and nothing else notices."""

import logging
import os
import signal
import time

import attrs
from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QApplication

from shell.given import expect_number
from shell.ipc import Link, Session
from shell.value import frozen
from shell.webview.page import Page
from shell.webview.pulse import Pulse
from shell.webview.rounds import Rounds
from shell.webview.urls import written

log = logging.getLogger(__name__)

_Status = QWebEnginePage.RenderProcessTerminationStatus
_LifecycleState = QWebEnginePage.LifecycleState
_REASONS = {
    _Status.NormalTerminationStatus: "exited",
    _Status.AbnormalTerminationStatus: "abnormal-exit",
    _Status.CrashedTerminationStatus: "crashed",
    _Status.KilledTerminationStatus: "killed",
}
_NOT_STARTED = 1002
"""Chromium's code for a renderer that could not be started, given with an abnormal exit."""
_MOST_DOUBLINGS = 30
_LONGEST = 2_000_000
"""Seconds. A timer of Qt's counts milliseconds in 32 bits."""
_NO_TIMERS = frozenset({"stable_after", "hang_after"})
_NEVER_AT_ONCE = frozenset({"start_time", "ping_every", "rest_every"})
"""With no time at all for one of these the core would do nothing else."""
_REPLACED_IN_A_ROW = 3


@frozen
class RecoveryPolicy:
    """When a renderer is given up on, and how often it is tried again. Times are seconds.

    A page that is sent something, or is used by a person, and hangs from then on is noticed after `hang_after` and at
    most twice `ping_every`; one that hangs of itself while nothing at all happens, `rest_every` later at most. A value
    that is no number, or out of bounds, is a `TypeError` or a `ValueError`.

    Attributes:
        first_delay: Pause before the first new try; each further one waits twice as long.
        longest_delay: The longest pause.
        tries: How many times in a row a page is loaded again before the built-in page is shown.
        start_time: How long a new renderer may take to be there.
        stable_after: A page that has lived this long, from its first document on, begins at no failures.
        ping_every: How often each page is seen to: one that was sent something, or computes, is asked for a sign of
            life.
        rest_every: The same where no page was sent anything, computes, or got input, since it was last seen to.
        hang_after: A page that has not answered for this long is ended; 0 lets it hang.
    """

    first_delay: float = 0.1
    longest_delay: float = 5.0
    tries: int = 5
    start_time: float = 2.0
    stable_after: float = 10.0
    ping_every: float = 5.0
    rest_every: float = 300.0
    hang_after: float = 15.0

    def __attrs_post_init__(self) -> None:
        for field in attrs.fields(type(self)):
            name, value = field.name, getattr(self, field.name)
            if name == "tries":
                expect_number(value, "RecoveryPolicy: tries", "a whole number, 0 or more", whole=True)
            elif name in _NO_TIMERS:
                expect_number(value, f"RecoveryPolicy: {name}", "seconds, 0 or more")
            else:
                least = 0.001 if name in _NEVER_AT_ONCE else 0
                what = f"seconds from {least:g} to {_LONGEST:,}"
                expect_number(value, f"RecoveryPolicy: {name}", what, least=least, most=_LONGEST)


@frozen
class Gone:
    """What became of a renderer; the payload of `renderer-gone`.

    Attributes:
        label: The webview's label.
        pid: Its process, which is no more; 0 where it ended before anything was known of it.
        reason: `crashed`, `killed`, `abnormal-exit`, `exited` or `unresponsive`; the last where it was given up, as
            it did not answer or for a limit.
        code: Its exit code, or the signal that ended it.
        attempt: How many times in a row it has died, from 1.
        url: Where it was.
        recovering: Whether the page is loaded again; otherwise the built-in page is shown.
    """

    label: str
    pid: int
    reason: str
    code: int
    attempt: int
    url: str
    recovering: bool


class Recovery(QObject):
    """Watches one page's renderer.

    Attributes:
        pid: The renderer's process, or what it was; 0 before anything is known of it.
        rounds: Who looks at the page's signs of life.
    """

    gone = Signal(object)
    """Emitted with a `Gone` when the renderer has died, before anything is loaded again."""

    def __init__(self, page: Page, link: Link, policy: RecoveryPolicy, rounds: Rounds) -> None:
        super().__init__(page)
        self.pid = 0
        self._page = page
        self._link = link
        self._policy = policy
        self._failures = 0
        self._replaced = 0
        self._begun: float | None = None
        self._ended = False
        self._unresponsive = False
        self._url = ""
        page.renderProcessPidChanged.connect(self._note_pid)
        link.on_session.append(self._begin)
        page.renderProcessTerminated.connect(self._terminated)
        self._given_up: Gone | None = None
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self._try)
        self._silent_since: float | None = None
        self._watch = QTimer(self, singleShot=True)
        self._watch.timeout.connect(self._check_start)
        self.rounds = rounds
        self._pulse = Pulse(
            link,
            pid=page.renderProcessPid,
            waits=self._waits,
            hang_after=policy.hang_after,
            hangs=self._hangs,
        )
        rounds.add(self._pulse, page)

    def stop(self) -> None:
        """The page is being closed on purpose: from now on nothing is brought back."""
        self._ended = True
        self._retry.stop()
        self._watch.stop()
        self.rounds.remove(self._pulse)

    def give_up(self, why: str = "does not answer") -> bool:
        """End a renderer; it comes back as after a crash.

        Args:
            why: What its page does, for the log.

        Returns:
            Whether there is one: what was its number may be another process's when it has gone.
        """
        pid = self._page.renderProcessPid()
        if self._ended or pid <= 0:
            return False
        self._note_pid(pid)
        self._unresponsive = True
        log.error("webview %s: the page %s; its renderer (pid %d) is ended", self._page.label, why, pid)
        try:
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        except ProcessLookupError:
            log.debug("renderer %d had ended already", pid)
        return True

    def load(self, url: str) -> None:
        """Show another page; where there is no renderer, when there is one again."""
        self._url = url
        if self._retry.isActive():
            self._given_up = None
        else:
            self._page.go(url)

    def reload(self) -> None:
        """Load the page again where it was, or is to be; where there is no renderer, when there is one again."""
        if self._page.renderProcessPid():
            self._begun = None
            self._page.triggerAction(QWebEnginePage.WebAction.Reload)
        elif self._retry.isActive():
            self._given_up = None
        else:
            self._reload_anew()

    def replace(self) -> bool:
        """Load a page again, in a renderer of its own, that has come without its bridge; see `_make_anew`.

        Returns:
            Whether that is tried: a page that has none each time is left as it is.
        """
        if self._ended or self._replaced >= _REPLACED_IN_A_ROW:
            return False
        self._replaced += 1
        self._url = written(self._page.url())
        log.warning("webview %s: %s came without its bridge, and is loaded again", self._page.label, self._url)
        self._reload_anew()
        return True

    def _reload_anew(self) -> None:
        self._begun = None
        self._make_anew()
        if self._retry.isActive():
            # There is no new renderer to be had: that was its end already.
            return
        if not self._page.renderProcessPid() or self._page.url() != QUrl(self._url):
            self._page.go(self._url)

    def _make_anew(self) -> None:
        """Have all of a page made anew whose renderer is dead, but its history and session storage; and have it loaded.

        WORKAROUND: Qt 6.12 (UserResourceControllerHost) keeps an entry for a frame that is replaced after a crash, by
        its address. Whichever page's frame comes to lie there next gets none of its scripts, and so no bridge: seen
        with two windows whose renderers died one after the other. The frame of a discarded page is not replaced. A page
        that has none all the same is loaded again in the same way.
        """
        page = self._page
        if page.devToolsPage() is not None:
            # Qt does not discard it.
            return
        visible = page.isVisible()
        # Nor one that is seen.
        page.setVisible(False)
        page.setLifecycleState(_LifecycleState.Discarded)
        page.setLifecycleState(_LifecycleState.Active)
        page.setVisible(visible)

    def _begin(self, session: Session) -> None:
        self._note_pid(self._page.renderProcessPid())
        self._replaced = 0
        # From its first document on: how long the renderer took to start says nothing of how it lives.
        if self._begun is None:
            self._begun = time.monotonic()
        if not session.caller.url.startswith("data:") and self._given_up is not None:
            # Somebody wants another try.
            self._given_up = None
            self._failures = 0

    def _note_pid(self, pid: int) -> None:
        if pid > 0:
            self.pid = pid

    def _terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        self._link.end()
        self._watch.stop()
        # Told only of the renderer that shows the page: not of one that a navigation left behind. A page that Qt has
        # discarded is loaded again when it is shown.
        if self._ended or self._page.lifecycleState() == _LifecycleState.Discarded:
            return
        # One that hangs has lived until it last answered.
        ended = self._silent_since or time.monotonic()
        self._silent_since = None
        if self._begun is not None and ended - self._begun > self._policy.stable_after:
            self._failures = 0
        self._failures += 1
        if self._given_up is None:
            # Where a navigation under way leads to, if there is one.
            self._url = written(self._page.url()) or written(self._page.requestedUrl())
        reason = "unresponsive" if self._unresponsive else _REASONS[status]
        self._unresponsive = False
        # Where the built-in page itself died, it is shown again.
        recovering = self._given_up is None and self._failures <= self._policy.tries
        gone = Gone(self._page.label, self.pid, reason, code, self._failures, self._url, recovering)
        if status is _Status.AbnormalTerminationStatus and code == _NOT_STARTED:
            log.error(
                "webview %s: no renderer could be started: the machine has no room for one, or the process that starts "
                "them was ended, as by a signal to all of this program",
                gone.label,
            )
        else:
            log.error("webview %s: renderer %d is gone (%s, %d)", gone.label, gone.pid, reason, code)
        self._given_up = None if recovering else self._given_up or gone
        # Once it is given up, the pauses grow anew, between one built-in page that dies and the next.
        doublings = self._failures - 1 - (0 if recovering else self._policy.tries)
        delay = self._policy.first_delay * 2 ** min(max(doublings, 0), _MOST_DOUBLINGS)
        self._retry.start(int(min(delay, self._policy.longest_delay) * 1000))
        self.gone.emit(gone)

    def _try(self) -> None:
        if self._page.renderProcessPid():
            # Somebody else has loaded a page meanwhile.
            return
        # What the last one had sent before its end, and was counted since, is not this one's.
        self._link.start_over()
        # Asked for too soon after the end of a renderer, Chromium can lose a load without a word.
        self._watch.start(int(self._policy.start_time * 1000))
        if self._given_up is None:
            self.reload()
        else:
            self._show_failure(self._given_up)

    def _check_start(self) -> None:
        if not self._ended and self._page.renderProcessPid() == 0:
            self._try()

    def _show_failure(self, gone: Gone) -> None:
        self._begun = None
        values = {
            "title": "This page keeps stopping",
            "message": f"Its process ended {gone.attempt} times in a row. Everything else keeps running.",
            "detail": f"{gone.reason} ({gone.code}), last process {gone.pid}, at {time.strftime('%X')}",
            "url": gone.url,
        }
        # Loaded with the first page that keeps stopping, for in most programs none does.
        from shell.webview.built_in import built_in_page  # noqa: PLC0415

        self._make_anew()
        if self._retry.isActive():
            return
        self._page.show_html(built_in_page("crashed", values), gone.url)

    def _waits(self) -> bool:
        # A page waits in a dialog or at a breakpoint for a person, who may take their time; while any page is in a
        # dialog, Qt hears of none. One that is held back waits for the core.
        if self.rounds.holds(self.pid):
            return True
        return QApplication.activeModalWidget() is not None or self._page.devToolsPage() is not None

    def _hangs(self, since: float) -> None:
        self._silent_since = since
        self.give_up()
