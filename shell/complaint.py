"""What a person is told who started a program that cannot run."""

import sys


def complain(text: str) -> None:
    """Write on standard error at once, each line with the program's name before it. Nothing is where that is closed.

    What a terminal would act on is escaped: configuration files choose some of the text.
    """
    if sys.stderr is not None:
        # Not before: hardly any program complains.
        from shell.config.errors import unbroken  # noqa: PLC0415

        sys.stderr.write("".join(f"qtshell: {unbroken(line)}\n" for line in text.splitlines()))
        sys.stderr.flush()
