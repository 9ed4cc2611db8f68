"""Where the system keeps things, as Tauri finds them."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.config import ConfigError
from shell.config.sections import AppDirectoryOverrides
from shell.path import APP_DIRECTORIES, BaseDirectory, PathError, PathResolver
from shell.path.user_dirs import user_dirs

XDG = {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_BIN_HOME", "XDG_RUNTIME_DIR", "TMPDIR"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*XDG, *(name for name in os.environ if name.startswith("XDG_") and name.endswith("_DIR"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def resolver(overrides: str | AppDirectoryOverrides | None = None) -> PathResolver:
    return PathResolver(
        "com.example.notes", program=Path("/opt/notes"), resources=Path("/usr/lib/notes"), overrides=overrides
    )


def folders_of(overrides: str | AppDirectoryOverrides | None = None) -> dict[str, Path]:
    found = {directory.variable: resolver(overrides).folder_of(directory.variable) for directory in BaseDirectory}
    return {variable: folder for variable, folder in found.items() if folder is not None}


def write_user_dirs(home: Path, *lines: str) -> None:
    file = home / ".config/user-dirs.dirs"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(lines), encoding="utf-8")


def test_each_directory_has_the_place_that_the_specification_says(home: Path) -> None:
    assert folders_of() == {
        "$CACHE": home / ".cache",
        "$CONFIG": home / ".config",
        "$DATA": home / ".local/share",
        "$LOCALDATA": home / ".local/share",
        "$EXE": home / ".local/bin",
        "$FONT": home / ".local/share/fonts",
        "$HOME": home,
        "$TEMP": Path("/tmp"),
        "$RESOURCE": Path("/usr/lib/notes"),
        "$APPCACHE": home / ".cache/com.example.notes",
        "$APPCONFIG": home / ".config/com.example.notes",
        "$APPDATA": home / ".local/share/com.example.notes",
        "$APPLOCALDATA": home / ".local/share/com.example.notes",
        "$APPLOG": home / ".local/share/com.example.notes/logs",
    }


def test_the_environment_moves_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in XDG:
        monkeypatch.setenv(name, str(home / name))
    found = folders_of()
    assert found["$CACHE"] == home / "XDG_CACHE_HOME"
    assert found["$CONFIG"] == home / "XDG_CONFIG_HOME"
    assert found["$DATA"] == found["$LOCALDATA"] == home / "XDG_DATA_HOME"
    assert found["$FONT"] == home / "XDG_DATA_HOME/fonts"
    assert found["$EXE"] == home / "XDG_BIN_HOME"
    assert found["$RUNTIME"] == home / "XDG_RUNTIME_DIR"
    assert found["$TEMP"] == home / "TMPDIR"
    assert found["$APPLOG"] == home / "XDG_DATA_HOME/com.example.notes/logs"


def test_a_relative_path_in_the_environment_does_not_count(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in XDG - {"TMPDIR"}:
        monkeypatch.setenv(name, "somewhere")
    found = folders_of()
    assert found["$CACHE"] == home / ".cache"
    assert "$RUNTIME" not in found


def test_a_person_chooses_the_folders_for_documents_and_the_like(home: Path) -> None:
    write_user_dirs(
        home,
        "# This file is written by xdg-user-dirs-update",
        'XDG_DESKTOP_DIR="$HOME/Schreibtisch"',
        ' XDG_MUSIC_DIR = "/media/mu\\$ic" ',
        'XDG_DOCUMENTS_DIR="$HOME/"',
        'XDG_PICTURES_DIR="$HOME"',
        "XDG_VIDEOS_DIR=$HOME/Videos",
        'XDG_TEMPLATES_DIR="Templates"',
        'XDG_DOWNLOAD_DIR="$HOME/Loads"',
        'XDG_DOWNLOAD_DIR="$HOME/Other"',
    )
    found = resolver()
    assert found.directory(BaseDirectory.DESKTOP) == home / "Schreibtisch"
    assert found.directory(BaseDirectory.AUDIO) == Path("/media/mu$ic")
    assert found.directory(BaseDirectory.DOWNLOAD) == home / "Loads"
    for missing in (
        BaseDirectory.DOCUMENT,
        BaseDirectory.PICTURE,
        BaseDirectory.VIDEO,
        BaseDirectory.TEMPLATE,
        BaseDirectory.PUBLIC,
    ):
        with pytest.raises(PathError, match=f"^unknown path: there is no {missing.variable.replace('$', '[$]')}: "):
            found.directory(missing)


def test_what_is_missing_is_said_with_what_would_give_it(home: Path) -> None:
    with pytest.raises(PathError) as documents:
        resolver().directory(BaseDirectory.DOCUMENT)
    file = home / ".config/user-dirs.dirs"
    assert str(documents.value) == f"unknown path: there is no $DOCUMENT: no XDG_DOCUMENTS_DIR in {file}"
    with pytest.raises(PathError, match=r"there is no [$]RUNTIME: XDG_RUNTIME_DIR is not set to an absolute path"):
        resolver().directory(BaseDirectory.RUNTIME)


def test_the_system_is_asked_each_time(home: Path) -> None:
    found = resolver()
    write_user_dirs(home, 'XDG_VIDEOS_DIR="$HOME/Videos"')
    assert found.directory(BaseDirectory.VIDEO) == home / "Videos"
    write_user_dirs(home, 'XDG_VIDEOS_DIR="$HOME/Filme"')
    assert found.directory(BaseDirectory.VIDEO) == home / "Filme"


@given(st.binary())
def test_a_file_of_anything_names_absolute_folders_or_none(content: bytes) -> None:
    class File(Path):
        def read_bytes(self) -> bytes:
            return b'XDG_MUSIC_DIR="$HOME/' + content

    found: Mapping[str, Path] = user_dirs(File("user-dirs.dirs"), Path("/home/ada"))
    assert all(folder.is_absolute() for folder in found.values())


def test_a_path_in_a_directory_is_put_behind_it_as_it_is(home: Path) -> None:
    found = resolver()
    assert found.resolve("a/../b", BaseDirectory.DATA) == f"{home}/.local/share/a/../b"
    assert found.resolve("/etc/hosts", BaseDirectory.DATA) == "/etc/hosts"
    assert found.resolve("", BaseDirectory.HOME) == f"{home}/"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("lang/de.json", "/usr/lib/notes/lang/de.json"),
        ("./lang//de.json", "/usr/lib/notes/lang/de.json"),
        ("../shared/x", "/usr/lib/notes/_up_/shared/x"),
        ("a/../../b", "/usr/lib/notes/a/_up_/_up_/b"),
        ("/etc/hosts", "/usr/lib/notes/_root_/etc/hosts"),
        ("", "/usr/lib/notes/"),
    ],
)
def test_a_resource_is_where_the_bundler_puts_it(path: str, expected: str) -> None:
    assert resolver().resolve(path, BaseDirectory.RESOURCE) == expected


def test_every_number_and_every_variable_of_tauri_is_there() -> None:
    assert [directory.value for directory in BaseDirectory] == list(range(1, 24))
    assert {directory.variable for directory in APP_DIRECTORIES} == {
        "$APPCONFIG",
        "$APPDATA",
        "$APPLOCALDATA",
        "$APPCACHE",
        "$APPLOG",
    }
    assert BaseDirectory.of_variable("$EXE") is BaseDirectory.EXECUTABLE
    assert BaseDirectory.of_variable("$EXECUTABLE") is None


def test_one_root_holds_all_that_the_program_keeps() -> None:
    found = folders_of("/var/notes")
    assert found["$APPCONFIG"] == found["$APPDATA"] == found["$APPLOCALDATA"] == Path("/var/notes")
    assert found["$APPCACHE"] == Path("/var/notes/caches")
    assert found["$APPLOG"] == Path("/var/notes/logs")


def test_each_folder_can_have_a_place_of_its_own(home: Path) -> None:
    overrides = AppDirectoryOverrides(config="$HOME/../shared", data="portable/data", cache="$TEMP")
    found = folders_of(overrides)
    assert found["$APPCONFIG"] == home / "../shared"
    assert found["$APPDATA"] == Path("/opt/notes/portable/data")
    assert found["$APPCACHE"] == Path("/tmp")
    assert found["$APPLOCALDATA"] == home / ".local/share/com.example.notes"
    assert found["$APPLOG"] == home / ".local/share/com.example.notes/logs"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "$APPDATA/x",
            "<inline>: $.app.appDirectoriesOverride: $APPDATA stands for what is overridden; expected a path",
        ),
        ("$NOWHERE", "<inline>: $.app.appDirectoriesOverride: $NOWHERE stands for nothing; expected a path"),
    ],
)
def test_an_override_that_leads_nowhere_is_refused(path: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        resolver(path)
    assert str(error.value).startswith(message)
    assert "$DATA" in str(error.value)
