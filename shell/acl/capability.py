"""Capabilities: which windows, showing which pages, have which permissions."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from shell.acl.documents import documents
from shell.acl.errors import AclError
from shell.acl.globs import Glob
from shell.acl.identifier import hint, nearest, problem_of
from shell.acl.permission import listed, platforms_from
from shell.acl.place import Place, quoted, shown
from shell.acl.scope import Scope, scope_from
from shell.acl.urlpattern import UrlPattern
from shell.given import expect
from shell.value import frozen


def _scope(value: Scope) -> Scope:
    expect(value, Scope, "PermissionEntry: scope", "a Scope")
    return value


@frozen
class PermissionEntry:
    """A permission or set that a capability names.

    Attributes:
        identifier: Its identifier, with the plugin's name unless it is the app's own.
        scope: What the capability adds to its scope.
    """

    identifier: str
    scope: Scope = attrs.field(factory=Scope, converter=_scope)


def _each[T: (Glob, UrlPattern, PermissionEntry)](make: type[T], items: Iterable[str | T]) -> tuple[T, ...]:
    made: list[T] = []
    for item in listed(items):
        if not isinstance(item, str | make):
            raise TypeError(f"expected a list of strings, got {shown(item)} in it")
        made.append(make(item) if isinstance(item, str) else item)
    return tuple(made)


def _entries(entries: Iterable[str | PermissionEntry | Mapping[str, Any]]) -> tuple[PermissionEntry, ...]:
    place = Place("Capability", "permissions")
    return _each(
        PermissionEntry,
        [_entry(item, at) if isinstance(item, Mapping) else item for at, item in place.items(listed(entries))],
    )


def _globs(labels: Iterable[str | Glob]) -> tuple[Glob, ...]:
    return _each(Glob, labels)


def _patterns(urls: Iterable[str | UrlPattern]) -> tuple[UrlPattern, ...]:
    return _each(UrlPattern, urls)


def _named(identifier: str) -> str:
    expect(identifier, str, "Capability: identifier", "a name")
    if not identifier.strip():
        raise Place("Capability", "identifier").expected("a name", identifier)
    return identifier


def _flag(local: bool) -> bool:
    return Place("Capability", "local").flag(local)


def _platforms(platforms: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if platforms is None else platforms_from(listed(platforms), Place("Capability", "platforms"))


def _text(description: str) -> str:
    return Place("Capability", "description").text(description)


@frozen
class Capability:
    """Permissions given to windows.

    A page is meant if the label of its window or of its webview matches, and it is local and `local` is true, or
    its URL matches one of `remote`. Field by field as in Tauri's `Capability`.

    Attributes:
        identifier: Its name; no two capabilities of a program share it.
        permissions: What it grants and denies. A plain string stands for an entry without a scope of its own, and a
            mapping for what a file has there.
        windows: Patterns for labels of windows.
        webviews: Patterns for labels of webviews.
        local: Whether the app's own pages are meant.
        remote: Patterns for the URLs of other pages that are meant.
        platforms: Where it applies; everywhere if `None`.
        description: What it is for, for people.
        place: Where it is written, for errors.
        notes: What is odd about it and yet no error.

    Raises:
        AclError: Something in it is wrong.
        TypeError: A list is none, or holds something else.
    """

    identifier: str = attrs.field(converter=_named)
    permissions: tuple[PermissionEntry, ...] = attrs.field(converter=_entries)
    windows: tuple[Glob, ...] = attrs.field(default=(), converter=_globs)
    webviews: tuple[Glob, ...] = attrs.field(default=(), converter=_globs)
    local: bool = attrs.field(default=True, converter=_flag)
    remote: tuple[UrlPattern, ...] = attrs.field(default=(), converter=_patterns)
    platforms: tuple[str, ...] | None = attrs.field(default=None, converter=_platforms)
    description: str = attrs.field(default="", converter=_text)
    place: Place = attrs.field(
        default=attrs.Factory(lambda self: Place(f"capability {quoted(self.identifier)}"), takes_self=True),
        eq=False,
        repr=False,
    )
    notes: tuple[str, ...] = attrs.field(default=(), eq=False, repr=False)

    def applies_to(self, window: str, webview: str) -> bool:
        """Whether it speaks of the pages of a window, or of a webview in it."""
        return any(glob.matches(window) for glob in self.windows) or any(
            glob.matches(webview) for glob in self.webviews
        )

    def applies_on(self, platform: str) -> bool:
        """Whether it counts on a platform."""
        return self.platforms is None or platform in self.platforms


def default_capability(permissions: Sequence[str] = ("core:default",)) -> Capability:
    """What the windows of a program that declares no capability anywhere may do, for local pages.

    Tauri gives such a program nothing, so that even `listen` is refused. A folder without a configuration should
    work; as soon as there is one capability, in the configuration or from Python, or a file of them, were it with none
    in it, this one is not used.
    """
    return Capability(
        "default",
        list(permissions),
        windows=["*"],
        description="The core's defaults for every window, because the program declares no capability",
    )


def capability_from(mapping: object, name: str, path: str = "$") -> Capability:
    """Read one capability in the form that JSON and TOML files have.

    Args:
        mapping: The capability.
        name: What errors call it: the file, or who handed it over.
        path: Where in that file it stands.

    Raises:
        AclError: Something in it is wrong; the text says where.
    """
    place = Place(name, path)
    table = place.table(mapping)
    for key in ("identifier", "permissions"):
        if key not in table:
            odd = nearest(key, set(table) - set(_KEYS))
            raise place.error(f'"{key}" is missing' + (f"; {quoted(odd)} means nothing here" if odd else ""))
    identifier = place.at("identifier").text(table["identifier"])
    if not identifier.strip():
        raise place.at("identifier").expected("a name", identifier)
    remote = place.at("remote").table(table.get("remote") or {})
    if table.get("remote") is not None and "urls" not in remote:
        raise place.at("remote").error('"urls" is missing')
    urls = place.at("remote").at("urls")
    return Capability(
        identifier,
        [_entry(item, at) for at, item in place.at("permissions").items(table["permissions"])],
        [_compiled(Glob, item, at) for at, item in _labels(table, place, "windows")],
        [_compiled(Glob, item, at) for at, item in _labels(table, place, "webviews")],
        place.at("local").flag(table.get("local", True)),
        [_compiled(UrlPattern, item, at) for at, item in urls.items(remote.get("urls", ()), "a list of strings")],
        platforms_from(table.get("platforms"), place.at("platforms")),
        place.at("description").text(table.get("description", "")),
        place,
        tuple(_oddities(table, place)),
    )


def load_capabilities(folder: Path) -> tuple[Capability, ...]:
    """Read the capability files of a program.

    All of `**/*.json`, `**/*.json5` and `**/*.toml` but those in folders named `schemas`. A file holds one capability,
    a list of them, or a list under `capabilities`.

    Args:
        folder: The folder `capabilities` beside the configuration; it may be missing.

    Raises:
        AclError: A file cannot be read, something in it is wrong, or two capabilities have one identifier.
    """
    capabilities: list[Capability] = []
    for place, value in documents(folder):
        items = [(place, value)]
        if isinstance(value, list):
            items = place.items(value)
        elif isinstance(value, Mapping) and "capabilities" in value:
            items = place.at("capabilities").items(value["capabilities"])
        capabilities.extend(capability_from(item, at.name, at.path) for at, item in items)
    refuse_duplicates(capabilities)
    return tuple(capabilities)


def has_capability_files(folder: Path) -> bool:
    """Whether a program has a capability file, also one without any capability in it.

    Args:
        folder: The folder `capabilities` beside the configuration; it may be missing.

    Raises:
        AclError: A file cannot be read.
    """
    return any(True for _ in documents(folder))


def active_capabilities(
    files: Iterable[Capability],
    listed: Sequence[object],
    name: str = "tauri.conf.json",
    path: str = "$.app.security.capabilities",
) -> tuple[Capability, ...]:
    """Choose the capabilities that count, as Tauri does: those that the configuration lists, or else all.

    Args:
        files: Those of the program's capability files.
        listed: `app.security.capabilities`: identifiers of these, and capabilities written in place.
        name: The configuration file, for errors.
        path: Where in it the list stands, for errors.

    Raises:
        AclError: A listed capability does not exist or is wrong, or two have one identifier.
    """
    by_identifier = {capability.identifier: capability for capability in files}
    if not listed:
        return tuple(by_identifier.values())
    active: list[Capability] = []
    for number, entry in enumerate(listed):
        place = Place(name, path).at(number)
        if isinstance(entry, Capability):
            active.append(entry)
        elif not isinstance(entry, str):
            active.append(capability_from(entry, place.name, place.path))
        elif entry in by_identifier:
            active.append(by_identifier[entry])
        else:
            raise place.error(f"there is no capability {quoted(entry)}{hint(entry, by_identifier)}")
    refuse_duplicates(active)
    return tuple(active)


def refuse_duplicates(capabilities: Iterable[Capability]) -> None:
    """Check that no two capabilities have one identifier.

    Raises:
        AclError: Two have; it names both places.
    """
    seen: dict[str, Capability] = {}
    for capability in capabilities:
        if first := seen.get(capability.identifier):
            raise capability.place.error(f"the identifier {quoted(capability.identifier)} is taken by {first.place}")
        seen[capability.identifier] = capability


_MOST_UNKNOWN = 20
"""Unknown keys that are compared with those that there are."""
_KEYS = tuple(field.name for field in attrs.fields(Capability) if field.name not in {"place", "notes"})


def _oddities(table: Mapping[str, Any], place: Place) -> Iterable[str]:
    # To look for what was meant takes its time: not for each of a file's thousands.
    for key in itertools.islice((key for key in table if key not in _KEYS), _MOST_UNKNOWN):
        if nearest(key, _KEYS):
            yield f"{place}: {quoted(key)} means nothing here{hint(key, _KEYS)}"
    if not table.get("windows") and not table.get("webviews"):
        yield f'{place}: applies to no window, because "windows" and "webviews" are both empty'


def _labels(table: Mapping[str, Any], place: Place, key: str) -> list[tuple[Place, Any]]:
    return place.at(key).items(table.get(key, ()), "a list of strings")


def _compiled[P: (Glob, UrlPattern)](kind: type[P], value: object, place: Place) -> P:
    text = place.text(value)
    try:
        return kind(text)
    except AclError as error:
        raise place.error(str(error)) from None


def _entry(value: object, place: Place) -> PermissionEntry:
    if isinstance(value, str):
        return PermissionEntry(_identifier(value, place))
    if not isinstance(value, Mapping):
        raise place.expected("a permission's identifier or an object with one", value)
    table = place.table(value)
    if "identifier" not in table:
        raise place.error('"identifier" is missing')
    at = place.at("identifier")
    return PermissionEntry(_identifier(at.text(table["identifier"]), at), scope_from(table, place))


def _identifier(identifier: str, place: Place) -> str:
    if problem := problem_of(identifier):
        raise place.error(f"{quoted(identifier)} cannot name a permission: {problem}")
    return identifier
