"""Capabilities held against manifests: who may run what, ready to be asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from shell.acl import refusal
from shell.acl.capability import Capability, PermissionEntry
from shell.acl.decision import Allowed, Decision, Denied, Reference
from shell.acl.expansion import Expansion, Grant
from shell.acl.identifier import APP_ACL_KEY, command_name, owner
from shell.acl.manifest import Manifest
from shell.acl.origin import Origin
from shell.acl.place import Place
from shell.acl.scope import Scope
from shell.value import frozen

_KEPT_ORIGINS = 256
_KEPT_DECISIONS = 8192
_NOTHING = Scope()

type _Index = defaultdict[str, list[tuple[str, Grant]]]


@frozen(eq=False)
class _Mention:
    """A capability's entry and the permission through which it speaks of a command."""

    capability: Capability
    entry: PermissionEntry
    grant: Grant

    @property
    def reference(self) -> Reference:
        return Reference(self.capability.identifier, self.grant.identifier)


class Resolved:
    """The capabilities of a program at one moment; a new one is made when they change.

    Commands are found by name, and what a capability says is looked at only once a page asks for a command that it
    mentions. So an answer costs the same among a thousand capabilities as with one.

    Args:
        manifests: The manifests, by their keys.
        capabilities: Those that count.
        platform: The platform that the program runs on.
        app_commands: The app's commands; looked at again whenever a command is asked for that was not there.
        naming: Capabilities that name the app's commands, whether they count or not.

    Attributes:
        capabilities: As given.
        remote: The patterns of all remote pages that may be shown.
        warnings: What is odd about the capabilities and yet no error.

    Raises:
        AclError: A capability, or a set that it names, names a permission that does not exist.
    """

    def __init__(
        self,
        manifests: Mapping[str, Manifest],
        capabilities: Iterable[Capability],
        platform: str,
        app_commands: Collection[str],
        naming: Iterable[Capability] = (),
    ) -> None:
        self.capabilities = tuple(capabilities)
        self._manifests = manifests
        self._app_commands = app_commands
        self._platform = platform
        self._expansion = Expansion(manifests, app_commands)
        # The entries that write an identifier, its permissions that are scopes only, and the identifiers through
        # which a command is allowed or denied: apart, so that a set is looked through once, however many name it.
        self._entries: defaultdict[str, list[tuple[Capability, PermissionEntry]]] = defaultdict(list)
        self._scoping: dict[str, tuple[Grant, ...]] = {}
        self._granting: set[str] = set()
        self._withholding: set[str] = set()
        self._allowing: _Index = defaultdict(list)
        self._denying: _Index = defaultdict(list)
        self._named = set(self._named_by_app())
        global_scopes: defaultdict[str, list[Scope]] = defaultdict(list)
        for capability in (*naming, *self.capabilities):
            for entry in capability.permissions:
                self._named.update(self._expansion.names_in_app(entry.identifier))
        for capability in self.capabilities:
            self._add(capability, global_scopes)
        self._global_scopes = {key: Scope.merged(scopes) for key, scopes in global_scopes.items()}
        self._showing = tuple(one for one in self.capabilities if one.remote and self._shows(one))
        self.remote = tuple(dict.fromkeys(pattern for one in self._showing for pattern in one.remote))
        notes = (note for capability in self.capabilities for note in capability.notes)
        self.warnings = (*notes, *self._expansion.warnings)
        self._meant: dict[Origin, frozenset[str]] = {}
        self._decisions: dict[tuple[str, str, str, str | None], Decision] = {}

    def decide(self, command: str, window: str, webview: str, url: str | None) -> Decision:
        """Answer for a page, out of what was answered before where it was.

        Args:
            command: As `invoke` was given it.
            window: The label of the page's window.
            webview: The label of its webview.
            url: Its URL, or `None` for a page of the app's own.
        """
        asked = (command, window, webview, url)
        if (decision := self._decisions.get(asked)) is not None:
            return decision
        key, name = owner(command, self._manifests)
        if not self._knows(key, name):
            # Not kept: a page can think up any number of them, and the app may yet get such a command.
            return Denied(refusal.unknown(key, name, self._manifests))
        decision = self.judge(command, Origin(window, webview, url))
        if len(self._decisions) >= _KEPT_DECISIONS:
            self._decisions.clear()
        self._decisions[asked] = decision
        return decision

    def check_sets(self, keys: Iterable[str]) -> None:
        """See that the sets of manifests name what there is.

        Raises:
            AclError: One does not.
        """
        for key in keys:
            self._expansion.check_sets(key)

    def judge(self, command: str, origin: Origin) -> Decision:
        """Answer for a command that there is, out of the capabilities themselves."""
        key, name = owner(command, self._manifests)
        if denying := self._mentions(self._denying, command, origin):
            by = tuple(dict.fromkeys(mention.reference for mention in denying))
            return Denied(refusal.denied(key, name, origin, by), by)
        global_scope = self._global_scopes.get(key, _NOTHING)
        if allowing := self._mentions(self._allowing, command, origin):
            # What the capability adds goes before what the permission has, as in Tauri.
            scopes = (scope for one in allowing for scope in (one.entry.scope, one.grant.permission.scope))
            by = tuple(dict.fromkeys(mention.reference for mention in allowing))
            return Allowed(Scope.merged(scopes), global_scope, by)
        if key == APP_ACL_KEY and command not in self._named and origin.url is None:
            return Allowed(global_scope=global_scope)
        elsewhere = [
            (capability, Reference(capability.identifier, grant.identifier))
            for identifier, grant in self._allowing.get(command, ())
            for capability, _ in self._entries[identifier]
        ]
        permissions, more = self._expansion.allowing(key, name)
        return Denied(refusal.not_allowed(key, name, origin, elsewhere, permissions, more))

    def knows_remote(self, window: str, webview: str, url: str) -> bool:
        """Whether a capability of a webview has a pattern that matches a URL, and does not only deny."""
        origin = Origin(window, webview, url)
        return any(origin.is_meant_by(one) for one in self._showing)

    def commands(self) -> Iterator[str]:
        """Every command that there is, as `invoke` is given it."""
        known = (
            command_name(key, name)
            for key, manifest in self._manifests.items()
            for name in sorted(manifest.known_commands)
        )
        yield from dict.fromkeys((*tuple(self._app_commands), *known))

    def _knows(self, key: str, name: str) -> bool:
        if key == APP_ACL_KEY and name in self._app_commands:
            return True
        return key in self._manifests and name in self._manifests[key].known_commands

    def _shows(self, capability: Capability) -> bool:
        """Whether the remote pages that a capability speaks of may be shown: not for what it denies them alone."""
        named = {entry.identifier for entry in capability.permissions}
        return (
            capability.applies_on(self._platform)
            and bool(capability.windows or capability.webviews)
            and (named.isdisjoint(self._withholding) or not named.isdisjoint(self._granting))
        )

    def _add(self, capability: Capability, global_scopes: defaultdict[str, list[Scope]]) -> None:
        if not capability.applies_on(self._platform):
            return
        for number, entry in enumerate(capability.permissions):
            if entry.identifier not in self._scoping:
                self._index(entry.identifier, capability.place.at("permissions").at(number))
            self._entries[entry.identifier].append((capability, entry))
            for grant in self._scoping.get(entry.identifier, ()):
                global_scopes[grant.key] += (entry.scope, grant.permission.scope)

    def _index(self, identifier: str, place: Place) -> None:
        if not (found := self._expansion.expand(identifier, place)):
            # Not noted down, so that each capability that asks for what is not there has its own warning.
            return
        grants = [grant for grant in found if grant.permission.applies_on(self._platform)]
        self._scoping[identifier] = tuple(grant for grant in grants if not grant.permission.commands)
        for grant in grants:
            if grant.permission.commands.allow:
                self._granting.add(identifier)
            if grant.permission.commands.deny:
                self._withholding.add(identifier)
            for name in grant.permission.commands.allow:
                self._allowing[command_name(grant.key, name)].append((identifier, grant))
            for name in grant.permission.commands.deny:
                self._denying[command_name(grant.key, name)].append((identifier, grant))

    def _mentions(self, index: _Index, command: str, origin: Origin) -> list[_Mention]:
        if not (mentioned := index.get(command)):
            return []
        meant = self._capabilities_for(origin)
        return [
            _Mention(capability, entry, grant)
            for identifier, grant in mentioned
            for capability, entry in self._entries[identifier]
            if capability.identifier in meant
        ]

    def _capabilities_for(self, origin: Origin) -> frozenset[str]:
        if (meant := self._meant.get(origin)) is None:
            meant = frozenset(one.identifier for one in self.capabilities if origin.is_meant_by(one))
            if len(self._meant) >= _KEPT_ORIGINS:
                # Together, or decisions would go on holding the URLs of origins that are forgotten.
                self._meant.clear()
                self._decisions.clear()
            self._meant[origin] = meant
        return meant

    def _named_by_app(self) -> Iterator[str]:
        """The app's commands that its own permissions name, by themselves or in a set."""
        if manifest := self._manifests.get(APP_ACL_KEY):
            yield from manifest.known_commands
            for found in (*manifest.sets, *((manifest.default,) if manifest.default else ())):
                for member in found.permissions:
                    yield from self._expansion.names_in_app(member)
