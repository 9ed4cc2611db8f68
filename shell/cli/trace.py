"""Tracebacks as the person wants them who wrote the program: with their own code in them and none of ours."""

import asyncio
import traceback
from collections.abc import Iterable
from pathlib import Path

import qasync

import shell

_OURS = tuple(str(Path(module.__file__).parent) for module in (shell, asyncio, qasync) if module.__file__)


def frames_from(error: BaseException, file: Path) -> list[traceback.FrameSummary]:
    """The calls that led to an error, from a file on."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((at for at, frame in enumerate(frames) if frame.filename == str(file)), len(frames))
    return frames[first:]


def trace_from(error: BaseException, file: Path) -> str:
    """The traceback of an error, from a file on; without calls where it made none, as one that is no Python."""
    return _written(error, frames_from(error, file))


def users_trace(error: BaseException) -> str | None:
    """The traceback of an error that passed through our code, from where that called the program's own.

    What our code did then for the program is left out too. None where no code but ours was running.
    """
    frames = traceback.extract_tb(error.__traceback__)
    users = [at for at, frame in enumerate(frames) if not frame.filename.startswith(_OURS)]
    return _written(error, frames[users[0] : users[-1] + 1]) if users else None


def _written(error: BaseException, frames: Iterable[traceback.FrameSummary]) -> str:
    trace = traceback.TracebackException.from_exception(error)
    kept = list(frames)
    if not kept:
        return "".join(trace.format_exception_only())
    trace.stack[:] = kept
    return "".join(trace.format())
