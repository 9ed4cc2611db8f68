"""Profiles: where pages keep their storage, and what all pages of the app have in common."""

import hashlib
import string
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlSchemeHandler,
)

from shell.config import WindowConfig

_LONGEST_NAME = 200
_PLAIN = frozenset(f"{string.ascii_lowercase}{string.digits}-_")

_Attribute = QWebEngineSettings.WebAttribute

_SETTINGS: Mapping[QWebEngineSettings.WebAttribute, bool] = {
    # What the boundary needs.
    _Attribute.DnsPrefetchEnabled: False,
    _Attribute.WebRTCPublicInterfacesOnly: True,
    _Attribute.PluginsEnabled: False,
    _Attribute.JavascriptCanAccessClipboard: False,
    _Attribute.NavigateOnDropEnabled: False,
    _Attribute.HyperlinkAuditingEnabled: False,
    _Attribute.LocalContentCanAccessFileUrls: False,
    _Attribute.LocalContentCanAccessRemoteUrls: False,
    _Attribute.AllowRunningInsecureContent: False,
    # A session is over when its document is gone; a page that is only put aside would come back without one.
    _Attribute.BackForwardCacheEnabled: False,
    # What a desktop program expects, as in Tauri's webviews.
    _Attribute.JavascriptCanOpenWindows: True,
    _Attribute.FullScreenSupportEnabled: True,
    _Attribute.PlaybackRequiresUserGesture: False,
    _Attribute.FocusOnNavigationEnabled: False,
    # The page's icon is not shown anywhere, so that it need not be looked for.
    _Attribute.AutoLoadIconsForPage: False,
}


def storage_flag(size: int) -> str:
    """The switch of Chromium that bounds what pages keep on disk.

    Args:
        size: Bytes for the pages of one origin. Chromium counts for all of them, and lets one have three quarters.
    """
    return f"--enable-features=StorageQuotaSettings:PoolSizeBytes/{-(-size * 4 // 3)}"


def place_of(window: WindowConfig) -> Path:
    """Where what a window's pages keep is, in the folder for that.

    As in Tauri, no window has what is kept under another label, and none is where those are that say nothing.
    """
    if window.data_directory is None:
        return Path("webview")
    return Path("webviews", _file_name(window.label), window.data_directory)


def _file_name(label: str) -> str:
    """A name that no other label has, whatever the system makes of large letters."""
    name = "".join(one if one in _PLAIN else f"%{ord(one):02X};" for one in label)
    return name if len(name) <= _LONGEST_NAME else f"~{hashlib.sha256(label.encode()).hexdigest()}"


def make_profile(
    storage: Path | None,
    *,
    handlers: Mapping[bytes, QWebEngineUrlSchemeHandler],
    screen_capture: bool,
    network: bool,
    on_download: Callable[[QWebEngineDownloadRequest], None],
    parent: QObject,
) -> QWebEngineProfile:
    """A profile for pages of the app.

    Args:
        storage: Folder for cookies, storage and caches; `None` keeps them in memory, for this run alone.
        handlers: Who answers for each scheme of ours.
        screen_capture: Whether pages may ask for the screen's picture.
        network: Whether pages may reach any host, so that what those send is worth keeping.
        on_download: Decides on each download.
        parent: Owns the profile. Pages must go before it does.
    """
    if storage is None:
        profile = QWebEngineProfile(parent)
    else:
        profile = QWebEngineProfile(storage.name, parent)
        profile.setPersistentStoragePath(str(storage / "storage"))
        profile.setCachePath(str(storage / "cache"))
        profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.AllowPersistentCookies)
    if not network:
        # The cache is for http alone. Unused, it would wake up now and then all the same.
        profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    # Permissions come from the configuration each time, and from what a person said of notifications: that has to be
    # there before a page asks.
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.StoreInMemory)
    profile.setPushServiceEnabled(False)
    settings = profile.settings()
    for attribute, value in _SETTINGS.items():
        settings.setAttribute(attribute, value)
    settings.setAttribute(_Attribute.ScreenCaptureEnabled, screen_capture)
    # These navigations are asked about as all others are; where Qt disallows them itself, nobody hears of them.
    settings.setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.AllowAllUnknownUrlSchemes)
    for scheme, handler in handlers.items():
        profile.installUrlSchemeHandler(scheme, handler)
    profile.downloadRequested.connect(on_download)
    return profile
