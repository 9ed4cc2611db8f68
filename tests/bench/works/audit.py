"""What an audit log costs: calls with one, beside calls without, in turns."""

import asyncio
import tempfile
import time
from pathlib import Path

import attrs

from shell.audit import Audit
from tests.bench.program import QTSHELL, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Work, one_by_one
from tests.ipc.page import Core, Page

_AUDITED = {"audit": 1}


def _audit(stage: Stage, program: Program) -> Figures:
    without = stage.run(program, "work=sequential")
    with_log = stage.run(program, "work=sequential", settings=_AUDITED)
    rate = stage.run(program, "work=at-once")["rate"]
    rate_with_log = stage.run(program, "work=at-once", settings=_AUDITED)["rate"]
    return {
        "nothing": with_log["nothing"] / without["nothing"],
        "kibibyte": with_log["kibibyte"] / without["kibibyte"],
        "at-once": rate / rate_with_log,
        "rate": rate_with_log,
        "own": asyncio.run(_own_part()),
    }


_ROUNDS = 300
_POSTED = 200


async def _own_part() -> float:
    """The processor time that the core itself takes for a call, without Qt and a page: the least of many rounds."""
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        audit = Audit.open(Path(folder, "audit.jsonl"), size=1 << 40, soon=loop.call_soon)
        pages = _called(loop, None), _called(loop, audit)
        taken: tuple[list[float], list[float]] = [], []
        for number in range(_ROUNDS):
            for page, times in zip(pages, taken, strict=True):
                lines = [f'[{number * _POSTED + each},"greet",{{"name":"x"}}]' for each in range(_POSTED)]
                start = time.process_time()
                page.post(*lines)
                # What its thread takes to write is the log's too.
                audit.flush()
                times.append(time.process_time() - start)
        for page in pages:
            page.core.close()
    return min(taken[1]) / min(taken[0])


def _called(loop: asyncio.AbstractEventLoop, audit: Audit | None) -> Page:
    core = Core(loop)
    core.audit = audit
    # All of a post in one turn, so that a round is all of it.
    core.limits = attrs.evolve(core.limits, slice_time=60.0)
    core.capabilities.append({"identifier": "bench", "windows": ["*"], "permissions": ["allow-greet"]})

    @core.command
    async def greet(name: str) -> str:
        return name

    page = core.page()
    # Nobody waits for the answers.
    page.frozen = True
    return page


WORKS = (
    Work(
        "audit",
        "calls with an audit log",
        (QTSHELL,),
        one_by_one(_audit),
        (
            Figure("nothing", "one call after another, no arguments, with an audit log", "× without", (Bar(1.2),)),
            Figure("kibibyte", "one call after another, 1 KiB of JSON, with an audit log", "× without", (Bar(1.2),)),
            Figure("at-once", "time for 20,000 calls at once, with an audit log", "× without", (Bar(2),)),
            Figure("own", "the core's own part of a call, with an audit log", "× without", (Bar(2),)),
            Figure("rate", "20,000 calls at once, with an audit log", "/s"),
        ),
        seconds=16,
    ),
)
