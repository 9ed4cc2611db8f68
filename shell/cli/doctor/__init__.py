"""`qtshell doctor`: what programs find on this machine, and what one program allows its pages."""

from shell.cli.doctor.diagnosis import diagnose

__all__ = ["diagnose"]
