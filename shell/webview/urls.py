"""URLs of Qt as text."""

from PySide6.QtCore import QUrl


def written(url: QUrl) -> str:
    """A URL as Chromium writes it: its host in ASCII, and all else percent-encoded.

    Rules compare URLs in this form. What Qt writes otherwise is for people to read, with spaces and Unicode in it.
    """
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)


_WITH_HOST = frozenset({"http", "https", "tauri", "asset", "ipc"})


def is_of_page(url: str) -> bool:
    """Whether a URL can be that of a page, so that it becomes known what comes of loading it."""
    target = QUrl(url)
    scheme = target.scheme()
    return target.isValid() and scheme not in {"", "javascript"} and bool(target.host() or scheme not in _WITH_HOST)
