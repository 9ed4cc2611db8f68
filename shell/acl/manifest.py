"""Manifests: the commands of a plugin, or of the app, and the permissions that speak of them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

import attrs
import msgspec

from shell.acl.documents import documents
from shell.acl.identifier import CORE_NAMESPACES, problem_of
from shell.acl.permission import (
    Permission,
    PermissionSet,
    command_permissions,
    names,
    permission_from,
    set_from,
    slug,
)
from shell.acl.place import Place, quoted
from shell.bundled import bundled
from shell.value import frozen

DEFAULT: Final = "default"
"""The name of a manifest's default set."""


def _default(value: PermissionSet | Iterable[str] | None) -> PermissionSet | None:
    return value if value is None or isinstance(value, PermissionSet) else PermissionSet(DEFAULT, value)


def _permissions(items: Iterable[Permission]) -> tuple[Permission, ...]:
    return tuple(items)


def _sets(items: Iterable[PermissionSet]) -> tuple[PermissionSet, ...]:
    return tuple(items)


@frozen
class Manifest:
    """What a plugin gives capabilities to name.

    For each command there are `allow-<command>` and `deny-<command>`, with hyphens for underscores, without
    anyone writing them; a permission of that name that is written takes their place.

    Attributes:
        commands: The commands, without the plugin's name.
        default: What `<plugin>:default` grants: names of permissions and sets of this manifest, or of others with
            their plugin's name. Nothing, if `None`.
        permissions: Permissions beyond those of the single commands.
        sets: Sets of permissions beside the default one.
    """

    commands: tuple[str, ...] = attrs.field(default=(), converter=names)
    default: PermissionSet | None = attrs.field(default=None, converter=_default)
    permissions: tuple[Permission, ...] = attrs.field(default=(), converter=_permissions)
    sets: tuple[PermissionSet, ...] = attrs.field(default=(), converter=_sets)

    @permissions.validator
    @sets.validator
    def _named_well(self, _: object, members: tuple[Permission | PermissionSet, ...]) -> None:
        for member in members:
            problem = problem_of(member.identifier)
            if problem or ":" in member.identifier:
                problem = problem or "a plugin's name does not belong here"
                raise Place("manifest").error(f"{quoted(member.identifier)} cannot name a permission: {problem}")

    @cached_property
    def _by_slug(self) -> Mapping[str, tuple[str, ...]]:
        return commands_by_slug(self.commands)

    @cached_property
    def _written(self) -> Mapping[str, Permission | PermissionSet]:
        # A set goes before a permission of the same name, and of two the later counts, as in Tauri.
        written: dict[str, Permission | PermissionSet] = {one.identifier: one for one in self.permissions}
        return written | {one.identifier: one for one in self.sets}

    @cached_property
    def known_commands(self) -> frozenset[str]:
        """Every command that this manifest names anywhere."""
        written = {name for p in self.permissions for name in (*p.commands.allow, *p.commands.deny)}
        return frozenset(self.commands) | written

    def find(self, name: str) -> Permission | PermissionSet | None:
        """What a name stands for, if anything; `default` for the default set.

        Args:
            name: The identifier without the plugin.
        """
        if name == DEFAULT:
            return self.default or PermissionSet(DEFAULT, ())
        return self._written.get(name) or of_command(self._by_slug, name)

    def names(self) -> Iterator[str]:
        """Every name that `find` knows."""
        if self.default is not None:
            yield DEFAULT
        yield from self._written
        for command in self._by_slug:
            yield f"allow-{command}"
            yield f"deny-{command}"


def commands_by_slug(commands: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Commands by the names that they have in the identifiers of their permissions."""
    found: dict[str, tuple[str, ...]] = {}
    for command in commands:
        found[slug(command)] = (*found.get(slug(command), ()), command)
    return found


def of_command(by_slug: Mapping[str, tuple[str, ...]], name: str) -> Permission | None:
    """The permission `allow-<command>` or `deny-<command>` of that name, where there is such a command."""
    verb, _, command = name.partition("-")
    return command_permissions(by_slug.get(command, ()), name) if verb in {"allow", "deny"} else None


def core_manifests() -> Mapping[str, Manifest]:
    """The manifests of Tauri's core plugins, by their keys: `core:window`, …, and `core` with its default set.

    Their commands are those that `@tauri-apps/api` 2.12.5 calls and the few that Tauri's own scripts do; what is in a
    default set is what Tauri 2.11 puts there.
    """
    folder = bundled("permissions", "core")
    manifests = {f"core:{name}": _shipped(folder / f"{name}.json") for name in CORE_NAMESPACES}
    return {"core": Manifest(default=[f"core:{name}:default" for name in CORE_NAMESPACES]), **manifests}


def shipped_manifests() -> Mapping[str, Manifest]:
    """The manifests of every plugin that qtshell brings, by their keys: those of Tauri's core, and the others'."""
    others = {path.stem: _shipped(path) for path in bundled("permissions").glob("*.json")}
    return {**core_manifests(), **others}


def load_permissions(folder: Path) -> Manifest:
    """Read the permissions that an app defines for its own commands.

    All of `**/*.json`, `**/*.json5` and `**/*.toml` but those in folders named `schemas`, in the form that Tauri gives
    them: `default`, `set` and `permission`. Of two permissions of one name the later file's counts.

    Args:
        folder: The folder `permissions` beside the configuration; it may be missing.

    Raises:
        AclError: A file cannot be read, or something in it is wrong.
    """
    default: PermissionSet | None = None
    permissions: list[Permission] = []
    sets: list[PermissionSet] = []
    for place, value in documents(folder):
        table = place.table(value)
        if table.get(DEFAULT) is not None:
            default = set_from(table[DEFAULT], place.at(DEFAULT), DEFAULT)
        for at, item in place.at("set").items(table.get("set", ())):
            sets.append(set_from(item, at))
        for at, item in place.at("permission").items(table.get("permission", ())):
            permissions.append(permission_from(item, at))
    return Manifest((), default, permissions, sets)


def _shipped(path: Path) -> Manifest:
    table = msgspec.json.decode(path.read_bytes())
    return Manifest(commands=table["commands"], default=table["default"])
