import pytest

from shell.acl import APP_ACL_KEY
from shell.acl.identifier import command_name, join, owner, problem_of, split

SHAPE = "it is made of ASCII letters, digits, inner hyphens, and a colon after the plugin's name"


@pytest.mark.parametrize(
    "identifier",
    [
        "base",
        "prefix:base",
        "prefix3:base",
        "preFix:base",
        "clipboard-manager:allow-read-text",
        "core:default",
        "core:window:allow-set-title",
        "pre--fix:base--sep",
        "allow--x",
        "a" * 116,
    ],
)
def test_tauri_takes_this_identifier(identifier: str) -> None:
    assert problem_of(identifier) is None


@pytest.mark.parametrize(
    ("identifier", "problem"),
    [
        ("", "it is empty"),
        ("tauri-plugin-fs:base", 'it must not start with "tauri-plugin-"'),
        ("a" * 117, "it is longer than 116 characters"),
        ("a:b:c", 'only the identifiers of "core" have more than one colon'),
        (":prefix:base:", 'only the identifiers of "core" have more than one colon'),
        *((text, SHAPE) for text in ("-prefix:base", "prefix-:base", "prefix:-base", "prefix:base-", "base-")),
        *((text, SHAPE) for text in (":base", "prefix:", "core::base", "a_b", "a b", "💩", "ä", "٣", "a\n")),
    ],
)
def test_tauri_refuses_this_identifier(identifier: str, problem: str) -> None:
    assert problem_of(identifier) == problem


@pytest.mark.parametrize(
    ("identifier", "key", "base"),
    [
        ("allow-greet", APP_ACL_KEY, "allow-greet"),
        ("fs:read", "fs", "read"),
        ("core:default", "core", "default"),
        ("core:window:default", "core:window", "default"),
    ],
)
def test_an_identifier_is_a_manifest_and_a_name(identifier: str, key: str, base: str) -> None:
    assert split(identifier) == (key, base)
    assert join(key, base) == identifier


@pytest.mark.parametrize(
    ("key", "name", "command"),
    [
        (APP_ACL_KEY, "greet", "greet"),
        ("fs", "read_dir", "plugin:fs|read_dir"),
        ("core:window", "set_title", "plugin:window|set_title"),
    ],
)
def test_a_command_is_found_by_what_invoke_is_given(key: str, name: str, command: str) -> None:
    assert command_name(key, name) == command
    assert owner(command, {"core:window"}) == (key, name)
