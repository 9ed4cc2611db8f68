"""The files of the frontend: which of them a URL means, and nothing outside of them."""

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from urllib.parse import unquote_to_bytes

from shell.value import frozen
from shell.webview.mime import MimeTypes

_INDEX = "index.html"
LONGEST_PATH = 32 * 1024 if sys.platform == "win32" else 4096
"""Bytes that the path of a file has at most; a URL has up to three characters for each."""
_SHOWN = 300
"""Characters of a path that none can have, which an answer tells."""
# Names that Windows does not take as they are: devices, streams and drives (`:`), and ends that it drops.
_UNSAFE_ON_WINDOWS = re.compile(
    r".*[\\/:*?\"<>|\x00-\x1f].*|.*[. ]|(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?",
    re.IGNORECASE | re.DOTALL,
)


@frozen
class Found:
    """A file to serve.

    Attributes:
        path: Where it is: absolute, with no symbolic link on the way.
        name: Its path within the frontend, for people.
        content_type: What it is served as.
        is_fallback: Whether it is the index.html that stands in for a page that only the frontend's router knows.
    """

    path: Path
    name: str
    content_type: str
    is_fallback: bool = False

    @property
    def is_page(self) -> bool:
        """Whether it is a page, which a policy goes with."""
        return self.content_type.startswith(("text/html", "application/xhtml+xml"))


@frozen
class NotFound:
    """No file to serve.

    Attributes:
        name: What was asked for, as a path within the frontend.
        tried: The files that were looked for, in order; empty where the path cannot be one of the frontend's.
        reason: Why there is none, to follow "not found:".
    """

    name: str
    tried: tuple[str, ...]
    reason: str


class Assets:
    """The frontend's files.

    The order in which a path is looked for is Tauri's: `path`, `path.html`, `path/index.html`, `index.html` (crate
    tauri, `AppManager::get_asset`). Where it differs: Tauri gives index.html for whatever is missing, so that a
    missing script is answered with a page and fails with `Unexpected token '<'`. Here index.html stands in only for
    what a router in the page may mean: a path without a file's ending, or, where a page is asked for, one whose
    ending no file type has (`/users/jane.doe`). A missing `app.js` or `about.html` is not found.

    Args:
        sources: The folder that holds the files; or several, and single files, each served under its name alone.
            The first that has a file is the one.
        kept_back: Files, and folders with all that is in them, that nobody gets.
        windows: Whether names are held to the rules of Windows, where more names than `..` lead elsewhere.
    """

    def __init__(self, *sources: Path, kept_back: Iterable[Path] = (), windows: bool = os.name == "nt") -> None:
        self._folders = tuple(source.resolve() for source in sources if not source.is_file())
        self._files = {source.name: source.resolve() for source in reversed(sources) if source.is_file()}
        # In any case of letters, which some systems do not tell apart.
        self._kept_back = frozenset(str(place).casefold() for place in kept_back)
        self._windows = windows
        self._types = MimeTypes()

    def find(self, url_path: str, *, page: bool = False) -> Found | NotFound:
        """Find the file that a URL means.

        Args:
            url_path: The path of the URL, percent-encoded as it came.
            page: Whether what is asked for is a page, as in a navigation.

        Returns:
            The file, or what was looked for.
        """
        path = decode_path(url_path)
        if path is None:
            return NotFound(url_path[:_SHOWN], (), "no file has such a name")
        parts = [part for part in path.split("/") if part not in {"", "."}]
        name = "/".join(parts)
        if ".." in parts:
            return NotFound(name, (), '".." never leads anywhere')
        if self._windows and any(_UNSAFE_ON_WINDOWS.fullmatch(part) for part in parts):
            return NotFound(name, (), "no file has such a name")
        tried = []
        reason = "there is no such file"
        for candidate in self._candidates(name, page=page):
            if candidate in tried:
                continue
            tried.append(candidate)
            for place, root in self._places(candidate):
                real = regular_file(place)
                if real is None:
                    continue
                if root is not None and not real.is_relative_to(root):
                    reason = "it is a symbolic link to outside the frontend"
                    continue
                if self._is_kept_back(real):
                    reason = "it belongs to the configuration, which no page gets"
                    continue
                is_fallback = candidate == _INDEX and name not in {"", _INDEX, "index"}
                return Found(real, candidate, self._types.content_type(candidate), is_fallback)
        return NotFound(name or _INDEX, tuple(tried), reason)

    def _is_kept_back(self, real: Path) -> bool:
        return bool(self._kept_back) and any(
            str(place).casefold() in self._kept_back for place in (real, *real.parents)
        )

    def _candidates(self, name: str, *, page: bool) -> Iterator[str]:
        if not name:
            yield _INDEX
            return
        yield name
        yield f"{name}.html"
        yield f"{name}/{_INDEX}"
        last = name.rpartition("/")[2]
        if "." not in last or (page and not self._types.knows(last)):
            yield _INDEX

    def _places(self, name: str) -> Iterable[tuple[Path, Path | None]]:
        for folder in self._folders:
            yield folder / name, folder
        if name in self._files:
            yield self._files[name], None


def decode_path(url_path: str) -> str | None:
    """Decode the path of a URL, once; None where it can be no path of a file.

    Args:
        url_path: Percent-encoded. What is encoded in it twice is a name with a percent sign.
    """
    if len(url_path) > 3 * LONGEST_PATH:
        # To look through one of some megabytes takes longer than a page may have others wait.
        return None
    data = unquote_to_bytes(url_path)
    try:
        return None if b"\0" in data or len(data) > LONGEST_PATH else os.fsdecode(data)
    except UnicodeDecodeError:
        # On Windows a name is text; elsewhere it is bytes, and any will do.
        return None


def regular_file(path: Path) -> Path | None:
    """Follow a path to the file itself.

    Returns:
        The file, with no symbolic link on the way; None where there is none, or it is a folder, a device or a pipe.
    """
    try:
        real = path.resolve(strict=True)
        return real if stat.S_ISREG(real.stat().st_mode) else None
    except (OSError, RuntimeError, ValueError):
        # Missing, too long, a loop of links, or no name at all: in each case no file.
        return None


def open_file(path: Path) -> FileIO:
    """Open a file that `regular_file` gave.

    What has become a link, a folder, a device or a pipe since is not opened, and no pipe is waited for. On Linux nor is
    anything opened through a folder on the way that has become a link since.

    Raises:
        OSError: It cannot be opened, or is no regular file any more.
    """
    file = FileIO(path, opener=_open)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"{path} is no file with content of its own")
    return file


def _open(path: str, flags: int) -> int:
    for name in ("O_NOFOLLOW", "O_NONBLOCK"):
        flags |= getattr(os, name, 0)
    return _open_from_root(Path(path), flags) if sys.platform == "linux" else os.open(path, flags)


def _open_from_root(path: Path, flags: int) -> int:
    root, *folders, name = path.parts
    on_the_way = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW
    folder = os.open(root, on_the_way)
    try:
        for part in folders:
            outer, folder = folder, os.open(part, on_the_way, dir_fd=folder)
            os.close(outer)
        return os.open(name, flags, dir_fd=folder)
    finally:
        os.close(folder)
