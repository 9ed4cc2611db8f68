"""Globs: over the labels of windows and webviews, and what those over paths have in common with them."""

from bisect import bisect_right
from collections.abc import Iterator

from shell.acl.automaton import Automaton, Many, One, Option, Step, Test
from shell.acl.errors import AclError
from shell.acl.place import quoted

_LONGEST = 256
_SETS = 64
"""Different sets in brackets: each is asked about each character."""


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
        self._automaton = Automaton(steps(pattern)) if has_signs(pattern) else None

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


def steps(
    pattern: str, *, within: Test | None = None, across: Test | None = None, dot: Test | None = None
) -> Iterator[Step]:
    """Read a pattern.

    Args:
        pattern: The pattern.
        within: What `?`, `*` and brackets may stand for, one character at a time; anything where it is None.
        across: What `**` may stand for, likewise.
        dot: What a dot stands for; itself where it is None.

    Raises:
        AclError: A bracket is not closed, there are too many sets, or stars in a row that mean nothing.
    """
    at = 0
    sets: dict[str, Test] = {}
    while at < len(pattern):
        char = pattern[at]
        if char == "*":
            stars = len(pattern) - at - len(pattern[at:].lstrip("*"))
            after = at + stars
            if stars > 2:
                raise AclError(f'{quoted(pattern)}: a wildcard is "*" or "**", never more stars')
            if stars == 1:
                yield Many(within)
            elif (at > 0 and pattern[at - 1] != "/") or pattern[after : after + 1] not in {"", "/"}:
                raise AclError(f'{quoted(pattern)}: "**" must stand alone between slashes')
            elif after == len(pattern):
                yield Many(across)
            else:
                yield Option((Many(across), One("/")))
                # Any number of parts and any number more are any number.
                while pattern.startswith("**/", after + 1):
                    after += 3
                after += 1
            at = after
        elif char == "?":
            yield One(test=within)
            at += 1
        elif char == "[":
            negated = pattern[at + 1 : at + 2] == "!"
            first = at + 2 if negated else at + 1
            # The first character between the brackets belongs to the set even where it is "]".
            end = pattern.find("]", first + 1)
            if end < 0:
                raise AclError(f'{quoted(pattern)}: a "[" needs a set of characters and a "]"')
            written = pattern[at:end]
            if written not in sets:
                if len(sets) == _SETS:
                    raise AclError(f"{quoted(pattern)}: at most {_SETS} different sets may stand in brackets")
                sets[written] = _one_of(pattern[first:end], negated=negated, within=within)
            yield One(test=sets[written])
            at = end + 1
        elif char == "." and dot is not None:
            yield One(test=dot)
            at += 1
        else:
            yield One(char)
            at += 1


def has_signs(pattern: str) -> bool:
    """Whether a pattern means more than the one text that it spells."""
    return any(sign in pattern for sign in "?*[")


def _one_of(text: str, *, negated: bool, within: Test | None) -> Test:
    ranges = []
    at = 0
    while at < len(text):
        wide = text[at + 1 : at + 2] == "-" and at + 2 < len(text)
        ranges.append((text[at], text[at + 2] if wide else text[at]))
        at += 3 if wide else 1
    # In order and apart from each other, as there may be thousands, in which each character of a path is looked up.
    lows: list[str] = []
    highs: list[str] = []
    for low, high in sorted(ranges):
        if highs and low <= highs[-1]:
            highs[-1] = max(highs[-1], high)
        elif low <= high:
            lows.append(low)
            highs.append(high)

    def test(char: str) -> bool:
        at = bisect_right(lows, char) - 1
        return (within is None or within(char)) and (at >= 0 and char <= highs[at]) is not negated

    return test
