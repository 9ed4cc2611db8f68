"""URLs of Qt as text."""

from PySide6.QtCore import QUrl


def written(url: QUrl) -> str:
    """A URL as Chromium writes it: its host in ASCII, and all else percent-encoded.

    Rules compare URLs in this form. What Qt writes otherwise is for people to read, with spaces and Unicode in it.
    """
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
