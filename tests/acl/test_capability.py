import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shell.acl import AclError, Capability, Scope, active_capabilities, capability_from
from tests.acl.program import capability, refused

WHOLE = {
    "$schema": "../gen/schemas/desktop-schema.json",
    "identifier": "files",
    "description": "what it is for",
    "windows": ["main", "editor-*"],
    "webviews": ["preview"],
    "local": False,
    "remote": {"urls": ["https://*.example.com"]},
    "platforms": ["linux", "macOS"],
    "permissions": ["core:default", {"identifier": "fs:read", "allow": [{"path": "$HOME"}], "deny": None}],
}


def test_every_field_is_read() -> None:
    found = capability_from(WHOLE, "capabilities/files.json")
    assert (found.identifier, found.description) == ("files", "what it is for")
    assert [str(glob) for glob in found.windows] == ["main", "editor-*"]
    assert [str(glob) for glob in found.webviews] == ["preview"]
    assert found.local is False
    assert [str(pattern) for pattern in found.remote] == ["https://*.example.com"]
    assert found.platforms == ("linux", "macOS")
    assert [entry.identifier for entry in found.permissions] == ["core:default", "fs:read"]
    assert found.permissions[1].scope == Scope(({"path": "$HOME"},))
    assert found.notes == ()


def test_what_may_be_missing_has_the_defaults_of_tauri() -> None:
    found = capability_from({"identifier": "c", "permissions": []}, "here")
    assert found == Capability("c", [])
    assert (found.local, found.remote, found.platforms, found.windows) == (True, (), None, ())


def test_null_is_as_missing_where_tauri_has_an_option() -> None:
    found = capability_from({"identifier": "c", "permissions": [], "remote": None, "platforms": None}, "here")
    assert found == Capability("c", [])


NO_CAPABILITY: list[tuple[Any, str]] = [
    (3, "$: expected an object, got 3"),
    (None, "$: expected an object, got null"),
    ({1: 2}, "$: expected an object with strings for keys, got an object"),
    ({"permissions": []}, '$: "identifier" is missing'),
    ({"identifier": "c"}, '$: "permissions" is missing'),
    ({"identifier": "c", "permission": []}, '$: "permissions" is missing; "permission" means nothing here'),
]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"identifier": 3}, "$.identifier: expected a string, got 3"),
    ({"identifier": " "}, '$.identifier: expected a name, got " "'),
    ({"permissions": "core:default"}, '$.permissions: expected a list, got "core:default"'),
    (
        {"permissions": ["a", 3]},
        "$.permissions[1]: expected a permission's identifier or an object with one, got 3",
    ),
    ({"permissions": [{"allow": []}]}, '$.permissions[0]: "identifier" is missing'),
    ({"permissions": [{"identifier": True}]}, "$.permissions[0].identifier: expected a string, got true"),
    ({"permissions": [{"identifier": "a", "deny": {}}]}, "$.permissions[0].deny: expected a list, got an object"),
    (
        {"permissions": [{"identifier": "a", "allow": [{"x": float("nan")}]}]},
        "$.permissions[0].allow[0].x: expected a JSON value, got nan",
    ),
    (
        {"permissions": [{"identifier": "a", "allow": [{"a b": Path("x")}]}]},
        '$.permissions[0].allow[0]["a b"]: expected a JSON value, got a Python PosixPath',
    ),
    (
        {"permissions": [{"identifier": "a", "allow": [2**70]}]},
        "$.permissions[0].allow[0]: expected a JSON value, got 1180591620717411303424",
    ),
    (
        {"permissions": ["a-b-"]},
        '$.permissions[0]: "a-b-" cannot name a permission: it is made of ASCII letters, digits, '
        "inner hyphens, and a colon after the plugin's name",
    ),
    ({"windows": "main"}, '$.windows: expected a list of strings, got "main"'),
    ({"windows": ["main", None]}, "$.windows[1]: expected a string, got null"),
    ({"webviews": ["a[b"]}, '$.webviews[0]: "a[b": a "[" needs a set of characters and a "]"'),
    ({"local": "yes"}, '$.local: expected true or false, got "yes"'),
    ({"remote": ["https://a"]}, "$.remote: expected an object, got a list"),
    ({"remote": {"url": []}}, '$.remote: "urls" is missing'),
    ({"remote": {"urls": [0.5]}}, "$.remote.urls[0]: expected a string, got 0.5"),
    (
        {"remote": {"urls": ["a.com"]}},
        '$.remote.urls[0]: expected a URL pattern such as "https://*.example.com", got "a.com"',
    ),
    (
        {"platforms": ["Linux"]},
        '$.platforms[0]: expected one of "linux", "macOS", "windows", "android", "iOS", got "Linux"',
    ),
    ({"platforms": "linux"}, '$.platforms: expected a list of platforms, got "linux"'),
    ({"description": None}, "$.description: expected a string, got null"),
    ({"identifier": {"x" * 99: 1}}, "$.identifier: expected a string, got an object"),
    ({"windows": "x" * 99}, f'$.windows: expected a list of strings, got "{"x" * 59}…"'),
]


@pytest.mark.parametrize(("value", "message"), NO_CAPABILITY)
def test_what_is_no_capability_is_refused(value: Any, message: str) -> None:
    with pytest.raises(AclError) as error:
        capability_from(value, "capabilities/main.json")
    assert str(error.value) == f"capabilities/main.json: {message}"


@pytest.mark.parametrize(("value", "message"), WRONG)
def test_a_wrong_value_is_refused_with_the_way_to_it(value: dict[str, Any], message: str) -> None:
    with pytest.raises(AclError) as error:
        capability_from({"identifier": "c", "permissions": [], **value}, "capabilities/main.json")
    assert str(error.value) == f"capabilities/main.json: {message}"


def test_a_capability_inside_the_configuration_is_named_by_its_place_there() -> None:
    with pytest.raises(AclError) as error:
        active_capabilities([], ["x", {"identifier": "c"}], "shell.toml")
    assert str(error.value) == 'shell.toml: $.app.security.capabilities[0]: there is no capability "x"'
    with pytest.raises(AclError) as error:
        active_capabilities([], [{"identifier": "c"}], "shell.toml")
    assert str(error.value) == 'shell.toml: $.app.security.capabilities[0]: "permissions" is missing'


def test_a_capability_from_python_may_hold_what_a_file_does() -> None:
    written: list[Any] = ["notes:read", {"identifier": "notes:write", "allow": [{"path": "$HOME"}]}]
    keys: dict[str, Any] = {"windows": ["main"], "platforms": ["linux"], "local": False}
    assert Capability("c", written, **keys) == capability(*written, identifier="c", **keys)
    assert Capability("c", (), platforms={"linux"}) == Capability("c", [], platforms=["linux"])


def test_what_is_odd_and_no_error_is_noted() -> None:
    found = capability_from({"identifier": "c", "permissions": [], "window": ["main"], "author": "ada"}, "c.json")
    assert found.notes == (
        'c.json: $: "window" means nothing here; did you mean "windows"?',
        'c.json: $: applies to no window, because "windows" and "webviews" are both empty',
    )


def test_dates_of_toml_become_text_as_in_tauri() -> None:
    found = capability({"identifier": "a", "allow": [dt.date(2024, 2, 29), {"at": dt.time(7, 30)}]})
    assert found.permissions[0].scope.allow == ("2024-02-29", {"at": "07:30:00"})


def test_a_deeply_nested_scope_is_refused() -> None:
    deep: Any = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(AclError, match="nested deeper than 64 levels"):
        capability({"identifier": "a", "allow": [deep]})


FILES = [capability("a", identifier="one"), capability("b", identifier="two")]


def test_all_files_count_where_the_configuration_lists_nothing() -> None:
    assert active_capabilities(FILES, []) == tuple(FILES)


def test_only_what_the_configuration_lists_counts() -> None:
    inline = {"identifier": "three", "permissions": ["c"]}
    found = active_capabilities(FILES, ["two", inline, capability("d", identifier="four")])
    assert [one.identifier for one in found] == ["two", "three", "four"]


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        (["twoo"], '[0]: there is no capability "twoo"; did you mean "two"?'),
        ([3], "[0]: expected an object, got 3"),
        (
            ["one", {"identifier": "one", "permissions": []}],
            '[1]: the identifier "one" is taken by capabilities/one.json: $',
        ),
    ],
)
def test_a_listed_capability_that_cannot_be_is_refused(listed: list[Any], message: str) -> None:
    with pytest.raises(AclError) as error:
        active_capabilities(FILES, listed)
    assert str(error.value) == f"tauri.conf.json: $.app.security.capabilities{message}"


def test_a_capability_listed_twice_is_refused() -> None:
    with pytest.raises(AclError, match=r'the identifier "one" is taken by capabilities/one\.json'):
        active_capabilities(FILES, ["one", "one"])


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "identifier": st.text() | JSON,
        "permissions": st.lists(st.text() | st.fixed_dictionaries({"identifier": st.text(), "allow": JSON})) | JSON,
        "windows": st.lists(st.text()) | JSON,
        "webviews": st.lists(st.text()) | JSON,
        "remote": st.fixed_dictionaries({"urls": st.lists(st.text())}) | JSON,
        "platforms": st.lists(st.sampled_from(["linux", "macOS"])) | JSON,
        "local": JSON,
        "description": JSON,
    },
)


@given(JSON | NEARLY)
def test_any_json_is_a_capability_or_one_line_of_error(value: Any) -> None:
    assert len(refused(lambda: json.dumps(scopes(capability_from(value, "here")))).splitlines()) <= 1


def scopes(found: Capability) -> list[Any]:
    return [(entry.scope.allow, entry.scope.deny) for entry in found.permissions]


def test_not_each_of_thousands_of_unknown_keys_is_compared_with_those_that_there_are() -> None:
    odd = {f"windows{number:x}": 0 for number in range(60_000)}
    begun = time.process_time()
    found = capability_from({"identifier": "a", "permissions": [], "windows": ["*"], **odd}, "a.json")
    assert time.process_time() - begun < 2.0
    assert len(found.notes) == 20
