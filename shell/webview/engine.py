"""What all webviews of a program share: who answers its schemes, what they may reach, and where they keep things."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import QWebEngineDownloadRequest, QWebEngineProfile, QWebEngineUrlSchemeHandler

from shell.acl import Authority
from shell.config import Config, UrlPattern, WindowConfig
from shell.config.finding import kept_back
from shell.ipc import Link, Router
from shell.threads import Threads
from shell.value import frozen
from shell.webview.asset_scope import AssetScope
from shell.webview.assets import Assets
from shell.webview.csp import PagePolicy
from shell.webview.interceptor import NetworkInterceptor, PageInterceptor
from shell.webview.ipc_scheme import IpcHandler
from shell.webview.network import Network, hosts_of
from shell.webview.origin import AppOrigins
from shell.webview.profile import make_profile, place_of
from shell.webview.scheme import AppHandler, AssetHandler
from shell.webview.seal import Seal

if TYPE_CHECKING:
    from shell.webview.echo import Echo

_THREADS = 2
"""Threads in which large pages are looked into, made as they are needed."""


@frozen
class Reach:
    """What pages may reach: what the configuration lists, and the remote pages that capabilities speak of.

    Attributes:
        hosts: What the configuration lists.
        authority: Who knows the capabilities.
    """

    hosts: tuple[UrlPattern, ...]
    authority: Authority

    def allows(self, url: str) -> bool:
        """Whether a page may reach a URL: of remote pages the whole host, from which they load what they need."""
        if any(pattern.matches(url) for pattern in self.hosts):
            return True
        return any(remote.matches_host(url) for remote in self.authority.remote)

    @property
    def patterns(self) -> tuple[UrlPattern, ...]:
        """All of it as hosts."""
        return (*self.hosts, *(host for remote in self.authority.remote for host in hosts_of(remote)))


class Engine:
    """Makes and keeps what the webviews of one program share.

    Args:
        config: The program's configuration.
        origins: Its own origins.
        reach: What its pages may reach.
        router: Where calls go.
        find: The link of a webview, by label.
        storage: Folder for what pages keep; None keeps it in memory, for this run alone.
        scope: Which files `asset:` serves.
        on_download: Decides on each download.
        parent: Owns what is Qt's of it.
    """

    def __init__(
        self,
        config: Config,
        *,
        origins: AppOrigins,
        reach: Reach,
        router: Router,
        find: Callable[[str], Link | None],
        storage: Path | None,
        scope: AssetScope,
        on_download: Callable[[QWebEngineDownloadRequest], None],
        parent: QObject,
    ) -> None:
        self._config = config
        self._storage = storage
        self._on_download = on_download
        self._parent = parent
        self._audit = router.audit
        self._seal = Seal()
        self._network = Network(reach.allows, origins)
        self._has_network = bool(reach.patterns)
        self._profiles: dict[Path, QWebEngineProfile] = {}
        self._private: list[QWebEngineProfile] = []
        self._interceptors: list[NetworkInterceptor] = []
        self._echo: Echo | None = None
        security = config.app.security
        policy = None
        if config.csp is not None:
            policy = PagePolicy(config.csp, security.dangerous_disable_asset_csp_modification)
        headers = security.headers or {}
        # Not the program's, all of which may wait for something of its own.
        self._threads = Threads(_THREADS, "page")
        protocol = security.asset_protocol
        of_app = AppHandler(
            Assets(*served(config), kept_back=kept_back(config)),
            origins,
            seal=self._seal,
            policy=policy,
            headers=headers,
            parent=parent,
            audit=router.audit,
            threads=self._threads,
        )
        assets = AssetHandler(
            scope if protocol.enable else None,
            origins,
            self._seal,
            headers=headers,
            parent=parent,
            audit=router.audit,
        )
        self._files = (of_app, assets)
        self._handlers: dict[bytes, QWebEngineUrlSchemeHandler] = {
            b"tauri": of_app,
            b"asset": assets,
            b"ipc": IpcHandler(router, find, origins, self._seal, parent),
        }

    def profile(self, window: WindowConfig) -> QWebEngineProfile:
        """The profile for a window: one for all that keep their things in the same place, one for each private one."""
        if window.incognito:
            profile = self._make_profile(None)
            self._private.append(profile)
            return profile
        place = place_of(window)
        if place not in self._profiles:
            self._profiles[place] = self._make_profile(self._storage and self._storage / place)
        return self._profiles[place]

    def interceptor(self, label: str, user_agent: str | None) -> PageInterceptor:
        """What puts on a page's requests whose they are. A page does not own it."""
        interceptor = PageInterceptor(label, self._seal, user_agent=user_agent)
        of_app, assets = self._files
        interceptor.are_many = lambda: of_app.are_many(label) or assets.are_many(label)
        return interceptor

    @property
    def profiles(self) -> int:
        """How many profiles it has made."""
        return len(self._profiles) + len(self._private)

    @property
    def heard(self) -> int:
        """How many requests its pages and their workers have made."""
        return sum(interceptor.heard for interceptor in self._interceptors)

    def echo(self, then: Callable[[], None]) -> None:
        """Call back when all has been heard that pages had sent to the core before."""
        if self._echo is None:
            # Loaded when a program has started.
            from shell.webview.echo import Echo  # noqa: PLC0415

            self._echo = Echo(self._parent)
        self._echo.ask(then)

    def release(self) -> None:
        """Let go of it all, in order. The pages must be gone."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._echo is not None:
            shiboken6.delete(self._echo.profile)
            self._echo = None
        for thing in (*self._private, *self._profiles.values(), *self._handlers.values()):
            shiboken6.delete(thing)
        self._interceptors.clear()
        self._private.clear()
        self._profiles.clear()
        self._handlers.clear()

    def _make_profile(self, folder: Path | None) -> QWebEngineProfile:
        profile = make_profile(
            folder,
            handlers=self._handlers,
            screen_capture="screen-capture" in self._config.shell.web_permissions,
            network=self._has_network,
            on_download=self._on_download,
            parent=self._parent,
        )
        # Neither the profile nor a parent keeps it (PySide 6.12.0), and once it has gone every request goes out.
        interceptor = NetworkInterceptor(self._network, self._seal, audit=self._audit)
        self._interceptors.append(interceptor)
        profile.setUrlRequestInterceptor(interceptor)
        return profile


def served(config: Config) -> Iterable[Path]:
    """The frontend's folder; or its several folders and files, where the configuration lists them."""
    frontend = config.frontend
    if frontend is None:
        return ()
    return frontend.files if frontend.folder is None else (frontend.folder,)
