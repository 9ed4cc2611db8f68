"""Globs over the paths of files."""

import re

from shell.acl.automaton import Automaton
from shell.acl.errors import AclError
from shell.acl.globs import steps

# Stands for the dot that a hidden file's name begins with. No path holds a NUL.
_HIDDEN = "\0"
_LONGEST = 8192
# As `steps` reads them: the first character in brackets belongs to the set even where it is "]".
_SIGN = re.compile(r"\[!?.[^\]]*\]|[?*]", re.DOTALL)


class PathGlob:
    """A pattern such as `/home/ada/Pictures/*.png`, as Rust's crate `glob` reads it for Tauri's scopes.

    `?` is one character and `*` any number of them, of one part of the path; `**`, which must be a whole part, is any
    number of parts; `[a-z]` and `[!a-z]` are one of a set and one outside it. A sign in brackets is itself: `[*]`.
    Upper and lower case differ. Matching takes time in proportion to the path.

    Args:
        pattern: With `/` between parts; at most 8192 characters.
        literal_dot: Whether the dot that a hidden file's name begins with is only matched by a dot in the pattern.

    Raises:
        AclError: It is too long, a bracket is not closed, or there are stars in a row that mean nothing.
    """

    def __init__(self, pattern: str, *, literal_dot: bool) -> None:
        if len(pattern) > _LONGEST:
            raise AclError(f"a pattern for paths has at most {_LONGEST} characters, this one {len(pattern)}")
        self.pattern = pattern
        self._literal_dot = literal_dot
        across = _shown if literal_dot else None
        self._automaton = Automaton(steps(pattern, within=_in_part, across=across, dot=_is_dot))
        # What it spells out is compared first, since most paths are meant by few of many patterns.
        self._start, *others = _SIGN.split(pattern)
        # The slash behind "**" may be missing.
        self._end = others[-1].removeprefix("/") if others else self._start
        # Longest first, as that is the rarest. One that begins with such a slash has another before it, or the start.
        self._pieces = sorted({*others} - {"", "/"}, key=len, reverse=True)

    def matches(self, path: str) -> bool:
        """Whether a path is meant.

        Args:
            path: Absolute, with `/` between its parts.
        """
        if not (path.startswith(self._start) and path.endswith(self._end)):
            return False
        rooted = f"/{path}"
        if not all(piece in rooted for piece in self._pieces):
            return False
        if self._literal_dot:
            path = path.replace("/.", f"/{_HIDDEN}")
        return self._automaton.matches(path)


def _shown(char: str) -> bool:
    return char != _HIDDEN


def _in_part(char: str) -> bool:
    return char not in {"/", _HIDDEN}


def _is_dot(char: str) -> bool:
    return char in {".", _HIDDEN}
