"""Works, one module for each kind."""

from tests.bench.work import Work
from tests.bench.works import (
    audit,
    calls,
    channels,
    delay,
    endurance,
    events,
    idle,
    isolation,
    large_json,
    memory,
    scale,
    start,
)
from tests.bench.works import bytes as bytes_

WORKS: tuple[Work, ...] = tuple(
    work
    for module in (
        calls,
        audit,
        isolation,
        events,
        channels,
        bytes_,
        large_json,
        start,
        memory,
        idle,
        delay,
        scale,
        endurance,
    )
    for work in module.WORKS
)
"""All of them, in the order of the table."""
