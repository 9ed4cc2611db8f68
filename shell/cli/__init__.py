"""The command line: `qtshell run`, `qtshell demo` and `qtshell doctor`."""

from shell.cli.commands import main

__all__ = ["main"]
