"""What a person is told who started a program that cannot run."""

import sys


def complain(text: str) -> None:
    """Write on standard error, each line with the program's name before it."""
    for line in text.splitlines():
        sys.stderr.write(f"qtshell: {line}\n")
