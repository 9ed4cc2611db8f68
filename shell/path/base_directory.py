import enum


class BaseDirectory(enum.IntEnum):
    """A folder that the system has for a purpose, by Tauri's number (crate tauri, `path/mod.rs`)."""

    AUDIO = 1
    CACHE = 2
    CONFIG = 3
    DATA = 4
    LOCAL_DATA = 5
    DOCUMENT = 6
    DOWNLOAD = 7
    PICTURE = 8
    PUBLIC = 9
    VIDEO = 10
    RESOURCE = 11
    TEMP = 12
    APP_CONFIG = 13
    APP_DATA = 14
    APP_LOCAL_DATA = 15
    APP_CACHE = 16
    APP_LOG = 17
    DESKTOP = 18
    EXECUTABLE = 19
    FONT = 20
    HOME = 21
    RUNTIME = 22
    TEMPLATE = 23

    @property
    def variable(self) -> str:
        """What stands for it at the beginning of a path in the configuration, such as `$APPDATA`."""
        return "$EXE" if self is BaseDirectory.EXECUTABLE else "$" + self.name.replace("_", "")

    @classmethod
    def of_variable(cls, variable: str) -> "BaseDirectory | None":
        """The one that a variable stands for; `None` where there is no such variable."""
        return next((directory for directory in cls if directory.variable == variable), None)


APP_DIRECTORIES = frozenset(
    {
        BaseDirectory.APP_CONFIG,
        BaseDirectory.APP_DATA,
        BaseDirectory.APP_LOCAL_DATA,
        BaseDirectory.APP_CACHE,
        BaseDirectory.APP_LOG,
    }
)
"""Those that belong to one program, under its identifier."""
