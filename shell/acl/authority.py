"""The authority: may this caller run this command, and with which scope."""

import threading
from collections.abc import Collection, Iterable, Mapping, Set
from typing import Any

from shell.acl.caller import Caller
from shell.acl.capability import Capability, capability_from, refuse_duplicates
from shell.acl.decision import Allowed, Decision, Denied
from shell.acl.errors import AclError
from shell.acl.identifier import APP_ACL_KEY, CORE_NAMESPACES, problem_of
from shell.acl.manifest import Manifest
from shell.acl.origin import Origin, cut
from shell.acl.place import quoted
from shell.acl.resolved import Resolved
from shell.acl.urlpattern import LONGEST_URL, UrlPattern
from shell.value import frozen


@frozen
class Explanation:
    """What one kind of page in one window may do.

    Attributes:
        window: The window's label.
        webview: The webview's label.
        url: A pattern out of a capability for the remote pages that it matches; `None` for the app's own pages.
        decisions: The answer for each command that there is.
    """

    window: str
    webview: str
    url: str | None
    decisions: Mapping[str, Decision]

    @property
    def allowed(self) -> Mapping[str, Allowed]:
        """The commands that may be run, and by what."""
        return {name: answer for name, answer in self.decisions.items() if isinstance(answer, Allowed)}

    @property
    def denied(self) -> Mapping[str, Denied]:
        """The commands that may not, and why."""
        return {name: answer for name, answer in self.decisions.items() if isinstance(answer, Denied)}


class Authority:
    """Decides every call, from the capabilities of the program.

    A command of a plugin may be run where a capability of the caller's window and origin allows it and none of
    them denies it. A command of the app's own may be run by the app's own pages everywhere, until a capability
    or one of the app's permissions names it; from then on it is as any other. A remote page may only run what a
    capability with its URL in `remote.urls` grants.

    In two things this is not Tauri's `RuntimeAuthority`. A denial holds for the pages that its capability speaks of,
    not for all; and app commands that nothing names stay open when others are named.

    Args:
        manifests: What can be granted, by the key of the plugin: `core:window`, `notification`, and the app's own
            permissions under `APP_ACL_KEY`.
        capabilities: What is granted.
        platform: The platform that the program runs on.
        naming: Capabilities that grant and deny nothing here, whether they count or not. An app command that one of
            them names is not open to every page any more.
        app_commands: The app's commands. Handed over as a set or the keys of a dictionary it is looked at again
            when an unknown command is asked for, so that commands may come later; permissions `allow-…` and
            `deny-…` are for those that are there when a capability is added.

    Attributes:
        generation: A number that changes whenever answers given before may not hold any more.

    Raises:
        AclError: A capability names a permission that does not exist, two have one identifier, or a plugin has a
            name that it cannot have.
    """

    def __init__(
        self,
        manifests: Mapping[str, Manifest],
        capabilities: Iterable[Capability],
        *,
        platform: str = "linux",
        naming: Iterable[Capability] = (),
        app_commands: Collection[str] = (),
    ) -> None:
        self._manifests = dict(manifests)
        for key in self._manifests:
            _refuse_name(key, self._manifests)
        self._platform = platform
        self._app_commands = app_commands if isinstance(app_commands, Set | Mapping) else frozenset(app_commands)
        self._naming = tuple(naming)
        self._adding = threading.Lock()
        self._resolved = self._resolve(tuple(capabilities))
        self.generation = 1

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """The capabilities that count."""
        return self._resolved.capabilities

    @property
    def remote(self) -> tuple[UrlPattern, ...]:
        """The patterns of all remote pages that may be shown on this platform, in some window.

        They are those of capabilities that do not only deny: of what nobody is to have, no page gets a network.
        """
        return self._resolved.remote

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the capabilities and yet no error: one line each."""
        return self._resolved.warnings

    def decide(self, command: str, caller: Caller) -> Decision:
        """Say whether a caller may run a command. Never raises.

        Args:
            command: As `invoke` was given it: `plugin:window|set_title`, or the name of a command of the app.
            caller: Who calls.
        """
        url = None if caller.local else caller.url
        if url is not None and len(url) > LONGEST_URL:
            # No pattern matches it, nor what is cut, which is no ASCII. So it cannot fill the memory of what is kept.
            url = cut(url)
        return self._resolved.decide(command, caller.window, caller.webview, url)

    def knows_remote(self, window: str, webview: str, url: str) -> bool:
        """Say whether a capability of a webview speaks of the remote pages at a URL, and does not only deny.

        Args:
            window: The label of the window.
            webview: The label of the webview.
            url: Where the webview might go.
        """
        return self._resolved.knows_remote(window, webview, url)

    def add_capability(self, capability: Capability | Mapping[str, Any]) -> None:
        """Grant more while the program runs. May be called from any thread.

        Args:
            capability: A capability, or a mapping as a capability file holds it.

        Raises:
            AclError: Something in it is wrong, or its identifier is taken; nothing has changed then.
        """
        if not isinstance(capability, Capability):
            capability = capability_from(capability, "capability added while running")
        with self._adding:
            self._resolved = self._resolve((*self._resolved.capabilities, capability))
            self.generation += 1

    def check_sets(self, keys: Iterable[str]) -> None:
        """See that the sets of permissions in manifests name what there is, also where no capability grants them.

        Args:
            keys: The manifests' keys.

        Raises:
            AclError: One names a permission that does not exist, or contains itself.
        """
        self._resolved.check_sets(keys)

    def explain(self, windows: Iterable[str]) -> tuple[Explanation, ...]:
        """Say for each window what may be called in it, and what allows or denies it.

        One explanation for the app's own pages, and one for each pattern of remote pages that a capability of this
        window names. Each pattern by itself: a page whose URL several of them match has what all of them grant.

        Args:
            windows: Labels of windows, each of which has one webview of the same label.
        """
        resolved = self._resolved
        commands = tuple(resolved.commands())
        explanations = []
        for label in windows:
            patterns = dict.fromkeys(
                pattern.pattern
                for capability in resolved.capabilities
                if capability.applies_to(label, label) and capability.applies_on(self._platform)
                for pattern in capability.remote
            )
            for url in (None, *patterns):
                origin = Origin(label, label, url, pattern=url is not None)
                decisions = {command: resolved.judge(command, origin) for command in commands}
                explanations.append(Explanation(label, label, url, decisions))
        return tuple(explanations)

    def _resolve(self, capabilities: tuple[Capability, ...]) -> Resolved:
        refuse_duplicates(capabilities)
        return Resolved(self._manifests, capabilities, self._platform, self._app_commands, self._naming)


def _refuse_name(key: str, keys: Mapping[str, Manifest]) -> None:
    if key == APP_ACL_KEY:
        return
    if problem := problem_of(key):
        raise AclError(f"{quoted(key)} cannot name a plugin: {problem}")
    if ":" in key and key.removeprefix("core:") not in CORE_NAMESPACES:
        raise AclError(f"{quoted(key)} cannot name a plugin: only the core's have a colon in their names")
    if f"core:{key}" in keys:
        raise AclError(f"{quoted(key)} cannot name a plugin: it is the name of one of the core's")
