"""What other processes run, which import no more than this."""

import time


def compute_elsewhere(seconds: float) -> float:
    """Compute for so long; returns the part of a processor that it had."""
    end, begun = time.monotonic() + seconds, time.process_time()
    while time.monotonic() < end:
        sum(range(10_000))
    return (time.process_time() - begun) / seconds
