"""From the identifiers that capabilities name to the permissions behind them, through sets of sets."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial

from shell.acl.identifier import APP_ACL_KEY, hint, join, problem_of, split
from shell.acl.manifest import DEFAULT, Manifest, commands_by_slug, of_command
from shell.acl.permission import Permission, PermissionSet, slug
from shell.acl.place import Place, quoted
from shell.value import frozen

_DEEPEST = 64
_NAMED = 6
"""Identifiers that allow a command and are told."""
_FEW = 6
"""Names that are all told where none is near the one that was given."""


@frozen(eq=False)
class Grant:
    """A permission behind an identifier, with the manifest that it is of.

    Attributes:
        key: The manifest's key.
        permission: What it grants or denies.
    """

    key: str
    permission: Permission

    @property
    def identifier(self) -> str:
        """The permission's identifier as a capability would write it."""
        return join(self.key, self.permission.identifier)


class _Ways:
    """The ways from the commands of a manifest to the names that allow them, made once for all commands.

    Args:
        names: Those of its permissions and sets, in the order in which they are told.
        find: What a name stands for.
    """

    def __init__(self, names: Iterable[str], find: Callable[[str], Permission | PermissionSet | None]) -> None:
        self._order = {name: number for number, name in enumerate(dict.fromkeys(names))}
        self._allowing: defaultdict[str, list[str]] = defaultdict(list)
        self._holding: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._order:
            found = find(name)
            if isinstance(found, Permission):
                for command in found.commands.allow:
                    self._allowing[command].append(name)
            elif found is not None:
                for member in found.permissions:
                    self._holding[member].append(name)

    def to(self, command: str) -> list[str]:
        """The names that allow a command: that of its own permission first."""
        found = dict.fromkeys(self._allowing.get(command, ()))
        waiting = list(found)
        while waiting:
            for name in self._holding.get(waiting.pop(), ()):
                if name not in found:
                    found[name] = None
                    waiting.append(name)
        own = f"allow-{slug(command)}"
        return sorted(found, key=lambda name: -1 if name == own else self._order[name])


class Expansion:
    """Answers what an identifier means among the plugins of one program.

    Args:
        manifests: Those of the plugins, and the app's under `APP_ACL_KEY` where it has one.
        app_commands: The app's commands, each of which has `allow-…` and `deny-…`.

    Attributes:
        warnings: What was asked for and grants nothing, because this program has no such plugin.
    """

    def __init__(self, manifests: Mapping[str, Manifest], app_commands: Collection[str]) -> None:
        self._manifests = manifests
        self._app_commands = commands_by_slug(tuple(app_commands))
        self._expanded: dict[str, tuple[Grant, ...]] = {}
        self._ways: dict[str, _Ways] = {}
        self._allowing: dict[tuple[str, str], tuple[tuple[str, ...], int]] = {}
        self.warnings: dict[str, None] = {}

    def expand(self, identifier: str, place: Place) -> tuple[Grant, ...]:
        """Find the permissions that an identifier stands for.

        As in `tauri_utils::acl::resolved`, but that a plugin that is not there is worth a warning only: a Tauri
        project may name plugins that qtshell does not have, and the rest of it works all the same.

        Args:
            identifier: Of a permission or a set.
            place: Where it is written, for errors.

        Raises:
            AclError: The plugin has no such permission, or a set contains itself.
        """
        if problem := problem_of(identifier):
            raise place.error(f"{quoted(identifier)} cannot name a permission: {problem}")
        key, name = split(identifier)
        return self._grants(key, name, place, ())

    def check_sets(self, key: str) -> None:
        """See that each set of a manifest stands for something, its default set among them.

        Raises:
            AclError: One names a permission that does not exist, or contains itself.
        """
        manifest = self._manifests[key]
        for one in (*manifest.sets, *((manifest.default,) if manifest.default else ())):
            self.expand(join(key, one.identifier), Place("manifest"))

    def names_in_app(self, identifier: str) -> tuple[str, ...]:
        """The app's commands that an identifier of one of its permissions names; none for any other identifier."""
        key, name = split(identifier)
        found = self._find(key, name) if key == APP_ACL_KEY else None
        return (*found.commands.allow, *found.commands.deny) if isinstance(found, Permission) else ()

    def allowing(self, key: str, command: str) -> tuple[tuple[str, ...], int]:
        """The identifiers of a manifest whose permissions allow one of its commands: its own first, then the sets.

        Returns:
            The first few of them, and how many there are beside those.
        """
        if (found := self._allowing.get((key, command))) is None:
            if key not in self._ways:
                self._ways[key] = _Ways(self._names(key), partial(self._find, key))
            names = self._ways[key].to(command)
            few = tuple(join(key, name) for name in names[:_NAMED])
            found = self._allowing[key, command] = few, len(names) - len(few)
        return found

    def _names(self, key: str) -> Iterator[str]:
        manifest = self._manifests.get(key, Manifest())
        yield from (permission.identifier for permission in manifest.permissions)
        yield from (found.identifier for found in manifest.sets)
        yield from manifest.names()
        if key == APP_ACL_KEY:
            yield from self.known(key)

    def known(self, key: str) -> Iterator[str]:
        """Every identifier of a manifest."""
        if manifest := self._manifests.get(key):
            yield from (join(key, name) for name in manifest.names())
        if key == APP_ACL_KEY:
            for command in self._app_commands:
                yield f"allow-{command}"
                yield f"deny-{command}"

    def _grants(self, key: str, name: str, place: Place, inside: tuple[str, ...]) -> tuple[Grant, ...]:
        identifier = join(key, name)
        if identifier in self._expanded:
            return self._expanded[identifier]
        if not self._has(key, identifier, place):
            return ()
        found = self._find(key, name)
        if found is None:
            known = tuple(self.known(key))
            few = f"; expected {' or '.join(map(quoted, known))}" if 0 < len(known) <= _FEW else ""
            raise place.error(f"unknown permission {quoted(identifier)}{hint(identifier, known) or few}")
        if isinstance(found, Permission):
            grants: tuple[Grant, ...] = (Grant(key, found),)
        else:
            grants = self._members(key, found, (*inside, identifier))
        self._expanded[identifier] = grants
        return grants

    def _members(self, key: str, found: PermissionSet, inside: tuple[str, ...]) -> tuple[Grant, ...]:
        place = found.place or Place(f"permission set {quoted(inside[-1])}")
        # Sets that share members would double with every level, were each permission not kept once.
        grants: dict[tuple[str, str], Grant] = {}
        for number, member in enumerate(found.permissions):
            at = place.at("permissions").at(number)
            if problem := problem_of(member):
                raise at.error(f"{quoted(member)} cannot name a permission: {problem}")
            prefix, _, base = member.rpartition(":")
            identifier = join(prefix or key, base)
            if identifier in inside:
                way = " → ".join((*inside[inside.index(identifier) :], identifier))
                raise at.error(f"a set cannot contain itself: {way}")
            if len(inside) > _DEEPEST:
                raise at.error(f"sets are nested deeper than {_DEEPEST} levels")
            for grant in self._grants(prefix or key, base, at, inside):
                grants.setdefault((grant.key, grant.permission.identifier), grant)
        return tuple(grants.values())

    def _find(self, key: str, name: str) -> Permission | PermissionSet | None:
        manifest = self._manifests.get(key)
        found = manifest.find(name) if manifest else None
        if found is None and key == APP_ACL_KEY:
            return PermissionSet(DEFAULT, ()) if name == DEFAULT else of_command(self._app_commands, name)
        return found

    def _has(self, key: str, identifier: str, place: Place) -> bool:
        """Whether there is a manifest to look in; a warning where there is none, an error for a slip of the pen."""
        if key in self._manifests or (key == APP_ACL_KEY and self._app_commands):
            return True
        if key == APP_ACL_KEY:
            self._warn(place, f"{quoted(identifier)} grants nothing: the app has no commands or permissions")
            return False
        meant = f"core:{key}"
        if key == "core" or key.startswith("core:"):
            known = [name for other in self._manifests if other.startswith("core") for name in self.known(other)]
            raise place.error(f"unknown permission {quoted(identifier)}{hint(identifier, known)}")
        if meant in self._manifests:
            raise place.error(f"unknown permission {quoted(identifier)}{hint(f'core:{identifier}', self.known(meant))}")
        missing = f"there is no plugin {quoted(key)}{hint(key, self._manifests)}"
        self._warn(place, f"{quoted(identifier)} grants nothing: {missing}")
        return False

    def _warn(self, place: Place, message: str) -> None:
        self.warnings[str(place.error(message))] = None
