"""Globs over the labels of windows and webviews."""

from collections.abc import Iterator

from shell.acl.automaton import Automaton, Many, One, Option, Step, Test
from shell.acl.errors import AclError
from shell.acl.place import quoted

_LONGEST = 256


class Glob:
    """A pattern such as `main`, `editor-*` or `**/preview`, as Rust's crate `glob` reads it for Tauri.

    `?` is any one character, `*` any number of them (a slash too), `[a-z]` and `[!a-z]` are one of a set and one
    outside it; `**`, which must stand alone between slashes, is any number of whole parts. A character is taken
    literally inside brackets: `[*]`. Upper and lower case differ.

    Args:
        pattern: At most 256 characters.

    Raises:
        AclError: It is too long, a bracket is not closed, or there are stars in a row that mean nothing.
    """

    __slots__ = ("_automaton", "pattern")

    def __init__(self, pattern: str) -> None:
        if len(pattern) > _LONGEST:
            raise AclError(f"a pattern for labels has at most {_LONGEST} characters, this one {len(pattern)}")
        self.pattern = pattern
        # Most patterns are plain labels, and a label that a pattern has no sign in is compared as it is.
        literal = not any(sign in pattern for sign in "?*[")
        self._automaton = None if literal else Automaton(_steps(pattern))

    def matches(self, label: str) -> bool:
        """Whether a label is meant by this pattern."""
        return label == self.pattern if self._automaton is None else self._automaton.matches(label)

    def __str__(self) -> str:
        return self.pattern

    def __repr__(self) -> str:
        return f"Glob({self.pattern!r})"

    def __eq__(self, other: object) -> bool:
        return self.pattern == other.pattern if isinstance(other, Glob) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.pattern)


def _steps(pattern: str) -> Iterator[Step]:
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "*":
            stars = len(pattern) - at - len(pattern[at:].lstrip("*"))
            after = at + stars
            if stars > 2:
                raise AclError(f'{quoted(pattern)}: a wildcard is "*" or "**", never more stars')
            if stars == 1:
                yield Many()
            elif (at > 0 and pattern[at - 1] != "/") or pattern[after : after + 1] not in {"", "/"}:
                raise AclError(f'{quoted(pattern)}: "**" must stand alone between slashes')
            elif after == len(pattern):
                yield Many()
            else:
                yield Option((Many(), One("/")))
                after += 1
            at = after
        elif char == "?":
            yield One()
            at += 1
        elif char == "[":
            negated = pattern[at + 1 : at + 2] == "!"
            first = at + 2 if negated else at + 1
            # The first character between the brackets belongs to the set even where it is "]".
            end = pattern.find("]", first + 1)
            if end < 0:
                raise AclError(f'{quoted(pattern)}: a "[" needs a set of characters and a "]"')
            yield One(test=_one_of(pattern[first:end], negated=negated))
            at = end + 1
        else:
            yield One(char)
            at += 1


def _one_of(text: str, *, negated: bool) -> Test:
    ranges = []
    at = 0
    while at < len(text):
        wide = text[at + 1 : at + 2] == "-" and at + 2 < len(text)
        ranges.append((text[at], text[at + 2] if wide else text[at]))
        at += 3 if wide else 1
    return lambda char: any(low <= char <= high for low, high in ranges) is not negated
