"""`path`: proved by the tests of its commands and of what is behind them."""

from tests.conformance.registry import Registry

_TESTS = "tests/plugins/test_path.py::"
_FOLDERS = (
    *("appCacheDir", "appConfigDir", "appDataDir", "appLocalDataDir", "appLogDir", "audioDir", "cacheDir"),
    *("configDir", "dataDir", "desktopDir", "documentDir", "downloadDir", "executableDir", "fontDir", "homeDir"),
    *("localDataDir", "pictureDir", "publicDir", "resourceDir", "runtimeDir", "tempDir", "templateDir", "videoDir"),
)


def register(registry: Registry) -> None:
    path = registry.part("path", "api.path", "path")
    for name in _FOLDERS:
        path.proved(f"{_TESTS}test_every_directory", f"{name}()", command="path|resolve_directory")
    path.proved(f"{_TESTS}test_every_directory", "resolveResource('a')", command="path|resolve_directory")
    path.proved(
        "tests/path/test_resolver.py::test_every_number_and_every_variable_of_tauri_is_there",
        "BaseDirectory",
        command=None,
    )
    as_text = f"{_TESTS}test_paths_as_text"
    path.proved(
        as_text,
        *("resolve('a')", "normalize('a')", "join('a')", "dirname('a/b')", "extname('a.b')", "basename('a')"),
        "isAbsolute('a')",
    )
    path.proved(as_text, "sep()", "delimiter()", command=None)
