"""Reading one configuration file, JSON, JSON5 or TOML, into the JSON model."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

from shell.config.errors import ConfigError, Mistakes, path_text, unbroken
from shell.config.tree import DEEPEST, keyed, plain

LARGEST = 1024 * 1024
"""Bytes that a configuration may have; a usual one has a few thousand."""

_TOML_PLACE = re.compile(r"(?P<what>.*) \(at (?P<where>line \d+, column \d+|end of document)\)", re.DOTALL)


def read_document(file: Path, name: str) -> Any:
    """Read a configuration file; its suffix says what it is.

    A `.json` file that is not JSON may be JSON5, as in Tauri.

    Args:
        file: Where it is.
        name: What messages call it.

    Returns:
        Dicts, lists, text, numbers, booleans and None.

    Raises:
        ConfigError: It cannot be read, is too large, is not UTF-8, is broken, or holds what JSON cannot.
    """
    text = _text(file, name)
    try:
        match file.suffix:
            case ".toml":
                tree = _toml(text, name)
            case ".json5":
                tree = _json5(text, name)
            case ".json":
                tree = _json(text, name)
            case _:
                raise ConfigError(f"{name}: expected a file that ends in .json, .json5 or .toml")
    except RecursionError:
        raise ConfigError(f"{name}: nested more than {DEEPEST} levels deep") from None
    try:
        return plain(tree)
    except Mistakes as mistakes:
        raise ConfigError(*(f"{name}: {path_text(m.at)}: {m.text}" for m in mistakes.found)) from None


def kind_of(path: Path, name: str) -> str:
    """Tell whether a path is a "file", a "folder", "missing" or "other" (a device, a pipe).

    Raises:
        ConfigError: It cannot be looked at.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError as error:
        raise unreadable(name, error) from None
    except ValueError:
        raise ConfigError(f"{name}: not a path that can exist") from None
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def has_page(folder: Path, name: str) -> bool:
    """Tell whether a folder holds an index.html.

    Args:
        folder: The folder.
        name: What messages call it.

    Raises:
        ConfigError: It cannot be looked at, or the file may not be read.
    """
    page = folder / "index.html"
    if kind_of(page, name) != "file":
        return False
    try:
        page.open("rb").close()
    except OSError as error:
        raise unreadable(f"{name.rstrip('/')}/index.html", error) from None
    return True


def unreadable(name: str, error: OSError) -> ConfigError:
    """Say why the system did not let a file be read."""
    return ConfigError(f"{name}: cannot be read: {os.strerror(error.errno) if error.errno else error}")


def _text(file: Path, name: str) -> str:
    match kind_of(file, name):
        case "missing":
            raise ConfigError(f"{name}: no such file")
        case "folder" | "other" as kind:
            raise ConfigError(f"{name}: expected a file, got {'a folder' if kind == 'folder' else 'a device'}")
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise unreadable(name, error) from None
    if len(content) > LARGEST:
        raise ConfigError(f"{name}: larger than {LARGEST // 1024 // 1024} MiB, which no configuration is")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{name}: line {line}: not UTF-8 (byte 0x{content[error.start]:02x})") from None


def _toml(text: str, name: str) -> Any:
    import tomllib  # noqa: PLC0415 - most programs have no TOML to read

    from shell.config.toml import parsed_toml  # noqa: PLC0415 - as above

    try:
        return parsed_toml(text)
    except tomllib.TOMLDecodeError as error:
        match = _TOML_PLACE.fullmatch(str(error))
        what, where = (match["what"], match["where"]) if match else (str(error), "somewhere")
        raise ConfigError(unbroken(f"{name}: {where}: {what[:1].lower()}{what[1:]}")) from None
    except ValueError:
        raise ConfigError(f"{name}: a number in it has too many digits") from None


def _json(text: str, name: str) -> Any:
    try:
        return _parsed_json(text)
    except json.JSONDecodeError as error:
        if not text.strip():
            raise ConfigError(f"{name}: there is nothing in it") from None
        try:
            return _json5(text, name)
        except ConfigError:
            raise _broken(name, text, error.pos, error.msg) from None


def _json5(text: str, name: str) -> Any:
    from shell.config.json5 import Translation, UnknownTokenError  # noqa: PLC0415 - as above

    try:
        translation = Translation(text)
    except UnknownTokenError as error:
        raise _broken(name, text, error.position, "unexpected character") from None
    try:
        return _parsed_json(translation.text)
    except json.JSONDecodeError as error:
        raise _broken(name, text, translation.source_position(error.pos), error.msg) from None


def _parsed_json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=keyed, parse_int=_integer)


def _integer(digits: str) -> int | float:
    # Python refuses to read thousands of digits, with an error that has no place; a float becomes infinite.
    return int(digits) if len(digits) < 1000 else float(digits)


def _broken(name: str, text: str, position: int, what: str) -> ConfigError:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return ConfigError(f"{name}: line {line}, column {column}: {what[:1].lower()}{what[1:]}")
