import posixpath
import sys
from pathlib import Path

from shell.config.sections import AppDirectoryOverrides
from shell.path import lexical
from shell.path.base_directory import APP_DIRECTORIES, BaseDirectory
from shell.path.errors import PathError
from shell.path.overrides import read_overrides
from shell.path.system import system_directory, why_unknown

_RESOURCE_NAMES = {"/": "_root_", "..": "_up_"}


class PathResolver:
    """Where the system keeps what belongs to a person and to this program.

    As Tauri's `PathResolver` on the desktop (crate tauri, `path/desktop.rs`). The system is asked anew each time.
    """

    def __init__(
        self,
        identifier: str,
        *,
        program: Path,
        resources: Path,
        overrides: str | AppDirectoryOverrides | None = None,
        name: str = "<inline>",
    ) -> None:
        """Take what is said of the program.

        Args:
            identifier: Its identifier, such as `com.example.notes`.
            program: Its folder, where relative overrides start from.
            resources: Folder of the files that are shipped with it.
            overrides: What the configuration says in `app.appDirectoriesOverride`.
            name: What messages call the configuration.

        Raises:
            ConfigError: An override starts with a variable that cannot stand there.
        """
        self._identifier = identifier
        self._program = program
        self._resources = resources
        self._overrides = read_overrides(overrides, name=name)

    def directory(self, directory: BaseDirectory) -> Path:
        """The folder for a purpose, which need not exist.

        Raises:
            PathError: This system, or this person, has none.
        """
        if directory is BaseDirectory.RESOURCE:
            return self._resources
        found = self._of_app(directory) if directory in APP_DIRECTORIES else system_directory(directory)
        if found is None:
            raise PathError(f"unknown path: there is no {directory.variable}: {why_unknown(directory)}")
        return found

    def resolve(self, path: str, directory: BaseDirectory) -> str:
        """A path from the folder for a purpose; an absolute one is itself. Nothing is normalized.

        From the folder of resources every path stays inside: `..` is `_up_` there and the root `_root_`, as Tauri's
        bundler calls them.

        Raises:
            PathError: There is no such folder.
        """
        if directory is BaseDirectory.RESOURCE:
            path = "/".join(_RESOURCE_NAMES.get(part, part) for part in lexical.parts(path) if part != ".")
        return posixpath.join(self.directory(directory), path)

    def folder_of(self, variable: str) -> Path | None:
        """The folder that a variable of the configuration stands for, such as `$APPDATA`; None where there is none."""
        directory = BaseDirectory.of_variable(variable)
        try:
            return None if directory is None else self.directory(directory)
        except PathError:
            return None

    def _of_app(self, directory: BaseDirectory) -> Path:
        override = self._overrides.get(directory)
        if override is not None:
            base = self._program if override.base is None else self.directory(override.base)
            return base / override.path
        if directory is not BaseDirectory.APP_LOG:
            return self.directory(BaseDirectory[directory.name.removeprefix("APP_")]) / self._identifier
        if sys.platform == "darwin":
            return self.directory(BaseDirectory.HOME) / "Library/Logs" / self._identifier
        return self.directory(BaseDirectory.LOCAL_DATA) / self._identifier / "logs"
