"""`plugin:path|…`: paths, as the `path` module of `@tauri-apps/api` calls for them."""

import os

from shell.ipc import RefusedError
from shell.path import BaseDirectory, PathError, PathResolver, lexical
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing


def path_plugin(paths: PathResolver) -> Plugin:
    """The commands of paths.

    Args:
        paths: Where the system keeps what.
    """
    plugin = Plugin("path")

    @plugin.command
    async def resolve_directory(directory: BaseDirectory, path: str | None = None) -> str:
        with refusing(PathError):
            return str(paths.directory(directory)) if path is None else paths.resolve(path, directory)

    @plugin.command
    async def resolve(paths: list[str]) -> str:
        try:
            return lexical.resolve(paths, os.getcwd())  # noqa: PTH109  # as text, as all paths here
        except OSError as error:
            raise RefusedError(f"failed to read current dir: {error.strerror}") from None

    @plugin.command
    async def normalize(path: str) -> str:
        return lexical.normalize(path)

    @plugin.command
    async def join(paths: list[str]) -> str:
        return lexical.join(paths)

    @plugin.command
    async def dirname(path: str) -> str:
        with refusing(PathError):
            return lexical.dirname(path)

    @plugin.command
    async def extname(path: str) -> str:
        with refusing(PathError):
            return lexical.extname(path)

    @plugin.command
    async def basename(path: str, ext: str | None = None) -> str:
        with refusing(PathError):
            return lexical.basename(path, ext)

    @plugin.command
    async def is_absolute(path: str) -> bool:
        return lexical.is_absolute(path)

    return plugin
