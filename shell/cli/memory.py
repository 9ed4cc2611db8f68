"""How much memory a process takes."""

from pathlib import Path


def proportional_memory(pid: int) -> float | None:
    """A process's proportional set, in MiB: what is its own, and its share of what it shares with others.

    Args:
        pid: The process.

    Returns:
        `None` where the system does not tell: it has no `/proc/<pid>/smaps_rollup`, or the process has ended.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    kibibytes = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), None)
    return None if kibibytes is None else kibibytes / 1024
