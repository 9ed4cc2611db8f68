"""The `path` module of the package, function by function."""

import os
from pathlib import Path

import pytest

from tests.conftest import Runner
from tests.plugins.conftest import Api, play
from tests.real_program import folder, run

__all__ = ["folder"]

FOLDERS = {
    "appCacheDir": ".cache/com.example.test",
    "appConfigDir": ".config/com.example.test",
    "appDataDir": ".local/share/com.example.test",
    "appLocalDataDir": ".local/share/com.example.test",
    "appLogDir": ".local/share/com.example.test/logs",
    "audioDir": "Music",
    "cacheDir": ".cache",
    "configDir": ".config",
    "dataDir": ".local/share",
    "desktopDir": "Desktop",
    "documentDir": "Documents",
    "downloadDir": "Downloads",
    "executableDir": ".local/bin",
    "fontDir": ".local/share/fonts",
    "homeDir": "",
    "localDataDir": ".local/share",
    "pictureDir": "Pictures",
    "publicDir": "Public",
    "runtimeDir": "run",
    "templateDir": "Templates",
    "videoDir": "Videos",
}
CHOSEN = ("Desktop", "Documents", "Download", "Music", "Pictures", "PublicShare", "Templates", "Videos")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith("XDG_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    (folder / ".config").mkdir(parents=True)
    places = {"Download": "Downloads", "PublicShare": "Public"}
    lines = [f'XDG_{name.upper()}_DIR="$HOME/{places.get(name, name)}"\n' for name in CHOSEN]
    (folder / ".config/user-dirs.dirs").write_text("".join(lines))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return folder


def test_every_directory(page: Runner, home: Path) -> None:
    async def scenario(api: Api) -> None:
        found = {name: await api(f"api.path.{name}()") for name in FOLDERS}
        assert found == {name: str(home / below) for name, below in FOLDERS.items()}
        assert await api("api.path.tempDir()") == str(home.parent)
        assert await api("api.path.resourceDir()") == str(api.app.config.root)
        assert await api("api.path.resolveResource('../x/y.json')") == f"{api.app.config.root}/_up_/x/y.json"

    play(page, scenario)


def test_a_directory_that_is_not_there_is_refused_as_in_tauri(page: Runner, home: Path) -> None:
    async def scenario(api: Api) -> None:
        file = home / ".config/user-dirs.dirs"
        file.unlink()
        message = await api.refused("api.path.documentDir()")
        assert message == f"unknown path: there is no $DOCUMENT: no XDG_DOCUMENTS_DIR in {file}"
        assert "Invalid enum value 24" in await api.refused(
            "api.core.invoke('plugin:path|resolve_directory', { directory: 24 })"
        )

    play(page, scenario)


def test_a_path_in_a_directory(page: Runner, home: Path) -> None:
    async def scenario(api: Api) -> None:
        call = "api.core.invoke('plugin:path|resolve_directory', { directory: api.path.BaseDirectory.Home, path: %s })"
        assert await api(call % "'a/../b'") == f"{home}/a/../b"
        assert await api(call % "'/etc'") == "/etc"
        assert await api(call % "null") == str(home)

    play(page, scenario)


def test_the_configuration_moves_what_belongs_to_the_program(page: Runner, home: Path) -> None:
    config = {
        "identifier": "com.example.test",
        "build": {"frontendDist": str(page.folder)},
        "app": {"appDirectoriesOverride": {"data": "$HOME/notes", "log": "logs"}},
    }

    async def scenario(api: Api) -> None:
        assert await api("api.path.appDataDir()") == str(home / "notes")
        assert await api("api.path.appLogDir()") == str(api.app.config.root / "logs")
        assert await api("api.path.appConfigDir()") == str(home / ".config/com.example.test")

    play(page, scenario, config=config)


def test_paths_as_text(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        here = Path.cwd()
        assert await api("api.path.resolve('a', '..', './b')") == str(here / "b")
        assert await api("api.path.resolve()") == str(here)
        assert await api("api.path.resolve('a', '/tmp//x', 'y')") == "/tmp/x/y"
        assert await api("api.path.normalize('a/./b/../c/')") == "a/c/"
        assert await api("api.path.join('a', '', '../b')") == "b"
        assert await api("api.path.join()") == "."
        assert await api("api.path.dirname('/a/b.txt')") == "/a"
        assert await api("api.path.basename('/a/b.txt')") == "b.txt"
        assert await api("api.path.basename('/a/b.txt', '.txt')") == "b"
        assert await api("api.path.extname('/a/b.tar.gz')") == "gz"
        assert await api("Promise.all(['/a', 'a'].map(api.path.isAbsolute))") == [True, False]
        assert await api("[api.path.sep(), api.path.delimiter()]") == [os.sep, os.pathsep]

    play(page, scenario)


def test_paths_without_what_is_asked_for_are_refused_as_in_tauri(page: Runner) -> None:
    async def scenario(api: Api) -> None:
        assert await api.refused("api.path.dirname('/')") == "path does not have a parent"
        assert await api.refused("api.path.basename('..')") == "path does not have a basename"
        assert await api.refused("api.path.extname('.profile')") == "path does not have an extension"
        assert "`path`" in await api.refused("api.path.normalize()")
        assert "$.path" in await api.refused("api.path.normalize(3)")

    play(page, scenario)


def test_a_folder_that_is_gone_cannot_be_resolved_from(folder: Path) -> None:
    # In a process of its own: where a `python -c` is in such a folder, as those of tests may be, Python cannot import.
    ended = run(
        folder,
        """
        @app.setup
        async def resolve(app):
            page = app.windows["main"]
            await page.loaded()
            gone = os.path.join(os.path.dirname(__file__), "gone")
            os.mkdir(gone)
            os.chdir(gone)
            os.rmdir(gone)
            say(await page.eval("shell.invoke('plugin:path|resolve', { paths: ['a'] }).catch(String)"))
            app.exit(0)
        """,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[0] == "failed to read current dir: No such file or directory"
