"""What a person is told who started a program that cannot run."""

import sys


def complain(text: str) -> None:
    """Write on standard error at once, each line with the program's name before it. Nothing is where that is closed."""
    if sys.stderr is not None:
        sys.stderr.write("".join(f"qtshell: {line}\n" for line in text.splitlines()))
        sys.stderr.flush()
