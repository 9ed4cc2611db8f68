"""What ends a command of `qtshell`: a line or a few on standard error, and an exit code."""

from typing import IO, Any, Final

import click

from shell.complaint import complain

NOT_POSSIBLE: Final = 1
"""Exit code where all that a person wrote is right, and yet it cannot be done here."""


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


class ProgramFailed(Failure):
    """Ends a command because an error in a program's own code has ended it."""

    exit_code = NOT_POSSIBLE


def load_qt() -> None:
    """Load Qt, of which all that runs programs has need.

    Raises:
        NotPossible: It is not there, or it lacks a library.
    """
    try:
        import shell.core  # noqa: F401, PLC0415
    except ImportError as error:
        raise NotPossible(f"Qt cannot be loaded: {error}; qtshell doctor says what to do") from None
