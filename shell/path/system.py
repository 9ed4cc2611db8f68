"""Where the system keeps what belongs to a person, as the crate `dirs` answers, which Tauri asks."""

import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shell.importing import undisturbed
from shell.path.base_directory import BaseDirectory
from shell.path.user_dirs import user_dirs

if TYPE_CHECKING:
    from platformdirs.api import PlatformDirsABC

_HAS_XDG = sys.platform not in {"win32", "darwin"}

_CHOSEN = {
    BaseDirectory.AUDIO: "MUSIC",
    BaseDirectory.DESKTOP: "DESKTOP",
    BaseDirectory.DOCUMENT: "DOCUMENTS",
    BaseDirectory.DOWNLOAD: "DOWNLOAD",
    BaseDirectory.PICTURE: "PICTURES",
    BaseDirectory.PUBLIC: "PUBLICSHARE",
    BaseDirectory.TEMPLATE: "TEMPLATES",
    BaseDirectory.VIDEO: "VIDEOS",
}
"""What a person chooses the place of, by its name in `user-dirs.dirs`."""


def system_directory(directory: BaseDirectory) -> Path | None:
    """The folder for a purpose, which need not exist; `None` where there is none, or it is not the system's to say."""
    match directory:
        case BaseDirectory.HOME:
            return Path.home()
        case BaseDirectory.CONFIG:
            return _shared(roaming=True).user_config_path
        case BaseDirectory.DATA:
            return _shared(roaming=True).user_data_path
        case BaseDirectory.LOCAL_DATA:
            return _shared().user_data_path
        case BaseDirectory.CACHE:
            return _shared().user_cache_path
        case BaseDirectory.TEMP:
            return _temporary()
        case BaseDirectory.FONT if sys.platform != "win32":
            return Path(_shared().user_fonts_dir)
        case BaseDirectory.EXECUTABLE if _HAS_XDG:
            # platformdirs takes no notice of XDG_BIN_HOME.
            return _absolute(os.environ.get("XDG_BIN_HOME")) or _shared().user_bin_path
        case BaseDirectory.RUNTIME if _HAS_XDG:
            # platformdirs finds another folder where this one is missing or not private enough.
            return _absolute(os.environ.get("XDG_RUNTIME_DIR"))
        case _ if directory in _CHOSEN:
            return _chosen(directory)
        case _:
            return None


@cache
def _shared(*, roaming: bool = False) -> "PlatformDirsABC":
    # Loaded when the first folder is asked for, which many programs never do.
    with undisturbed():
        from platformdirs import PlatformDirs  # noqa: PLC0415

    # Without a name these are the folders that all programs share.
    return PlatformDirs(appname=None, appauthor=False, opinion=False, roaming=roaming)


def why_unknown(directory: BaseDirectory) -> str:
    """What `system_directory` looked for and did not find."""
    if _HAS_XDG and directory in _CHOSEN:
        return f"no XDG_{_CHOSEN[directory]}_DIR in {_user_dirs_file()}"
    if _HAS_XDG and directory is BaseDirectory.RUNTIME:
        return "XDG_RUNTIME_DIR is not set to an absolute path"
    return "this system has none"


def _chosen(directory: BaseDirectory) -> Path | None:
    if _HAS_XDG:
        return user_dirs(_user_dirs_file(), Path.home()).get(_CHOSEN[directory])
    folders = {
        BaseDirectory.AUDIO: _shared().user_music_path,
        BaseDirectory.DESKTOP: _shared().user_desktop_path,
        BaseDirectory.DOCUMENT: _shared().user_documents_path,
        BaseDirectory.DOWNLOAD: _shared().user_downloads_path,
        BaseDirectory.PICTURE: _shared().user_pictures_path,
        BaseDirectory.PUBLIC: Path(_shared().user_publicshare_dir),
        BaseDirectory.VIDEO: _shared().user_videos_path,
    }
    if sys.platform == "win32":
        folders[BaseDirectory.TEMPLATE] = Path(_shared().user_templates_dir)
    return folders.get(directory)


def _user_dirs_file() -> Path:
    return _shared(roaming=True).user_config_path / "user-dirs.dirs"


def _temporary() -> Path:
    # As `std::env::temp_dir`; Python's own also tries whether it can write there.
    return Path(os.environ.get("TMPDIR", "/tmp") if os.name == "posix" else tempfile.gettempdir())  # noqa: S108


def _absolute(path: str | None) -> Path | None:
    return Path(path) if path and Path(path).is_absolute() else None
