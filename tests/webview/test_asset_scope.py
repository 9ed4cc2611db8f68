"""Which files `asset:` serves."""

import logging
from pathlib import Path

import pytest

from shell.config.security import FsScope
from shell.webview.asset_scope import AssetScope


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("pictures/a.png", "pictures/2025/b.png", "pictures/.hidden/c.png", "pictures/.d.png", "private/e.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def scope_of(home: Path, *allow: str, deny: tuple[str, ...] = (), dot: bool | None = None) -> AssetScope:
    return AssetScope(FsScope(allow, deny, dot), {"$HOME": home}.get)


def has(scope: AssetScope, path: Path) -> bool:
    return scope.resolve(str(path)) is not None


def test_a_pattern_allows_the_files_that_it_means(home: Path) -> None:
    scope = scope_of(home, "$HOME/pictures/*")
    assert scope.resolve(str(home / "pictures/a.png")) == home / "pictures/a.png"
    assert not has(scope, home / "pictures/2025/b.png")
    assert not has(scope, home / "private/e.png")
    assert has(scope_of(home, "$HOME/pictures/**"), home / "pictures/2025/b.png")
    assert has(scope_of(home, "**"), home / "private/e.png")
    assert has(scope_of(home, str(home / "private/e.png")), home / "private/e.png")


def test_what_is_not_allowed_is_not_told_from_what_is_not_there(home: Path) -> None:
    assert scope_of(home).resolve(str(home / "private/e.png")) is None
    assert scope_of(home).resolve(str(home / "private/nothing.png")) is None
    with pytest.raises(FileNotFoundError):
        scope_of(home, "**").resolve(str(home / "private/nothing.png"))
    with pytest.raises(FileNotFoundError):
        scope_of(home, "**").resolve(str(home / "private"))


def test_a_denial_wins_over_every_allowance(home: Path) -> None:
    scope = scope_of(home, "**", "$HOME/private/e.png", deny=("$HOME/private/**",))
    scope.allow_file(home / "private/e.png")
    scope.allow_directory(home)
    assert not has(scope, home / "private/e.png")
    assert has(scope, home / "pictures/a.png")


def test_hidden_files_are_allowed_only_where_the_pattern_says_so(home: Path) -> None:
    files = [home / "pictures/.d.png", home / "pictures/.hidden/c.png"]
    assert not any(has(scope_of(home, "$HOME/pictures/**", dot=True), file) for file in files)
    assert all(has(scope_of(home, "$HOME/pictures/**", dot=False), file) for file in files)
    assert has(scope_of(home, "$HOME/pictures/.*", dot=True), files[0])
    assert not any(
        has(scope_of(home, "$HOME/pictures/.*", "$HOME/pictures/.hidden/*", deny=("$HOME/**",)), file) for file in files
    )


@pytest.mark.parametrize("path", ["pictures/a.png", "../pictures/a.png", "", ".", "C:\\a.png", "file:///etc/passwd"])
def test_a_relative_path_is_never_allowed(home: Path, path: str) -> None:
    assert scope_of(home, "**").resolve(path) is None


def test_a_path_may_not_go_back_up_but_may_be_written_loosely(home: Path) -> None:
    scope = scope_of(home, "$HOME/pictures/**")
    assert scope.resolve(f"{home}/pictures/../private/e.png") is None
    assert scope.resolve(f"{home}/pictures/2025/../a.png") is None
    assert scope.resolve(f"{home}//pictures/./a.png") == home / "pictures/a.png"


def test_a_link_opens_nothing_that_is_not_allowed_itself(home: Path) -> None:
    (home / "pictures/out.png").symlink_to(home / "private/e.png")
    (home / "pictures/in.png").symlink_to(home / "pictures/a.png")
    scope = scope_of(home, "$HOME/pictures/**")
    assert not has(scope, home / "pictures/out.png")
    assert scope.resolve(str(home / "pictures/in.png")) == home / "pictures/a.png"
    scope.allow_file(home / "private/e.png")
    assert has(scope, home / "pictures/out.png")


def test_a_denied_file_is_not_had_through_a_link_that_is_allowed(home: Path) -> None:
    (home / "pictures/out.png").symlink_to(home / "private/e.png")
    assert not has(scope_of(home, "**", deny=("$HOME/private/*",)), home / "pictures/out.png")
    assert not has(scope_of(home, "**", deny=("$HOME/pictures/out.png",)), home / "pictures/out.png")


def test_a_pattern_whose_folder_is_a_link_allows_what_the_link_leads_to(home: Path) -> None:
    (home / "shortcut").symlink_to(home / "pictures")
    scope = scope_of(home, "$HOME/shortcut/*")
    assert has(scope, home / "shortcut/a.png")
    assert has(scope, home / "pictures/a.png")
    assert not has(scope_of(home, "**", deny=("$HOME/shortcut/*",)), home / "pictures/a.png")


def test_more_can_be_allowed_and_denied_while_the_program_runs(home: Path) -> None:
    scope = scope_of(home)
    scope.allow_file(home / "private/e.png")
    scope.allow_directory(home / "pictures", recursive=False)
    assert has(scope, home / "private/e.png")
    assert has(scope, home / "pictures/a.png")
    assert not has(scope, home / "pictures/2025/b.png")
    scope.allow_directory(home / "pictures")
    assert has(scope, home / "pictures/2025/b.png")
    scope.forbid_file(home / "private/e.png")
    assert not has(scope, home / "private/e.png")


def test_signs_in_the_name_of_an_allowed_folder_mean_themselves(home: Path) -> None:
    for name in ("a*[b]?", "axbx"):
        (home / name).mkdir()
        (home / name / "f").touch()
    scope = scope_of(home)
    scope.allow_directory(home / "a*[b]?")
    assert has(scope, home / "a*[b]?" / "f")
    assert not has(scope, home / "axbx" / "f")
    in_home = AssetScope(FsScope(("$HOME/*",)), {"$HOME": home / "a*[b]?"}.get)
    assert has(in_home, home / "a*[b]?" / "f")
    assert not has(in_home, home / "axbx" / "f")


@pytest.mark.parametrize("pattern", ["$HOME/[a", "$HOME/a**", "$NOWHERE/**", "pictures/*", "$HOMES/*"])
def test_an_entry_that_means_nothing_is_warned_of_and_allows_nothing(
    home: Path, pattern: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        scope = scope_of(home, pattern, "$HOME/private/*")
    assert "app.security.assetProtocol.scope means nothing" in caplog.text
    assert not has(scope, home / "pictures/a.png")
    assert has(scope, home / "private/e.png")


def test_going_back_up_is_dropped_from_patterns_as_in_tauri(home: Path) -> None:
    assert has(scope_of(home, "$HOME/private/../pictures/*", "$HOME/../pictures/*"), home / "pictures/a.png")
