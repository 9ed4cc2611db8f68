"""The files that capabilities and permissions are written in."""

import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from shell.acl.errors import AclError
from shell.acl.place import Place, quoted
from shell.config.errors import unbroken

_LARGEST = 1024 * 1024
_READ = frozenset({".json", ".json5", ".toml"})
_ALIKE = frozenset({*_READ, ".jsonc", ".yaml", ".yml"})
"""Ends, in lower case, of files that somebody who put them there wants to be read."""


def documents(folder: Path) -> Iterator[tuple[Place, Any]]:
    """Read every `.json`, `.json5` and `.toml` file below a folder, in the order of their names.

    Folders named `schemas` are passed over, as Tauri does. A missing folder holds nothing.

    Args:
        folder: Where to look. In errors its files are named from it on: `capabilities/main.json`.

    Yields:
        The place of the file's top, and what the file holds.

    Raises:
        AclError: A file cannot be read, is a link to somewhere outside the folder, is larger than 1 MiB, or is
            not what its name says.
    """
    try:
        folder.stat()
    except FileNotFoundError:
        if folder.is_symlink():
            # What is in it may deny something.
            raise AclError(f"{folder.name}: is a link to what is not there") from None
        return
    except (OSError, ValueError) as error:
        raise AclError(f"{unbroken(str(folder))}: cannot be read: {_reason(error)}") from error
    # Not `Path.resolve`: of links in a circle it raises RuntimeError before Python 3.13.
    root = Path(os.path.realpath(folder))
    for path in sorted(_files(root, folder)):
        place = Place(_name(folder, path, root))
        yield place, _parsed(_text(path, root, place), path.suffix, place)


def _files(root: Path, folder: Path) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        raise AclError(f"{folder.name}: cannot be read: {_reason(error)}") from error

    for parent, _, files in root.walk(on_error=unreadable):
        if parent != root and parent.name == "schemas":
            continue
        for path in (parent / file for file in files):
            if path.is_dir():
                # Passed over without a word, its denials would be missed.
                raise Place(_name(folder, path, root)).about_file("is a link to a folder, which is not followed")
            if path.suffix in _READ:
                yield path


def unread_documents(folder: Path) -> tuple[str, ...]:
    """Name the files below a folder that look as if they were to be read, and are not for how their names end.

    Args:
        folder: A folder as `documents` reads it.
    """
    root = Path(os.path.realpath(folder))
    return tuple(
        _name(folder, parent / file, root)
        for parent, _, files in root.walk()
        if parent == root or parent.name != "schemas"
        for file in sorted(files)
        if Path(file).suffix.lower() in _ALIKE and Path(file).suffix not in _READ
    )


def has_documents(folder: Path) -> bool:
    """Whether there are files in a folder that look as if they were to be read; none where that cannot be told."""
    try:
        return any(entry.suffix.lower() in _ALIKE for entry in folder.iterdir())
    except (OSError, ValueError):
        return False


def _name(folder: Path, path: Path, root: Path) -> str:
    # A file's name need not be text; what cannot be shown is shown as "?".
    return unbroken(f"{folder.name}/{path.relative_to(root).as_posix()}".encode(errors="replace").decode())


def _text(path: Path, root: Path, place: Place) -> str:
    try:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            raise place.about_file("is a link to a file outside its folder")
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise place.about_file("is not a file")
        if found.st_size > _LARGEST:
            raise place.about_file(f"has {found.st_size} bytes; {_LARGEST} are allowed")
        data = path.read_bytes()
    except OSError as error:
        raise place.about_file(f"cannot be read: {_reason(error)}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise place.about_file(f"is not UTF-8: byte {error.start}") from error


def _parsed(text: str, suffix: str, place: Place) -> Any:
    try:
        if suffix == ".json":
            value = msgspec.json.decode(text)
            _refuse_repeated(text, place)
            return value
        if suffix == ".json5":
            return _json5(text, place)
        # Few programs write TOML here, and start-up has no milliseconds to give away.
        from shell.config.toml import parsed_toml  # noqa: PLC0415

        return parsed_toml(text)
    except RecursionError:
        raise place.about_file("is nested too deeply") from None
    except ValueError as error:
        kind = suffix.removeprefix(".").upper()
        reason = str(error).removeprefix("JSON is malformed: ")
        raise place.about_file(f"is not {kind}: {_with_line(reason, text)}") from error


def _json5(text: str, place: Place) -> Any:
    # As rarely as TOML.
    from shell.config.json5 import Translation, UnknownTokenError  # noqa: PLC0415

    def no_number(name: str) -> None:
        raise place.about_file(f"is not JSON5: {name} is no number here")

    try:
        translation = Translation(text)
        json.loads(translation.text, parse_int=str, parse_float=str, parse_constant=no_number)
    except UnknownTokenError as error:
        what, position = "unexpected character", error.position
    except json.JSONDecodeError as error:
        what, position = error.msg, translation.source_position(error.pos)
    else:
        _refuse_repeated(translation.text, place)
        return msgspec.json.decode(translation.text)
    line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
    raise place.about_file(f"is not JSON5: {what} (line {line}, column {column})")


def _refuse_repeated(text: str, place: Place) -> None:
    """See that no object has a key twice: msgspec takes the last one, a reader sees the first."""

    def keyed(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise place.about_file(f"the key {quoted(key)} is given twice in one object")
            seen.add(key)

    # Numbers are left as they are written: thousands of digits would take their time.
    json.loads(text, object_pairs_hook=keyed, parse_int=str, parse_float=str)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _with_line(message: str, text: str) -> str:
    """Turn msgspec's byte number into the line and column that editors show."""
    if not (found := re.search(r"\(byte (\d+)\)", message)):
        return message
    before = text.encode()[: int(found[1])].decode(errors="ignore")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return message.replace(found[0], f"(line {line}, column {column})")
