"""Tracebacks as the person wants them who wrote the program: with their own code in them and none of ours."""

import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from traceback import FrameSummary

_OURS = ("shell", "asyncio", "qasync")
_LIBRARY = str(Path(traceback.__file__).parent)
_GENERATED = ("<attrs generated ", "<frozen ")


def frames_from(error: BaseException, file: Path) -> list[FrameSummary]:
    """The calls that led to an error, from a file on."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((at for at, frame in enumerate(frames) if frame.filename == str(file)), len(frames))
    return frames[first:]


def trace_from(error: BaseException, file: Path) -> str:
    """The traceback of an error, from a file on, and without what our code did then for it.

    There are no calls in it where the file made none, as one that is no Python.
    """
    return _written(error, _to_the_last_of_users(frames_from(error, file)))


def users_trace(error: BaseException) -> str | None:
    """The traceback of an error that passed through our code, from where that called the program's own.

    What our code did then for the program is left out too. None where no code but ours was running.
    """
    frames = _to_the_last_of_users(traceback.extract_tb(error.__traceback__))
    first = next((at for at, frame in enumerate(frames) if _is_users(frame) and not _is_pythons(frame)), None)
    return None if first is None else _written(error, frames[first:])


def users_line(error: BaseException) -> str:
    """Where the program's own code was, as `FILE, line N: `, when it asked for what failed; empty where it was not."""
    frames = _to_the_last_of_users(traceback.extract_tb(error.__traceback__))
    return f"{frames[-1].filename}, line {frames[-1].lineno}: " if frames else ""


def _to_the_last_of_users(frames: Sequence[FrameSummary]) -> Sequence[FrameSummary]:
    last = max((at for at, frame in enumerate(frames) if _is_users(frame)), default=-1)
    return frames[: last + 1]


def _is_users(frame: FrameSummary) -> bool:
    # Not imported for this: what is not loaded has not failed.
    modules = (sys.modules.get(name) for name in _OURS)
    return not any(
        module.__file__ and frame.filename.startswith(str(Path(module.__file__).parent)) for module in modules if module
    )


def _is_pythons(frame: FrameSummary) -> bool:
    """Whether it is of Python's own library, or was made of no file: whoever called it, it is their doing."""
    name = frame.filename
    return name.startswith(_GENERATED) or (name.startswith(_LIBRARY) and "site-packages" not in name)


def _written(error: BaseException, frames: Iterable[FrameSummary]) -> str:
    trace = traceback.TracebackException.from_exception(error)
    kept = list(frames)
    if not kept:
        return "".join(trace.format_exception_only())
    trace.stack[:] = kept
    return "".join(trace.format())
