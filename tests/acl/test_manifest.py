from pathlib import Path

import pytest

from shell.acl import (
    CORE_NAMESPACES,
    AclError,
    Authority,
    Capability,
    Commands,
    Manifest,
    Permission,
    PermissionSet,
    core_manifests,
    default_capability,
)
from tests.acl.program import allowed, authority, page

# What `@tauri-apps/api` 2.12.5 passes to `invoke`, one a line.
API_COMMANDS = (Path(__file__).parent / "api_commands.txt").read_text().split()

ALL = {"event": 4, "image": 5, "menu": 22, "path": 8, "resources": 1, "tray": 12}
"""How many commands the plugins have whose default set holds them all."""

WEBVIEW_DEFAULT = {"get_all_webviews", "webview_position", "webview_size", "internal_toggle_devtools"}
APP_DEFAULT = {
    *("version", "name", "tauri_version", "identifier", "bundle_type"),
    *("supports_multiple_windows", "register_listener", "remove_listener"),
}


def granted(*permissions: str) -> set[str]:
    """The commands that some permissions of the core allow."""
    asked = Authority(core_manifests(), [Capability("test", permissions, windows=["main"])])
    (explanation,) = asked.explain(["main"])
    return set(explanation.allowed)


def test_the_api_names_160_commands() -> None:
    assert len(API_COMMANDS) == len(set(API_COMMANDS)) == 160


@pytest.mark.parametrize("command", API_COMMANDS)
def test_each_command_of_the_api_has_a_permission_to_allow_and_one_to_deny_it(command: str) -> None:
    namespace, name = command.removeprefix("plugin:").split("|")
    slug = name.replace("_", "-")
    allowing = Capability("allowing", [f"core:{namespace}:allow-{slug}"], windows=["*"])
    denying = Capability("denying", [f"core:{namespace}:deny-{slug}"], windows=["*"])
    assert allowed(authority(allowing, manifests=core_manifests()), command, page())
    assert not allowed(authority(allowing, denying, manifests=core_manifests()), command, page())


def test_core_default_is_the_default_of_every_core_plugin() -> None:
    assert granted("core:default") == granted(*(f"core:{name}:default" for name in CORE_NAMESPACES))


@pytest.mark.parametrize(("namespace", "count"), ALL.items())
def test_the_default_of_these_plugins_allows_all_their_commands(namespace: str, count: int) -> None:
    commands = core_manifests()[f"core:{namespace}"].commands
    assert len(commands) == count
    assert granted(f"core:{namespace}:default") == {f"plugin:{namespace}|{name}" for name in commands}


def test_the_default_of_webview_asks_and_changes_nothing() -> None:
    assert granted("core:webview:default") == {f"plugin:webview|{name}" for name in WEBVIEW_DEFAULT}


def test_the_default_of_app_asks_and_changes_nothing() -> None:
    assert granted("core:app:default") == {f"plugin:app|{name}" for name in APP_DEFAULT}


def test_the_default_of_window_asks_and_changes_nothing() -> None:
    default = {command.removeprefix("plugin:window|") for command in granted("core:window:default")}
    assert len(default) == 28
    assert {"title", "theme", "is_always_on_top", "internal_toggle_maximize", "get_all_windows"} <= default
    assert not any(name.startswith(("set_", "start_", "create", "close", "hide", "show")) for name in default)


def test_commands_that_only_scripts_of_the_shell_use_have_permissions_too() -> None:
    internal = {"webview": "print", "window": "internal_toggle_maximize", "app": "register_listener"}
    for namespace, name in internal.items():
        assert name in core_manifests()[f"core:{namespace}"].commands


def test_a_program_without_capabilities_may_listen_and_not_close_windows() -> None:
    asked = authority(default_capability(), manifests=core_manifests())
    assert allowed(asked, "plugin:event|listen", page("any-window"))
    assert not allowed(asked, "plugin:window|close", page("any-window"))
    assert not allowed(asked, "plugin:event|listen", page("any-window", "https://example.com/"))


def test_a_written_permission_takes_the_place_of_a_commands_own() -> None:
    manifest = Manifest(["send"], permissions=[Permission("allow-send", Commands(allow=["send_slowly"]))])
    asked = authority(Capability("c", ["mail:allow-send"], windows=["*"]), manifests={"mail": manifest})
    assert not allowed(asked, "plugin:mail|send", page())
    assert allowed(asked, "plugin:mail|send_slowly", page())


def test_a_default_that_is_missing_grants_nothing() -> None:
    asked = authority(Capability("c", ["mail:default"], windows=["*"]), manifests={"mail": Manifest(["send"])})
    assert not allowed(asked, "plugin:mail|send", page())


def test_one_string_is_no_list() -> None:
    with pytest.raises(TypeError, match='expected a list of strings, got the string "send"'):
        Manifest("send")
    with pytest.raises(TypeError, match='expected a list of strings, got the string "main"'):
        Capability("c", ["core:default"], windows="main")


@pytest.mark.parametrize("identifier", ["allow send", "fs:read", ""])
def test_a_permission_is_named_as_capabilities_can_name_it(identifier: str) -> None:
    with pytest.raises(AclError, match="cannot name a permission"):
        Manifest(permissions=[Permission(identifier)])
    with pytest.raises(AclError, match="cannot name a permission"):
        Manifest(sets=[PermissionSet(identifier, [])])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("window", '"window" cannot name a plugin: it is the name of one of the core\'s'),
        ("core:x", '"core:x" cannot name a plugin: only the core\'s have a colon in their names'),
        ("my plugin", '"my plugin" cannot name a plugin: it is made of ASCII letters, digits, inner hyphens,'),
    ],
)
def test_a_plugin_cannot_have_this_name(name: str, message: str) -> None:
    with pytest.raises(AclError) as error:
        Authority({**core_manifests(), name: Manifest()}, [])
    assert str(error.value).startswith(message)
