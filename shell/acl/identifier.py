"""Identifiers of permissions: `core:window:allow-set-title` is a prefix that names a plugin, and a base."""

import re
from collections.abc import Container, Iterable
from typing import Final

APP_ACL_KEY: Final = "__app-acl__"
"""The key of the app's own manifest among those of the plugins."""

CORE_NAMESPACES: Final = ("path", "event", "window", "webview", "app", "image", "resources", "menu", "tray")
"""The plugins that every program has, in the order of Tauri's `core:default`."""

_RESERVED = "tauri-plugin-"
_WORD = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?")
_LONGEST = 64 - len(_RESERVED) + 1 + 64


def problem_of(identifier: str) -> str | None:
    """Say what is wrong with a permission's identifier, or `None` where nothing is.

    The rules are those of `tauri_utils::acl::Identifier`.
    """
    words = identifier.split(":")
    if not identifier:
        return "it is empty"
    if identifier.startswith(_RESERVED):
        return f'it must not start with "{_RESERVED}"'
    if len(identifier) > _LONGEST:
        return f"it is longer than {_LONGEST} characters"
    if len(words) > 2 and words[0] != "core":
        return 'only the identifiers of "core" have more than one colon'
    if not all(_WORD.fullmatch(word) for word in words):
        return "it is made of ASCII letters, digits, inner hyphens, and a colon after the plugin's name"
    return None


def split(identifier: str) -> tuple[str, str]:
    """Part a valid identifier into the key of its manifest and its name there."""
    prefix, _, base = identifier.rpartition(":")
    return prefix or APP_ACL_KEY, base


def join(key: str, base: str) -> str:
    """The identifier that capabilities write for a permission of a manifest."""
    return base if key == APP_ACL_KEY else f"{key}:{base}"


def command_name(key: str, command: str) -> str:
    """What `invoke` is given for a command of a manifest: `plugin:window|set_title` for `core:window`."""
    return command if key == APP_ACL_KEY else f"plugin:{key.removeprefix('core:')}|{command}"


def owner(command: str, keys: Container[str]) -> tuple[str, str]:
    """The key of the manifest that a command belongs to, and its name there; the way back from `command_name`.

    Args:
        command: As `invoke` is given it.
        keys: Those of the manifests that there are; a plugin of the core goes before one of the same name.
    """
    if not command.startswith("plugin:"):
        return APP_ACL_KEY, command
    plugin, _, name = command.removeprefix("plugin:").partition("|")
    key = f"core:{plugin}" if f"core:{plugin}" in keys else plugin
    # Neither `plugin:core:window|…` nor `plugin:__app-acl__|…` is another way to write a command.
    return (key if command_name(key, name) == command else f"plugin:{plugin}"), name


def nearest(identifier: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant."""
    # Needed only on the way to an error, and start-up has no milliseconds to give away.
    import difflib  # noqa: PLC0415

    found = difflib.get_close_matches(identifier, known, n=1, cutoff=0.7)
    return found[0] if found else None


def hint(identifier: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name: `; did you mean "…"?`, or nothing."""
    meant = nearest(identifier, known)
    return f'; did you mean "{meant}"?' if meant else ""
