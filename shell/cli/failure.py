"""What ends a command of `qtshell`: a line or a few on standard error, and an exit code."""

import os
import sys
from pathlib import Path
from typing import IO, Any, Final

import click

from shell.complaint import complain

NOT_POSSIBLE: Final = 1
"""Exit code where all that a person wrote is right, and yet it cannot be done here."""
_PLAINER = str.maketrans({"✓": "+", "✗": "x", "–": "-", "×": "x", "…": "...", "→": ">"})
"""Those of our own that not every encoding has."""


class Failure(click.ClickException):
    """Ends a command because what a person wrote is wrong: the command line, a configuration, a file.

    Args:
        message: What is wrong, where, and what would be right; one line for each mistake.
        details: What follows as it stands, such as a traceback.
    """

    exit_code = 2

    def __init__(self, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.details = details

    def show(self, file: IO[Any] | None = None) -> None:
        """Tell the person."""
        complain(self.message)
        click.echo(self.details, file=file, nl=False, err=True)


class NotPossible(Failure):
    """Ends a command because this machine lacks something."""

    exit_code = NOT_POSSIBLE


class UntoldError(NotPossible):
    """Ends a command because standard output cannot be written.

    Args:
        reason: What the system says.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"standard output cannot be written: {reason}")
        self.reason = reason


class ProgramFailed(Failure):
    """Ends a command because an error in a program's own code has ended it."""

    exit_code = NOT_POSSIBLE


def tell(text: str, *, colour: bool | None = None) -> None:
    """Write on standard output, in other characters where its encoding has not those of a text.

    Args:
        text: A line, or several.
        colour: Whether colours in it are kept; where a terminal reads it, if not given.

    Raises:
        UntoldError: It cannot be written.
        BrokenPipeError: Nobody reads it any more.
    """
    try:
        click.echo(_in_encoding(text), color=colour)
    except OSError as error:
        # Python would try again at its end, and set an exit code of its own.
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise UntoldError(error.strerror or str(error)) from None


def _in_encoding(text: str) -> str:
    encoding, errors = getattr(sys.stdout, "encoding", None) or "utf-8", getattr(sys.stdout, "errors", None)
    try:
        text.encode(encoding, errors or "strict")
    except UnicodeEncodeError:
        return text.translate(_PLAINER).encode(encoding, "replace").decode(encoding)
    return text


def load_qt() -> None:
    """Load Qt, of which all that runs programs has need.

    Raises:
        NotPossible: It is not there, or it lacks a library.
    """
    try:
        import shell.core  # noqa: F401, PLC0415
    except ImportError as error:
        raise NotPossible(f"Qt cannot be loaded: {error}; qtshell doctor says what to do") from None
