"""What `qtshell run` and `qtshell doctor` are told to look at."""

from pathlib import Path
from typing import Self

from shell.value import frozen


@frozen
class Target:
    """A program, as a person names it.

    Attributes:
        text: As it was typed.
        file: The Python file with its app; `None` where it is a folder or a configuration.
        name: What the app is called in that file, where that was said.
    """

    text: str
    file: Path | None = None
    name: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Tell `FILE.py` and `FILE.py:NAME` from folders and configurations."""
        path, _, name = text.rpartition(":")
        if not path.endswith(".py"):
            path, name = text, ""
        return cls(text, Path(path), name or None) if path.endswith(".py") and not Path(path).is_dir() else cls(text)
