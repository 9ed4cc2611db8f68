"""Which pages may notify: those that a capability or the configuration grants it, and those that a person lets."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEngineNotification, QWebEnginePermission, QWebEngineProfile

from shell.acl import Allowed, Authority, Caller
from shell.notification.consent import Consents
from shell.webview.origin import AppOrigins, origin_of

log = logging.getLogger(__name__)

type Permission = Literal["granted", "denied", "default"]
"""As the web calls them: `default` is not asked yet."""
type Ask = Callable[[str, str | None], Awaitable[bool | None]]
"""Asks a person about the page in the window of a label; its origin, where it is not the program's own."""

COMMAND = "plugin:notification|notify"
"""Who may call this may notify in every way."""
_KIND = QWebEnginePermission.PermissionType.Notifications


class PageNotifications:
    """Answers for every page of a program.

    Args:
        authority: Who knows what capabilities grant.
        configured: Whether the configuration lets the program's own pages.
        origins: The program's own origins.
        file: Where a person's answers are kept; None keeps them for this run alone.
        ask: Asks a person; None where there is nobody.
        present: Shows what Chromium itself wants shown: notifications of sub-frames and service workers.
    """

    def __init__(
        self,
        authority: Authority,
        *,
        configured: bool,
        origins: AppOrigins,
        file: Path | None,
        ask: Ask | None,
        present: Callable[[QWebEngineNotification], None],
    ) -> None:
        self._authority = authority
        self._configured = configured
        self._origins = origins
        self._consents = Consents(file)
        self._ask = ask
        self._present = present
        self._profiles: list[QWebEngineProfile] = []
        self._asking: dict[str, asyncio.Task[Permission]] = {}
        self._put_off: set[str] = set()

    def settled(self, caller: Caller) -> Permission:
        """What is said without asking a person: `default` where a person is to be asked."""
        decision = self._authority.decide(COMMAND, caller)
        if isinstance(decision, Allowed):
            return "granted"
        if decision.by:
            return "denied"
        return "granted" if self._configured and caller.local else "default"

    def trusted(self, caller: Caller) -> bool:
        """Whether a capability lets a page notify in every way, and not only by the page's own `Notification`."""
        return isinstance(self._authority.decide(COMMAND, caller), Allowed)

    def settled_in(self, window: str, webview: str) -> Mapping[str, Permission]:
        """The same for the program's own pages in a webview of a window, by origin, without those to be asked about."""
        answers = {
            origin: self.settled(self._caller(window, webview, origin)) for origin in sorted(self._origins.origins)
        }
        return {origin: answer for origin, answer in answers.items() if answer != "default"}

    def state(self, caller: Caller) -> Permission:
        """Whether a page may notify, as far as anybody has said."""
        settled = self.settled(caller)
        if settled != "default":
            return settled
        if caller.origin in self._put_off:
            return "denied"
        answer = self._consents.answers.get(caller.origin)
        return "default" if answer is None else "granted" if answer else "denied"

    def refusal(self, caller: Caller) -> str:
        """Why a page may not notify, and what would let it."""
        decision = self._authority.decide(COMMAND, caller)
        if isinstance(decision, Allowed):
            return ""
        asked = self.state(caller) == "denied" and not decision.by
        person = "the person said no" if asked else "Notification.requestPermission() asks the person"
        return decision.message if decision.by else f"{decision.message}; or {person}"

    async def request(self, caller: Caller) -> Permission:
        """Whether a page may notify; a person is asked where nobody has said."""
        state = self.state(caller)
        if state != "default":
            return state
        if self._ask is None or caller.origin == "null":
            log.warning(
                "webview %s: %s asked for notifications, which plugins.qtshell.webPermissions does not list and no "
                "capability with notification:default grants; and nobody is there to be asked",
                caller.webview,
                caller.origin,
            )
            return "denied"
        task = self._asking.get(caller.origin)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._ask_about(caller, self._ask))
            self._asking[caller.origin] = task
            task.add_done_callback(lambda _: self._asking.pop(caller.origin, None))
        # The answer is for all pages of the origin: it counts even when the one that asked first has gone.
        return await asyncio.shield(task)

    async def request_for(self, window: str, webview: str, origin: str) -> bool:
        """The same for what Chromium asks on behalf of a frame of that origin in a webview of a window."""
        return await self.request(self._caller(window, webview, origin_of(origin))) == "granted"

    def prepare(self, profile: QWebEngineProfile) -> None:
        """Tell Chromium what is remembered, and take over what it wants shown. Again it does nothing."""
        if profile in self._profiles:
            return
        self._profiles.append(profile)
        profile.setNotificationPresenter(self._present)
        for origin, granted in self._consents.answers.items():
            _tell(profile, origin, granted)

    def end(self) -> None:
        """Wait for no person any more."""
        for task in tuple(self._asking.values()):
            task.cancel()

    async def _ask_about(self, caller: Caller, ask: Ask) -> Permission:
        answer = await ask(caller.window, None if caller.local else caller.origin)
        if answer is None:
            # Not for ever, but a page does not ask again and again either.
            self._put_off.add(caller.origin)
        else:
            self._consents.remember(caller.origin, answer)
        for profile in self._profiles:
            _tell(profile, caller.origin, bool(answer))
        return "granted" if answer else "denied"

    def _caller(self, window: str, webview: str, origin: str) -> Caller:
        local = self._origins.holds(origin)
        return Caller(window=window, webview=webview, url=f"{origin}/", origin=origin, document=0, local=local)


def _tell(profile: QWebEngineProfile, origin: str, granted: bool) -> None:
    permission = profile.queryPermission(QUrl(origin), _KIND)
    if granted:
        permission.grant()
    else:
        permission.deny()
