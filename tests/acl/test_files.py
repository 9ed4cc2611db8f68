import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shell.acl import (
    APP_ACL_KEY,
    AclError,
    Capability,
    Scope,
    has_documents,
    load_capabilities,
    load_permissions,
    unread_documents,
)
from tests.acl.program import allowed, authority, capability, page, refused, scope_of

ONE = '{"identifier": "one", "windows": ["main"], "permissions": ["core:default"]}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "capabilities"
    folder.mkdir()
    return folder


def write(folder: Path, name: str, content: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def error_of(folder: Path) -> str:
    with pytest.raises(AclError) as error:
        load_capabilities(folder)
    return str(error.value)


def identifiers(found: tuple[Capability, ...]) -> list[str]:
    return [one.identifier for one in found]


def test_a_missing_folder_holds_nothing(tmp_path: Path) -> None:
    assert load_capabilities(tmp_path / "capabilities") == ()
    assert list(load_permissions(tmp_path / "permissions").names()) == []


def test_a_file_holds_one_capability_a_list_or_a_list_by_name(folder: Path) -> None:
    write(folder, "a.json", ONE)
    write(folder, "b.json", '[{"identifier": "two", "permissions": []}, {"identifier": "three", "permissions": []}]')
    write(folder, "c.json", '{"capabilities": [{"identifier": "four", "permissions": []}]}')
    write(folder, "d.toml", '[[capabilities]]\nidentifier = "five"\npermissions = []\n')
    write(folder, "e.toml", 'identifier = "six"\npermissions = ["core:default"]\n')
    assert identifiers(load_capabilities(folder)) == ["one", "two", "three", "four", "five", "six"]


def test_a_file_may_be_json5(folder: Path) -> None:
    write(folder, "main.json5", "{identifier: 'one', /* all */ windows: ['*'], permissions: ['core:default',],}")
    assert identifiers(load_capabilities(folder)) == ["one"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a\x1b[2J\x9b.json", "{"),
        ("a.json", '{"identifier": "a", "permissions": ["x y\\u009b2J\\u2028z"]}'),
        ("a.json", '{"identifier": "a", "permissions": [], "\\u009b2J": 1, "windows": 3}'),
        ("\x1b.json", '{"identifier": "a", "permissions": [3]}'),
    ],
)
def test_no_error_has_what_a_terminal_acts_on(folder: Path, name: str, content: str) -> None:
    write(folder, name, content)
    assert error_of(folder).isprintable()


def test_files_are_found_in_folders_below_but_not_in_schemas(folder: Path) -> None:
    write(folder, "desktop/main.json", ONE)
    write(folder, "schemas/desktop-schema.json", '{"not": "a capability"}')
    write(folder, "readme.md", "not a capability")
    assert identifiers(load_capabilities(folder)) == ["one"]


def test_files_that_look_as_if_they_were_meant_and_are_not_read_are_named(folder: Path) -> None:
    assert unread_documents(folder / "missing") == ()
    assert not has_documents(folder / "missing")
    assert not has_documents(folder)
    names = ("a.jsonc", "b.JSON", "c.yaml", "d.json", "e.toml", "f.json5", "README.md", ".keep", "main.json~", "x")
    for name in names:
        (folder / name).write_text("")
    for below in ("below", "schemas"):
        (folder / below).mkdir()
        (folder / below / "g.yml").write_text("")
    assert unread_documents(folder) == tuple(
        f"{folder.name}/{name}" for name in ("a.jsonc", "b.JSON", "c.yaml", "below/g.yml")
    )
    assert has_documents(folder)
    assert not has_documents(folder / "x")


def test_a_byte_order_mark_is_no_part_of_the_text(folder: Path) -> None:
    write(folder, "main.json", b"\xef\xbb\xbf" + ONE.encode())
    assert identifiers(load_capabilities(folder)) == ["one"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("main.json", "{\n  'identifier'", "is not JSON: object keys must be strings (line 2, column 3)"),
        ("main.json", "", "is not JSON: Input data was truncated"),
        ("main.json", "[" * 100_000, "is nested too deeply"),
        ("main.json", "3", "$: expected an object, got 3"),
        ("main.json", b'{"identifier": "\xff"}', "is not UTF-8: byte 16"),
        ("main.json", ONE + " " * 1024 * 1024, f"has {1024 * 1024 + len(ONE)} bytes; 1048576 are allowed"),
        ("main.json", '[{"identifier": "a", "permissions": []}, 3]', "$[1]: expected an object, got 3"),
        ("main.json", '{"capabilities": 3}', "$.capabilities: expected a list, got 3"),
        ("main.json", '{"capabilities": [{}]}', '$.capabilities[0]: "identifier" is missing'),
        ("a/b.toml", "identifier", "is not TOML: Expected '=' after a key in a key/value pair (at end of document)"),
        ("main.toml", "a = " + "[" * 100_000, "is nested too deeply"),
        ("main.toml", 'identifier = "c"\npermissions = [1979-05-27]', "$.permissions[0]: expected a permission's"),
        ("main.json5", "{}", '$: "identifier" is missing'),
        ("main.json5", "{\n  identifier: @}", "is not JSON5: unexpected character (line 2, column 15)"),
        ("main.json5", "{\n  // x\n  'identifier' 1}", "is not JSON5: Expecting ':' delimiter (line 3, column 16)"),
        ("main.json5", "{a: 1, 'a': 2}", 'the key "a" is given twice in one object'),
        ("main.json5", "{a: Infinity}", "is not JSON5: Infinity is no number here"),
        ("main.json5", "{a:" * 100_000, "is nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(
    folder: Path, name: str, content: str | bytes, message: str
) -> None:
    write(folder, name, content)
    error = error_of(folder)
    assert error.startswith(f"capabilities/{name}: {message}")
    assert len(error.splitlines()) == 1


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere.json", ONE)
    (folder / "main.json").symlink_to(tmp_path / "elsewhere.json")
    assert error_of(folder) == "capabilities/main.json: is a link to a file outside its folder"


def test_a_link_inside_the_folder_is_followed(folder: Path) -> None:
    write(folder, "schemas/real.json", ONE)
    (folder / "main.json").symlink_to("schemas/real.json")
    assert identifiers(load_capabilities(folder)) == ["one"]


def test_a_linked_folder_is_refused_and_not_passed_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (folder / "more").symlink_to(tmp_path / "shared")
    assert error_of(folder) == "capabilities/more: is a link to a folder, which is not followed"


def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    write(folder, "main.json", ONE)
    (tmp_path / "link").symlink_to(folder)
    assert identifiers(load_capabilities(tmp_path / "link")) == ["one"]


def test_what_is_no_file_is_never_opened(folder: Path) -> None:
    os.mkfifo(folder / "main.json")
    assert error_of(folder) == "capabilities/main.json: is not a file"


def test_a_link_to_nowhere_is_refused(folder: Path) -> None:
    (folder / "main.json").symlink_to("gone.json")
    assert error_of(folder) == "capabilities/main.json: cannot be read: No such file or directory"


def test_links_in_a_circle_are_refused(folder: Path) -> None:
    (folder / "a.json").symlink_to("b.json")
    (folder / "b.json").symlink_to("a.json")
    assert error_of(folder).startswith("capabilities/a.json: cannot be read: ")


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "capabilities", "")
    assert error_of(tmp_path / "capabilities") == "capabilities: cannot be read: Not a directory"


def test_two_capabilities_of_one_identifier_are_refused(folder: Path) -> None:
    write(folder, "a.json", ONE)
    write(folder, "b.json", f"[{ONE}]")
    assert error_of(folder) == 'capabilities/b.json: $[0]: the identifier "one" is taken by capabilities/a.json: $'


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode), st.sampled_from(["x.json", "x.toml"]))
def test_any_bytes_are_capabilities_or_one_line_of_error(folder: Path, content: bytes, name: str) -> None:
    write(folder, name, content)
    error = refused(lambda: load_capabilities(folder))
    (folder / name).unlink()
    assert len(error.splitlines()) <= 1


APP_PERMISSIONS = """
[default]
description = "What every window may do"
permissions = ["allow-greet", "reading"]

[[set]]
identifier = "reading"
description = "Read and list"
permissions = ["read-home"]

[[permission]]
identifier = "read-home"
description = "Read files of the home folder"
commands.allow = ["read_file", "list_files"]
[[permission.scope.allow]]
path = "$HOME/*"
[[permission.scope.deny]]
path = "$HOME/.ssh"

[[permission]]
identifier = "read-on-macos"
commands.allow = ["read_file"]
platforms = ["macOS"]
"""


def test_an_app_defines_permissions_for_its_own_commands(tmp_path: Path) -> None:
    write(tmp_path, "permissions/default.toml", APP_PERMISSIONS)
    write(
        tmp_path,
        "permissions/autogenerated/greet.json",
        '{"permission": [{"identifier": "allow-greet", "commands": {"allow": ["greet"]}}]}',
    )
    write(tmp_path, "permissions/schemas/schema.json", "not even JSON")
    manifests = {APP_ACL_KEY: load_permissions(tmp_path / "permissions")}
    asked = authority(capability("default"), manifests=manifests)
    assert allowed(asked, "greet", page())
    assert not allowed(asked, "greet", page("other"))
    assert scope_of(asked, "read_file", page()) == Scope(({"path": "$HOME/*"},), ({"path": "$HOME/.ssh"},))
    assert not allowed(authority(capability("read-on-macos"), manifests=manifests), "read_file", page())


def test_of_two_permissions_of_one_name_the_later_files_counts(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path, f"{name}.toml", f'[[permission]]\nidentifier = "p"\ncommands.allow = ["{name}"]')
    asked = authority(capability("p"), manifests={APP_ACL_KEY: load_permissions(tmp_path)})
    assert allowed(asked, "b", page())
    assert not allowed(asked, "a", page())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("permission = 3", "$.permission: expected a list, got 3"),
        ("[[permission]]", '$.permission[0]: "identifier" is missing'),
        ("default = 3", "$.default: expected an object, got 3"),
        ("[default]", '$.default: "permissions" is missing'),
        ("[default]\npermissions = [3]", "$.default.permissions[0]: expected a string, got 3"),
        (
            '[[set]]\nidentifier = "a:b"\npermissions = []',
            '$.set[0].identifier: "a:b" cannot name a permission: a plugin\'s name does not belong here',
        ),
        (
            '[[permission]]\nidentifier = "a"\ncommands.allow = "b"',
            '$.permission[0].commands.allow: expected a list of strings, got "b"',
        ),
        (
            '[[permission]]\nidentifier = "a"\nscope = []',
            "$.permission[0].scope: expected an object, got a list",
        ),
        (
            '[[permission]]\nidentifier = "a"\nplatforms = ["amiga"]',
            '$.permission[0].platforms[0]: expected one of "linux", "macOS", "windows", "android", "iOS", got "amiga"',
        ),
    ],
)
def test_a_permission_that_cannot_be_used_is_refused(tmp_path: Path, content: str, message: str) -> None:
    write(tmp_path, "permissions/main.toml", content)
    with pytest.raises(AclError) as error:
        load_permissions(tmp_path / "permissions")
    assert str(error.value) == f"permissions/main.toml: {message}"
