"""Where the system keeps what belongs to a person and to a program, under the names that Tauri has for it."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from platformdirs import PlatformDirs


def base_directories(identifier: str, resources: Path) -> Mapping[str, Path]:
    """Resolve every variable that a path in Tauri's configuration may start with, such as `$APPDATA`.

    As Tauri's `PathResolver` has them on the desktop (crate tauri, `path/desktop.rs`). Where it differs: a folder such
    as `$DOCUMENT` that the person's `user-dirs.dirs` does not name has its usual place here, and none in Tauri.

    Args:
        identifier: The program's identifier, such as `com.example.notes`.
        resources: Folder of the files that are shipped with the program.

    Returns:
        Variable with its `$`, to folder. One that this system does not have is missing.
    """
    # Without a name these are the folders that all programs share.
    shared = PlatformDirs(appname=None, appauthor=False, roaming=True, opinion=False)
    local = PlatformDirs(appname=None, appauthor=False, opinion=False)
    home = Path.home()
    data, local_data = Path(shared.user_data_dir), Path(local.user_data_dir)
    config, cache = Path(shared.user_config_dir), Path(local.user_cache_dir)
    logs = home / "Library/Logs" / identifier if sys.platform == "darwin" else local_data / identifier / "logs"
    found = {
        "$APPCACHE": cache / identifier,
        "$APPCONFIG": config / identifier,
        "$APPDATA": data / identifier,
        "$APPLOCALDATA": local_data / identifier,
        "$APPLOG": logs,
        "$AUDIO": Path(shared.user_music_dir),
        "$CACHE": cache,
        "$CONFIG": config,
        "$DATA": data,
        "$DESKTOP": Path(shared.user_desktop_dir),
        "$DOCUMENT": Path(shared.user_documents_dir),
        "$DOWNLOAD": Path(shared.user_downloads_dir),
        "$HOME": home,
        "$LOCALDATA": local_data,
        "$PICTURE": Path(shared.user_pictures_dir),
        "$PUBLIC": Path(shared.user_publicshare_dir),
        "$RESOURCE": resources,
        "$TEMP": Path(tempfile.gettempdir()),
        "$VIDEO": Path(shared.user_videos_dir),
    }
    if sys.platform != "win32":
        found["$FONT"] = Path(shared.user_fonts_dir)
    if sys.platform != "darwin":
        found["$TEMPLATE"] = Path(shared.user_templates_dir)
    if sys.platform not in {"win32", "darwin"}:
        found["$EXE"] = Path(shared.user_bin_dir)
        if runtime := os.environ.get("XDG_RUNTIME_DIR"):
            found["$RUNTIME"] = Path(runtime)
    return MappingProxyType(found)
