"""Who may call what, and why: the authority's explanations, written for people."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import attrs

from shell.acl import Allowed, Authority, Capability, Decision, Denied, Explanation, Reference
from shell.cli.doctor.finding import WIDTH, wrap
from shell.ipc import Commands
from shell.value import frozen

_NAMED = 4
"""How many commands are written out where not all are asked for."""
_OWN = "the app's own"
_OPEN = "the app's, to all"
"""Those that no capability or permission names."""


@frozen
class _Group:
    """Windows whose pages may call the same, and why.

    Attributes:
        windows: Their labels, or patterns for labels.
        url: The pattern of remote pages; `None` for the app's own.
        decisions: What they may call.
        capabilities: Those that speak of them.
    """

    windows: tuple[str, ...]
    url: str | None
    decisions: Mapping[str, Decision]
    capabilities: tuple[Capability, ...]


def access(
    authority: Authority, labels: Sequence[str], commands: Commands, *, verbose: bool, heading: Callable[[str], str]
) -> Iterator[str]:
    """Write down who may call what.

    Args:
        authority: Who decides.
        labels: The windows that there are. Capabilities may speak of more, which the program opens later.
        commands: Those that there are. Manifests name more: what another version has, or what is still to come.
        verbose: Whether every command is written out, with the permission that allows it.
        heading: Makes a line stand out.
    """
    patterns = [glob.pattern for one in authority.capabilities for glob in (*one.windows, *one.webviews)]
    # A pattern matches itself, and so stands for the windows that it means.
    explanations = [_of_existing(one, commands) for one in authority.explain(dict.fromkeys([*labels, *patterns]))]
    for group in _grouped(explanations, authority.capabilities):
        yield ""
        yield f"  {heading(_who(group))}"
        yield from _why(group)
        yield from (_every_command(group) if verbose else _summary(group))


def _of_existing(explanation: Explanation, commands: Commands) -> Explanation:
    decisions = {name: one for name, one in explanation.decisions.items() if commands.get(name) is not None}
    return attrs.evolve(explanation, decisions=decisions)


def _grouped(explanations: Iterable[Explanation], capabilities: Iterable[Capability]) -> list[_Group]:
    groups: list[_Group] = []
    for one in explanations:
        speaking = tuple(capability for capability in capabilities if _speaks(capability, one))
        for at, group in enumerate(groups):
            if (group.url, group.capabilities) == (one.url, speaking):
                groups[at] = attrs.evolve(group, windows=(*group.windows, one.window))
                break
        else:
            groups.append(_Group((one.window,), one.url, one.decisions, speaking))
    return groups


def _speaks(capability: Capability, of: Explanation) -> bool:
    if not capability.applies_to(of.window, of.webview):
        return False
    return capability.local if of.url is None else any(pattern.pattern == of.url for pattern in capability.remote)


def _who(group: _Group) -> str:
    *labels, last = [label for label in group.windows if label != "*"] + ["any other"] * ("*" in group.windows)
    pages = "pages of the app" if group.url is None else f"pages at {group.url}"
    return f"{', '.join(labels)} and {last}: {pages}" if labels else f"{last}: {pages}"


def _why(group: _Group) -> Iterator[str]:
    for capability in group.capabilities:
        entries = ", ".join(entry.identifier for entry in capability.permissions)
        name = f'capability "{capability.identifier}"'
        where = capability.place.name if capability.place.name != name else capability.description
        yield from _hanging(f"{name} ({where})" if where else name, entries)
    if not group.capabilities:
        yield "    no capability speaks of them"


def _summary(group: _Group) -> Iterator[str]:
    for owner, decisions in _by_owner(group.decisions):
        allowed = [name for name, one in decisions.items() if isinstance(one, Allowed)]
        denied = [name for name, one in decisions.items() if isinstance(one, Denied) and one.by]
        refused = [name for name, one in decisions.items() if isinstance(one, Denied) and not one.by]
        of_app = owner in {_OWN, _OPEN}
        if allowed:
            few = len(allowed) <= _NAMED or of_app
            text = ", ".join(allowed) if few else f"{len(allowed)} of {len(decisions)} commands"
            yield from _row("✓", owner, text)
        if denied:
            yield from _row("✗", owner, f"denied: {', '.join(denied)}")
        if refused and of_app:
            yield from _row("✗", owner, f"not allowed: {', '.join(refused)}")
    if not any(isinstance(one, Allowed) for one in group.decisions.values()):
        yield "    ✗ they may call nothing"


def _every_command(group: _Group) -> Iterator[str]:
    for owner, decisions in _by_owner(group.decisions):
        yield f"    {owner}"
        for name, decision in decisions.items():
            if isinstance(decision, Allowed):
                yield from _row("✓", name, _because(decision.by), indent=6, column=36)
            elif decision.by:
                yield from _row("✗", name, f"denied by {_because(decision.by)}", indent=6, column=36)
        if others := [name for name, one in decisions.items() if isinstance(one, Denied) and not one.by]:
            yield from _hanging("not allowed", ", ".join(others), indent=6)


def _because(by: Sequence[Reference]) -> str:
    return "; ".join(f"{one.capability}: {one.permission}" for one in by) or "nothing names it"


def _by_owner(decisions: Mapping[str, Decision]) -> Iterator[tuple[str, dict[str, Decision]]]:
    owners: dict[str, dict[str, Decision]] = {}
    for command, decision in sorted(decisions.items(), key=lambda item: item[0].startswith("plugin:")):
        owner, _, name = command.rpartition("|")
        own = _OPEN if isinstance(decision, Allowed) and not decision.by else _OWN
        owners.setdefault(owner or own, {})[name] = decision
    yield from owners.items()


def _row(sign: str, label: str, text: str, *, indent: int = 4, column: int = 26) -> Iterator[str]:
    first, *more = wrap(text, WIDTH - column)
    yield f"{' ' * indent}{sign} {label}".ljust(column - 1) + f" {first}"
    yield from (" " * column + line for line in more)


def _hanging(label: str, text: str, *, indent: int = 4) -> Iterator[str]:
    first, *more = wrap(f"{label}: {text}", WIDTH - indent - 2)
    yield " " * indent + first
    yield from (" " * (indent + 2) + line for line in more)
