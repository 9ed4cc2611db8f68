"""What a page is told when it may not run a command: enough for its author to see what to do."""

from collections.abc import Container, Sequence

from shell.acl.capability import Capability
from shell.acl.decision import Reference
from shell.acl.identifier import APP_ACL_KEY
from shell.acl.origin import Origin, cut

_SHOWN = 3


def unknown(key: str, name: str, keys: Container[str]) -> str:
    """For a command that does not exist.

    Args:
        key: The key of its manifest, were there one.
        name: Its name there.
        keys: Those of the manifests that there are.
    """
    if key == APP_ACL_KEY:
        return f"{name} not allowed: the app has no such command"
    plugin = key.removeprefix("core:")
    reason = f'plugin "{plugin}" has no such command' if key in keys else f'there is no plugin "{plugin}"'
    return f"{_pretty(key, name)} not allowed: {reason}"


def denied(key: str, name: str, origin: Origin, by: Sequence[Reference]) -> str:
    """For a command that capabilities of this page deny."""
    return f"{_pretty(key, name)} denied on {origin}, by {_references(by)}"


def not_allowed(
    key: str,
    name: str,
    origin: Origin,
    elsewhere: Sequence[tuple[Capability, Reference]],
    permissions: Sequence[str],
    more: int,
) -> str:
    """For a command that no capability of this page allows.

    Args:
        key: The key of the command's manifest.
        name: Its name there.
        origin: The page.
        elsewhere: What allows it for other pages.
        permissions: Identifiers of permissions that allow it.
        more: How many there are beside those.
    """
    sentences = [f"{_pretty(key, name)} not allowed on {origin}"]
    if elsewhere:
        places = ", ".join(dict.fromkeys(_place(capability) for capability, _ in elsewhere[:_SHOWN]))
        by = _references([reference for _, reference in elsewhere])
        sentences.append(f"Allowed on {places}, by {by}")
    if permissions:
        rest = f" and {more} more" if more else ""
        sentences.append(f"Permissions associated with this command: {', '.join(permissions)}{rest}")
    else:
        sentences.append("No permission allows this command")
    if origin.url is not None:
        sentences.append("A remote page has what capabilities grant whose remote.urls match its URL")
    return ". ".join(sentences)


def _pretty(key: str, name: str) -> str:
    return name if key == APP_ACL_KEY else f"{key.removeprefix('core:')}.{name}"


def _place(capability: Capability) -> str:
    parts = [
        f"{kind}: {_few([f'"{glob}"' for glob in globs[:_SHOWN]], len(globs))}"
        for kind, globs in (("windows", capability.windows), ("webviews", capability.webviews))
        if globs
    ]
    local = ["local"] if capability.local else []
    urls = _few([*local, *map(str, capability.remote[:_SHOWN])], len(local) + len(capability.remote))
    return f"[{', '.join([*parts, f'URL: {urls}'])}]"


def _few(shown: Sequence[str], number: int) -> str:
    more = number - len(shown)
    return f"{', '.join(cut(text) for text in shown)}{f' and {more} more' if more else ''}"


def _references(references: Sequence[Reference]) -> str:
    named = [f'capability "{cut(one.capability)}", permission "{one.permission}"' for one in references[:_SHOWN]]
    more = len(references) - _SHOWN
    return "; ".join([*named, f"and {more} more"] if more > 0 else named)
