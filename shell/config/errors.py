"""What is said about a wrong configuration: where it is, what was expected, what was there."""

import json
import re
from collections.abc import Iterable, Sequence
from types import TracebackType

from shell.value import frozen

type JsonPath = tuple[str | int, ...]

MOST_MISTAKES = 20
_LONGEST_VALUE = 60
_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$-]*", re.ASCII)


class ConfigError(Exception):
    """A configuration that cannot be used.

    Attributes:
        lines: One line for each mistake, each complete by itself: the file, the place in it, what was expected
            and what was there. `str()` joins them.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines: tuple[str, ...] = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)


@frozen
class Mistake:
    """One mistake, before the file that it stands in is known.

    Attributes:
        at: Keys and indices from the top of the document.
        text: What is wrong there.
    """

    at: JsonPath
    text: str


class Mistakes(Exception):  # noqa: N818 - it carries errors, and never leaves this room
    """All mistakes of one value, of which at most `MOST_MISTAKES` are kept."""

    def __init__(self, found: Iterable[Mistake]) -> None:
        self.found = tuple(found)[:MOST_MISTAKES]
        super().__init__(self.found)

    @classmethod
    def one(cls, at: JsonPath, text: str) -> "Mistakes":
        """Make the common case: a single mistake."""
        return cls([Mistake(at, text)])


class Gathered:
    """The mistakes of the parts of a value, gathered so that one does not hide the next.

    `with gathered:` goes around the reading of each part; `check` follows the last.
    """

    def __init__(self) -> None:
        self._found: list[Mistake] = []

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Mistakes):
            return False
        self._found += error.found
        if len(self._found) >= MOST_MISTAKES:
            raise Mistakes(self._found) from None
        return True

    def check(self) -> None:
        """Raise what was gathered, if anything was."""
        if self._found:
            raise Mistakes(self._found)


def expected(what: str, got: object, at: JsonPath) -> Mistakes:
    """Make the mistake of a value that is not what it should be."""
    return Mistakes.one(at, f"expected {what}, got {shown(got)}")


def shown(value: object) -> str:
    """Write a value as it stands in the file, on one line, and not more of it than helps."""
    if isinstance(value, int) and value.bit_length() > 64:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, str):
        # A page may say something as well, of any length.
        value = value[: _LONGEST_VALUE + 1]
    if value is None or isinstance(value, str | int | float | dict | list):
        return _shortened(json.dumps(value, ensure_ascii=False, default=_kind))
    return _kind(value)


def unbroken(text: str) -> str:
    """Write text so that it stays on one line and can be printed anywhere."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def path_text(at: JsonPath, root: str = "$") -> str:
    """Write a path as JSONPath does: `$.app.windows[1].width`."""
    parts = [root]
    for step in at:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif len(step) <= _LONGEST_VALUE and _PLAIN_KEY.fullmatch(step):
            parts.append(f".{step}")
        else:
            parts.append(f"[{_shortened(json.dumps(step, ensure_ascii=False))}]")
    return "".join(parts)


def listed(names: Sequence[str], last: str = "or") -> str:
    """Write a choice as a sentence has it: `"a", "b" or "c"`."""
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def _shortened(text: str) -> str:
    text = unbroken(text[: _LONGEST_VALUE + 1])
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _kind(value: object) -> str:
    return f"a value of type {type(value).__name__}"
