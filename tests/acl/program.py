"""A made-up program to ask an authority about."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from shell.acl import (
    AclError,
    Allowed,
    Authority,
    Caller,
    Capability,
    Commands,
    Denied,
    Manifest,
    Permission,
    PermissionSet,
    Scope,
    capability_from,
)

NOTES = Manifest(
    commands=["read", "write", "list_all"],
    default=["allow-read", "scope-home"],
    permissions=[
        Permission("scope-home", scope=Scope(({"path": "$HOME/*"},))),
        Permission("scope-no-keys", scope=Scope((), ({"path": "*.key"},))),
        Permission(
            "read-temp", Commands(allow=["read", "list_all"]), Scope(({"path": "$TEMP"},), ({"path": "$TEMP/x"},))
        ),
        Permission("write-on-macos", Commands(allow=["write"]), platforms=("macOS",)),
        Permission("deny-all", Commands(deny=["read", "write", "list_all"])),
    ],
    sets=[PermissionSet("all", ["default", "allow-write", "read-temp"])],
)
"""A plugin `notes` with three commands, scopes, a set and a default."""


def page(window: str = "main", url: str | None = None, *, webview: str | None = None) -> Caller:
    """A page of the app, or of a URL, in a window."""
    shown = url or "tauri://localhost/"
    parts = urlsplit(shown)
    return Caller(window, webview or window, shown, f"{parts.scheme}://{parts.netloc}", 1, url is None)


def capability(*permissions: Any, identifier: str = "main", **keys: Any) -> Capability:
    """A capability of the window `main`, as a file would hold it."""
    if "windows" not in keys and "webviews" not in keys:
        keys["windows"] = ["main"]
    return capability_from(
        {"identifier": identifier, "permissions": list(permissions), **keys}, f"capabilities/{identifier}.json"
    )


def authority(
    *capabilities: Capability,
    manifests: Mapping[str, Manifest] | None = None,
    app_commands: Iterable[str] = (),
    platform: str = "linux",
) -> Authority:
    """An authority over the plugin `notes`, or over other manifests."""
    return Authority(
        {"notes": NOTES} if manifests is None else manifests,
        capabilities,
        platform=platform,
        app_commands=frozenset(app_commands),
    )


def allowed(asked: Authority, command: str, caller: Caller) -> bool:
    """Whether the answer is yes."""
    answer = asked.decide(command, caller)
    assert isinstance(answer, Allowed | Denied)
    return isinstance(answer, Allowed)


def refused(attempt: Callable[[], object]) -> str:
    """The text of the error that an attempt ends in; empty where it succeeds."""
    try:
        attempt()
    except AclError as error:
        return str(error)
    return ""


def scope_of(asked: Authority, command: str, caller: Caller) -> Scope:
    """The scope of an answer that is yes."""
    answer = asked.decide(command, caller)
    assert isinstance(answer, Allowed), answer
    return answer.scope


def message(asked: Authority, command: str, caller: Caller) -> str:
    """The message of an answer that is no."""
    answer = asked.decide(command, caller)
    assert isinstance(answer, Denied), answer
    return answer.message
