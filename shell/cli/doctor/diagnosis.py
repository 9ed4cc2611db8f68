"""The diagnosis, from the machine to the program."""

import os
import sys
from collections.abc import Iterator

from shell.cli.doctor.finding import Finding, State
from shell.cli.doctor.libraries import libraries
from shell.cli.doctor.machine import display, page, python, qt, sandbox
from shell.cli.doctor.session import session
from shell.cli.failure import load_qt, tell
from shell.cli.terminal import wants_colour


def diagnose(target: str | None, *, verbose: bool = False) -> int:
    """Look at all that programs need, and at one program; print each finding as it is made.

    Args:
        target: A folder, configuration or Python file, as `qtshell run` takes it.
        verbose: Whether every command is listed that the program's pages may call.

    Returns:
        The exit code: 1 where programs cannot run.

    Raises:
        Failure: There is no such program, or it cannot be used.
    """
    colour = wants_colour(sys.stdout)
    states = []
    for finding in _machine():
        tell(finding.lines(colour=colour), colour=colour)
        states.append(finding.state)
    tell(f"\n{_summary(states)}")
    if target is not None:
        load_qt()
        from shell.cli.doctor.program import report  # noqa: PLC0415

        tell("")
        tell(report(target, verbose=verbose, colour=colour), colour=colour)
    return 1 if State.BROKEN in states else 0


def _machine() -> Iterator[Finding]:
    environment = dict(os.environ)
    yield python()
    found = qt()
    yield found
    yield from libraries(environment)
    yield sandbox()
    if found.state is State.FINE:
        yield from display(environment)
        yield page()
        yield from session(environment)


def _summary(states: list[State]) -> str:
    if State.BROKEN in states:
        return f"Programs cannot run here until what is marked {State.BROKEN.value} is put right."
    if State.LACKING in states:
        return f"Programs run here, without what is marked {State.LACKING.value}."
    return "Programs find all that they want here."
