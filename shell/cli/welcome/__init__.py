"""The welcome app, which `qtshell demo` opens: a tour of the public API, with `resources/welcome` as its pages."""

from shell.cli.welcome.program import welcome

__all__ = ["welcome"]
