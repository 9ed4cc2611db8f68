"""Globs over the paths of files."""

from collections.abc import Callable, Iterator

from shell.acl.automaton import Automaton, Many, One, Option, Step

# Stands for the dot that a hidden file's name begins with. No path holds a NUL.
_HIDDEN = "\0"


class PathGlobError(ValueError):
    """A pattern for paths that means nothing; its text is one line for the person who wrote it."""


class PathGlob:
    """A pattern such as `/home/ada/Pictures/*.png`, as Rust's crate `glob` reads it for Tauri's scopes.

    `?` is one character and `*` any number of them, of one part of the path; `**`, which must be a whole part, is any
    number of parts; `[a-z]` and `[!a-z]` are one of a set and one outside it. A sign in brackets is itself: `[*]`.
    Upper and lower case differ. Matching takes time in proportion to the path.

    Args:
        pattern: With `/` between parts.
        literal_dot: Whether the dot that a hidden file's name begins with is only matched by a dot in the pattern.

    Raises:
        PathGlobError: A bracket is not closed, or there are stars in a row that mean nothing.
    """

    def __init__(self, pattern: str, *, literal_dot: bool) -> None:
        self.pattern = pattern
        self._literal_dot = literal_dot
        self._automaton = Automaton(_steps(pattern))

    def matches(self, path: str) -> bool:
        """Whether a path is meant.

        Args:
            path: Absolute, with `/` between its parts.
        """
        if self._literal_dot:
            path = path.replace("/.", f"/{_HIDDEN}")
        return self._automaton.matches(path)


def has_signs(pattern: str) -> bool:
    """Whether a pattern means more than the one path that it spells."""
    return any(sign in pattern for sign in "?*[")


def _steps(pattern: str) -> Iterator[Step]:
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "*":
            stars = len(pattern) - at - len(pattern[at:].lstrip("*"))
            after = at + stars
            if stars == 1:
                yield Many(_in_part)
            elif stars > 2:
                raise PathGlobError(f'{pattern!r}: a wildcard is "*" or "**", never more stars')
            elif (at > 0 and pattern[at - 1] != "/") or pattern[after : after + 1] not in {"", "/"}:
                raise PathGlobError(f'{pattern!r}: "**" must stand alone between slashes')
            elif after == len(pattern):
                yield Many(_shown)
            else:
                yield Option((Many(_shown), One("/")))
                after += 1
            at = after
        elif char == "?":
            yield One(test=_in_part)
            at += 1
        elif char == "[":
            negated = pattern[at + 1 : at + 2] == "!"
            first = at + 2 if negated else at + 1
            # The first character between the brackets belongs to the set even where it is "]".
            end = pattern.find("]", first + 1)
            if end < 0:
                raise PathGlobError(f'{pattern!r}: a "[" needs a set of characters and a "]"')
            yield One(test=_one_of(pattern[first:end], negated=negated))
            at = end + 1
        elif char == ".":
            yield One(test=_is_dot)
            at += 1
        else:
            yield One(char)
            at += 1


def _shown(char: str) -> bool:
    return char != _HIDDEN


def _in_part(char: str) -> bool:
    return char not in {"/", _HIDDEN}


def _is_dot(char: str) -> bool:
    return char in {".", _HIDDEN}


def _one_of(text: str, *, negated: bool) -> Callable[[str], bool]:
    ranges = []
    at = 0
    while at < len(text):
        wide = text[at + 1 : at + 2] == "-" and at + 2 < len(text)
        ranges.append((text[at], text[at + 2] if wide else text[at]))
        at += 3 if wide else 1
    return lambda char: _in_part(char) and any(low <= char <= high for low, high in ranges) is not negated
