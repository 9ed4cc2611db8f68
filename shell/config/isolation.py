"""The isolation application: scripts that see every message of a page before the core does, as in Tauri."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from shell.config.config import Config
from shell.config.document import kind_of
from shell.config.errors import ConfigError, shown, unbroken
from shell.config.markup import elements
from shell.value import frozen

HOOK = "__TAURI_ISOLATION_HOOK__"
"""What the application sets in `window`: a function that takes a message, and returns the one that the core gets."""

_LARGEST = 4 * 1024 * 1024
"""Bytes that a file of an isolation application may have."""
_INDEX = "index.html"
_SCRIPTS = frozenset({"", "text/javascript", "application/javascript", "text/ecmascript", "application/ecmascript"})
_LINKED = re.compile(r"^\s*(?:import\s*[\w{*\"']|export\s*[\w{*])", re.MULTILINE)


@frozen
class IsolationScript:
    """A script of the isolation application.

    Attributes:
        name: What it is called where errors are shown.
        source: JavaScript.
    """

    name: str
    source: str


@frozen
class _Tag:
    """A script as its page has it; `file` is None where `text` is the script."""

    file: str | None
    text: str
    is_module: bool
    is_late: bool


def isolation_scripts(config: Config) -> tuple[IsolationScript, ...]:
    """Read the scripts of the isolation application that a configuration names, in the order in which they run.

    They are those of its index.html, inline or in files. As in browsers, modules and deferred ones come last. What else
    the page has is not used: they run without a document of their own.

    Args:
        config: A configuration with the isolation pattern.

    Raises:
        ConfigError: There is no such folder or page, a script is not there or cannot be used, or none sets the hook.
    """
    options = config.app.security.pattern.options
    folder = config.root / (options.dir if options else "")
    return _Reader(config.name, folder).read()


class _Reader:
    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder

    def read(self) -> tuple[IsolationScript, ...]:
        self._expect("folder", self._folder)
        tags = sorted(_tags(self._text(self._folder / _INDEX)), key=lambda tag: tag.is_late)
        scripts = tuple(self._script(tag, number) for number, tag in enumerate(tags, 1))
        if not any(HOOK in script.source for script in scripts):
            raise self._error(f"no script of {self._shown(self._folder / _INDEX)} sets window.{HOOK}")
        return scripts

    def _script(self, tag: _Tag, number: int) -> IsolationScript:
        if tag.file is None:
            name, source = f"{_INDEX}-{number}", tag.text
        else:
            name = self._path(tag.file)
            source = self._text(self._folder / name)
        if not tag.is_module:
            return IsolationScript(name, source)
        if _LINKED.search(source):
            where = self._shown(self._folder / name)
            raise self._error(f"{where}: a module that imports or exports cannot run there; bundle it into one script")
        return IsolationScript(name, f'(async () => {{ "use strict";{source}\n}})();')

    def _path(self, source: str) -> str:
        """The path of a script's file in the folder; a leading slash means the folder, as it does in Tauri."""
        try:
            parts = urlsplit(source.strip())
        except ValueError:
            parts = None
        path = unquote(parts.path).lstrip("/") if parts else ""
        if parts is None or parts.scheme or parts.netloc or not path or "\0" in path:
            raise self._error(
                f"{self._shown(self._folder / _INDEX)}: expected a file of the folder, got {shown(source)}"
            )
        return path

    def _text(self, file: Path) -> str:
        where = self._shown(file)
        self._expect("file", file)
        try:
            with file.open("rb") as opened:
                content = opened.read(_LARGEST + 1)
        except OSError as error:
            raise self._error(f"{where} cannot be read: {os.strerror(error.errno or 0)}") from None
        if len(content) > _LARGEST:
            raise self._error(f"{where} is larger than {_LARGEST >> 20} MiB")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self._error(f"{where} is not UTF-8 (byte 0x{content[error.start]:02x} at {error.start})") from None

    def _expect(self, expected: str, path: Path) -> None:
        where = self._shown(path)
        try:
            kind = kind_of(path, where)
        except ConfigError as error:
            raise self._error(str(error)) from None
        if kind == "missing":
            raise self._error(f"no such {expected}: {where}")
        if kind != expected:
            raise self._error(f"expected a {expected}, and {where} is none")

    def _shown(self, path: Path) -> str:
        return unbroken(os.path.normpath(path))

    def _error(self, text: str) -> ConfigError:
        return ConfigError(f"{self._name}: $.app.security.pattern.options.dir: {text}")


def _tags(page: str) -> Iterator[_Tag]:
    """The scripts of a page."""
    for element in elements(page):
        kind = element.attributes.get("type", "").strip().lower()
        is_module = kind == "module"
        if element.name != "script" or (kind not in _SCRIPTS and not is_module) or "nomodule" in element.attributes:
            continue
        file = element.attributes.get("src")
        is_late = is_module or (file is not None and "defer" in element.attributes)
        yield _Tag(file, element.text, is_module, is_late)
