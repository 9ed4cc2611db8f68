"""All that a running program has of notifications; what most programs never use is made when it is first used."""

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWebEngineCore import QWebEngineNotification
from PySide6.QtWidgets import QApplication, QWidget

from shell.acl import Authority
from shell.background import Background
from shell.bundled import bundled
from shell.ipc import Limits
from shell.notification.pages import PageNotifications
from shell.notification.rate import Allowances
from shell.webview.origin import AppOrigins
from shell.window import Window

# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from shell.notification.chromium import ChromiumNotifications
    from shell.notification.notifier import Notifier


class Notifications:
    """Who shows notifications, and which pages may have them shown.

    Args:
        authority: Who knows what capabilities grant.
        configured: Whether the configuration lets the program's own pages notify.
        origins: The program's own origins.
        file: Where a person's answers are kept; None keeps them for this run alone.
        dialogs: Whether there is a person to be asked.
        title: The program's name, as people know it.
        identifier: The program's identifier, which names its desktop file.
        icon: The program's icon.
        windows: Its windows, by label.
        limits: How many notifications pages may show.

    Attributes:
        pages: Which pages may notify.
        allowances: How many.
    """

    def __init__(
        self,
        authority: Authority,
        *,
        configured: bool,
        origins: AppOrigins,
        file: Path | None,
        dialogs: bool,
        title: str,
        identifier: str,
        icon: "Callable[[], QIcon]",
        windows: Mapping[str, Window],
        limits: Limits,
    ) -> None:
        self._title = title
        self._identifier = identifier
        self._icon = icon
        self._windows = windows
        self._notifier: Notifier | None = None
        self._chromium: ChromiumNotifications | None = None
        self._background = Background()
        self.allowances = Allowances(limits.notifications, limits.notification_pause)
        self.pages = PageNotifications(
            authority,
            configured=configured,
            origins=origins,
            file=file,
            ask=self._ask if dialogs else None,
            present=lambda wanted: self._present(wanted),
        )

    @property
    def notifier(self) -> "Notifier":
        """Shows notifications."""
        if self._notifier is None:
            from shell.notification.notifier import Notifier

            self._notifier = Notifier(
                name=self._title, entry=self._identifier, icon=self._icon, window=self._visible_window
            )
        return self._notifier

    def script(self, window: str, webview: str) -> str:
        """The script that gives pages in a webview of a window their `Notification`."""
        source = bundled("bridge", "notification.js").read_text(encoding="utf-8")
        function = source[source.index("(settled) =>") :].rstrip().removesuffix(";")
        return f"({function})({json.dumps(self.pages.settled_in(window, webview))})"

    def ask_for(self, window: str, webview: str, origin: str, answer: Callable[[bool], None]) -> None:
        """Answer Chromium, which asks on behalf of a frame in a webview of a window; soon, or when a person has."""

        async def ask() -> None:
            answer(await self.pages.request_for(window, webview, origin))

        self._background.run(ask())

    def end(self) -> None:
        """Tell nobody of anything any more. What the desktop shows, it keeps."""
        self._background.cancel()
        self.pages.end()
        if self._notifier is not None:
            self._notifier.end()

    def _ask(self, label: str, origin: str | None) -> Awaitable[bool | None]:
        from shell.notification.question import ask_person

        window = self._windows.get(label)
        frame = None if window is None or window.closed else window.frame
        return ask_person(frame, self._title, origin)

    def _present(self, wanted: QWebEngineNotification) -> None:
        if self._chromium is None:
            from shell.notification.chromium import ChromiumNotifications

            self._chromium = ChromiumNotifications(self.notifier, self.allowances)
        self._background.run(self._chromium.show(wanted))

    def _visible_window(self) -> QWidget | None:
        frames = [window.frame for window in self._windows.values() if not window.closed and window.frame.isVisible()]
        active = QApplication.activeWindow()
        return active if active in frames else next(iter(frames), None)
