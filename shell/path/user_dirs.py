"""The folders that a person has chosen for documents, music, …: freedesktop.org/wiki/Software/xdg-user-dirs."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(rb'[ \t]*XDG_(\w+)_DIR[ \t]*=[ \t]*"(.*)"[ \t]*')
_ESCAPE = re.compile(rb"\\(.?)", re.DOTALL)


def user_dirs(file: Path, home: Path) -> Mapping[str, Path]:
    """Read `user-dirs.dirs`, as the crate `dirs` does, which Tauri asks: what is not in it has no folder.

    platformdirs reads it too, but has an answer for each of them where the file has none.

    Args:
        file: The file. One that cannot be read says nothing.
        home: What `$HOME` stands for.

    Returns:
        Name, such as `DOCUMENTS`, to folder. One that is the home folder itself is switched off, and missing.
    """
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError:
        return {}
    found: dict[str, Path] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        folder = _folder(match[2], home) if match else None
        if match and folder:
            # The first line of a name that can be read is the one that counts.
            found.setdefault(match[1].decode(), folder)
    return found


def _folder(written: bytes, home: Path) -> Path | None:
    in_home = written.startswith(b"$HOME/")
    if written == b"$HOME/" or not (in_home or written.startswith(b"/")):
        return None
    path = os.fsdecode(_ESCAPE.sub(rb"\1", written.removeprefix(b"$HOME/")))
    return home / path if in_home else Path(path)
