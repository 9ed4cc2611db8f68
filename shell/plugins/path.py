"""`plugin:path|…`: paths, as the `path` module of `@tauri-apps/api` calls for them."""

import os

from shell.ipc import RefusedError
from shell.path import BaseDirectory, PathError, PathResolver, lexical
from shell.plugins.plugin import Plugin
from shell.plugins.refusal import refusing

_LONGEST = 8192
"""Characters of a path, with those between the ones that it is made of. Linux takes 4,096."""


def path_plugin(paths: PathResolver) -> Plugin:
    """The commands of paths.

    Args:
        paths: Where the system keeps what.
    """
    plugin = Plugin("path")

    def bound(*paths: str | None) -> None:
        # Each part of a path takes longer to put to the others the more of them there are.
        size = len(paths) + sum(len(path) for path in paths if path is not None)
        if size > _LONGEST:
            raise RefusedError(f"a path of a page has at most {_LONGEST} characters, and this one would have {size}")

    @plugin.command
    async def resolve_directory(directory: BaseDirectory, path: str | None = None) -> str:
        bound(path)
        with refusing(PathError):
            return str(paths.directory(directory)) if path is None else paths.resolve(path, directory)

    @plugin.command
    async def resolve(paths: list[str]) -> str:
        bound(*paths)
        try:
            return lexical.resolve(paths, os.getcwd())  # noqa: PTH109  # as text, as all paths here
        except OSError as error:
            raise RefusedError(f"failed to read current dir: {error.strerror}") from None

    @plugin.command
    async def normalize(path: str) -> str:
        bound(path)
        return lexical.normalize(path)

    @plugin.command
    async def join(paths: list[str]) -> str:
        bound(*paths)
        return lexical.join(paths)

    @plugin.command
    async def dirname(path: str) -> str:
        bound(path)
        with refusing(PathError):
            return lexical.dirname(path)

    @plugin.command
    async def extname(path: str) -> str:
        bound(path)
        with refusing(PathError):
            return lexical.extname(path)

    @plugin.command
    async def basename(path: str, ext: str | None = None) -> str:
        bound(path)
        with refusing(PathError):
            return lexical.basename(path, ext)

    @plugin.command
    async def is_absolute(path: str) -> bool:
        return lexical.is_absolute(path)

    return plugin
