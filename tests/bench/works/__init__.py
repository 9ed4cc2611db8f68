"""Works, one module for each kind."""

from tests.bench.work import Work
from tests.bench.works import bytes as bytes_
from tests.bench.works import calls, channels, delay, endurance, events, idle, large_json, memory, scale, start

WORKS: tuple[Work, ...] = tuple(
    work
    for module in (calls, events, channels, bytes_, large_json, start, memory, idle, delay, scale, endurance)
    for work in module.WORKS
)
"""All of them, in the order of the table."""
