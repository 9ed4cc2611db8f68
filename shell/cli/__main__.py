"""`python -m shell.cli`, which is `qtshell`."""

from shell.cli import main

main(prog_name="qtshell")
