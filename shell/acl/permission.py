"""Permissions: commands that are allowed or denied under a name, and sets of such names."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, get_args

import attrs

from shell.acl.identifier import problem_of
from shell.acl.place import Place, quoted, shown
from shell.acl.scope import Scope, scope_from
from shell.given import expect
from shell.value import frozen

type Platform = Literal["linux", "macOS", "windows", "android", "iOS"]

PLATFORMS: Final = get_args(Platform.__value__)
"""The names of the platforms, as capabilities and permissions write them."""


def listed[T](items: Iterable[T]) -> tuple[T, ...]:
    """Take what Python gives for a field that is a tuple; a string would be taken for a list of its letters.

    Raises:
        TypeError: It is a string, or no list of any kind.
    """
    if isinstance(items, str):
        raise TypeError(f"expected a list of strings, got the string {quoted(items)}")
    if not isinstance(items, Iterable) or isinstance(items, Mapping):
        raise TypeError(f"expected a list of strings, got {items!r}")
    return tuple(items)


def names(items: Iterable[str]) -> tuple[str, ...]:
    """Take any list of strings for a field that is a tuple of them."""
    taken = listed(items)
    for item in taken:
        if not isinstance(item, str):
            raise TypeError(f"expected a list of strings, got {shown(item)} in it")
    return taken


def _platforms(value: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if value is None else platforms_from(listed(value), Place("Permission", "platforms"))


def _commands(value: "Commands") -> "Commands":
    expect(value, Commands, "Permission: commands", "a Commands")
    return value


def _scope(value: Scope) -> Scope:
    expect(value, Scope, "Permission: scope", "a Scope")
    return value


@frozen
class Commands:
    """Names of commands, without the plugin.

    Attributes:
        allow: Those that the permission allows.
        deny: Those that it denies, whatever else allows them.
    """

    allow: tuple[str, ...] = attrs.field(default=(), converter=names)
    deny: tuple[str, ...] = attrs.field(default=(), converter=names)

    def __bool__(self) -> bool:
        return bool(self.allow or self.deny)


@frozen
class Permission:
    """What one identifier grants or takes away.

    Attributes:
        identifier: Its name in the manifest, without the plugin: `allow-send`.
        commands: The commands that it is about.
        scope: What it says about their values. In a permission without commands: what it says about the values
            of every command of the plugin.
        platforms: Where it applies; everywhere if `None`.
        description: What it does, for people.
    """

    identifier: str
    commands: Commands = attrs.field(factory=Commands, converter=_commands)
    scope: Scope = attrs.field(factory=Scope, converter=_scope)
    platforms: tuple[str, ...] | None = attrs.field(default=None, converter=_platforms)
    description: str = ""

    def applies_on(self, platform: str) -> bool:
        """Whether it counts on a platform."""
        return self.platforms is None or platform in self.platforms


@frozen
class PermissionSet:
    """Several permissions under one identifier.

    Attributes:
        identifier: Its name in the manifest, without the plugin.
        permissions: Names of permissions and sets of the same manifest, and with a plugin's name before them of
            others.
        description: What it grants, for people.
        place: Where it is written, for errors.
    """

    identifier: str
    permissions: tuple[str, ...] = attrs.field(converter=names)
    description: str = ""
    place: Place | None = attrs.field(default=None, eq=False, repr=False)


def slug(command: str) -> str:
    """A command's name as it stands in the identifiers of its permissions: `set-title` for `set_title`."""
    return command.replace("_", "-")


def command_permissions(commands: Iterable[str], identifier: str) -> Permission | None:
    """The permission that a plugin has for a command without writing it: `allow-set-title`, `deny-set-title`.

    Args:
        commands: The commands whose slug the identifier names; more than one where `a_b` and `a-b` both exist.
        identifier: The name in the manifest.
    """
    commands = tuple(commands)
    if not commands:
        return None
    allowing = identifier.startswith("allow-")
    named = " and ".join(commands)
    return Permission(
        identifier,
        Commands(allow=commands) if allowing else Commands(deny=commands),
        description=f"{'Allows' if allowing else 'Denies'} the command {named} and says nothing about its values.",
    )


def permission_from(value: object, place: Place) -> Permission:
    """Read an entry of `[[permission]]`.

    Raises:
        AclError: Something in it is wrong.
    """
    table = place.table(value)
    commands = place.at("commands").table(table.get("commands", {}))
    scope_place = place.at("scope")
    return Permission(
        identifier_from(table, place),
        Commands(
            place.at("commands").at("allow").texts(commands.get("allow", ())),
            place.at("commands").at("deny").texts(commands.get("deny", ())),
        ),
        scope_from(scope_place.table(table.get("scope", {})), scope_place),
        platforms_from(table.get("platforms"), place.at("platforms")),
        place.at("description").text(table.get("description") or ""),
    )


def set_from(value: object, place: Place, identifier: str | None = None) -> PermissionSet:
    """Read an entry of `[[set]]`, or `[default]`, whose identifier is given.

    Raises:
        AclError: Something in it is wrong.
    """
    table = place.table(value)
    if "permissions" not in table:
        raise place.error('"permissions" is missing')
    members = place.at("permissions").texts(table["permissions"])
    for number, member in enumerate(members):
        if problem := problem_of(member):
            raise place.at("permissions").at(number).error(f"{quoted(member)} cannot name a permission: {problem}")
    return PermissionSet(
        identifier or identifier_from(table, place),
        members,
        place.at("description").text(table.get("description") or ""),
        place,
    )


def identifier_from(table: Mapping[str, Any], place: Place) -> str:
    """Read the `identifier` of a permission or a set."""
    if "identifier" not in table:
        raise place.error('"identifier" is missing')
    identifier = place.at("identifier").text(table["identifier"])
    problem = problem_of(identifier) or ("a plugin's name does not belong here" if ":" in identifier else None)
    if problem:
        raise place.at("identifier").error(f"{quoted(identifier)} cannot name a permission: {problem}")
    return identifier


def platforms_from(value: object, place: Place) -> tuple[str, ...] | None:
    """Read `platforms`, which may be missing or null."""
    if value is None:
        return None
    for at, name in place.items(value, "a list of platforms"):
        if at.text(name) not in PLATFORMS:
            raise at.expected(f"one of {', '.join(quoted(known) for known in PLATFORMS)}", name)
    return place.texts(value)
