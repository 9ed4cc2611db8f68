"""The authority's answers."""

from typing import NamedTuple

import attrs

from shell.acl.scope import Scope
from shell.value import frozen


class Reference(NamedTuple):
    """What an answer rests on.

    Attributes:
        capability: The capability's identifier.
        permission: The permission's, as a capability writes it: `core:window:allow-set-title`.
    """

    capability: str
    permission: str


@frozen
class Allowed:
    """The caller may run the command.

    Attributes:
        scope: What the permissions that allow it say about its values.
        global_scope: What permissions say about the values of every command of its plugin.
        by: What allows it; nothing for a command of the app that no capability or permission names.
    """

    scope: Scope = attrs.field(factory=Scope)
    global_scope: Scope = attrs.field(factory=Scope)
    by: tuple[Reference, ...] = ()


@frozen
class Denied:
    """The caller may not run the command.

    Attributes:
        message: Why, and what would allow it, in one line for whoever wrote the page.
        by: What denies it; nothing where it is merely not allowed.
    """

    message: str
    by: tuple[Reference, ...] = ()


type Decision = Allowed | Denied
