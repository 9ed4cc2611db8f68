"""The webviews of a running program, each made after what the configuration says of it."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication, QPalette

from shell.config import Config, WindowConfig, unused_of_window
from shell.ipc import Link, Router
from shell.notification.notifications import Notifications
from shell.value import frozen
from shell.webview.dialogs import chromium_waits
from shell.webview.engine import Engine, Reach
from shell.webview.navigation import Navigation
from shell.webview.origin import APP_ORIGIN, AppOrigins, origin_of
from shell.webview.page import PageRules
from shell.webview.recovery import RecoveryPolicy
from shell.webview.rounds import Rounds
from shell.webview.urls import written
from shell.webview.webview import Webview, WebviewOptions

if TYPE_CHECKING:
    from shell.config.isolation import IsolationScript
    from shell.webview.dev_server import DevServer
    from shell.webview.guards import Guards

log = logging.getLogger(__name__)

_PAGE_END = 5.0
"""Seconds that a page may take to end."""
_OTHER_THREADS = 100
"""Threads that a renderer may have beside its workers'."""


@frozen(kw_only=True)
class WebviewDefaults:
    """What every webview of a program is made with.

    Attributes:
        config: The program's configuration.
        origins: The program's own origins.
        reach: What pages may reach.
        devtools: Whether developer tools may be opened where a window's configuration says nothing of them.
        recovery: How a renderer that died is brought back.
        scripts: JavaScript for every document, by the labels of its window and its webview.
        isolation: The scripts of the isolation application; None where there is none.
    """

    config: Config
    origins: AppOrigins
    reach: Reach
    devtools: bool
    recovery: RecoveryPolicy
    scripts: Callable[[str, str], Iterable[str]]
    isolation: "Sequence[IsolationScript] | None"


class Webviews(Mapping[str, Webview]):
    """The webviews that there are, by label: makes them, and waits for their end.

    Args:
        defaults: What all of them are made with.
        engine: What they share.
        router: Where their calls go.
        notifications: Who shows what their pages notify of.
        windows: What they are in.

    Attributes:
        dev_server: The dev server that the app's pages come from; None where they are files.
    """

    def __init__(
        self,
        defaults: WebviewDefaults,
        *,
        engine: Engine,
        router: Router,
        notifications: Notifications,
        windows: Sized,
    ) -> None:
        self._defaults = defaults
        self._engine = engine
        self._router = router
        self._notifications = notifications
        self._windows = windows
        self.dev_server = _dev_server(defaults.config)
        self._rounds = Rounds(
            defaults.recovery.ping_every,
            defaults.recovery.rest_every,
            engine.echo,
            self._make_guards if sys.platform == "linux" else None,
        )
        self._ending: set[asyncio.Future[None]] = set()
        self._by_label: dict[str, Webview] = {}

    def __getitem__(self, label: str) -> Webview:
        return self._by_label[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_label)

    def __len__(self) -> int:
        return len(self._by_label)

    @property
    def count(self) -> int:
        """How many there are, or windows where those are more: a window stays when its webview is closed."""
        return max(len(self), len(self._windows))

    def link(self, label: str) -> Link | None:
        """The wire to the page of a webview, if there is one of this label."""
        webview = self._by_label.get(label)
        return None if webview is None else webview.link

    def make(self, config: WindowConfig, window: str, init_scripts: Iterable[str] = ()) -> Webview:
        """Make a webview, with nothing in it.

        Args:
            config: What it is like; its label is that of the webview.
            window: The label of the window that it is for.
            init_scripts: JavaScript for each of its documents, after that which all have.
        """
        defaults, label = self._defaults, config.label
        options = WebviewOptions(
            label=label,
            window=window,
            background=_background(config),
            user_agent=config.user_agent,
            init_scripts=[*defaults.scripts(window, label), *init_scripts],
            zoom_hotkeys=config.zoom_hotkeys_enabled,
            devtools=defaults.devtools if config.devtools is None else config.devtools,
            javascript=not config.javascript_disabled,
            freeze_prototype=defaults.config.app.security.freeze_prototype,
            isolation=defaults.isolation,
            dev_server=self.dev_server,
        )
        for line in unused_of_window(config):
            log.warning("window %s: %s", label, line)
        profile = self._engine.profile(config)
        self._notifications.pages.prepare(profile)
        webview = self._by_label[label] = Webview(
            options,
            profile=profile,
            router=self._router,
            rules=self._rules(label, config.url),
            interceptor=self._engine.interceptor(label, config.user_agent),
            policy=defaults.recovery,
            rounds=self._rounds,
        )
        return webview

    def _rules(self, label: str, url: str) -> PageRules:
        defaults, shell = self._defaults, self._defaults.config.shell
        authority = defaults.reach.authority
        navigation = Navigation(
            origins=defaults.origins,
            home=origin_of(written(QUrl(self.resolve(url)))),
            is_remote_page=lambda address: authority.knows_remote(self._by_label[label].window, label, address),
            may_reach=defaults.reach.allows,
            may_open=lambda address: any(pattern.matches(address) for pattern in shell.open_links),
        )
        return PageRules(
            navigation=navigation,
            permissions=frozenset(permission.value for permission in shell.web_permissions),
            why_no_popup=self._why_no_popup,
            dialogs=QGuiApplication.platformName() != "offscreen",
            open_outside=lambda address: QDesktopServices.openUrl(QUrl(address)),
            ask_to_notify=lambda origin, answer: self._ask_to_notify(label, origin, answer),
            audit=self._router.audit,
        )

    def _ask_to_notify(self, label: str, origin: str, answer: Callable[[bool], None]) -> None:
        webview = self._by_label.get(label)
        if webview is None:
            answer(False)
        else:
            # It may have gone to another window since it was made.
            self._notifications.ask_for(webview.window, label, origin, answer)

    def _why_no_popup(self) -> str:
        most = self._router.limits.webviews
        if not self._defaults.config.shell.popups:
            return "plugins.qtshell.popups is off"
        if self.count >= most:
            return f"there are {most} windows or webviews already (App's limits.webviews)"
        return ""

    def resolve(self, url: str) -> str:
        """The full URL of a window's `url`: as it is, or a path in the frontend."""
        if origin_of(url) != "null" or url.startswith(("about:", "data:")):
            return url
        frontend = self._defaults.config.frontend
        base = frontend.url if frontend is not None and frontend.url else f"{APP_ORIGIN}/"
        # As in Tauri, a program's first page is at the root, where routers in pages look for it.
        path = "" if url == "index.html" else url.lstrip("/")
        if ":" in path.partition("/")[0]:
            # Otherwise what stands before the colon would be a scheme.
            path = f"./{path}"
        return written(QUrl(base).resolved(QUrl(path))) if path else base

    def close(self, label: str) -> None:
        """End a webview. As in Tauri, its window stays, with nothing in it."""
        webview = self._by_label.pop(label)
        ended = asyncio.get_running_loop().create_future()
        webview.page.destroyed.connect(lambda: None if ended.done() else ended.set_result(None))
        self._ending.add(ended)
        ended.add_done_callback(self._ending.discard)
        webview.close()

    def _make_guards(self) -> "Guards":
        # Loaded when a program has started.
        from shell.webview.backpressure import Backpressure  # noqa: PLC0415
        from shell.webview.guards import Guards  # noqa: PLC0415
        from shell.webview.memory import MemoryGuard  # noqa: PLC0415
        from shell.webview.processes import Processes  # noqa: PLC0415
        from shell.webview.renderers import renderers_of  # noqa: PLC0415

        echo, limits = self._engine.echo, self._router.limits
        processes = Processes(lambda: renderers_of(os.getpid()))

        def end(renderer: int) -> None:
            webview = self._of(renderer)
            if webview is not None:
                webview.recovery.give_up("takes more than it may")
            elif not processes.end(renderer):
                log.debug("renderer %d had ended already", renderer)

        backpressure = Backpressure(
            echo,
            pages=lambda: (webview.page.renderProcessPid() for webview in self.values()),
            renderers=lambda: processes,
            name=self._name_of,
            most_threads=limits.workers + _OTHER_THREADS,
            end=end,
            in_dialog=chromium_waits,
            usage=processes.usage,
            hold=processes.hold,
        )
        memory = MemoryGuard(
            limits.memory,
            echo,
            renderers=lambda: processes,
            hold=processes.hold,
            end=end,
            name=self._name_of,
            in_dialog=chromium_waits,
            computed=lambda pid: 0.0 if (usage := processes.usage(pid)) is None else usage.total,
        )
        return Guards(processes, backpressure, memory)

    def _name_of(self, renderer: int) -> str:
        webview = self._of(renderer)
        return f"process {renderer}" if webview is None else f"webview {webview.label}"

    def _of(self, renderer: int) -> Webview | None:
        return next((webview for webview in self.values() if webview.page.renderProcessPid() == renderer), None)

    async def wait_ended(self) -> None:
        """Wait until the pages of all that were closed have ended, with their renderers; the program ends."""
        if self.dev_server is not None:
            self.dev_server.stop()
        _, late = await asyncio.wait(set(self._ending), timeout=_PAGE_END) if self._ending else ((), ())
        if late:
            log.error("%d pages did not end within %g s", len(late), _PAGE_END)
        # Workers outlive their pages, and what they ask for while their profile goes passes no interceptor (Qt 6.12.0).
        if self._engine.profiles:
            from shell.webview.renderers import end_renderers  # noqa: PLC0415  # nothing that a start waits for

            await end_renderers(_PAGE_END, lambda: self._engine.heard, self._engine.echo)
        self.stop()

    def stop(self) -> None:
        """Hold no renderer back any more. Stopping again does nothing."""
        self._rounds.stop()


def _dev_server(config: Config) -> "DevServer | None":
    frontend, hook = config.frontend, config.build.before_dev_command
    if frontend is None or frontend.url is None or not frontend.dev:
        return None
    # Loaded while a frontend is written, and not in programs that people have.
    from shell.webview.dev_server import DevServer  # noqa: PLC0415

    return DevServer(frontend.url, command=hook.script if hook else "", folder=hook.cwd or "" if hook else "")


def _background(config: WindowConfig) -> QColor:
    colour = config.background_color
    if colour is not None:
        return QColor(colour.red, colour.green, colour.blue, colour.alpha)
    if config.transparent:
        return QColor(0, 0, 0, 0)
    return QGuiApplication.palette().color(QPalette.ColorRole.Base)
