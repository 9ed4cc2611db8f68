"""What an audit log costs: calls with one, beside calls without, in turns."""

from tests.bench.program import QTSHELL, Program, Stage
from tests.bench.work import Bar, Figure, Figures, Work, one_by_one

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
    }


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
            Figure("rate", "20,000 calls at once, with an audit log", "/s"),
        ),
    ),
)
