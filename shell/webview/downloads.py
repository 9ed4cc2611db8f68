"""Files that pages save: each is a new one in the downloads folder, whatever the page calls it."""

import itertools
import logging
import os
import re
import secrets
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWebEngineCore import QWebEngineDownloadRequest

from shell.webview.page import Page
from shell.webview.urls import written

if TYPE_CHECKING:
    from shell.audit import Audit

log = logging.getLogger(__name__)

_NAMELESS = "download"
_LONGEST = 200
"""Bytes of a name, with room for a number and Chromium's own ending below the 255 that file systems have."""
_LONGEST_ENDING = 16
_LOOKED_AT = 512
"""Characters of a name, from its beginning and from its end. To look through a million takes the core 0.3 s."""
_NUMBERED = 100
"""Files of one name that are told apart by a number; further ones have one that nobody has to look for."""
_NO_PART_OF_A_NAME = frozenset('<>:"|?*')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""What Windows takes for devices."""


def file_name(wanted: str) -> str:
    """The name of a file that stays in its folder, is not hidden, and reads as what it is.

    Args:
        wanted: What a page, or who sent the file, calls it: with folders, or with signs that are none.
    """
    last = wanted[max(wanted.rfind("/"), wanted.rfind("\\")) + 1 :]
    if len(last) > 2 * _LOOKED_AT:
        # What lies between is cut all the same.
        last = last[:_LOOKED_AT] + last[-_LOOKED_AT:]
    kept = (sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in _NO_PART_OF_A_NAME)
    name = "".join(kept).strip(". ") or _NAMELESS
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    stem = stem.encode()[: _LONGEST - len(ending.encode())].decode(errors="ignore")
    return f"_{stem}{dot}{ending}" if _RESERVED.fullmatch(name) else f"{stem}{dot}{ending}"


class Downloads:
    """Decides on the files that pages want to save.

    Args:
        folder: Where they are saved.
        allowed: Whether they may be.
        audit: Told of each.
    """

    def __init__(self, folder: Path, *, allowed: bool, audit: "Audit | None") -> None:
        self._folder = folder
        self._allowed = allowed
        self._audit = audit
        self._under_way: set[str] = set()

    def decide(self, request: QWebEngineDownloadRequest) -> None:
        """Save a file, or refuse that."""
        page, why = request.page(), ""
        if isinstance(page, Page) and page.closed:
            why = "its webview is closed"
        elif not self._allowed:
            why = "plugins.qtshell.downloads is off"
        if self._audit is not None:
            here = "" if page is None else written(page.mainFrame().url())
            self._audit.wish("download", page=here, target=written(request.url()), allowed=not why, why=why)
        if not why:
            self._accept(request)
        else:
            log.warning("a download of %s was refused: %s", written(request.url())[:200], why)
            request.cancel()

    def _accept(self, request: QWebEngineDownloadRequest) -> None:
        """Save a file.

        Qt (6.12.0) takes a page's name for it as it is: one with folders leads out of the downloads folder, an absolute
        one anywhere.
        """
        name = self._free(file_name(request.suggestedFileName()))
        request.setDownloadDirectory(str(self._folder))
        request.setDownloadFileName(name)
        self._under_way.add(name)
        request.isFinishedChanged.connect(lambda: self._under_way.discard(name))
        log.info("a page saves %s", self._folder / name)
        request.accept()

    def _free(self, name: str) -> str:
        stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
        for number in itertools.count():
            mark = number if number < _NUMBERED else secrets.token_hex(8)
            free = f"{stem} ({mark}){dot}{ending}" if number else name
            if free not in self._under_way and not os.path.lexists(self._folder / free):
                return free
        raise AssertionError
